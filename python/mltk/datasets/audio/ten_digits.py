"""The spoken digits zero to nine, synthetic: 16 kHz, 16-bit WAV files."""

from typing import Optional

from mltk.datasets.archives import Archive
from mltk.datasets.audio.synthetic import generate_dataset  # noqa: F401, a part of the interface

DOWNLOAD_URL = "https://www.dropbox.com/s/o8e84fsb5abu3t1/sl_synthetic_ten_digits.7z?dl=1"
VERIFY_SHA1 = "a716e86a27fb5255d2a3bff4441dcd5b4044ea3a"
#: Words, and names of their folders.
CLASSES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]

_ARCHIVE = Archive(
    DOWNLOAD_URL,
    VERIFY_SHA1,
    mirrors=("https://www.silabs.com/public/files/github/mltk/datasets/sl_synthetic_ten_digits.7z",),
)


def download(
    dest_dir: Optional[str] = None,
    dest_subdir: str = "datasets/ten_digits",
    logger=None,
    clean_dest_dir: bool = False,
) -> str:
    """Download and extract the data set; returns its folder. The arguments are those of `Archive.extract`."""
    return _ARCHIVE.extract(dest_dir, dest_subdir, logger, clean_dest_dir)[0]
