"""Spoken commands for directions, synthetic: 16 kHz, 16-bit WAV files."""

from typing import Optional

from mltk.datasets.archives import Archive
from mltk.datasets.audio.synthetic import generate_dataset  # noqa: F401, a part of the interface

DOWNLOAD_URL = "https://www.dropbox.com/s/ulumv0sxbtcssvr/synthetic_direction_commands.7z?dl=1"
VERIFY_SHA1 = "9e9295b4eda3d9da9cd242063c1646b15908da55"
#: Words, and names of their folders.
CLASSES = ["left", "right", "up", "down", "stop", "go"]

_ARCHIVE = Archive(
    DOWNLOAD_URL,
    VERIFY_SHA1,
    mirrors=("https://www.silabs.com/public/files/github/mltk/datasets/synthetic_direction_commands.7z",),
)


def download(
    dest_dir: Optional[str] = None,
    dest_subdir: str = "datasets/direction_commands",
    logger=None,
    clean_dest_dir: bool = False,
) -> str:
    """Download and extract the data set; returns its folder. The arguments are those of `Archive.extract`."""
    return _ARCHIVE.extract(dest_dir, dest_subdir, logger, clean_dest_dir)[0]
