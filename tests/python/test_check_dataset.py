"""Findings about the samples, told before training."""

import logging
import shutil

import numpy as np
import pytest

from mltk.core.check_dataset import check_dataset
from mltk.core.preprocess.utils.image import write_image_file
from mltk.core.view_samples import view_samples

_BODY = """
    from mltk.core.preprocess.image.parallel_generator import ParallelImageDataGenerator
    my_model.dataset = {folder!r}
    my_model.classes = ["a", "b"]
    my_model.input_shape = (8, 8, 1)
    my_model.batch_size = 4
    my_model.datagen = ParallelImageDataGenerator(validation_split=0.5, cores=1, horizontal_flip=True)
"""


@pytest.fixture
def folder(tmp_path):
    """4 different pictures of each of 2 classes."""
    random = np.random.default_rng(1)
    for label in "ab":
        for i in range(4):
            image = random.integers(0, 256, (10, 10, 1)).astype(np.uint8)
            write_image_file(str(tmp_path / "data" / label / f"{i}.png"), image)
    return tmp_path / "data"


@pytest.fixture
def model(make_model, folder):
    return make_model(_BODY.format(folder=str(folder)), mixin="ImageDatasetMixin")


def findings(model, strict=False):
    model.load_dataset("training")
    try:
        return check_dataset(model, logging.getLogger("test"), strict)
    finally:
        model.unload_dataset()


def test_good_data_have_no_findings(model):
    assert findings(model) == []


def test_duplicates_are_told_by_where_they_are(model, folder):
    shutil.copy(folder / "a" / "0.png", folder / "a" / "3.png")  # validation and training
    shutil.copy(folder / "b" / "2.png", folder / "b" / "3.png")  # within a class
    shutil.copy(folder / "a" / "1.png", folder / "b" / "1.png")  # in two classes
    labels, across, within = findings(model)
    assert labels.startswith("1 picture(s) are in more than one class") and "a/1.png = " in labels and "b/1.png" in labels
    assert across.startswith("1 picture(s) are in the training and the validation data") and "a/3.png" in across
    assert within.startswith("1 picture(s) are there more than once in a class") and "b/2.png = " in within
    with pytest.raises(ValueError, match="--strict makes them errors"):
        findings(model, strict=True)


def test_the_same_pixels_in_another_format_are_a_duplicate(model, folder):
    from mltk.core.preprocess.utils.image import read_image_file

    image = read_image_file(str(folder / "b" / "0.png"), return_numpy=True)
    (folder / "b" / "3.ppm").write_bytes(b"P5 10 10 255\n" + image.tobytes())
    (folder / "b" / "3.png").unlink()
    assert len(findings(model)) == 1


def test_pictures_that_are_enlarged_are_told(model, folder):
    write_image_file(str(folder / "a" / "2.png"), np.arange(49, dtype=np.uint8).reshape(7, 7, 1))
    (finding,) = findings(model)
    assert finding.startswith("1 picture(s) are smaller than the input of 8 x 8") and "a/2.png (7 x 7)" in finding


def test_a_picture_that_is_cut_off_stops_before_training(model, folder):
    path = folder / "a" / "3.png"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(ValueError, match=r"1 picture\(s\) cannot be read:\n  .*a/3.png"):
        findings(model)


def test_view_samples_shows_what_training_gets(model, tmp_path):
    model.load_dataset("training")
    x, _ = model.x[0]
    model.unload_dataset()
    page = str(tmp_path / "page.html")
    assert view_samples(model, count=3, output=page) == page
    text = (tmp_path / "page.html").read_text()
    assert text.count("<figure>") == 3 and text.count("data:image/png;base64,") == 3 and "8 x 8 x 1" in text
    assert f"mean {x[0].mean(dtype=np.float64):.4g}" in text
    other = view_samples(model, epoch=1, count=3, output=str(tmp_path / "other.html"))
    assert other != page and (tmp_path / "other.html").read_text().split("<main>")[1] != text.split("<main>")[1]
    validation = view_samples(model, count=99, subset="validation")
    with open(validation, encoding="utf-8") as file:
        assert file.read().count("<figure>") == 4


def test_view_samples_of_arrays_and_pipelines(make_model, tmp_path):
    import tensorflow as tf

    model = make_model(mixin="DatasetMixin")
    x, y = np.random.default_rng(0).normal(size=(6, 50)).astype(np.float32), np.arange(6)
    model.classes = list("abcdef")
    for data in ((x, y), tf.data.Dataset.from_tensor_slices((x, y)).batch(4)):
        model.dataset = lambda subset, test, data=data, **kwargs: data
        page = view_samples(model, count=5, output=str(tmp_path / "page.html"))
        with open(page, encoding="utf-8") as file:
            text = file.read()
        assert text.count("<polyline") == 5 and "<b>e</b>" in text and "<b>f</b>" not in text
    with pytest.raises(ValueError, match="there are no validation data"):
        view_samples(model, subset="validation")
