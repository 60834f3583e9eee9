"""Rock, paper, scissors, version 2: grey images of hands, 96 x 96 pixels. Silicon Labs."""

from mltk.utils.archive_downloader import download_verify_extract

DOWNLOAD_URL = "https://github.com/SiliconLabs/mltk_assets/raw/master/datasets/rock_paper_scissors_v2.7z"
VERIFY_SHA1 = "77ED1793BE7871DCAA79D935B39BA4D23A28E2C3"
INPUT_HEIGHT = 96
INPUT_WIDTH = 96
INPUT_DEPTH = 1
INPUT_SHAPE = (INPUT_HEIGHT, INPUT_WIDTH, INPUT_DEPTH)
CLASSES = ("rock", "paper", "scissor", "_unknown_")


def load_data(
    dest_dir: str = None, dest_subdir="datasets/rock_paper_scissors/v2", logger=None, clean_dest_dir=False
) -> str:
    """The folder of the data set, with a folder for each class."""
    return download_verify_extract(
        url=DOWNLOAD_URL,
        file_hash=VERIFY_SHA1,
        dest_dir=dest_dir,
        dest_subdir=None if dest_dir else dest_subdir,
        clean_dest_dir=clean_dest_dir,
        remove_root_dir=True,
        logger=logger,
    )
