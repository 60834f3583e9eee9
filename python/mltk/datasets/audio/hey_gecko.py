"""The spoken words "hey gecko" and sounds like them, synthetic: 16 kHz, 16-bit WAV files."""

from typing import Optional

from mltk.datasets.archives import Archive
from mltk.datasets.audio.synthetic import generate_dataset  # noqa: F401, a part of the interface

DOWNLOAD_URL = "https://www.silabs.com/public/files/github/mltk/datasets/sl_synthetic_hey_gecko2.7z"
VERIFY_SHA1 = "69064ca13f7c4c1e20b7672162e204851c64aef6"
#: Words, and names of their folders.
CLASSES = ["heygecko", "_unknown_"]

_ARCHIVE = Archive(DOWNLOAD_URL, VERIFY_SHA1)


def download(
    dest_dir: Optional[str] = None,
    dest_subdir: str = "datasets/hey_gecko",
    logger=None,
    clean_dest_dir: bool = False,
) -> str:
    """Download and extract the data set; returns its folder. The arguments are those of `Archive.extract`."""
    return _ARCHIVE.extract(dest_dir, dest_subdir, logger, clean_dest_dir)[0]
