"""Parameters of a model: types, checks, text."""

import pytest

from mltk.core import TfliteModelParameters
from mltk.core.tflite_model_parameters import DictionaryValue, FlatbufferDictionary


@pytest.fixture
def core(fake_core):
    """Keeps entries instead of writing a FlatBuffer."""
    fake_core.stored = {}

    def serialize(entries):
        fake_core.stored[b"data"] = list(entries)
        return b"data"

    fake_core.parameters_serialize = serialize
    fake_core.parameters_deserialize = fake_core.stored.__getitem__
    return fake_core


def types_of(values, core):
    dictionary = FlatbufferDictionary(values)
    dictionary.serialize()
    return [dtype for _, dtype, _ in core.stored[b"data"]]


@pytest.mark.parametrize(
    "value, dtype",
    [
        (True, "bool"),
        (0, "uint8"),
        (255, "uint8"),
        (256, "uint16"),
        (65536, "uint32"),
        (2**32, "uint64"),
        (-1, "int8"),
        (-129, "int16"),
        (-(2**31), "int32"),
        (-(2**31) - 1, "int64"),
        (0.5, "float"),
        (0.0, "double"),
        (-1.0, "double"),
        (1e300, "double"),
        ("a", "str"),
        (b"a", "bin"),
        (bytearray(b"a"), "bin"),
        ([], "str_list"),
        (("a",), "str_list"),
        ([1, 2], "int32_list"),
        ([0.5], "float_list"),
    ],
)
def test_type_of_a_value(core, value, dtype):
    assert types_of({"key": value}, core) == [dtype]


def test_numpy_numbers(core):
    np = pytest.importorskip("numpy")
    assert types_of({"a": np.int64(300), "b": np.float32(0.5), "c": np.uint8(3)}, core) == ["uint16", "float", "uint8"]


@pytest.mark.parametrize("value", [None, {"a": 1}, 2**64, [1, "a"], [True], object(), [None], {1}])
def test_values_that_cannot_be_stored(value):
    parameters = TfliteModelParameters()
    with pytest.raises(ValueError, match="parameter key"):
        parameters["key"] = value


def test_explicit_type(core):
    parameters = TfliteModelParameters()
    parameters.put("key", 5, "int32")
    assert parameters["key"] == DictionaryValue(5, "int32")
    parameters.serialize()
    assert core.stored[b"data"] == [("key", "int32", 5)]
    for value, dtype in ((300, "uint8"), ("x", "float"), (1, "int128")):
        with pytest.raises(ValueError, match="parameter key"):
            parameters.put("key", value, dtype)


def test_update_is_checked_when_serialized(core):
    parameters = TfliteModelParameters(bad=None)
    with pytest.raises(ValueError, match="parameter bad: is a NoneType"):
        parameters.serialize()


def test_round_trip_keeps_order(core):
    parameters = TfliteModelParameters()
    parameters.update({"z": 1, "a": [0.5]})
    again = TfliteModelParameters.deserialize(parameters.serialize())
    assert type(again) is TfliteModelParameters and list(again.items()) == [("z", 1), ("a", [0.5])]


def test_text_is_sorted_and_cut():
    parameters = FlatbufferDictionary(b=b"abc", a=["x", "y"], c="z" * 100)
    assert str(parameters) == "a: x, y\nb: <3 bytes>\nc: " + "z" * 61 + "..."


def test_initial_parameters_of_a_model(make_model):
    model = make_model()
    assert list(model.model_parameters.items()) == [
        ("name", ""),
        ("version", 0),
        ("classes", []),
        ("hash", ""),
        ("date", ""),
        ("runtime_memory_size", 0),
    ]


def test_metadata_of_a_model(make_model, core):
    model = make_model("my_model.version = 3\nmy_model.set_model_parameter('own', 1)\n")
    [(tag, data)] = model.serialize_tflite_metadata()
    assert tag == "SL_PARAMSv1" and data == b"data"
    assert core.stored[b"data"][0] == ("name", "str", "my_spec") and core.stored[b"data"][1] == ("version", "uint8", 3)
