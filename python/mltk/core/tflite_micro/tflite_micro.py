"""`TfliteMicro`: the device's interpreter for programs."""

import functools
import logging
import os
import threading
from typing import Callable, Dict, List, Optional, Tuple, Union

from mltk.core.tflite_micro.tflite_micro_accelerator import PlaceholderTfliteMicroAccelerator, TfliteMicroAccelerator
from mltk.core.tflite_micro.tflite_micro_model import TfliteMicroModel
from mltk.core.tflite_micro.tflite_micro_model_details import TfliteMicroModelDetails
from mltk.core.tflite_model import TfliteLayer, TfliteModel

#: The commit of tflite-micro whose kernels and memory are reproduced.
_TFLITE_MICRO_COMMIT = "90b983c"
_API_VERSION = 1
_LOG_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warn": logging.WARNING, "error": logging.ERROR}
_RECORDER_BUFFER_SIZE = 16 * 1024 * 1024


class TfliteMicro:
    """Loads and runs `.tflite` models with the arithmetic of TensorFlow Lite Micro. All methods are static; one model is
    loaded at a time."""

    _lock = threading.Lock()
    _log_level = "info"
    _logger: Optional[logging.Logger] = None
    _accelerators: Dict[str, TfliteMicroAccelerator] = {
        name: PlaceholderTfliteMicroAccelerator(name) for name in ("mvp", "cmsis")
    }

    @staticmethod
    def git_hash() -> str:
        """The commit of tflite-micro whose results and memory are reproduced."""
        return _TFLITE_MICRO_COMMIT

    @staticmethod
    def api_version() -> int:
        """Version of the interface to accelerators."""
        return _API_VERSION

    @staticmethod
    def set_log_level(level: str) -> str:
        """Set the lowest level that is logged: `debug`, `info`, `warn` or `error`. Returns the previous one."""
        if level not in _LOG_LEVELS:
            raise RuntimeError(f"log level {level!r} is unknown; expected one of {', '.join(_LOG_LEVELS)}")
        previous, TfliteMicro._log_level = TfliteMicro._log_level, level
        return previous

    @staticmethod
    def get_log_level() -> str:
        return TfliteMicro._log_level

    @staticmethod
    def set_logger(logger: logging.Logger):
        """Set where messages about loading and running go."""
        TfliteMicro._logger = logger

    @staticmethod
    def get_logger() -> logging.Logger:
        """The logger that was set, or mltk's."""
        from mltk.core.utils import get_mltk_logger

        return TfliteMicro._logger or get_mltk_logger()

    @staticmethod
    def normalize_accelerator_name(accelerator: Optional[str]) -> Optional[str]:
        """The name in its own case; None when it is unknown."""
        from mltk.utils.python import get_case_insensitive

        return None if accelerator is None else get_case_insensitive(accelerator, TfliteMicro._accelerators)

    @staticmethod
    def get_supported_accelerators() -> List[str]:
        """Names that may be given as `accelerator`. None of the built-in ones is simulated."""
        return list(TfliteMicro._accelerators)

    @staticmethod
    def accelerator_is_supported(accelerator: Optional[str]) -> bool:
        return TfliteMicro.normalize_accelerator_name(accelerator) is not None

    @staticmethod
    def get_accelerator(name: str) -> TfliteMicroAccelerator:
        """The accelerator of a name.

        Raises:
            ValueError: there is none
        """
        known = TfliteMicro.normalize_accelerator_name(name)
        if known is None:
            raise ValueError(
                f"accelerator {name!r} is unknown; known are {', '.join(TfliteMicro.get_supported_accelerators())}"
            )
        return TfliteMicro._accelerators[known]

    @staticmethod
    def register_accelerator(accelerator: TfliteMicroAccelerator):
        """Make an accelerator known by the names of its variants."""
        import copy

        if accelerator.api_version != TfliteMicro.api_version():
            raise RuntimeError(
                f"accelerator {accelerator.name} has API version {accelerator.api_version}, "
                f"expected {TfliteMicro.api_version()}"
            )
        for variant in accelerator.variants:
            if TfliteMicro.accelerator_is_supported(variant):
                raise RuntimeError(f"accelerator {variant} is registered already")
            registered = copy.copy(accelerator)
            registered.active_variant = variant
            TfliteMicro._accelerators[variant] = registered

    @staticmethod
    def add_accelerator_path(path: str):
        """Refused: libraries of accelerators made for MLTK 0.20 cannot be loaded."""
        raise NotImplementedError(
            f"{path}: libraries of accelerators are not supported; register_accelerator takes one written in Python"
        )

    @staticmethod
    def load_tflite_model(
        model: Union[str, TfliteModel],
        accelerator: Optional[str] = None,
        enable_profiler: bool = False,
        enable_recorder: bool = False,
        enable_tensor_recorder: bool = False,
        force_buffer_overlap: bool = False,
        runtime_buffer_size: Optional[int] = None,
    ) -> TfliteMicroModel:
        """Load a model; waits until the last one is unloaded. `unload_model` must follow.

        Args:
            model: a `.tflite` path or a `TfliteModel`
            accelerator: a known name; kernels compute what the reference kernels compute
            force_buffer_overlap: has no effect: buffers always share memory as on the device
            runtime_buffer_size: bytes of the arena; None, 0 and negative numbers are as many as are needed

        Raises:
            RuntimeError: the model has an operator that does not run, or the arena is too small
        """
        tflm_accelerator = None if accelerator is None else TfliteMicro.get_accelerator(accelerator)
        tflite_model = _tflite_model(model)
        TfliteMicro._lock.acquire()
        try:
            loaded = TfliteMicroModel(
                tflite_model,
                tflm_accelerator,
                enable_profiler=enable_profiler,
                enable_recorder=enable_recorder,
                enable_tensor_recorder=enable_tensor_recorder,
                runtime_buffer_size=runtime_buffer_size or 0,
            )
        except BaseException:
            TfliteMicro._lock.release()
            raise
        TfliteMicro._log("debug", f"loaded {tflite_model.filename or tflite_model.name}")
        return loaded

    @staticmethod
    def unload_model(model: TfliteMicroModel):
        """Make room for the next model."""
        TfliteMicro._lock.release()

    @staticmethod
    def profile_model(
        model: Union[str, TfliteModel],
        accelerator: Optional[str] = None,
        return_estimates: bool = False,
        disable_simulator_backend: bool = False,
        runtime_buffer_size: int = -1,
        input_data=None,
        **kwargs,
    ):
        """Operations, MACs, RAM and flash of a model, after one inference.

        Args:
            input_data: array, or list of arrays; None is zeros
            runtime_buffer_size: bytes of the arena; negative numbers are as many as are needed

        Returns:
            `ProfilingModelResults`

        Raises:
            NotImplementedError: figures of an accelerator or estimates of cycles and energy were asked for
        """
        from mltk.core.profiling_results import ProfilingModelResults

        if accelerator is not None or return_estimates or disable_simulator_backend:
            raise NotImplementedError(
                "no accelerator is simulated, and its cycles and energy are not estimated; leave accelerator, "
                "return_estimates and disable_simulator_backend out, or give profile_model a target"
            )
        if kwargs:
            raise TypeError(f"profile_model has no argument {', '.join(kwargs)}")
        tflite_model = _tflite_model(model)
        loaded = TfliteMicro.load_tflite_model(
            tflite_model, enable_profiler=True, runtime_buffer_size=runtime_buffer_size
        )
        try:
            _set_inputs(loaded, input_data)
            loaded.invoke()
            details = loaded.details
        finally:
            TfliteMicro.unload_model(loaded)
        return ProfilingModelResults(tflite_model, tflite_model.name, model_details=details)

    @staticmethod
    def record_model(
        model: Union[str, TfliteModel],
        input_data=None,
        accelerator: Optional[str] = None,
        enable_accelerator_recorder: bool = False,
        disable_simulator_backend: bool = False,
        enable_tensor_recorder: bool = True,
        return_model_details: bool = False,
        update_input_model: bool = False,
        layer_callback: Optional[Callable[[TfliteLayer], bool]] = None,
    ) -> Union[List[TfliteLayer], Tuple[List[TfliteLayer], TfliteMicroModelDetails]]:
        """Run one inference and keep what each layer read and wrote.

        Args:
            input_data: array, or list of arrays; None is zeros
            enable_tensor_recorder: False keeps no tensors
            return_model_details: return `(layers, details)`
            update_input_model: put the tensors into the layers of `model`, a `TfliteModel`, and not into copies
            layer_callback: called with each layer after it ran; one that returns False ends the inference

        Returns:
            the layers; `metadata["params"]` of a quantized one has what its kernel computes with

        Raises:
            NotImplementedError: a recording of an accelerator was asked for
        """
        if enable_accelerator_recorder or disable_simulator_backend:
            raise NotImplementedError(
                "no accelerator is simulated; leave enable_accelerator_recorder and disable_simulator_backend out"
            )
        if update_input_model and not isinstance(model, TfliteModel):
            raise ValueError("update_input_model needs a TfliteModel")
        tflite_model = _tflite_model(model)
        loaded = TfliteMicro.load_tflite_model(
            tflite_model,
            accelerator,
            enable_recorder=True,
            enable_tensor_recorder=enable_tensor_recorder,
            runtime_buffer_size=_RECORDER_BUFFER_SIZE,
        )
        try:
            if layer_callback is not None:
                loaded.set_layer_callback(functools.partial(_call_with_layer, tflite_model, layer_callback))
            _set_inputs(loaded, input_data)
            loaded.invoke()
            layers = _recorded_layers(tflite_model, loaded.get_recorded_data(), update_input_model)
            details = loaded.details
        finally:
            TfliteMicro.unload_model(loaded)
        return (layers, details) if return_model_details else layers

    @staticmethod
    def _log(level: str, message: str):
        if _LOG_LEVELS[level] >= _LOG_LEVELS[TfliteMicro._log_level]:
            TfliteMicro.get_logger().log(_LOG_LEVELS[level], message)


def _tflite_model(model: Union[str, TfliteModel]) -> TfliteModel:
    if isinstance(model, TfliteModel):
        return model
    if not isinstance(model, str):
        raise RuntimeError(f"model is {type(model).__name__}, expected the path of a .tflite or a TfliteModel")
    if not model.endswith(".tflite") or not os.path.exists(model):
        raise ValueError(f"{model}: is not the path of an existing .tflite")
    return TfliteModel.load_flatbuffer_file(model)


def _set_inputs(loaded: TfliteMicroModel, input_data):
    if input_data is None:
        return
    for i, value in enumerate(input_data if isinstance(input_data, list) else [input_data]):
        loaded.input(i, value)


def _recorded_layers(tflite_model: TfliteModel, recorded: dict, update_input_model: bool) -> List[TfliteLayer]:
    layers = []
    for layer, data in zip(tflite_model.layers, recorded["layers"]):
        inputs, outputs = data.pop("inputs", []), data.pop("outputs", [])
        if update_input_model:
            if inputs or outputs:
                layer._record(inputs, outputs)
        else:
            layer = layer._recorded(inputs, outputs) if inputs or outputs else layer._copy()
        layer.metadata["error_msg"] = None
        layer.metadata.update(data)
        layers.append(layer)
    return layers


def _call_with_layer(tflite_model: TfliteModel, callback, index: int, outputs: List[bytes]) -> bool:
    layer = tflite_model.layers[index]
    return callback(layer._recorded([None] * layer.n_inputs, outputs))
