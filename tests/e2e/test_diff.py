"""`mltk diff` on .tflite files of the digits network."""

import re
from pathlib import Path

import numpy as np
import pytest

GOLDEN = Path(__file__).parents[1] / "golden" / "digits"
PICTURES = GOLDEN / "pictures.npy"


@pytest.fixture
def models(workspace):
    """Paths of the network as int8, float32 and int16x8, and of int8 calibrated on dim pictures."""
    np.save(workspace.folder / "dim.npy", np.load(PICTURES)[:20] * np.float32(0.1))
    made = {"int8": ("--mode", "int8", "--representative", PICTURES), "dim": ("--representative", "dim.npy")}
    made["int16x8"] = ("--mode", "int16x8", "--representative", PICTURES)
    made["float32"] = ("--mode", "float32")
    for name, options in made.items():
        workspace.run("quantize", GOLDEN / "digits.h5", "--output", f"{name}.tflite", *options)
    return {name: f"{name}.tflite" for name in made}


def test_a_model_does_not_differ_from_itself(workspace, models):
    output = workspace.run("diff", models["int8"], models["int8"], "--data", PICTURES).stdout
    assert "Operators: 9, equal" in output
    assert re.search(r"Constants: 0 of \d{4,} values differ", output)
    assert "Outputs on 225 samples: equal" in output


def test_other_ranges_are_other_scales_and_classes(workspace, models):
    output = workspace.run("diff", models["int8"], models["dim"], "--data", PICTURES).stdout
    assert "Operators: 9 and 9, those that differ:" in output
    assert re.search(r"conv_2d +\| .*input 0 scale: 0.\d+ and 0.\d+", output)
    assert re.search(r"input 2: \d+ of 16 values differ", output)
    changed = int(re.search(r"(\d+) of 225 samples have another class", output).group(1))
    assert changed > 20


def test_float_and_int8_differ_by_conversions_and_types(workspace, models):
    output = workspace.run("diff", models["float32"], models["int8"], "--data", PICTURES).stdout
    assert "Operators: 7 and 9, those that differ:" in output
    assert re.search(r"\| - +\| 0 +\| quantize +\| only in B", output)
    assert re.search(r"\| - +\| 8 +\| dequantize +\| only in B", output)
    assert "input 1 type: float32 and int8" in output
    assert "0 of 225 samples have another class" in output
    noise = float(re.search(r"signal to noise ([\d.]+) dB", output).group(1))
    assert noise > 30


def test_samples_of_another_shape_are_refused(workspace, models):
    np.save(workspace.folder / "small.npy", np.zeros((3, 4, 4, 1), np.float32))
    result = workspace.run("diff", models["int8"], models["dim"], "--data", "small.npy", status=1)
    assert "sample 0 does not fit the model" in result.stderr
