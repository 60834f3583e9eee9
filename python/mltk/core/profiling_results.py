"""What `profile_model` returns. The numbers and texts come from the native library."""

import json
import os
from typing import Optional


class ProfilingModelResults:
    """The profile of a `.tflite`.

    Attributes:
        tflite_model: the model
        target: name of the board that it is compared with, or None
    """

    def __init__(self, tflite_model, name: str, target: Optional[str] = None, kernels: Optional[str] = None):
        self.tflite_model = tflite_model
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
    def n_layers(self) -> int:
        return self._native.n_layers()

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
