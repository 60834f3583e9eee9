"""`tf.keras.datasets`, from files that are there: nothing is downloaded."""

import gzip
import os
import pickle


def _folder() -> str:
    return os.path.join(os.path.expanduser(os.environ.get("KERAS_HOME", "~/.keras")), "datasets")


def _find(*names: str) -> str:
    for name in names:
        path = name if os.path.isabs(name) else os.path.join(_folder(), name)
        if os.path.exists(path):
            return path
    raise FileNotFoundError(
        f"the data set is not on this computer, and nothing is downloaded: put {' or '.join(names)} into {_folder()}"
    )


class mnist:  # pylint: disable=invalid-name
    """Handwritten digits."""

    @staticmethod
    def load_data(path="mnist.npz"):
        """(x_train, y_train), (x_test, y_test): pictures [N, 28, 28] of uint8, and digits."""
        import numpy as np

        with np.load(_find(path)) as file:
            return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])


class fashion_mnist:  # pylint: disable=invalid-name
    """Pictures of clothes."""

    @staticmethod
    def load_data():
        """(x_train, y_train), (x_test, y_test): pictures [N, 28, 28] of uint8, and classes."""
        import numpy as np

        def numbers(name, header):
            with gzip.open(_find(os.path.join("fashion-mnist", name)), "rb") as file:
                return np.frombuffer(file.read(), "uint8", offset=header)

        sets = []
        for part in ("train", "t10k"):
            labels = numbers(f"{part}-labels-idx1-ubyte.gz", 8)
            sets.append((numbers(f"{part}-images-idx3-ubyte.gz", 16).reshape(len(labels), 28, 28), labels))
        return tuple(sets)


class cifar10:  # pylint: disable=invalid-name
    """Small colour pictures of ten classes."""

    @staticmethod
    def load_data():
        """(x_train, y_train), (x_test, y_test): pictures [N, 32, 32, 3] of uint8, and classes [N, 1]."""
        import numpy as np

        folder = _find("cifar-10-batches-py")

        def part(names):
            pictures, labels = [], []
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    batch = pickle.load(file, encoding="bytes")
                pictures.append(np.asarray(batch[b"data"], "uint8").reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))
                labels += batch[b"labels"]
            return np.concatenate(pictures), np.asarray(labels, "uint8").reshape(-1, 1)

        return part([f"data_batch_{i}" for i in range(1, 6)]), part(["test_batch"])
