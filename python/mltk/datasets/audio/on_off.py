"""The spoken words on and off, synthetic: 16 kHz, 16-bit WAV files."""

from typing import Optional

from mltk.datasets.archives import Archive
from mltk.datasets.audio.synthetic import generate_dataset  # noqa: F401, a part of the interface

DOWNLOAD_URL = "https://www.dropbox.com/s/mkvbeyjdks28241/sl_synthetic_on_off.7z?dl=1"
VERIFY_SHA1 = "b20697b82f883e4dc5e0afc4b7dc950d3339e703"
#: Words, and names of their folders.
CLASSES = ["on", "off"]

_ARCHIVE = Archive(
    DOWNLOAD_URL,
    VERIFY_SHA1,
    mirrors=("https://www.silabs.com/public/files/github/mltk/datasets/sl_synthetic_on_off.7z",),
)


def download(
    dest_dir: Optional[str] = None,
    dest_subdir: str = "datasets/on_off",
    logger=None,
    clean_dest_dir: bool = False,
) -> str:
    """Download and extract the data set; returns its folder. The arguments are those of `Archive.extract`."""
    return _ARCHIVE.extract(dest_dir, dest_subdir, logger, clean_dest_dir)[0]
