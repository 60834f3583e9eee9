"""The spoken words yes and no, synthetic: 16 kHz, 16-bit WAV files."""

from typing import Optional

from mltk.datasets.archives import Archive
from mltk.datasets.audio.synthetic import generate_dataset  # noqa: F401, a part of the interface

DOWNLOAD_URL = "https://www.dropbox.com/s/83z0pkvtunpw7cy/sl_synthetic_yes_no.7z?dl=1"
VERIFY_SHA1 = "abf31f3444f17e94b5bded4d4e2a001b5a6cb1b7"
#: Words, and names of their folders.
CLASSES = ["yes", "no"]

_ARCHIVE = Archive(
    DOWNLOAD_URL,
    VERIFY_SHA1,
    mirrors=("https://www.silabs.com/public/files/github/mltk/datasets/sl_synthetic_yes_no.7z",),
)


def download(
    dest_dir: Optional[str] = None,
    dest_subdir: str = "datasets/yes_no",
    logger=None,
    clean_dest_dir: bool = False,
) -> str:
    """Download and extract the data set; returns its folder. The arguments are those of `Archive.extract`."""
    return _ARCHIVE.extract(dest_dir, dest_subdir, logger, clean_dest_dir)[0]
