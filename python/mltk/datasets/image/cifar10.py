"""CIFAR-10: 60 000 colour images of 32 x 32 pixels in 10 classes. A. Krizhevsky, 2009."""

import os
import pickle

from mltk.datasets.image.class_folders import write_class_folders
from mltk.utils.archive_downloader import download_verify_extract

INPUT_SHAPE = (32, 32, 3)
CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
DOWNLOAD_URL = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
#: A SHA-256, by its historical name.
VERIFY_SHA1 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"

#: What the files need besides Python's own types.
_NUMPY_NAMES = ("_reconstruct", "ndarray", "dtype")


def load_data(dest_dir: str = None, dest_subdir="datasets/cifar10", logger=None, clean_dest_dir=False):
    """((x_train, y_train), (x_test, y_test)): [50000, 32, 32, 3], [50000, 1], and 10000 of each; uint8."""
    import numpy as np

    folder = download_verify_extract(
        url=DOWNLOAD_URL,
        file_hash=VERIFY_SHA1,
        dest_dir=dest_dir,
        dest_subdir=None if dest_dir else dest_subdir,
        clean_dest_dir=clean_dest_dir,
        remove_root_dir=True,
        logger=logger,
    )
    parts = [_read_batch(os.path.join(folder, f"data_batch_{number}")) for number in range(1, 6)]
    train = tuple(np.concatenate([part[i] for part in parts]) for i in range(2))
    return train, _read_batch(os.path.join(folder, "test_batch"))


def load_data_directory(
    dest_dir: str = None, dest_subdir="datasets/cifar10/images", logger=None, clean_dest_dir=False
) -> str:
    """Folder with all images as `<class>/<number>.jpg`."""
    return write_class_folders(load_data, CLASSES, dest_dir, dest_subdir, clean_dest_dir, logger)


class _Unpickler(pickle.Unpickler):
    """Makes arrays and Python's own values, and calls nothing else that a file may name."""

    def find_class(self, module, name):
        if module.split(".")[0] != "numpy" or name not in _NUMPY_NAMES:
            raise ValueError(f"the file names {module}.{name}, which is no part of CIFAR-10")
        return super().find_class(module, name)


def _read_batch(path: str):
    import numpy as np

    with open(path, "rb") as file:
        batch = _Unpickler(file, encoding="bytes").load()
    images = np.asarray(batch[b"data"], dtype=np.uint8).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images), np.asarray(batch[b"labels"], dtype=np.uint8).reshape(-1, 1)
