"""The modes of `tflite_converter` through the real command line, and of `mltk quantize` for an .h5 file."""

import re
from pathlib import Path

import numpy as np
import pytest
from mltk.core import TfliteModel

GOLDEN = Path(__file__).parents[1] / "golden" / "digits"
INT8_OPS = "[tf.lite.OpsSet.TFLITE_BUILTINS_INT8]"
INT16_OPS = "[tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8]"


def converted(workspace, *options) -> TfliteModel:
    workspace.run("quantize", GOLDEN / "digits.h5", "--output", "out.tflite", *options)
    return TfliteModel.load_flatbuffer_file(str(workspace.folder / "out.tflite"))


def accuracy(model: TfliteModel) -> float:
    pictures, expected = np.load(GOLDEN / "pictures.npy"), np.load(GOLDEN / "predictions.npy")
    return np.mean(np.argmax(model.predict(pictures), axis=1) == np.argmax(expected, axis=1))


@pytest.mark.parametrize("mode", ["int8", "int16x8"])
def test_quantized_h5_keeps_the_classes(workspace, mode):
    model = converted(workspace, "--mode", mode, "--representative", GOLDEN / "pictures.npy")
    assert [tensor.dtype_str for tensor in model.inputs + model.outputs] == ["float32", "float32"]
    assert accuracy(model) >= 0.99


def test_h5_is_quantized_with_the_ranges_of_an_earlier_model(workspace):
    again = converted(workspace, "--ranges", GOLDEN / "digits.tflite", "--input-type", "int8", "--output-type", "int8")
    codes = np.load(GOLDEN / "codes.npy")
    np.testing.assert_array_equal(again.predict(codes), np.load(GOLDEN / "outputs.npy"))


def test_ranges_of_another_network_are_refused(workspace):
    converted(workspace, "--ranges", GOLDEN / "digits.tflite")
    result = workspace.run("quantize", GOLDEN / "digits.h5", "--output", "x.tflite", "--ranges", "out.tflite", "--mode", "int16x8", status=1)
    assert "int8 alone" in result.stderr
    converted(workspace, "--mode", "float32")
    result = workspace.run("quantize", GOLDEN / "digits.h5", "--output", "x.tflite", "--ranges", "out.tflite", status=1)
    assert "is float32, expected int8" in result.stderr


def test_float16_h5_is_half_as_large(workspace):
    sizes = {}
    for mode in ("float32", "float16"):
        converted(workspace, "--mode", mode)
        sizes[mode] = (workspace.folder / "out.tflite").stat().st_size
    assert sizes["float16"] < 0.65 * sizes["float32"]


def test_specification_asks_for_16_bit_activations(workspace):
    workspace.edit(INT8_OPS, INT16_OPS)
    for key in ("input", "output"):
        workspace.edit(f'["inference_{key}_type"] = tf.int8', f'["inference_{key}_type"] = tf.int16')
    output = workspace.run("train", "digits-test").stdout
    assert re.search(r"Overall accuracy: \d", output)
    model = TfliteModel.load_flatbuffer_file(str(workspace.logs / "digits-test" / "digits.test.tflite"))
    assert [tensor.dtype_str for tensor in model.inputs + model.outputs] == ["int16", "int16"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (INT8_OPS, "[tf.lite.OpsSet.SELECT_TF_OPS]", "tflite_converter['supported_ops'] has 'SELECT_TF_OPS'"),
        (INT8_OPS, INT16_OPS, "tflite_converter['inference_input_type'] is int8"),
        (INT8_OPS, "'TFLITE_BUILTINS_INT8'", "tflite_converter['supported_ops'] is 'TFLITE_BUILTINS_INT8', expected a list"),
        ('= "generate"', "= None", "there is no representative_dataset"),
        ("[tf.lite.Optimize.DEFAULT]", "['FAST']", "tflite_converter['optimizations'] has 'FAST'; there are: DEFAULT"),
    ],
)
def test_settings_that_contradict_each_other_name_the_key(workspace, old, new, message):
    workspace.edit(old, new)
    assert message in workspace.run("train", "digits-test", status=1).stderr


def test_report_tells_that_the_digits_need_nothing(trained):
    output = trained.run("quantize", "digits", "--report").stdout
    assert "Quantization report, 364 samples" in output
    layers = re.findall(r"^\| \d+ +\| (\S+) +\| (conv_2d|max_pool_2d|fully_connected|softmax) +\| ([\d.]+) dB", output, re.MULTILINE)
    assert len(layers) == 5
    assert all(float(decibels) > 20 for _, _, decibels in layers)
    assert re.search(r"16-bit activations \(int16x8\) +\| RAM [\d.]+kB instead of [\d.]+kB", output)
    assert "Proposal: leave the model as it is." in output


def test_report_proposes_the_calibration_data_that_are_missing(workspace):
    pictures = np.load(GOLDEN / "pictures.npy")
    np.save(workspace.folder / "dim.npy", pictures[:20] * np.float32(0.1))
    output = workspace.run(
        "quantize", GOLDEN / "digits.h5", "--output", "x.tflite", "--report",
        "--representative", "dim.npy", "--samples", GOLDEN / "pictures.npy",
    ).stdout
    before, after = map(int, re.findall(r"(\d+) of 225 samples change class", output)[:2])
    assert before > 20 and after == 0
    saturated = [float(share) for share in re.findall(r"([\d.]+) % +\|$", output, re.MULTILINE)]
    assert max(saturated) > 1
    losses = [
        float(before) - float(after)
        for before, after in re.findall(r"^\| \d+ +\| \d +\| ([\d.]+) +\| ([\d.]+) +\| \d", output, re.MULTILINE)
    ]
    assert losses == sorted(losses, reverse=True) and len(losses) == 20
    assert "Proposal: calibrate with the 225 samples of this report too." in output


def test_report_finds_the_outlier_among_the_calibration_samples(workspace):
    pictures = np.load(GOLDEN / "pictures.npy")
    calibration = pictures[:50].copy()
    calibration[7] *= 40
    np.save(workspace.folder / "calibration.npy", calibration)
    np.save(workspace.folder / "clean.npy", pictures[50:150])
    options = ("quantize", GOLDEN / "digits.h5", "--output", "x.tflite", "--samples", "clean.npy", "--report", "--representative")
    report = workspace.run(*options, "calibration.npy").stdout
    told = re.search(r"calibration sample 7 sets the range.*?\| [\d.]+ dB to ([\d.]+ dB) +\| [\d.]+ dB to ([\d.]+ dB) +\| --remedy without:7", report)
    assert told
    np.save(workspace.folder / "others.npy", np.delete(calibration, 7, axis=0))
    layers = re.findall(r"^\| \d +\| \S+ +\| \S+ +\| ([\d.]+ dB)", workspace.run(*options, "others.npy").stdout, re.MULTILINE)
    assert (layers[0], layers[-1]) == told.groups()
    without = workspace.folder / "x.tflite"
    expected = without.read_bytes()
    workspace.run(*options[:-2], "--representative", "calibration.npy", "--remedy", "without:7")
    assert without.read_bytes() == expected


def test_report_needs_samples_and_integer_activations(workspace):
    options = ("quantize", GOLDEN / "digits.h5", "--output", "x.tflite", "--report")
    result = workspace.run(*options, "--mode", "float32", "--representative", GOLDEN / "pictures.npy", status=1)
    assert "needs a model with integer activations" in result.stderr
    result = workspace.run(*options, "--ranges", GOLDEN / "digits.tflite", status=1)
    assert "--report needs samples" in result.stderr
