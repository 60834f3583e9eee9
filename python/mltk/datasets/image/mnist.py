"""MNIST: 70 000 handwritten digits of 28 x 28 pixels. Y. LeCun, C. Cortes; CC BY-SA 3.0."""

from mltk.datasets.image.class_folders import write_class_folders
from mltk.utils.archive_downloader import download_verify_extract

INPUT_SHAPE = (28, 28)
CLASSES = [str(digit) for digit in range(10)]
DOWNLOAD_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
#: A SHA-256, by its historical name.
VERIFY_SHA1 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"


def load_data(dest_dir: str = None, dest_subdir="datasets/mnist", logger=None, clean_dest_dir=False):
    """((x_train, y_train), (x_test, y_test)): [60000, 28, 28] and [60000], [10000, 28, 28] and [10000]; uint8."""
    import numpy as np

    path = download_verify_extract(
        url=DOWNLOAD_URL,
        file_hash=VERIFY_SHA1,
        dest_dir=dest_dir,
        dest_subdir=dest_subdir,
        clean_dest_dir=clean_dest_dir,
        extract=False,
        logger=logger,
    )
    with np.load(path) as file:
        return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])


def load_data_directory(dest_dir: str = None, dest_subdir="datasets/mnist", logger=None, clean_dest_dir=False) -> str:
    """Folder with all images as `<class>/<number>.jpg`."""
    return write_class_folders(load_data, CLASSES, dest_dir, dest_subdir, clean_dest_dir, logger)
