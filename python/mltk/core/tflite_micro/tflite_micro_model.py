"""A model in the device's interpreter."""

import collections
import re
from dataclasses import dataclass
from typing import Callable, Dict, List, Optional

from mltk.core.tflite_micro.tflite_micro_memory_plan import TfliteMicroMemoryPlan
from mltk.core.tflite_micro.tflite_micro_model_details import TfliteMicroModelDetails


@dataclass
class TfliteMicroLayerError:
    """Why an accelerator does not run a layer.

    Attributes:
        index: the layer's
        name: `Op0-CONV_2D`
    """

    index: int
    name: str
    msg: str

    @staticmethod
    def create(msg: str) -> Optional["TfliteMicroLayerError"]:
        """Read `Op0-CONV_2D not supported: why`; None for another text."""
        match = re.match(r".*?(Op(\d+)-\S+) not supported: (.*)", msg)
        return TfliteMicroLayerError(int(match[2]), match[1], match[3]) if match else None

    def __str__(self) -> str:
        return f"{self.name}: {self.msg}"


class TfliteMicroProfiledLayerResult(collections.defaultdict):
    """Figures of a layer; 0 for one that was not measured."""

    def __init__(self, result: dict):
        super().__init__(int, result)

    name = property(lambda self: self["name"], doc="`op0-conv_2d`.")
    macs = property(lambda self: self["macs"], doc="Multiply-accumulates.")
    ops = property(lambda self: self["ops"], doc="Operations.")
    accelerator_cycles = property(lambda self: self["accelerator_cycles"], doc="Clock cycles of the accelerator.")
    cpu_cycles = property(lambda self: self["cpu_cycles"], doc="Clock cycles of the processor.")
    time = property(lambda self: self["time"], doc="Seconds.")
    energy = property(lambda self: self["energy"], doc="Joules.")


class TfliteMicroModel:
    """A model that is ready to run. `TfliteMicro.load_tflite_model` makes one.

    Args:
        runtime_buffer_size: bytes of the arena; 0 for as many as are needed

    Raises:
        RuntimeError: the model does not fit the arena, or has an operator that does not run
    """

    def __init__(
        self,
        tflite_model,
        tflm_accelerator=None,
        enable_profiler: bool = False,
        enable_recorder: bool = False,
        enable_tensor_recorder: bool = False,
        runtime_buffer_size: int = 0,
    ):
        import numpy as np
        from mltk import _core

        self._tflite_model = tflite_model
        self._accelerator = tflm_accelerator
        self._profiles = enable_profiler
        self._records = enable_recorder
        self._records_tensors = enable_tensor_recorder
        self._layer_callback: Optional[Callable] = None
        self._recorded_tensors: Dict[int, dict] = {}
        try:
            self._native = _core.MicroModel(tflite_model._native, runtime_buffer_size)
        except (ValueError, NotImplementedError) as error:
            raise RuntimeError(f"{tflite_model.filename or tflite_model.name}: {error}") from error
        self._inputs = [np.zeros(tensor.shape, tensor.dtype) for tensor in tflite_model.inputs]
        self._outputs = [np.zeros(tensor.shape, tensor.dtype) for tensor in tflite_model.outputs]

    @property
    def accelerator(self):
        return self._accelerator

    @property
    def layer_errors(self) -> List[TfliteMicroLayerError]:
        """Layers that an accelerator leaves to the processor: none, as no accelerator is simulated."""
        return []

    def get_layer_error(self, index: int) -> Optional[TfliteMicroLayerError]:
        """Why layer `index` is left to the processor; None when it is not."""
        return next((error for error in self.layer_errors if error.index == index), None)

    @property
    def details(self) -> TfliteMicroModelDetails:
        from mltk.core.tflite_model_parameters import TfliteModelParameters

        try:
            parameters = TfliteModelParameters.load_from_tflite_model(self._tflite_model)
        except RuntimeError:
            parameters = {}
        return TfliteMicroModelDetails(
            {
                "name": parameters.get("name") or self._tflite_model.name,
                "version": parameters.get("version", 0),
                "date": parameters.get("date", ""),
                "classes": parameters.get("classes", []),
                "hash": parameters.get("hash", ""),
                "description": self._tflite_model.description,
                "accelerator": None if self._accelerator is None else self._accelerator.name,
                "runtime_memory_size": self._tflite_model._native.runtime_memory_size(),
                "memory_plan": TfliteMicroMemoryPlan.create(
                    self._memory_plan(), self._tflite_model, total_persistent_runtime_size=self._persistent_bytes()
                ),
            }
        )

    @property
    def input_size(self) -> int:
        """Number of inputs."""
        return len(self._inputs)

    def input(self, index: int = 0, value=None):
        """An input, which the next `invoke` reads; `value` is copied into it first."""
        import numpy as np

        array = self._at(self._inputs, index, "input")
        if value is not None:
            np.copyto(array, np.reshape(value, array.shape) if np.size(value) == array.size else value)
        return array

    @property
    def output_size(self) -> int:
        """Number of outputs."""
        return len(self._outputs)

    def output(self, index: int = 0):
        """An output of the last `invoke`."""
        return self._at(self._outputs, index, "output")

    def invoke(self):
        """Run one inference.

        Raises:
            RuntimeError: the layer callback returned False
        """
        import numpy as np

        for i, array in enumerate(self._inputs):
            self._native.set_input(i, array.tobytes())
        self._recorded_tensors.clear()
        wants_layers = self._records_tensors or self._layer_callback is not None
        self._native.invoke(self._after_layer if wants_layers else None)
        for i, array in enumerate(self._outputs):
            np.copyto(array, np.frombuffer(self._native.output(i), array.dtype).reshape(array.shape))

    def set_layer_callback(self, callback: Optional[Callable[[int, List[bytes]], bool]]):
        """Call `callback(index=, outputs=)` after each layer; one that returns False ends the inference."""
        self._layer_callback = callback

    @property
    def is_profiler_enabled(self) -> bool:
        return self._profiles

    def get_profiling_results(self) -> List[TfliteMicroProfiledLayerResult]:
        """Figures of each layer.

        Raises:
            RuntimeError: the model was loaded without `enable_profiler`
        """
        import json

        if not self._profiles:
            raise RuntimeError("the model was loaded without enable_profiler=True")
        layers = json.loads(self._tflite_model.native_profile(self._tflite_model.name).to_json())["layers"]
        return [TfliteMicroProfiledLayerResult({key: layer[key] for key in ("name", "macs", "ops")}) for layer in layers]

    @property
    def is_recorder_enabled(self) -> bool:
        return self._records

    @property
    def is_tensor_recorder_enabled(self) -> bool:
        return self._records_tensors

    def get_recorded_data(self) -> dict:
        """`layers`: for each layer `params`, what its quantized kernel computes with, and with the tensor recorder the
        bytes of its `inputs` and `outputs`; `memory_plan`; `total_persistent_runtime_size` in bytes.

        Raises:
            RuntimeError: the model was loaded without `enable_recorder`
        """
        if not self._records:
            raise RuntimeError("the model was loaded without enable_recorder=True")
        layers = []
        for layer in self._tflite_model.layers:
            params = self._tflite_model._native.kernel_parameters(layer.subgraph, layer.index)
            recorded = {"params": {key: _packed(value) for key, value in params.items()}} if params else {}
            layers.append({**recorded, **self._recorded_tensors.get(layer.index, {})})
        return {
            "layers": layers,
            "memory_plan": self._memory_plan(),
            "total_persistent_runtime_size": self._persistent_bytes(),
        }

    def __str__(self) -> str:
        return str(self.details)

    def _after_layer(self, index: int, inputs: List[Optional[bytes]], outputs: List[bytes]):
        if self._records_tensors:
            self._recorded_tensors[index] = {"inputs": inputs, "outputs": outputs}
        if self._layer_callback is not None and self._layer_callback(index=index, outputs=outputs) is False:
            raise RuntimeError(f"the layer callback ended the inference after layer {index}")

    def _memory_plan(self) -> List[dict]:
        return [
            {"size": size, "start": start, "end": end, "offset": offset, "tensor_id": tensor, "subgraph_id": 0}
            for size, start, end, offset, tensor in self._tflite_model._native.memory_plan()
        ]

    def _persistent_bytes(self) -> int:
        return self._tflite_model._native.persistent_bytes()

    def _at(self, arrays: list, index: int, what: str):
        if not 0 <= index < len(arrays):
            raise IndexError(f"{self._tflite_model.name}: has no {what} {index}; there are {len(arrays)}")
        return arrays[index]


def _packed(value):
    """Lists as the bytes of int32, as TensorFlow Lite Micro's recorder writes them."""
    import array

    return array.array("i", value).tobytes() if isinstance(value, list) else value
