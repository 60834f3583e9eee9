"""The page with the graph of a model."""

import socket
import threading
import time
import urllib.request
import webbrowser
from pathlib import Path

import numpy as np
import pytest

from mltk.core import train_model, view_model
from mltk.core.commands import main

_BODY = """
import numpy as np
import tensorflow as tf

my_model.epochs = 1
my_model.classes = ["a", "b"]
my_model.input_shape = (4,)
my_model.checkpoint = None



def build(my_model):
    model = tf.keras.Sequential([tf.keras.layers.Dense(2, activation="softmax", input_shape=(4,), name="last_one")])
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class Loader(mltk_core.MltkDataset):
    def load_dataset(self, subset, test=False, **_):
        x = np.eye(4, dtype=np.float32)
        y = np.array([0, 0, 1, 1])
        my_model.tflite_converter["representative_dataset"] = lambda: [[row[None]] for row in x]
        return x, y, (x, y)


my_model.dataset = Loader()
my_model.build_model_function = build
"""


@pytest.fixture
def opened(monkeypatch):
    """Addresses that a browser was asked to open."""
    addresses = []
    monkeypatch.delenv("MLTK_UNIT_TEST", raising=False)
    monkeypatch.setattr(webbrowser, "open", lambda address: addresses.append(address) or True)
    return addresses


@pytest.fixture
def path(write_spec):
    return write_spec(_BODY, "net")


def test_the_page_of_a_trained_model_is_opened(path, opened, capsys):
    train_model(path)
    for arguments, title in (([], "Dense"), (["--tflite"], "FULLY_CONNECTED")):
        assert main(["view", path, *arguments]) == 0
        page = Path(opened[-1].removeprefix("file://"))
        assert page.read_text(encoding="utf-8").count(f">{title}</text>") == 1
        assert capsys.readouterr().out.strip() == f"Graph: {page}"
    archive = path.replace(".py", ".mltk.zip")
    assert "last_one" in Path(view_model(archive, output=path + ".html")).read_text(encoding="utf-8")
    assert len(opened) == 3


def test_a_model_that_is_not_trained_is_built(path, opened):
    assert ">Dense</text>" in Path(view_model(path, build=True, show=False)).read_text(encoding="utf-8")
    assert ">FULLY_CONNECTED</text>" in Path(view_model(path, build=True, tflite=True)).read_text(encoding="utf-8")
    assert len(opened) == 1


def test_nothing_is_opened_in_unit_tests(path, opened, monkeypatch):
    monkeypatch.setenv("MLTK_UNIT_TEST", "1")
    view_model(path, build=True, port=1)
    assert not opened


def test_the_page_is_served_for_browsers_elsewhere(path, opened):
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    server = threading.Thread(target=view_model, args=(path,), kwargs={"build": True, "port": port, "timeout": 2})
    server.start()
    page = b""
    for _ in range(40):
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/", timeout=2) as answer:
                page = answer.read()
            break
        except OSError:
            time.sleep(0.05)
    server.join()
    assert b">Dense</text>" in page and opened == [f"http://localhost:{port}"]


def test_what_cannot_be_shown_says_so(tmp_path):
    with pytest.raises(ValueError, match="is a trained model already"):
        view_model(str(tmp_path / "x.tflite"), build=True)
    with pytest.raises(ValueError, match="model is ndarray"):
        view_model(np.zeros(3))
    with pytest.raises(FileNotFoundError, match="x.h5"):
        view_model(str(tmp_path / "x.h5"))
