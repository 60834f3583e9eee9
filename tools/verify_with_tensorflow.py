"""Check a trained digits model with the software of record, and keep what it computed as golden data.

Run it in an environment of its own (`pip install tensorflow-cpu tf_keras ai-edge-litert pillow`); mltk needs none of these:

    mltk train examples/digits/digits.py
    python tools/verify_with_tensorflow.py examples/digits/digits.mltk.zip

Keras reads the .h5 and predicts; LiteRT runs the int8 .tflite. Models, inputs and outputs go to tests/golden/digits, where
tests/e2e/test_golden_digits.py compares mltk with them.
"""

import argparse
import io
import os
import tempfile
import zipfile
from pathlib import Path

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import numpy as np
import tf_keras
from ai_edge_litert.interpreter import Interpreter, OpResolverType

#: Pictures of the test: every eighth of the data set.
STRIDE = 8


def read_pictures(folder: Path) -> np.ndarray:
    """[N, 8, 8, 1] float32 in 0..1, as the specification feeds them."""
    paths = sorted(folder.glob("*/*.png"))[::STRIDE]
    load, to_array = tf_keras.utils.load_img, tf_keras.utils.img_to_array
    return np.stack([to_array(load(path, color_mode="grayscale")) for path in paths]).astype(np.float32) / 255


def run_litert(tflite: bytes, pictures: np.ndarray):
    """The int8 inputs and outputs, by the reference kernels, one sample a call."""
    interpreter = Interpreter(
        model_content=tflite, experimental_op_resolver_type=OpResolverType.BUILTIN_REF
    )
    interpreter.allocate_tensors()
    (source,), (sink,) = interpreter.get_input_details(), interpreter.get_output_details()
    scale, zero_point = source["quantization"]
    codes = np.clip(np.round(pictures / scale) + zero_point, -128, 127).astype(np.int8)
    outputs = []
    for code in codes:
        interpreter.set_tensor(source["index"], code[None])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(sink["index"])[0])
    return codes, np.stack(outputs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("archive", type=Path, help="digits.mltk.zip")
    arguments = parser.parse_args()
    root = Path(__file__).parents[1]
    output = root / "tests" / "golden" / "digits"
    output.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(arguments.archive) as archive:
        h5, tflite = archive.read("digits.h5"), archive.read("digits.tflite")

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "digits.h5"
        path.write_bytes(h5)
        model = tf_keras.models.load_model(path)
    pictures = read_pictures(root / "examples" / "digits" / "data")
    predictions = model.predict(pictures, verbose=0)
    codes, outputs = run_litert(tflite, pictures)
    summary = []
    model.summary(print_fn=summary.append)
    agreement = np.mean(predictions.argmax(-1) == outputs.argmax(-1))
    print(f"{len(pictures)} pictures; Keras {tf_keras.__version__} and LiteRT agree on {agreement:.1%} of the classes")

    (output / "digits.h5").write_bytes(h5)
    (output / "digits.tflite").write_bytes(tflite)
    (output / "summary.txt").write_text("\n".join(summary) + "\n", encoding="utf-8")
    for name, array in (("pictures", pictures), ("predictions", predictions), ("codes", codes), ("outputs", outputs)):
        stream = io.BytesIO()
        np.save(stream, array)
        (output / f"{name}.npy").write_bytes(stream.getvalue())


if __name__ == "__main__":
    main()
