"""Layers that are composed of functions of tensors."""

import json
from pathlib import Path

import numpy as np
import pytest

import mltk.core  # noqa: F401
from mltk.keras_api import backend, layers, models

GOLDEN = Path(__file__).parents[3] / "shared" / "data" / "golden" / "layers"


@pytest.mark.parametrize("name", ["multi_head_attention_self", "multi_head_attention_cross"])
def test_attention_with_several_heads_is_that_of_keras(name, tmp_path):
    folder = GOLDEN / name
    if not folder.exists():
        pytest.skip(f"{folder} is absent")
    import tensorflow as tf

    case = json.loads((folder / "case.json").read_text(encoding="utf-8"))

    def arrays(kind):
        return [np.load(folder / f"{kind}{i}.npy") for i in range(20) if (folder / f"{kind}{i}.npy").exists()] or (
            [np.load(folder / f"{kind}.npy")] if (folder / f"{kind}.npy").exists() else []
        )

    def check(actual, kind):
        expected = arrays(kind)
        assert len(actual) == len(expected)
        for i, (mine, other) in enumerate(zip(actual, expected)):
            tolerance = case["tolerance"].get(f"{kind}{i}") or case["tolerance"][kind]
            np.testing.assert_allclose(np.asarray(mine), other, atol=tolerance["atol"], rtol=tolerance["rtol"])

    backend.clear_session()
    layer = layers.MultiHeadAttention(**case["layer"]["config"])
    inputs = [tf.constant(array) for array in arrays("input")]
    layer(*inputs)
    layer.set_weights(arrays("weight"))
    with tf.GradientTape() as tape:
        output = layer(*inputs)
        total = tf.reduce_sum(output * arrays("upstream")[0])
    check([output], "output")
    gradients = tape.gradient(total, inputs + layer.trainable_weights)
    check(gradients[: len(inputs)], "grad_input")
    check(gradients[len(inputs) :], "grad_weight")
    assert [weight.name for weight in layer.weights][:2] == ["multi_head_attention/query/kernel:0", "multi_head_attention/query/bias:0"]

    tensors = [tf.keras.Input(array.shape[1:]) for array in arrays("input")]
    model = tf.keras.Model(tensors, layer(*tensors))
    model.save(tmp_path / "model.h5")
    loaded = models.load_model(tmp_path / "model.h5")
    np.testing.assert_array_equal(loaded.predict(arrays("input")), model.predict(arrays("input")))


def test_random_layers_change_pictures_in_training_alone():
    pictures = np.random.default_rng(0).uniform(0, 255, (200, 4, 6, 3)).astype("float32")
    flipped = np.asarray(layers.RandomFlip("horizontal")(pictures, training=True))
    kept = np.all(flipped == pictures, axis=(1, 2, 3))
    assert 60 < kept.sum() < 140
    np.testing.assert_array_equal(flipped[~kept], pictures[~kept][:, :, ::-1])
    brighter = np.asarray(layers.RandomBrightness((0.1, 0.2), value_range=(0, 1000))(pictures, training=True)) - pictures
    deltas = brighter[:, 0, 0, 0]
    assert deltas.min() >= 100 - 1e-2 and deltas.max() <= 200 + 1e-2 and deltas.std() == pytest.approx(100 / 12**0.5, rel=0.1)
    contrast = np.asarray(layers.RandomContrast(0.3)(pictures, training=True))
    ratio = contrast.std(axis=(1, 2)).mean(-1) / pictures.std(axis=(1, 2)).mean(-1)
    assert ratio.min() > 0.69 and ratio.max() < 1.31 and ratio.std() > 0.1
    for layer in (layers.RandomFlip(), layers.RandomBrightness(0.2), layers.RandomContrast(0.2)):
        np.testing.assert_array_equal(np.asarray(layer(pictures)), pictures)


def test_moving_layers_draw_for_each_picture():
    pictures = np.random.default_rng(0).uniform(0, 1, (30, 9, 8, 2)).astype("float32")
    for layer in (layers.RandomRotation(0.3), layers.RandomZoom(0.5), layers.RandomTranslation(0.4, 0.4)):
        moved = np.asarray(layer(pictures, training=True))
        assert moved.shape == pictures.shape
        assert len({tuple(np.round(picture.reshape(-1), 4)) for picture in moved}) == 30
        same = np.asarray(layer(np.repeat(pictures[:1], 30, axis=0), training=True))
        assert len({tuple(np.round(picture.reshape(-1), 4)) for picture in same}) > 20
        np.testing.assert_array_equal(np.asarray(layer(pictures)), pictures)


def test_random_crop_cuts_everywhere():
    height, width = np.meshgrid(np.arange(6), np.arange(5), indexing="ij")
    pictures = np.broadcast_to(np.stack([height, width], -1), (300, 6, 5, 2)).astype("float32")
    cut = np.asarray(layers.RandomCrop(3, 4)(pictures, training=True))
    assert cut.shape == (300, 3, 4, 2)
    tops, lefts = cut[:, 0, 0, 0], cut[:, 0, 0, 1]
    np.testing.assert_array_equal(cut - cut[:, :1, :1], np.broadcast_to(pictures[:1, :3, :4], cut.shape))
    assert set(tops) == {0, 1, 2, 3} and set(lefts) == {0, 1}


def test_layers_that_change_the_shape_say_so():
    with pytest.raises(NotImplementedError, match="RandomZoom"):
        layers.RandomHeight(0.2)
    with pytest.raises(NotImplementedError, match="stateful"):
        layers.RNN(layers.LSTMCell(2), stateful=True)
    with pytest.raises(NotImplementedError, match="dropout"):
        layers.GRUCell(2, dropout=0.1)
