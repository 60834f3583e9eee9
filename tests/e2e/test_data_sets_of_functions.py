"""A specification whose data are a pipeline of `tf.data`, with worker processes, as MLTK's examples write it."""

import re
import shutil

import pytest
from workspace import DIGITS

_SPECIFICATION = """
import numpy as np
import mltk.core as mltk_core
from mltk.core.preprocess.utils import image as image_utils
from mltk.core.preprocess.utils import tf_dataset as tf_dataset_utils
import tensorflow as tf


class MyModel(mltk_core.MltkModel, mltk_core.TrainMixin, mltk_core.DatasetMixin, mltk_core.EvaluateClassifierMixin):
    pass


my_model = MyModel()
my_model.version = 1
my_model.epochs = 4
my_model.batch_size = 32
my_model.classes = [str(digit) for digit in range(10)]
my_model.class_weights = "balanced"
my_model.tflite_converter["optimizations"] = [tf.lite.Optimize.DEFAULT]
my_model.tflite_converter["supported_ops"] = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]


def representative_data():
    for x, _ in my_model.x.unbatch().batch(1).take(100):
        yield [x]


my_model.tflite_converter["representative_dataset"] = representative_data


def augment(paths, seeds):
    batch = np.empty((len(paths), 8, 8, 1), np.float32)
    for i, path in enumerate(paths):
        rng = np.random.default_rng(seeds[i])
        batch[i] = image_utils.read_image_file(path, return_numpy=True) / 255 + rng.normal(0, 0.02, (8, 8, 1))
    return batch


class Digits(mltk_core.MltkDataset):
    def __init__(self):
        self.pools = []

    def load_dataset(self, subset, test=False, **kwargs):
        if subset == "training":
            return self.load("training", (0.2, 1)), None, self.load("validation", (0, 0.2))
        return self.load("validation", (0, 0.2))

    def unload_dataset(self):
        for pool in self.pools:
            pool.shutdown()
        self.pools.clear()

    def load(self, subset, split):
        features, labels = tf_dataset_utils.load_image_directory(
            directory="data", classes=my_model.classes, onehot_encode=True, shuffle=True, seed=42,
            split=split, class_counts=my_model.class_counts[subset],
        )
        features = features.zip((features, tf.data.experimental.Counter()))
        features = features.batch(50)
        features, pool = tf_dataset_utils.parallel_process(features, augment, dtype=np.float32, n_jobs=2, name=subset)
        self.pools.append(pool)
        features = features.unbatch().prefetch(500)
        ds = tf.data.Dataset.zip((features, labels))
        ds = ds.shuffle(500, reshuffle_each_iteration=True, seed=42)
        return ds.batch(my_model.batch_size).prefetch(2)


my_model.dataset = Digits()


def build(model):
    network = tf.keras.Sequential([
        tf.keras.Input(shape=(8, 8, 1)),
        tf.keras.layers.Conv2D(16, 3, activation="relu"),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(10, activation="softmax"),
    ])
    network.compile(loss="categorical_crossentropy", optimizer=tf.keras.optimizers.Adam(0.01), metrics=["accuracy"])
    return network


my_model.build_model_function = build
"""


@pytest.fixture(autouse=True)
def _data(workspace):
    """The listing keeps its index beside the pictures, which must not be those of the repository."""
    shutil.copytree(DIGITS / "data", workspace.folder / "data")


def test_trains_evaluates_and_quantizes(workspace):
    workspace.write(_SPECIFICATION, "pipeline")
    output = workspace.run("train", "pipeline").stdout
    accuracies = [float(value) for value in re.findall(r"Overall accuracy: ([\d.]+)%", output)]
    assert len(accuracies) == 2 and min(accuracies) > 90, output
    history = (workspace.logs / "pipeline" / "train" / "training-history.json").read_bytes()
    workspace.run("train", "pipeline", "--threads", "1")
    assert (workspace.logs / "pipeline" / "train" / "training-history.json").read_bytes() == history


def test_a_sample_that_cannot_be_read_is_named(workspace):
    text = _SPECIFICATION.replace("batch[i] = image", "assert not path.endswith(b'/0133.png'); batch[i] = image")
    assert text != _SPECIFICATION
    workspace.write(text, "pipeline")
    error = workspace.run("train", "pipeline", status=1).stderr
    assert re.search(r"/0133\.png: AssertionError", error) and "in augment" in error
