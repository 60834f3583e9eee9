"""The stock data sets: downloaded from a server of the test, resumed, mirrored, placed by hand."""

import gzip
import hashlib
import http.server
import io
import os
import pickle
import tarfile
import threading

import numpy as np
import pytest

from mltk.datasets.accelerometer import tflm_magic_wand
from mltk.datasets.image import cifar10, fashion_mnist, mnist, rock_paper_scissors_v1
from mltk.utils import archive_downloader
from mltk.utils.path import create_user_dir


class _Server:
    """Serves `files`; the first answer for a name in `cuts` ends after so many bytes."""

    def __init__(self):
        self.files, self.cuts, self.requests = {}, {}, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                name = self.path.rpartition("/")[2]
                begin = int(self.headers.get("Range", "bytes=0-")[6:-1])
                outer.requests.append((name, begin))
                data = outer.files.get(name)
                if data is None:
                    self.send_error(404)
                    return
                self.send_response(206 if begin else 200)
                self.send_header("Content-Length", str(len(data) - begin))
                self.end_headers()
                self.wfile.write(data[begin : begin + outer.cuts.pop(name, len(data))])

            def log_message(self, *_):
                pass

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self):
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server():
    instance = _Server()
    yield instance
    instance.close()


def _idx(array) -> bytes:
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
    return gzip.compress(header + array.astype(np.uint8).tobytes())


@pytest.fixture
def clothes(server, monkeypatch):
    """Fashion-MNIST of 20 and 10 images."""
    random = np.random.default_rng(0)
    arrays = {}
    for part, count in (("train", 20), ("t10k", 10)):
        arrays[f"{part}-labels-idx1-ubyte.gz"] = np.arange(count) % 10
        arrays[f"{part}-images-idx3-ubyte.gz"] = random.integers(0, 256, (count, 28, 28))
    server.files.update({name: _idx(array) for name, array in arrays.items()})
    hashes = {name: hashlib.sha1(server.files[name]).hexdigest() for name in fashion_mnist._FILES}
    monkeypatch.setattr(fashion_mnist, "_FILES", hashes)
    monkeypatch.setattr(fashion_mnist, "DOWNLOAD_URL", server.url)
    return arrays


def test_fashion_mnist_is_downloaded_once_and_resumed(server, clothes):
    server.cuts["train-images-idx3-ubyte.gz"] = 1000
    with pytest.raises(ConnectionError, match="run again to go on"):
        fashion_mnist.load_data()
    (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
    assert ("train-images-idx3-ubyte.gz", 1000) in server.requests
    assert np.array_equal(x_train, clothes["train-images-idx3-ubyte.gz"]) and x_train.dtype == np.uint8
    assert y_train.tolist() == list(range(10)) * 2 and x_test.shape == (10, 28, 28) and len(y_test) == 10
    count = len(server.requests)
    fashion_mnist.load_data()
    assert len(server.requests) == count


def test_a_damaged_file_is_downloaded_once_more_and_then_an_error(server, clothes):
    server.files["t10k-labels-idx1-ubyte.gz"] = b"damaged"
    with pytest.raises(ValueError, match="t10k-labels-idx1-ubyte.gz: its sha1 is .*, expected .*; the file is damaged"):
        fashion_mnist.load_data()
    assert [name for name, _ in server.requests].count("t10k-labels-idx1-ubyte.gz") == 2


def test_mirrors_are_asked_when_the_server_fails(server, clothes, monkeypatch):
    monkeypatch.setattr(fashion_mnist, "DOWNLOAD_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("MLTK_MIRRORS", f"http://127.0.0.1:9/other {server.url}")
    assert fashion_mnist.load_data()[0][0].shape == (20, 28, 28)
    monkeypatch.setenv("MLTK_MIRRORS", f"{server.url}")
    server.files.clear()
    with pytest.raises(ConnectionError) as caught:
        archive_downloader.download_url("http://127.0.0.1:9/a.zip", os.path.join(create_user_dir(), "a.zip"))
    assert "127.0.0.1:9/a.zip" in str(caught.value) and "answered 404" in str(caught.value)


def test_without_a_network_the_message_says_which_file_to_put_where(monkeypatch):
    monkeypatch.setattr(mnist, "DOWNLOAD_URL", "http://127.0.0.1:9/mnist.npz")
    with pytest.raises(ConnectionError, match="Without a network, put the file at .*/downloads/mnist.npz"):
        mnist.load_data()


_DEBIAN = "/usr/share/datasets/fashion-mnist"


@pytest.mark.skipif(not os.path.isdir(_DEBIAN), reason="Debian's package dataset-fashion-mnist is not installed")
def test_the_whole_data_set_as_debian_packs_it(monkeypatch):
    monkeypatch.setattr(fashion_mnist, "_FILES", dict.fromkeys(fashion_mnist._FILES))  # Debian packs the files anew
    downloads = create_user_dir("downloads")
    for name in fashion_mnist._FILES:
        os.symlink(os.path.join(_DEBIAN, name), os.path.join(downloads, name))
    (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
    assert x_train.shape == (60000, 28, 28) and x_test.shape == (10000, 28, 28)
    assert np.bincount(y_train).tolist() == [6000] * 10 and np.bincount(y_test).tolist() == [1000] * 10


def test_folders_of_a_class_each(clothes):
    folder = fashion_mnist.load_data_directory()
    assert sorted(os.listdir(folder)) == sorted(fashion_mnist.CLASSES)
    assert sorted(os.listdir(f"{folder}/boot")) == ["19.jpg", "29.jpg", "9.jpg"]
    os.remove(f"{folder}/boot/9.jpg")
    assert fashion_mnist.load_data_directory() == folder and len(os.listdir(f"{folder}/boot")) == 2


def test_mnist(server, monkeypatch):
    file = io.BytesIO()
    np.savez(file, x_train=np.ones((3, 28, 28), np.uint8), y_train=np.arange(3), x_test=np.zeros((1, 28, 28)), y_test=[7])
    server.files["mnist.npz"] = file.getvalue()
    monkeypatch.setattr(mnist, "DOWNLOAD_URL", f"{server.url}mnist.npz")
    monkeypatch.setattr(mnist, "VERIFY_SHA1", hashlib.sha256(file.getvalue()).hexdigest())
    (x_train, y_train), (_, y_test) = mnist.load_data()
    assert x_train.shape == (3, 28, 28) and y_train.tolist() == [0, 1, 2] and y_test.tolist() == [7]


def _tar(files: dict) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return file.getvalue()


def test_cifar10_and_a_file_that_calls_something(server, monkeypatch):
    def batch(value):
        return pickle.dumps({b"data": np.full((2, 3072), value, np.uint8), b"labels": [value, 9]})

    names = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]
    data = _tar({f"cifar-10-batches-py/{name}": batch(i) for i, name in enumerate(names)})
    server.files["cifar-10-python.tar.gz"] = data
    monkeypatch.setattr(cifar10, "DOWNLOAD_URL", f"{server.url}cifar-10-python.tar.gz")
    monkeypatch.setattr(cifar10, "VERIFY_SHA1", hashlib.sha256(data).hexdigest())
    (x_train, y_train), (x_test, y_test) = cifar10.load_data()
    assert x_train.shape == (10, 32, 32, 3) and y_train.reshape(-1).tolist() == [0, 9, 1, 9, 2, 9, 3, 9, 4, 9]
    assert x_test[0, 0, 0].tolist() == [5, 5, 5] and y_test.shape == (2, 1)

    class Evil:
        def __reduce__(self):
            return os.system, ("true",)

    with open(os.path.join(create_user_dir("datasets/cifar10"), "test_batch"), "wb") as file:
        file.write(pickle.dumps(Evil()))
    with pytest.raises(ValueError, match="system, which is no part of CIFAR-10"):
        cifar10.load_data()


def test_a_folder_that_the_user_filled_is_taken(monkeypatch):
    monkeypatch.setattr(rock_paper_scissors_v1, "DOWNLOAD_URL", "http://127.0.0.1:9/rock_paper_scissors.7z")
    folder = create_user_dir("datasets/rock_paper_scissors/v1")
    with pytest.raises(ConnectionError, match=f"rock_paper_scissors.7z, or its content in {folder}"):
        rock_paper_scissors_v1.load_data()
    os.makedirs(f"{folder}/rock")
    assert rock_paper_scissors_v1.load_data() == folder and os.listdir(folder) == ["rock"]


def test_magic_wand(server, monkeypatch):
    files = {}
    for gesture in tflm_magic_wand._GESTURES:
        for name in tflm_magic_wand._PEOPLE:
            rows = [f"{i},{i + 1},{-i}" for i in range(20)]
            files[f"{gesture}/output_{gesture}_{name}.txt"] = "\n".join(["-,-,-", *rows, "", "-,-,-", *rows]).encode()
    for number in range(1, 6):
        files[f"negative/output_negative_{number}.txt"] = "\n".join(["-,-,-"] + ["1,2,3"] * 130).encode()
    data = _tar(files)
    server.files["data.tar.gz"] = data
    monkeypatch.setattr(tflm_magic_wand, "DOWNLOAD_URL", f"{server.url}data.tar.gz")
    monkeypatch.setattr(tflm_magic_wand, "VERIFY_SHA1", hashlib.sha1(data).hexdigest())
    loader = tflm_magic_wand.load_data(seq_length=128)
    # Six people draw three gestures twice; three files give two parts each, 61 of each made-up movement.
    # A part of 10 moments is too short for two of the speeds.
    assert loader.train_len == 25 * (6 * 3 * 2 + 3 * 2 + 3 * 61) - 3 * 2
    loader.format()
    features, label = next(iter(loader.train_data))
    assert features.shape == (128, 3) and features.dtype == np.float32 and label.dtype == np.int32
    assert len(loader.valid_data) == loader.valid_len > 0 and loader.test_len > 0
    assert sorted(os.listdir(tflm_magic_wand.prepare_data() + "/person_split")) == ["test", "train", "valid"]
