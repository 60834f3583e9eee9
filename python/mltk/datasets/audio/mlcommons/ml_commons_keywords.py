"""Three recordings of each English word of the Multilingual Spoken Words Corpus: 16 kHz WAV files, CC-BY 4.0."""

from mltk.datasets.archives import Archive

DOWNLOAD_URL1 = "https://www.dropbox.com/s/j4p9w4h92e8rruo/mlcommons_keywords_subset_part1.7z?dl=1"
VERIFY_URL1_SHA1 = "6f515d8247e2fee70cd0941420918c8fe57a31e8"
DOWNLOAD_URL2 = "https://www.dropbox.com/s/zacujsccjgk92b2/mlcommons_keywords_subset_part2.7z?dl=1"
VERIFY_URL2_SHA1 = "7816f5ffa1deeafa9b5b3faae563f44198031796"

_MIRROR = "https://www.silabs.com/public/files/github/mltk/datasets"
_PART1 = Archive(DOWNLOAD_URL1, VERIFY_URL1_SHA1, mirrors=(f"{_MIRROR}/mlcommons_keywords_subset_part1.7z",))
_PART2 = Archive(DOWNLOAD_URL2, VERIFY_URL2_SHA1, mirrors=(f"{_MIRROR}/mlcommons_keywords_subset_part2.7z",))


def download(dest_dir: str, logger=None, clean_dest_dir: bool = False) -> str:
    """Download and extract both parts; returns the folder. The arguments are those of `Archive.extract`."""
    _PART1.extract(dest_dir, logger=logger, clean_dest_dir=clean_dest_dir)
    return _PART2.extract(dest_dir, logger=logger)[0]
