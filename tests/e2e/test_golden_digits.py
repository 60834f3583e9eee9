"""A trained digits model gives the numbers that Keras and LiteRT gave for it (tools/verify_with_tensorflow.py)."""

from pathlib import Path

import mltk  # noqa: F401  the module `tensorflow`
import numpy as np

DATA = Path(__file__).parents[1] / "golden" / "digits"


def test_h5_predicts_what_keras_predicts():
    from tensorflow.keras.models import load_model

    pictures, expected = np.load(DATA / "pictures.npy"), np.load(DATA / "predictions.npy")
    predictions = load_model(str(DATA / "digits.h5")).predict(pictures)
    np.testing.assert_allclose(predictions, expected, rtol=1e-4, atol=1e-6)


def test_summary_is_that_of_keras(workspace):
    expected = (DATA / "summary.txt").read_text(encoding="utf-8")
    assert workspace.run("summarize", DATA / "digits.h5").stdout.strip() == expected.strip()


def test_run_gives_the_bytes_of_litert(workspace):
    (workspace.folder / "in.bin").write_bytes(np.load(DATA / "codes.npy").tobytes())
    workspace.run("run", DATA / "digits.tflite", "--input", "in.bin", "--output", "out.bin")
    assert (workspace.folder / "out.bin").read_bytes() == np.load(DATA / "outputs.npy").tobytes()
