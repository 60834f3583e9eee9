"""Make the `.tflite` files of a trained model."""

import itertools
import os
from typing import Optional

from mltk.core import get_mltk_logger
from mltk.core.model import MltkModel, MltkModelEvent, TrainMixin, load_mltk_model, load_tflite_or_keras_model
from mltk.core.tflite_model import TfliteModel
from mltk.core.utils import as_array
from mltk.utils.path import write_file

#: Samples of `representative_dataset = 'generate'`, and of a dry run.
DEFAULT_SAMPLES = 1000
TEST_SAMPLES = 3


def quantize_model(
    model,
    keras_model=None,
    output: Optional[str] = None,
    weights: Optional[str] = None,
    build: bool = False,
    update_archive: Optional[bool] = None,
    tflite_converter_override: Optional[dict] = None,
    post_process: bool = False,
    report: bool = False,
):
    """Convert a trained model by the specification's `tflite_converter` settings.

    Args:
        model: an `MltkModel`, the name or path of a specification, or an archive
        keras_model: the model to convert; None is the trained one of the archive
        output: a `.tflite` path, a folder, `tflite_model` to return the model, or None for the log folder and archive
        weights: weights to load first
        build: convert a model that is trained for a moment only
        report: print what quantization does to each layer on validation data, which samples change class, and what helps
        update_archive: put the files into the archive; None decides by the other arguments
        tflite_converter_override: settings that replace the specification's

    Returns:
        the path of the `.tflite`, or a `TfliteModel` when `output` is `tflite_model`
    """
    mltk_model = _resolve(model)
    settings = dict(mltk_model.tflite_converter or {})
    settings.update(tflite_converter_override or {})
    if not settings:
        raise ValueError(f"{mltk_model.model_specification_path}: my_model.tflite_converter is empty: nothing says how to convert")
    if update_archive is None:
        update_archive = not (output or build or tflite_converter_override) and mltk_model.check_archive_file_is_writable()

    logger = get_mltk_logger()
    mltk_model.trigger_event(
        MltkModelEvent.QUANTIZE_STARTUP,
        build=build,
        keras_model=keras_model,
        tflite_converter_settings=settings,
        post_process=post_process,
    )
    keras_model = keras_model or _trained_model(mltk_model, build, weights)
    float_path = None
    if output is None and settings.get("generate_unquantized") and settings.get("representative_dataset"):
        float_path = _write(
            mltk_model, _convert(keras_model, _FLOAT_FILE, None), mltk_model.unquantized_tflite_log_dir_path, logger, memory=False
        )

    mltk_model.load_dataset(subset="validation", test=mltk_model.test_mode_enabled)
    holder = dict(value=None)
    mltk_model.trigger_event(MltkModelEvent.BEFORE_QUANTIZE, converter=settings, converter_dict=holder)
    samples = _representative_samples(mltk_model, settings)
    wants_file = settings.get("generate_quantization_report") and not mltk_model.test_mode_enabled
    if report or wants_file:
        samples = list(samples or [])
        text = _report(mltk_model, keras_model, settings, samples)
        if report:
            print(text)
        if wants_file:
            write_file(f"{mltk_model.log_dir}/quantization_report.txt", text)
    tflite_model = _convert(keras_model, settings, samples)
    mltk_model.unload_dataset()

    flatbuffer = dict(value=tflite_model.flatbuffer_data)
    event = dict(update_archive=update_archive, keras_model=keras_model, tflite_converter_settings=settings)
    mltk_model.trigger_event(
        MltkModelEvent.AFTER_QUANTIZE,
        tflite_flatbuffer=flatbuffer["value"],
        tflite_flatbuffer_dict=flatbuffer,
        **event,
    )
    if flatbuffer["value"] is not tflite_model.flatbuffer_data:
        tflite_model = TfliteModel(flatbuffer["value"])

    if output == "tflite_model":
        _add_parameters(mltk_model, tflite_model, memory=True)
        result = tflite_model
    else:
        result = _write(mltk_model, tflite_model, _output_path(mltk_model, output), logger, memory=True)
    if update_archive:
        _update_archive(mltk_model, tflite_model, float_path, logger)
    mltk_model.trigger_event(MltkModelEvent.QUANTIZE_SHUTDOWN, tflite_model=tflite_model, **event)
    return result


def convert_untrained(mltk_model, logger) -> TfliteModel:
    """The `.tflite` of a model with initial weights, without parameters: for what does not depend on training.

    The layers of a model that is built later get the same names as without.
    """
    from mltk.core.model.model_utils import _build_keras_model
    from mltk.keras_api.backend import temporary_names

    settings = mltk_model.tflite_converter
    if not settings:
        raise ValueError(f"{mltk_model.model_specification_path}: my_model.tflite_converter is empty: nothing says how to convert")
    with temporary_names():
        keras_model = _build_keras_model(mltk_model, logger)
        samples = _noise(keras_model) if settings.get("representative_dataset") else None
        return _convert(keras_model, settings, samples)


def _noise(keras_model):
    """Samples to calibrate with where the scales do not matter."""
    import numpy as np

    generator = np.random.default_rng(0)
    for _ in range(TEST_SAMPLES):
        yield [generator.random((1, *tensor.shape[1:]), dtype=np.float32) for tensor in keras_model.inputs]


#: `NAME.float32.tflite`: optimized without representative data, as MLTK makes it.
_FLOAT_FILE = {"optimizations": ["DEFAULT"]}


def _resolve(model) -> MltkModel:
    if isinstance(model, str):
        if model.endswith((".tflite", ".h5", ".keras")):
            raise ValueError(f"{model}: quantization needs the specification; give its name, .py file or .mltk.zip")
        model = load_mltk_model(model)
    if not isinstance(model, MltkModel):
        raise ValueError(f"model is {type(model).__name__}, expected an MltkModel, a name or a path")
    if not isinstance(model, TrainMixin):
        raise ValueError(f"{model.model_specification_path}: class {type(model).__name__} lacks TrainMixin")
    return model


def _trained_model(mltk_model, build: bool, weights: Optional[str]):
    if not build:
        return load_tflite_or_keras_model(mltk_model, model_type="h5", weights=weights)
    from mltk.core.train_model import train_model

    fresh = load_mltk_model(mltk_model.model_specification_path, test=True)
    return train_model(fresh, quantize=False, create_archive=False, clean=None).keras_model


def _representative_samples(mltk_model, settings: dict):
    """One-sample batches for calibration; None without."""
    source = settings.get("representative_dataset")
    if source is None:
        return None
    if callable(source):
        return _one_by_one(source())
    if source != "generate":
        raise ValueError(
            f"tflite_converter['representative_dataset'] is {source!r}, expected 'generate', a function or None"
        )
    limit = TEST_SAMPLES if mltk_model.test_mode_enabled else settings.get("representative_dataset_max_samples") or DEFAULT_SAMPLES
    data = mltk_model.validation_data if mltk_model.validation_data is not None else mltk_model.x
    if data is None:
        raise ValueError(
            "tflite_converter['representative_dataset'] is 'generate', but the specification's data set has no validation data"
        )
    return _generate(data, limit)


def _one_by_one(batches):
    """The samples of batches of any size: an array or a tensor, or a list or a dictionary with one for each input."""
    import numpy as np

    for batch in batches:
        arrays = list(batch.values()) if isinstance(batch, dict) else batch
        arrays = [np.asarray(array) for array in (arrays if isinstance(arrays, (list, tuple)) else [arrays])]
        for row in range(len(arrays[0])):
            yield [array[row : row + 1] for array in arrays]


def _generate(data, limit: int):
    """The first samples of a data set, as float32."""
    import numpy as np

    data = as_array(data)
    if isinstance(data, tuple):
        data = [data]
    elif isinstance(data, np.ndarray):
        data = [(data,)]
    inputs = (batch[0] if isinstance(batch, tuple) else batch for batch in data)
    for sample in itertools.islice(_one_by_one(inputs), limit):
        yield [array.astype(np.float32) for array in sample]


def _convert(keras_model, settings: dict, samples) -> TfliteModel:
    from mltk import _core

    return TfliteModel(_core.convert_model(keras_model.graph, _native_settings(settings), samples).to_bytes())


def _report(mltk_model, keras_model, settings: dict, calibration: list) -> str:
    """The ranges come from the representative data set, the samples to look at are the validation data."""
    from mltk import _core

    data = mltk_model.validation_data if mltk_model.validation_data is not None else mltk_model.x
    limit = TEST_SAMPLES if mltk_model.test_mode_enabled else DEFAULT_SAMPLES
    samples = calibration if data is None else list(_generate(data, limit))
    return _core.quantization_report(keras_model.graph, _native_settings(settings), calibration, samples)


#: Members of `tf.lite.Optimize` that all mean the same by now.
_OPTIMIZATIONS = ("DEFAULT", "OPTIMIZE_FOR_SIZE", "OPTIMIZE_FOR_LATENCY")


def _native_settings(settings: dict) -> dict:
    optimizations = _names(settings.get("optimizations"), "optimizations")
    for name in optimizations:
        if name not in _OPTIMIZATIONS:
            raise ValueError(f"tflite_converter['optimizations'] has {name!r}; there are: {', '.join(_OPTIMIZATIONS)}")
    if settings.get("experimental_new_converter") is False:
        raise NotImplementedError("tflite_converter['experimental_new_converter'] = False is not supported: leave it out")
    target = settings.get("target_spec")
    new_quantizer = settings.get("experimental_new_quantizer")
    return {
        "optimize": bool(optimizations),
        "supported_ops": _names(settings.get("supported_ops") or _target(target, "supported_ops"), "supported_ops"),
        "supported_types": _names(_target(target, "supported_types"), "target_spec"),
        "new_quantizer": new_quantizer is None or bool(new_quantizer),
        "input_type": _name(settings.get("inference_input_type") or "float32"),
        "output_type": _name(settings.get("inference_output_type") or "float32"),
    }


def _target(target_spec, key: str):
    """`target_spec` is a `tf.lite.TargetSpec` or a dictionary with its attributes."""
    return target_spec.get(key) if isinstance(target_spec, dict) else getattr(target_spec, key, None)


def _names(values, key: str) -> list:
    """The names of a list of enumeration members, types or strings."""
    if values is None:
        return []
    if isinstance(values, str):
        raise ValueError(f"tflite_converter['{key}'] is {values!r}, expected a list: ['{values}']")
    return [_name(value) for value in values]


def _name(value) -> str:
    """`int8` of 'int8', tf.int8, np.int8 or np.dtype('int8'); `DEFAULT` of tf.lite.Optimize.DEFAULT."""
    return value if isinstance(value, str) else getattr(value, "name", None) or value.__name__


def _output_path(mltk_model, output: Optional[str]) -> str:
    if output is None:
        return mltk_model.tflite_log_dir_path
    if output.endswith(".tflite"):
        return output
    return os.path.join(output, os.path.basename(mltk_model.tflite_log_dir_path))


def _add_parameters(mltk_model, tflite_model, memory: bool):
    tflite_model.description = mltk_model.description
    for tag, data in mltk_model.serialize_tflite_metadata():
        tflite_model.add_metadata(tag, data)
    tflite_model.stamp_parameters(memory=memory, date=model_date(mltk_model))


def model_date(mltk_model) -> Optional[str]:
    """When the specification was last changed, so that the same specification gives the same bytes.

    The environment's SOURCE_DATE_EPOCH (seconds since 1970) stands in for it, as in other reproducible builds.
    """
    from mltk.utils.string_formatting import iso_time_str

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        return iso_time_str(int(epoch))
    path = mltk_model.model_specification_path
    return iso_time_str(os.path.getmtime(path)) if path and os.path.exists(path) else None


def _write(mltk_model, tflite_model, path: str, logger, memory: bool) -> str:
    _add_parameters(mltk_model, tflite_model, memory)
    logger.info("Generating %s", path)
    tflite_model.save(path, update_path=True)
    return path


def _update_archive(mltk_model, tflite_model, float_path: Optional[str], logger):
    summary_path = os.path.join(mltk_model.log_dir, f"{mltk_model.name}.tflite.summary.txt")
    write_file(summary_path, tflite_model.native_summary())
    logger.info("Updating %s", mltk_model.archive_path)
    with mltk_model.archive_transaction():
        mltk_model.add_archive_file("__mltk_model_spec__")
        mltk_model.add_archive_file(summary_path)
        mltk_model.add_archive_file(mltk_model.tflite_log_dir_path)
        if float_path:
            mltk_model.add_archive_file(float_path)
