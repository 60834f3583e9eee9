"""Fashion-MNIST: 70 000 pieces of clothing of 28 x 28 pixels. Zalando Research; MIT licence."""

import gzip

from mltk.datasets.image.class_folders import write_class_folders
from mltk.utils.archive_downloader import download_verify_extract

INPUT_SHAPE = (28, 28)
CLASSES = ["tshirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"]
DOWNLOAD_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

#: File -> SHA-1.
_FILES = {
    "train-labels-idx1-ubyte.gz": "09814CFEF5A041118CEACE42F8DAE995319D331A",
    "train-images-idx3-ubyte.gz": "95978B76B6897F6CA69A25145D01716EFB615989",
    "t10k-labels-idx1-ubyte.gz": "9CAAD14E1AFF9ADAC77D3744963212D36AF15BEE",
    "t10k-images-idx3-ubyte.gz": "5EDDA96C6D8C36FF915115A0E8136D370A021576",
}


def load_data(dest_dir: str = None, dest_subdir="datasets/fashion_mnist", logger=None, clean_dest_dir=False):
    """((x_train, y_train), (x_test, y_test)): [60000, 28, 28] and [60000], [10000, 28, 28] and [10000]; uint8."""
    paths = {
        name: download_verify_extract(
            url=DOWNLOAD_URL + name,
            file_hash=sha1,
            dest_dir=dest_dir,
            dest_subdir=dest_subdir,
            clean_dest_dir=clean_dest_dir,
            extract=False,
            logger=logger,
        )
        for name, sha1 in _FILES.items()
    }
    arrays = [read_idx(path) for path in paths.values()]
    return (arrays[1], arrays[0]), (arrays[3], arrays[2])


def load_data_directory(
    dest_dir: str = None, dest_subdir="datasets/fashion_mnist", logger=None, clean_dest_dir=False
) -> str:
    """Folder with all images as `<class>/<number>.jpg`."""
    return write_class_folders(load_data, CLASSES, dest_dir, dest_subdir, clean_dest_dir, logger)


def read_idx(path: str):
    """The array of a packed IDX file of bytes: 0, 0, 8, rank, then the sizes as big-endian numbers of 4 bytes.

    Raises:
        ValueError: the file is something else, or is cut off
    """
    import numpy as np

    with gzip.open(path, "rb") as file:
        data = file.read()
    if data[:3] != b"\0\0\x08" or len(data) < 4 * (1 + data[3]):
        raise ValueError(f"{path}: is no IDX file of bytes")
    shape = np.frombuffer(data, ">i4", count=data[3], offset=4)
    begin = 4 * (1 + data[3])
    if len(data) - begin != shape.prod(dtype=np.int64):
        raise ValueError(f"{path}: has {len(data) - begin} values, expected {tuple(shape.tolist())}")
    return np.frombuffer(data, np.uint8, offset=begin).reshape(shape)
