"""`mltk update_params` on the trained digits."""

import json
import shutil
import zipfile

import pytest

from mltk.core import TfliteModel, update_model_parameters
from mltk.core.tflite_model_parameters import TfliteModelParameters


@pytest.fixture
def tflite(trained, tmp_path):
    """A copy of the trained `.tflite`."""
    return shutil.copy(trained.logs / "digits" / "digits.tflite", tmp_path / "copy.tflite")


def test_values_of_the_command_line_are_stored_in_place(trained, tflite):
    before = TfliteModelParameters.load_from_tflite_file(str(tflite))
    output = trained.run("update_params", tflite, "a=1", "b=2.5", "c=true", "some.text=hello = world").stdout
    after = TfliteModelParameters.load_from_tflite_file(str(tflite))
    assert (after["a"], after["b"], after["c"], after["some.text"]) == (1, 2.5, True, "hello = world")
    assert after["name"] == before["name"] and after["runtime_memory_size"] == before["runtime_memory_size"]
    assert after["hash"] != before["hash"]
    lines = output.splitlines()
    assert lines[0] == f"Description: {TfliteModel.load_flatbuffer_file(str(tflite)).description}"
    assert [line.split(":")[0] for line in lines[1:-1]] == sorted(after)
    assert "b: 2.5" in lines and "c: True" in lines
    assert lines[-1] == f"Updated model parameters: {tflite}"


def test_the_model_computes_as_before(trained, tflite):
    before = TfliteModel.load_flatbuffer_file(str(tflite))
    trained.run("update_params", tflite, "x=7", "--description", "a new text")
    after = TfliteModel.load_flatbuffer_file(str(tflite))
    assert after.description == "a new text"
    assert after.summary() == before.summary()


def test_the_command_line_overrides_the_file_and_output_leaves_the_model(trained, tflite, tmp_path):
    (tmp_path / "params.json").write_text(json.dumps({"a": 1, "labels": ["x", "y"]}), encoding="utf-8")
    original = tflite.read_bytes()
    out = tmp_path / "out.tflite"
    trained.run("update_params", tflite, "a=2", "--params", tmp_path / "params.json", "--output", out)
    assert tflite.read_bytes() == original
    after = TfliteModelParameters.load_from_tflite_file(str(out))
    assert after["a"] == 2 and list(after["labels"]) == ["x", "y"]


def test_computed_parameters_can_be_given(trained, tflite):
    trained.run("update_params", tflite, "date=today", "runtime_memory_size=123")
    after = TfliteModelParameters.load_from_tflite_file(str(tflite))
    assert (after["date"], after["runtime_memory_size"]) == ("today", 123)


def test_a_specification_updates_its_archive(trained):
    trained.run("update_params", "digits", "threshold=200")
    path = str(trained.logs / "digits" / "digits.tflite")
    assert TfliteModelParameters.load_from_tflite_file(path)["threshold"] == 200
    with zipfile.ZipFile(trained.folder / "digits.mltk.zip") as archive:
        archived = archive.read("digits.tflite")
        assert "digits.h5" in archive.namelist()
    assert TfliteModelParameters.load_from_tflite_flatbuffer(archived)["threshold"] == 200
    trained.run("update_params", "digits")  # what only the old file has is dropped
    assert "threshold" not in TfliteModelParameters.load_from_tflite_file(path)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["no equals"], "no equals: expected key=value"),
        (["a-b=1"], "a-b=1: expected key=value"),
    ],
)
def test_bad_values_are_named(trained, tflite, arguments, message):
    original = tflite.read_bytes()
    assert message in trained.run("update_params", tflite, *arguments, status=1).stderr
    assert tflite.read_bytes() == original


def test_a_damaged_file_is_left_alone(trained, tmp_path):
    damaged = tmp_path / "damaged.tflite"
    damaged.write_bytes(b"\x1c\x00\x00\x00TFL3" + bytes(40))
    trained.run("update_params", damaged, "a=1", status=1)
    assert damaged.read_bytes() == b"\x1c\x00\x00\x00TFL3" + bytes(40)


def test_a_file_needs_its_parameters(tflite):
    with pytest.raises(ValueError, match="params is None"):
        update_model_parameters(str(tflite))
    with pytest.raises(ValueError, match="expected a dict"):
        update_model_parameters(str(tflite), [1])
