"""Short clips of people who read aloud, from Common Voice: 16 kHz WAV files, CC0."""

from mltk.datasets.archives import Archive

DOWNLOAD_URL = "https://www.dropbox.com/s/l9uxyr22w3jgenc/common_voice_subset.7z?dl=1"
VERIFY_SHA1 = "ce424afd5d9b754f3ea6b3a4f78304f48e865f93"

_ARCHIVE = Archive(
    DOWNLOAD_URL,
    VERIFY_SHA1,
    mirrors=("https://www.silabs.com/public/files/github/mltk/datasets/common_voice_subset.7z",),
)


def download(dest_dir: str, logger=None, clean_dest_dir: bool = False) -> str:
    """Download and extract the data set; returns its folder. The arguments are those of `Archive.extract`."""
    return _ARCHIVE.extract(dest_dir, logger=logger, clean_dest_dir=clean_dest_dir)[0]
