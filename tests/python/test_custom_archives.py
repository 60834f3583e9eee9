"""Archives of MLTK whose models hold layers written in Python: they open, predict and convert to the operators and the int8
weights that are recorded in them; and the golden training of the siamese network with its loss written in Python."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import upstream

import mltk.core  # noqa: F401
from mltk.core.quantize_model import _convert
from mltk.core.tflite_model import TfliteModel
from mltk.keras_api import backend, losses, models

GOLDEN = Path(__file__).parents[3] / "shared" / "data" / "golden" / "training"
ARCHIVES = ["keyword_spotting_on_off_v3", "keyword_spotting_alexa", "keyword_spotting_pacman_v3"]
SETTINGS = {
    "optimizations": ["DEFAULT"],
    "supported_ops": ["TFLITE_BUILTINS_INT8"],
    "inference_input_type": "int8",
    "inference_output_type": "int8",
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_layer_written_in_python_converts_as_recorded(name, tmp_path):
    tenet = upstream.module("mltk/models/shared/tenet.py")
    h5 = upstream.unpack(f"siliconlabs/{name}.mltk.zip", ".h5", tmp_path)
    tflite = Path(upstream.unpack(f"siliconlabs/{name}.mltk.zip", ".tflite", tmp_path)).read_bytes()
    keras_model = models.load_model(h5, custom_objects={"MultiScaleTemporalConvolution": tenet.MultiScaleTemporalConvolution})
    layer = next(layer for layer in keras_model.layers if type(layer).__name__ == "MultiScaleTemporalConvolution")
    assert isinstance(layer, tenet.MultiScaleTemporalConvolution) and layer.scales == [9]
    assert [weight.shape for weight in layer.weights] == [(9, 1, layer.output_shape[-1], 1)]

    samples = np.random.default_rng(1).normal(size=(8, 1, *keras_model.input_shape[1:])).astype("float32")
    assert np.all(np.isfinite(keras_model.predict(samples[:, 0])))
    made = _convert(keras_model, SETTINGS, ([sample] for sample in samples))
    recorded = TfliteModel(tflite)
    ours, theirs = int8_weights(made), int8_weights(recorded)
    assert [operator for operator, _ in ours] == [operator for operator, _ in theirs]
    assert sum(len(weights) for _, weights in ours) > 20
    for (_, mine), (_, other) in zip(ours, theirs):
        for (values, scale), (recorded_values, recorded_scale) in zip(mine, other):
            assert values == recorded_values
            # Where a batch normalization was folded, the converting computer's approximate square root is in the scale.
            np.testing.assert_allclose(scale, recorded_scale, rtol=2e-6)


def int8_weights(model: TfliteModel) -> list:
    """Operators with their int8 constants: bytes and scales."""
    return [
        (
            layer.opcode_str,
            [
                (tensor.data.tobytes(), tensor.quantization.scale)
                for tensor in layer.inputs
                if tensor.dtype == np.int8 and tensor.is_constant
            ],
        )
        for layer in model.layers
    ]


def test_siamese_network_learns_as_in_keras():
    folder = GOLDEN / "siamese_contrastive"
    if not folder.exists():
        pytest.skip(f"{folder} is absent")
    import tensorflow as tf

    class ContrastiveLoss(losses.Loss):
        def __init__(self, margin=1, **kwargs):
            super().__init__(**kwargs)
            self.margin = margin

        def call(self, y_true, y_pred):
            square_pred = tf.math.square(y_pred)
            margin_square = tf.math.square(tf.math.maximum(self.margin - y_pred, 0))
            return tf.math.reduce_mean((1 - y_true) * square_pred + y_true * margin_square)

    def array(name):
        return np.load(folder / f"{name}.npy")

    def bound(name):
        return case["tolerance"][name]

    case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    backend.clear_session()
    model = models.load_model(str(folder / "start.h5"), custom_objects={"ContrastiveLoss": ContrastiveLoss}, compile=False)
    model.compile("RMSprop", ContrastiveLoss(), metrics=["accuracy"])
    x, y = [array("x0"), array("x1")], array("y0")
    measured = []
    for _ in range(case["epochs"]):
        for first in range(0, len(y), case["batch"]):
            rows = slice(first, first + case["batch"])
            measured.append(model.train_on_batch([part[rows] for part in x], y[rows]))
    np.testing.assert_allclose([loss for loss, _ in measured], array("loss"), **bound("loss"))
    np.testing.assert_allclose([accuracy for _, accuracy in measured], array("metric_accuracy"), **bound("metric_accuracy"))
    noise = set(case.get("noise_driven", []))
    for index, weight in enumerate(model.get_weights()):
        name = f"final_weight{index}"
        if name not in noise and case["weight_names"][index] not in noise:
            np.testing.assert_allclose(weight, array(name), **bound(name), err_msg=case["weight_names"][index])


def test_blocks_of_kws_streaming(tmp_path, monkeypatch):
    """Layers without build(), with layers inside that are made in call(), and no argument for the training phase."""
    import types

    import tensorflow as tf

    pytest.importorskip("absl")
    optimization = types.ModuleType("tensorflow_model_optimization")
    keras = types.SimpleNamespace(QuantizeConfig=object, quantize_annotate_layer=lambda layer, config=None: layer)
    optimization.quantization = types.SimpleNamespace(keras=keras)
    monkeypatch.setitem(sys.modules, "tensorflow_model_optimization", optimization)
    monkeypatch.syspath_prepend(str(upstream.upstream_folder() / "mltk" / "models" / "shared"))
    from kws_streaming.models import bc_resnet

    backend.clear_session()
    inputs = tf.keras.Input((16, 20, 4))
    value = bc_resnet.TransitionBlock(filters=6, dilation=1, stride=(1, 1), sub_groups=5)(inputs)
    value = bc_resnet.NormalBlock(filters=6, dilation=2, stride=1, sub_groups=5)(value)
    value = tf.keras.layers.Dense(3, activation="softmax")(tf.keras.layers.GlobalAveragePooling2D()(value))
    model = tf.keras.Model(inputs, value)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x = np.random.default_rng(2).normal(size=(12, 16, 20, 4)).astype("float32")
    before = model.get_weights()
    model.fit(x, np.arange(12) % 3, batch_size=6, epochs=2, verbose=0)
    assert all(np.any(old != new) for old, new in zip(before, model.get_weights()))
    expected = model.predict(x)
    model.save(tmp_path / "blocks.h5")
    classes = {"TransitionBlock": bc_resnet.TransitionBlock, "NormalBlock": bc_resnet.NormalBlock}
    np.testing.assert_array_equal(models.load_model(tmp_path / "blocks.h5", custom_objects=classes).predict(x), expected)
    interpreter = tf.lite.Interpreter(model_content=tf.lite.TFLiteConverter.from_keras_model(model).convert())
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x[:1])
    interpreter.invoke()
    np.testing.assert_allclose(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]), expected[:1], atol=1e-6)
