"""Rock, paper, scissors, version 2: grey images of hands, 96 x 96 pixels. Silicon Labs."""

from typing import Optional

from mltk.datasets.archives import Archive

DOWNLOAD_URL = "https://github.com/SiliconLabs/mltk_assets/raw/master/datasets/rock_paper_scissors_v2.7z"
VERIFY_SHA1 = "77ED1793BE7871DCAA79D935B39BA4D23A28E2C3"
INPUT_HEIGHT = 96
INPUT_WIDTH = 96
INPUT_DEPTH = 1
INPUT_SHAPE = (INPUT_HEIGHT, INPUT_WIDTH, INPUT_DEPTH)
CLASSES = ("rock", "paper", "scissor", "_unknown_")


def load_data(
    dest_dir: Optional[str] = None,
    dest_subdir: str = "datasets/rock_paper_scissors/v2",
    logger=None,
    clean_dest_dir: bool = False,
) -> str:
    """The folder of the data set, with a folder for each class. The arguments are those of `Archive.extract`."""
    archive = Archive(DOWNLOAD_URL, VERIFY_SHA1, remove_root_dir=True)
    return archive.extract(dest_dir, dest_subdir, logger, clean_dest_dir)[0]
