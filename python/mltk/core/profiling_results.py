"""What `profile_model` returns. The numbers and texts come from the native library."""

import collections
import json
import os
from typing import List, Optional


class ProfilingLayerResult(collections.defaultdict):
    """The profile of a layer: `ops`, `macs` and what a program adds; 0 for what was not measured."""

    def __init__(self, tflite_layer, ops: int = 0, macs: int = 0, error_msg: Optional[str] = None, **kwargs):
        super().__init__(int, {"ops": ops, "macs": macs, **kwargs})
        self._tflite_layer = tflite_layer
        self._error_msg = error_msg

    ops = property(lambda self: self["ops"], doc="Operations.")
    macs = property(lambda self: self["macs"], doc="Multiply-accumulates.")
    accelerator_cycles = property(lambda self: self["accelerator_cycles"], doc="0: no accelerator is simulated.")
    cpu_cycles = property(lambda self: self["cpu_cycles"], doc="Clock cycles of the processor.")
    time = property(lambda self: self["time"], doc="Seconds.")
    energy = property(lambda self: self["energy"], doc="Joules.")

    @property
    def tflite_layer(self):
        """The `TfliteLayer`."""
        return self._tflite_layer

    @property
    def is_accelerated(self) -> bool:
        return self.accelerator_cycles > 0

    @property
    def is_unsupported(self) -> bool:
        """Whether the device cannot run it; `error_msg` says why."""
        return bool(self._error_msg)

    @property
    def error_msg(self) -> Optional[str]:
        return self._error_msg

    @property
    def index(self) -> int:
        return self._tflite_layer.index

    @property
    def name(self) -> str:
        """`op0-conv_2d`."""
        return self._tflite_layer.name

    @property
    def opcode_str(self) -> str:
        return self._tflite_layer.opcode_str

    @property
    def opcode(self) -> int:
        return self._tflite_layer.opcode

    @property
    def options_str(self) -> str:
        return str(self._tflite_layer.options)

    @property
    def input_shape_str(self) -> str:
        """Shapes with commas: `1x49x40x1,8x10x8x1`."""
        return _shapes(self._tflite_layer.inputs)

    @property
    def input_dtype_str(self) -> str:
        return _dtypes(self._tflite_layer.inputs)

    @property
    def output_shape_str(self) -> str:
        return _shapes(self._tflite_layer.outputs)

    @property
    def output_dtype_str(self) -> str:
        return _dtypes(self._tflite_layer.outputs)


def _shapes(tensors) -> str:
    return ",".join(str(tensor.shape) for tensor in tensors if tensor is not None)


def _dtypes(tensors) -> str:
    return ",".join(tensor.dtype_str for tensor in tensors if tensor is not None)


class ProfilingModelResults:
    """The profile of a `.tflite`.

    Attributes:
        tflite_model: the model
        target: name of the board that it is compared with, or None
    """

    def __init__(self, tflite_model, name: str, target: Optional[str] = None, kernels: Optional[str] = None, model_details=None):
        self.tflite_model = tflite_model
        self._model_details = model_details
        self._layers: Optional[List[ProfilingLayerResult]] = None
        self.target = target
        self._native = tflite_model.native_profile(name, kernels, target)
        self._target_json = self._native.target_json(target) if target else None

    def require_fit(self):
        """Check that the model can run on the target, if there is one.

        Raises:
            NotImplementedError: it cannot; names the layer and the remedy
        """
        if self.target:
            self._native.require_fit(self.target)

    @property
    def name(self) -> str:
        return self._native.name

    @property
    def ops(self) -> int:
        """Operations of one inference."""
        return self._native.ops

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one inference."""
        return self._native.macs

    @property
    def flatbuffer_size(self) -> int:
        """Bytes of the file."""
        return self._native.flash_bytes

    @property
    def runtime_memory_bytes(self) -> int:
        """RAM that the device needs; 0 when an operator cannot run there."""
        return self._native.runtime_memory_bytes

    @property
    def layers(self) -> List[ProfilingLayerResult]:
        if self._layers is None:
            self._layers = [
                ProfilingLayerResult(layer, profile["ops"], profile["macs"], profile["error"] or None)
                for layer, profile in zip(self.tflite_model.layers, json.loads(self._native.to_json())["layers"])
            ]
        return self._layers

    @property
    def n_layers(self) -> int:
        return self._native.n_layers()

    @property
    def unsupported_layers(self) -> List[ProfilingLayerResult]:
        return [layer for layer in self.layers if layer.is_unsupported]

    def stat_total(self, name: str):
        """Sum of a figure over all layers."""
        return sum(layer[name] for layer in self.layers)

    accelerator_cycles = property(lambda self: self.stat_total("accelerator_cycles"), doc="0: none is simulated.")
    cpu_cycles = property(lambda self: self.stat_total("cpu_cycles"), doc="Clock cycles, if a program added them.")
    time = property(lambda self: self.stat_total("time"), doc="Seconds, if a program added them.")
    energy = property(lambda self: self.stat_total("energy"), doc="Joules, if a program added them.")

    @property
    def accelerator(self) -> None:
        return None

    @property
    def platform(self) -> None:
        return None

    @property
    def is_simulated(self) -> bool:
        return True

    @property
    def tflite_micro_model_details(self):
        """`TfliteMicroModelDetails`; None unless `TfliteMicro.profile_model` made the results."""
        return self._model_details

    @property
    def input_shape_str(self) -> str:
        return _shapes(self.tflite_model.inputs)

    @property
    def input_dtype_str(self) -> str:
        return _dtypes(self.tflite_model.inputs)

    @property
    def output_shape_str(self) -> str:
        return _shapes(self.tflite_model.outputs)

    @property
    def output_dtype_str(self) -> str:
        return _dtypes(self.tflite_model.outputs)

    @property
    def n_unsupported_layers(self) -> int:
        return self._native.n_unsupported_layers()

    def to_dict(self, format_units: bool = False) -> dict:
        """`summary`, `summary_labels`, `layers` and `layer_labels`."""
        return json.loads(self.to_json(format_units=format_units))

    def to_json(self, indent: int = 2, format_units: bool = False, exclude_null: bool = True, full_summary: bool = False) -> str:
        return self._with_target(self._native.to_report_json(format_units), indent)

    def to_device_json(self) -> str:
        """The object of `mltk profile --json`."""
        return self._with_target(self._native.to_json(), None)

    def to_string(self, format_units: bool = True, exclude_null: bool = True, full_summary: bool = False) -> str:
        """The report as text."""
        text = self._native.to_text(format_units)
        return f"{text}\n{self.target_summary()}" if self.target else text

    def target_summary(self) -> str:
        """RAM, flash and latency on the target."""
        return self._native.target_text(self.target)

    def _with_target(self, text: str, indent: Optional[int]) -> str:
        """The JSON object with the target added."""
        if not self.target:
            return text
        return json.dumps({**json.loads(text), "target": json.loads(self._target_json)}, indent=indent)

    def generate_report(self, output_dir: str, format_units: bool = True, full_summary: bool = False):
        """Write the report as text, JSON and HTML into a folder."""
        from mltk import _core

        base = os.path.join(output_dir, "profiling_report-none-simulated")
        _core.write_text(base + ".txt", self.to_string(format_units) + "\n")
        _core.write_text(base + ".json", self.to_json(format_units=format_units) + "\n")
        profile = json.loads(self.to_device_json())
        _core.write_text(base + ".html", _core.html_report(dict(name=self.name, arena=profile.pop("arena_tensors"), profile=profile)))

    def __str__(self) -> str:
        return self.to_string()
