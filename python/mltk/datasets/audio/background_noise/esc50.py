"""ESC-50: 2000 recordings of 5 seconds of 50 kinds of sounds of the environment.

K. J. Piczak: ESC: Dataset for Environmental Sound Classification, ACM Multimedia 2015. CC BY-NC.
"""

from typing import Optional

from mltk.datasets.archives import Archive
from mltk.datasets.audio import utils

DOWNLOAD_URL = "https://github.com/karolpiczak/ESC-50/archive/a5e0c7451e12a751302b32283f1f039cbd111356.zip"
VERIFY_SHA1 = "160bb1269418240f9d2bb86eee598ffbd882ca89"

_ARCHIVE = Archive(DOWNLOAD_URL, VERIFY_SHA1, file_name="ESC-50.zip", remove_root_dir=True)


def download(
    dest_dir: Optional[str] = None,
    dest_subdir: str = "datasets/esc-50",
    sample_rate_hertz: int = 16000,
    logger=None,
    clean_dest_dir: bool = False,
) -> str:
    """Download and extract the recordings, and change their rate once; returns the folder of the WAV files."""
    folder, is_new = _ARCHIVE.extract(dest_dir, dest_subdir, logger, clean_dest_dir)
    recordings = f"{folder}/audio"
    if is_new:
        for path in utils.wav_files(recordings):
            utils.change_rate(path, sample_rate_hertz)
    return recordings
