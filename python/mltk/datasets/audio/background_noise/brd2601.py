"""What the microphone of the development board BRD2601 records when nothing is said."""

from mltk.datasets.archives import Archive
from mltk.datasets.audio import utils

DOWNLOAD_URL = "https://github.com/SiliconLabs/mltk_assets/raw/master/datasets/brd2601_background_audio.7z"
VERIFY_SHA1 = "3069A85002965A7830C660343C215EDD4FAE39C6"

_ARCHIVE = Archive(DOWNLOAD_URL, VERIFY_SHA1)


def download(dest_dir: str, sample_rate_hertz: int = 16000, logger=None, clean_dest_dir: bool = False) -> str:
    """Download the recording, at a rate; returns the path of its WAV file."""
    folder, _ = _ARCHIVE.extract(dest_dir, logger=logger, clean_dest_dir=clean_dest_dir)
    path = f"{folder}/brd2601_background_audio.wav"
    utils.change_rate(path, sample_rate_hertz)
    return path
