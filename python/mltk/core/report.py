"""`report.html`: one self-contained page about a trained model."""

import base64
import json
import math
import os
from typing import Optional

#: Pictures of the worst mistakes.
MOST_MISTAKES = 24


def write_report(mltk_model, target: Optional[str] = None) -> str:
    """Collect what training and evaluation left in the log folder, and write `report.html` there and into the archive.

    Args:
        target: name of a board to compare the model with
    """
    from mltk import _core

    path = os.path.join(mltk_model.log_dir, "report.html")
    _core.write_text(path, _core.html_report(_collect(mltk_model, target)))
    if os.path.exists(mltk_model.archive_path):
        mltk_model.add_archive_file(path)
    return path


def _collect(mltk_model, target: Optional[str]) -> dict:
    report = {
        "name": mltk_model.name,
        "version": mltk_model.version,
        "description": mltk_model.description,
        "float": _read_json(mltk_model, "eval", "h5", "eval-results.json"),
        "int8": _read_json(mltk_model, "eval", "tflite", "eval-results.json"),
    }
    history = _read_json(mltk_model, "train", "training-history.json")
    if history:
        report["history"] = {name: [_finite(value) for value in values] for name, values in history["history"].items()}
        report["epochs"] = history["epochs"]
    for key in ("float", "int8"):
        if report[key] and report[key].get("model_type") != "classification":
            report[key] = None
    tflite_path = mltk_model.tflite_log_dir_path
    if not os.path.exists(tflite_path):
        report["int8"] = None  # of an earlier run
    else:
        from mltk.core.profile_model import profile_model
        from mltk.core.tflite_model_parameters import TfliteModelParameters

        report["profile"] = json.loads(profile_model(tflite_path, target=target).to_device_json())
        report["arena"] = report["profile"].pop("arena_tensors")
        parameters = TfliteModelParameters.load_from_tflite_file(tflite_path)
        report["parameters"] = {
            key: ", ".join(map(str, value)) if isinstance(value, list) else str(value) for key, value in parameters.items()
        }
        report["misclassified"] = _find_mistakes(mltk_model, tflite_path)
    results = report["float"] or report["int8"]
    if results:
        report["classes"] = results["classes"]
    report["files"] = [
        dict(name=os.path.basename(path), path=path, bytes=os.path.getsize(path))
        for path in (mltk_model.archive_path, mltk_model.h5_log_dir_path, tflite_path)
        if os.path.exists(path)
    ]
    report["command"] = f"mltk train {mltk_model.name}" + (f" --target {target}" if target else "")
    return report


def _read_json(mltk_model, *parts: str) -> Optional[dict]:
    path = os.path.join(mltk_model.log_dir, *parts)
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _finite(value: float) -> Optional[float]:
    """None, a gap in the curve, for the losses of a training that diverged."""
    return value if math.isfinite(value) else None


def _find_mistakes(mltk_model, tflite_path: str) -> list:
    """The validation pictures that the int8 model is most wrong about."""
    import numpy as np

    from mltk.core.model import EvaluateClassifierMixin, ImageDatasetMixin
    from mltk.core.tflite_model import TfliteModel

    if not isinstance(mltk_model, ImageDatasetMixin) or not isinstance(mltk_model, EvaluateClassifierMixin):
        return []
    tflite_model = TfliteModel.load_flatbuffer_file(tflite_path)
    mltk_model.load_dataset(subset="evaluation", test=mltk_model.test_mode_enabled)
    data = mltk_model.validation_data if mltk_model.validation_data is not None else mltk_model.x
    names = getattr(data, "filenames", None)
    mistakes, position = [], 0
    for inputs, y in data:
        inputs = [np.asarray(part, dtype=np.float32) for part in (inputs if isinstance(inputs, list) else [inputs])]
        scores = tflite_model.predict(inputs if len(inputs) > 1 else inputs[0], y_dtype="float32")
        x = inputs[0]
        labels = y.argmax(-1) if y.ndim > 1 and y.shape[-1] > 1 else y.reshape(-1).astype(int)
        for i in np.flatnonzero(scores.argmax(-1) != labels) if scores.shape[-1] > 1 else []:
            mistakes.append((float(scores[i].max()), x[i], int(labels[i]), int(scores[i].argmax()), position + int(i)))
        position += len(x)
    shuffled = getattr(mltk_model, "eval_shuffle", False)
    mltk_model.unload_dataset()
    mistakes.sort(key=lambda mistake: (-mistake[0], mistake[4]))
    classes = list(mltk_model.classes)
    return [
        {
            "picture": _data_uri(picture),
            "actual": classes[actual],
            "predicted": classes[predicted],
            "probability": probability,
            "file": names[index] if names and not shuffled else f"sample {index}",
        }
        for probability, picture, actual, predicted, index in mistakes[:MOST_MISTAKES]
    ]


def _data_uri(picture) -> str:
    import numpy as np

    from mltk import _core

    low, high = float(picture.min()), float(picture.max())
    pixels = np.uint8(255 * (picture - low) / (high - low if high > low else 1))
    if pixels.shape[-1] not in (1, 3, 4):
        pixels = pixels[..., :1]
    return "data:image/png;base64," + base64.b64encode(_core.encode_png(pixels)).decode()
