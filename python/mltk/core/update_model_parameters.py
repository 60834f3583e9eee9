"""Change the parameters that a `.tflite` carries for the firmware, without training or quantizing again."""

import json
import os
import re
from typing import Dict, List, Optional

from mltk.core import get_mltk_logger
from mltk.core.model import MltkModel, load_mltk_model, load_tflite_model
from mltk.core.quantize_model import model_date
from mltk.core.tflite_model import TfliteModel
from mltk.core.tflite_model_parameters import TFLITE_METADATA_TAG, TfliteModelParameters

#: Parameters that are computed; a value given for one of them is stored as it is.
_COMPUTED = ("runtime_memory_size", "hash", "date")


def update_model_parameters(
    model,
    params: Optional[dict] = None,
    description: Optional[str] = None,
    output: Optional[str] = None,
    accelerator: Optional[str] = None,
):
    """Store parameters in a `.tflite`.

    The parameters of a `.tflite` are those it has; those of a specification are the specification's. `params` is added
    to them, then `runtime_memory_size`, `hash` and `date` are computed again unless `params` has them.

    Args:
        model: a `TfliteModel`, an `MltkModel`, the name or path of a specification, an archive or a `.tflite`
        params: values by key; needed for a `.tflite` and an archive
        description: the new description of a `.tflite`; a specification's own replaces it
        output: where to write: a `.tflite` path or a folder. None: the file itself, or the log folder and the archive
        accelerator: None; there are no hardware simulators

    Returns:
        the path of the written file, or the changed `TfliteModel` when `model` was one without a path

    Raises:
        ValueError: an argument is of a wrong kind, or a parameter's value cannot be stored
        PermissionError: the archive cannot be written
    """
    if accelerator:
        raise NotImplementedError(f"accelerator {accelerator}: there are no hardware simulators; leave it out")
    if params is not None and not isinstance(params, dict):
        raise ValueError(f"params is {type(params).__name__}, expected a dict")
    is_tflite = isinstance(model, TfliteModel) or (isinstance(model, str) and model.endswith(".tflite"))
    is_archive = isinstance(model, str) and model.endswith(".zip")
    if params is None and (is_tflite or is_archive):
        raise ValueError("params is None; a .tflite and an archive need the parameters to store")
    if is_tflite:
        return _update_tflite(load_tflite_model(model), params, description, output)
    return _update_specification(model, params or {}, output, is_archive)


def _update_tflite(tflite_model, params: dict, description: Optional[str], output: Optional[str]):
    try:
        parameters = TfliteModelParameters.load_from_tflite_model(tflite_model)
    except RuntimeError:
        parameters = TfliteModelParameters()
    if description is not None:
        tflite_model.description = description
    _store(tflite_model, parameters, params, date=None)
    path = _output_path(output, tflite_model.filename) if output else tflite_model.path
    if not path:
        return tflite_model
    tflite_model.save(path)
    return path


def _update_specification(model, params: dict, output: Optional[str], is_archive: bool) -> str:
    mltk_model = load_mltk_model(model) if isinstance(model, str) else model
    if not isinstance(mltk_model, MltkModel):
        raise ValueError(f"model is {type(model).__name__}, expected an MltkModel, a TfliteModel, a name or a path")
    update_archive = is_archive or (not output and mltk_model.check_archive_file_is_writable())
    if is_archive:
        mltk_model.check_archive_file_is_writable(throw_exception=True)
    tflite_model = load_tflite_model(mltk_model)
    tflite_model.description = mltk_model.description
    for tag, data in mltk_model.serialize_tflite_metadata():
        tflite_model.add_metadata(tag, data)
    parameters = TfliteModelParameters.load_from_tflite_model(tflite_model)
    _store(tflite_model, parameters, params, date=model_date(mltk_model))
    path = _output_path(output, os.path.basename(mltk_model.tflite_log_dir_path)) if output else mltk_model.tflite_log_dir_path
    tflite_model.save(path, update_path=True)
    if update_archive:
        archived = path if os.path.basename(path) == os.path.basename(mltk_model.tflite_log_dir_path) else None
        if archived is None:
            tflite_model.save(mltk_model.tflite_log_dir_path)
            archived = mltk_model.tflite_log_dir_path
        get_mltk_logger().info("Updating %s", mltk_model.archive_path)
        with mltk_model.archive_transaction():
            mltk_model.add_archive_file("__mltk_model_spec__")
            mltk_model.add_archive_file(archived)
    return path


def _store(tflite_model, parameters: TfliteModelParameters, params: dict, date: Optional[str]):
    """Put the parameters into the model, computed ones last."""
    for key, value in params.items():
        parameters.put(key, value)
    parameters.add_to_tflite_model(tflite_model)
    tflite_model.stamp_parameters(date=date)
    forced = {key: params[key] for key in _COMPUTED if key in params}
    if forced:
        stamped = TfliteModelParameters.load_from_tflite_model(tflite_model)
        stamped.update(forced)
        stamped.add_to_tflite_model(tflite_model, TFLITE_METADATA_TAG)


def _output_path(output: str, file_name: str) -> str:
    return output if output.endswith(".tflite") else os.path.join(output, file_name)


def parse_parameters(arguments: List[str], path: Optional[str] = None) -> Dict[str, object]:
    """The parameters of the command line: those of a `.json` or `.yaml` file, then `key=value` arguments.

    Values are integers, floats, `true` or `false`, else text.
    """
    params = _read_parameters(path) if path else {}
    for argument in arguments:
        match = re.fullmatch(r"([A-Za-z0-9_.]+)=(.*)", argument, re.DOTALL)
        if match is None:
            raise ValueError(f"{argument}: expected key=value, with letters, digits, _ and . in the key")
        params[match[1]] = _parse_value(match[2])
    return params


def _parse_value(text: str):
    for convert in (int, float):
        try:
            return convert(text)
        except ValueError:
            pass
    return {"true": True, "false": False}.get(text.lower(), text)


def _read_parameters(path: str) -> Dict[str, object]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        if path.endswith((".yaml", ".yml")):
            params = _parse_yaml(path, text)
        else:
            params = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    if not isinstance(params, dict):
        raise ValueError(f"{path}: holds a {type(params).__name__}, expected keys with values")
    return params


def _parse_yaml(path: str, text: str):
    try:
        import yaml
    except ImportError as error:
        raise ImportError(f"{path}: reading YAML needs the package PyYAML (pip install pyyaml); or give a .json file") from error
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
