"""`TfliteModel`: tensors, layers, tables, metadata and inference, on models of single operators."""

from pathlib import Path

import numpy as np
import pytest

from mltk.core import TfliteModel, TfliteOpCode
from mltk.core.tflite_model import TfliteActivation, TfliteConv2dLayer, TfliteFullyConnectedLayer, TflitePadding

OPERATORS = Path(__file__).parents[1] / "golden" / "operators"


def load(name: str) -> TfliteModel:
    return TfliteModel.load_flatbuffer_file(f"{OPERATORS}/{name}.tflite")


def golden_io(name: str):
    """The first inference in NAME.io: inputs and outputs of the device."""
    model, data, at = load(name), (OPERATORS / f"{name}.io").read_bytes(), 0
    arrays = []
    for tensor in model.inputs + model.outputs:
        size = tensor.shape.flat_size * np.dtype(tensor.dtype).itemsize
        arrays.append(np.frombuffer(data[at : at + size], tensor.dtype).reshape(tensor.shape))
        at += size
    return arrays[: model.n_inputs], arrays[model.n_inputs :]


def test_layer_and_its_tensors():
    layer = load("fully_connected_int8").layers[0]
    assert isinstance(layer, TfliteFullyConnectedLayer)
    assert (layer.name, layer.opcode, layer.opcode_str) == ("op0-fully_connected", TfliteOpCode.FULLY_CONNECTED, "fully_connected")
    assert layer.units == layer.output_tensor.shape[-1] and layer.weights_data.shape == layer.weights_tensor.shape
    assert layer.options.fusedActivationFunction == layer.options.activation == TfliteActivation(layer.activation)
    with pytest.raises(AttributeError, match="has no 'stride'; its fields are"):
        layer.options.stride
    with pytest.raises(IndexError, match="has no input 7"):
        layer.get_input_tensor(7)


def test_int4_values_are_unpacked_and_packed():
    model = load("conv_2d_int4")
    layer = model.layers[0]
    assert isinstance(layer, TfliteConv2dLayer) and layer.filters == layer.output_tensor.shape[-1]
    values = layer.filters_data
    assert values.dtype == np.int8 and values.min() >= -8 and values.max() <= 7 and values.any()
    layer.filters_tensor.data = np.clip(-values, -8, 7)
    again = TfliteModel(model.flatbuffer_data)
    assert np.array_equal(again.layers[0].filters_data, np.clip(-values, -8, 7))
    with pytest.raises(ValueError, match="expected -8 to 7"):
        layer.filters_tensor.data = np.full_like(values, 8)


def test_new_weights_change_the_inference():
    (x,), (y,) = golden_io("fully_connected_int8")
    model = load("fully_connected_int8")
    assert np.array_equal(model.predict(x), y)
    weights = model.layers[0].weights_tensor
    weights.data = np.zeros_like(weights.data)
    assert not np.array_equal(model.predict(x), y)
    with pytest.raises(ValueError, match="elements"):
        weights.data = np.zeros(3, np.int8)


def test_tables_are_views():
    model = load("while")
    assert model.n_subgraphs == len(model.flatbuffer_model.subgraphs) == 3
    model.selected_model_subgraph = 1
    assert model.flatbuffer_subgraph is model.flatbuffer_model.subgraphs[1]
    assert len(model.layers) == len(model.flatbuffer_subgraph.operators)
    with pytest.raises(AttributeError, match="view of the file"):
        model.flatbuffer_subgraph.name = b"x"
    with pytest.raises(ValueError, match="there are 3"):
        model.selected_model_subgraph = 3


def test_removed_metadata_leaves_the_other_entries():
    model = load("add_int8")
    before = model.predict([np.zeros(tensor.shape, np.int8) for tensor in model.inputs])
    model.add_metadata("first", b"1")
    model.add_metadata("second", b"2")
    assert model.remove_metadata("first") and not model.remove_metadata("first")
    again = TfliteModel(model.flatbuffer_data)
    assert again.get_all_metadata()["second"] == b"2" and again.get_metadata("first") is None
    after = again.predict([np.zeros(tensor.shape, np.int8) for tensor in again.inputs])
    assert np.array_equal(before[0], after[0])


def test_several_inputs_as_list_or_dictionary():
    (a, b), (y,) = golden_io("add_int8")
    model = load("add_int8")
    assert model.inputs[0].shape[0] != 1  # two samples of a batch that the file fixes
    assert np.array_equal(model.predict([a, b])[0], y)
    assert np.array_equal(model.predict({0: a, 1: b})[0], y)
    with pytest.raises(ValueError, match="for each input 0 to 1"):
        model.predict({0: a})
    with pytest.raises(ValueError, match="has 2 inputs"):
        model.predict(a)


def test_iterables_of_batches():
    model = load("fully_connected_int8")
    (x,), (y,) = golden_io("fully_connected_int8")

    class Batches(list):
        max_samples = 0

    batches = Batches([x, (x, None), x])
    assert np.array_equal(model.predict(batches), np.concatenate([y, y, y]))
    batches.max_samples = len(y) + 1
    assert len(model.predict(batches)) == len(y) + 1
    with pytest.raises(RuntimeError, match="no batch"):
        model.predict(iter(()))


def test_enumerations_take_names():
    assert TfliteActivation("relu6") is TfliteActivation.RELU6 and str(TfliteActivation(2)) == "Relu_N1_To_1"
    padding = TflitePadding("valid", width=2, height=3)
    assert padding == TflitePadding.VALID and (padding.width, padding.height, TflitePadding.VALID.width) == (2, 3, 0)
    with pytest.raises(ValueError, match="SAME, VALID"):
        TflitePadding("none")


def test_bytes_that_are_no_model():
    with pytest.raises(RuntimeError):
        TfliteModel(b"\x12\x34\x56\x78")
