"""`.keras` files: those of the real Keras 2 and 3 (tests/golden/keras_files) load, go on training as there, and what is written
again is checked by tools/verify_keras_files.py."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from mltk import keras_api
from mltk.keras_api import callbacks, custom_objects, layers, models, optimizers

FOLDER = Path(__file__).parents[1] / "golden" / "keras_files"
CASES = sorted(path.stem for path in FOLDER.glob("*.npz"))


def one_or_list(values):
    return values[0] if len(values) == 1 else values


def as_list(value):
    return value if isinstance(value, list) else [value]


def golden(case: str):
    arrays = np.load(FOLDER / f"{case}.npz")
    return arrays, *(one_or_list([arrays[f"{key}{i}"] for i in range(9) if f"{key}{i}" in arrays]) for key in "xy")


def assert_outputs(model, x, arrays, kind: str):
    for i, output in enumerate(as_list(model.predict(x))):
        np.testing.assert_allclose(output, arrays[f"{kind}{i}"], atol=2e-6, rtol=1e-5)


@pytest.mark.parametrize("case", CASES)
def test_files_of_real_keras(case, tmp_path):
    arrays, x, y = golden(case)
    model = models.load_model(FOLDER / f"{case}.keras")
    assert_outputs(model, x, arrays, "output")
    written = tmp_path / f"{case}.written.keras"
    model.save(written)
    for each in (models.load_model(written), model):
        loss = as_list(each.train_on_batch(x, y))[0]
        np.testing.assert_allclose(loss, arrays["loss"], rtol=1e-5)
        assert_outputs(each, x, arrays, "next")
        assert each.optimizer.iterations == 3


def test_there_are_cases():
    assert len(CASES) == 4


@pytest.mark.parametrize("case", ["functional_2", "sequential_3"])
def test_weights_alone(case, tmp_path):
    arrays, x, _ = golden(case)
    path = tmp_path / "real.weights.h5"
    with zipfile.ZipFile(FOLDER / f"{case}.keras") as archive:
        path.write_bytes(archive.read("model.weights.h5"))
    model = models.load_model(FOLDER / f"{case}.keras")
    for variable in model.weights:
        variable.assign(np.zeros(variable.shape))
    model.load_weights(path)
    assert_outputs(model, x, arrays, "output")
    model.save_weights(tmp_path / "own.weights.h5")
    other = models.load_model(FOLDER / f"{case}.keras")
    other.set_weights([np.ones_like(weight) for weight in other.get_weights()])
    other.load_weights(tmp_path / "own.weights.h5")
    assert_outputs(other, x, arrays, "output")


def test_same_model_same_bytes(tmp_path):
    model = models.load_model(FOLDER / "functional_2.keras")
    for name in ("a.keras", "b.keras", "a.weights.h5", "b.weights.h5"):
        (model.save if name.endswith(".keras") else model.save_weights)(tmp_path / name)
    for ending in (".keras", ".weights.h5"):
        assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()


def small_model():
    model = models.Sequential([layers.Dense(3, activation="relu", input_shape=(4,)), layers.Dense(2)])
    model.compile(optimizers.Adam(0.01), "mse", metrics=["mae"])
    return model


def test_without_optimizer(tmp_path):
    model = small_model()
    model.train_on_batch(np.ones((2, 4)), np.ones((2, 2)))
    model.save(tmp_path / "a.keras", include_optimizer=False)
    assert not models.load_model(tmp_path / "a.keras").is_compiled
    model.save(tmp_path / "b.keras")
    assert not models.load_model(tmp_path / "b.keras", compile=False).is_compiled
    assert models.load_model(tmp_path / "b.keras").optimizer.iterations == 1


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_checkpoints_keep_the_optimizer(ending, tmp_path):
    x, y = np.random.RandomState(0).rand(8, 4), np.ones((8, 2))
    model = small_model()
    model.fit(x, y, epochs=2, callbacks=[callbacks.ModelCheckpoint(str(tmp_path / f"at-{{epoch}}{ending}"))])
    early = models.load_model(tmp_path / f"at-1{ending}")
    assert early.optimizer.iterations == 1
    early.fit(x, y, epochs=2, initial_epoch=1)
    for own, other in zip(model.get_weights(), early.get_weights()):
        np.testing.assert_array_equal(own, other)


class Scale(layers.Layer):
    """A layer with weights of its own and of layers in its attributes."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.dense = layers.Dense(units)
        self.more = [layers.Dense(units), layers.Dense(units)]

    def build(self, input_shape):
        self.factor = self.add_weight(name="factor", shape=(input_shape[-1],), initializer="ones")

    def call(self, inputs):
        x = self.dense(inputs * self.factor)
        for layer in self.more:
            x = layer(x)
        return x

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class Own(models.Model):
    """A model that is a class."""

    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.scale = Scale(units)
        self.out = layers.Dense(2)

    def call(self, inputs):
        return self.out(self.scale(inputs))

    def get_config(self):
        return {"units": self.units, "name": self.name}


class Doubled(models.Model):
    """A model of inputs and outputs with a step of its own."""

    def train_step(self, data):
        return {key: value * 1.0 for key, value in super().train_step(data).items()}


def test_subclassed_models(tmp_path):
    x, y = np.random.RandomState(0).rand(8, 4).astype(np.float32), np.ones((8, 2))
    model = Own()
    model.compile(optimizers.Adam(0.01), "mse")
    model.fit(x, y)
    path = tmp_path / "own.keras"
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
    assert config["class_name"] == "Own" and config["build_config"] == {"input_shape": [None, 4]}
    with pytest.raises(ValueError, match="custom_objects={'Own': Own}"):
        models.load_model(path)
    loaded = models.load_model(path, custom_objects={"Own": Own})
    np.testing.assert_array_equal(loaded.predict(x), model.predict(x))
    for each in (model, loaded):
        each.fit(x, y)
    np.testing.assert_array_equal(loaded.predict(x), model.predict(x))


def test_a_functional_model_of_an_own_class_keeps_its_class(tmp_path):
    inputs = layers.Input((4,))
    model = Doubled(inputs, Scale(2, name="scale")(inputs))
    model.compile("sgd", "mse")
    model.save(tmp_path / "doubled.keras")
    with pytest.raises(ValueError, match="Doubled"):
        models.load_model(tmp_path / "doubled.keras", custom_objects={"Scale": Scale})
    with custom_objects.custom_object_scope({"Scale": Scale, "Doubled": Doubled}):
        loaded = models.load_model(tmp_path / "doubled.keras")
    assert isinstance(loaded, Doubled) and loaded.is_compiled
    x = np.ones((2, 4))
    np.testing.assert_array_equal(loaded.predict(x), model.predict(x))


def test_errors_name_file_and_remedy(tmp_path):
    model = small_model()
    model.save(tmp_path / "a.keras")
    with pytest.raises(NotImplementedError, match=".keras or .h5"):
        model.save(tmp_path / "folder")
    with pytest.raises(ValueError, match="does not fit"):
        model.save(tmp_path / "a.keras", save_format="h5")
    with pytest.raises(Exception, match="by_name"):
        model.load_weights(tmp_path / "a.keras", by_name=True)
    other = models.Sequential([layers.Dense(3, input_shape=(5,)), layers.Dense(2)])
    with pytest.raises(Exception, match=r"layers/dense/vars/0.*4, 3"):
        other.load_weights(tmp_path / "a.keras")
    other.load_weights(tmp_path / "a.keras", skip_mismatch=True)
    content = (tmp_path / "a.keras").read_bytes()
    (tmp_path / "cut.keras").write_bytes(content[: len(content) // 2])
    with pytest.raises(Exception, match="cut.keras"):
        models.load_model(tmp_path / "cut.keras")


def test_names():
    assert keras_api.models.load_model is models.load_model
