"""A `.tflite` model: metadata, parameters and inference with the device's arithmetic."""

import os
from typing import Dict, List, Optional

from mltk.core.tflite_model_parameters import TFLITE_METADATA_TAG, TfliteModelParameters


class TfliteModel:
    """A `.tflite` model in memory.

    Args:
        flatbuffer_data: the file's bytes
        path: where they come from

    Raises:
        ValueError: the bytes are not a `.tflite` model; the message says where
    """

    def __init__(self, flatbuffer_data: bytes, path: Optional[str] = None):
        from mltk import _core

        self._native = _core.TfliteModel(bytes(flatbuffer_data))
        self._bytes: Optional[bytes] = bytes(flatbuffer_data)
        self.path = path.replace("\\", "/") if path else None

    @staticmethod
    def load_flatbuffer_file(flatbuffer_path: str, cwd: Optional[str] = None) -> "TfliteModel":
        """Read a `.tflite` file."""
        path = os.path.join(cwd, flatbuffer_path) if cwd else flatbuffer_path
        if not os.path.exists(path):
            raise FileNotFoundError(f"{path}: no such file")
        with open(path, "rb") as file:
            return TfliteModel(file.read(), path)

    @property
    def filename(self) -> Optional[str]:
        return os.path.basename(self.path) if self.path else None

    @property
    def name(self) -> str:
        """File name without `.tflite`."""
        return self.filename[: -len(".tflite")] if self.path else "my_model"

    @property
    def description(self) -> str:
        return self._native.description

    @description.setter
    def description(self, text: str):
        self._native.description = text
        self._bytes = None

    @property
    def flatbuffer_data(self) -> bytes:
        """The file's bytes."""
        if self._bytes is None:
            self._bytes = self._native.to_bytes()
        return self._bytes

    @property
    def flatbuffer_size(self) -> int:
        return len(self.flatbuffer_data)

    def __len__(self) -> int:
        return self.flatbuffer_size

    def regenerate_flatbuffer(self, reload_model: bool = False):
        """Write the model into bytes again."""
        self._bytes = None

    @property
    def inputs(self) -> List[dict]:
        """Name, shape, dtype, scale and zero_point of each input."""
        return self._native.inputs()

    @property
    def outputs(self) -> List[dict]:
        return self._native.outputs()

    @property
    def n_inputs(self) -> int:
        return len(self.inputs)

    @property
    def n_outputs(self) -> int:
        return len(self.outputs)

    def get_all_metadata(self) -> Dict[str, bytes]:
        return {name: self._native.get_metadata(name) for name in self._native.metadata_names()}

    def get_metadata(self, tag: str) -> Optional[bytes]:
        """Bytes of a metadata entry; None when there is none."""
        return self._native.get_metadata(tag)

    def add_metadata(self, tag: str, metadata: bytes):
        """Set a metadata entry; `save` writes it."""
        if not metadata:
            raise ValueError(f"metadata {tag} is empty")
        self._native.set_metadata(tag, bytes(metadata))
        self._bytes = None

    def stamp_parameters(self, memory: bool = True, date: Optional[str] = None):
        """Add `runtime_memory_size` (bytes of RAM on the device), `hash` and `date` to the model's parameters.

        Args:
            memory: False leaves `runtime_memory_size` out
            date: `2026-01-19T23:20:25.459Z`; None is now
        """
        parameters = TfliteModelParameters.load_from_tflite_model(self)
        if memory:
            try:
                parameters["runtime_memory_size"] = self._native.runtime_memory_size()
            except (NotImplementedError, ValueError):
                parameters.pop("runtime_memory_size", None)
        else:
            parameters.pop("runtime_memory_size", None)
        from mltk import _core

        self._native.stamp_parameters(_core.parameters_deserialize(parameters.serialize()), date)
        self._bytes = None

    def save(self, output_path: Optional[str] = None, update_path: bool = False):
        """Write the file whole or not at all."""
        from mltk import _core

        path = output_path or self.path
        if not path:
            raise RuntimeError("the model has no path; give output_path")
        _core.write_file(path, self.flatbuffer_data)
        if update_path:
            self.path = path

    def summary(self) -> str:
        """Table of operators, inputs and outputs."""
        return self._native.summary_table()

    def native_summary(self) -> str:
        """All that `mltk summarize` prints."""
        return self._native.summary(self.flatbuffer_size)

    def native_profile(self, name: str, kernels: Optional[str] = None, target: Optional[str] = None):
        """The native profile, with the memory of these kernels, or of the target's."""
        return self._native.profile(name, self.flatbuffer_size, kernels or "", target or "")

    def predict(self, x, y_dtype=None, **kwargs):
        """Run samples with the device's arithmetic.

        Args:
            x: [samples, ...] or one sample without batch; float32 values are quantized to the model's input type
            y_dtype: float32 dequantizes the outputs

        Returns:
            [samples, ...], or one output without batch for one sample
        """
        import numpy as np

        x = np.asarray(x)
        about = self.inputs[0]
        rank = len(about["shape"])
        single = x.ndim == rank - 1
        if single:
            x = x[np.newaxis]
        codes = self.quantize_to_input_dtype(x)
        # One sample a call of the interpreter, each [...] of the input without its batch of 1.
        (y,) = self._native.run([np.ascontiguousarray(codes)])[:1]
        y = y.reshape((len(x),) + tuple(self.outputs[0]["shape"][1:]))
        if y_dtype is not None and np.dtype(y_dtype) == np.float32:
            y = self.dequantize_output_to_float32(y)
        return y[0] if single else y

    def quantize_to_input_dtype(self, x, input_index: int = 0):
        """Real values as the input's codes: rounded to the nearest and kept within the type's range."""
        import numpy as np

        about = self.inputs[input_index]
        dtype = np.dtype(about["dtype"])
        if x.dtype == dtype:
            return x
        if dtype == np.float32 or not about["scale"]:
            return x.astype(dtype)
        if x.dtype.kind != "f":
            x = x.astype(np.float32)
        limits = np.iinfo(dtype)
        return np.clip(np.round(x / np.float32(about["scale"][0])) + about["zero_point"][0], limits.min, limits.max).astype(dtype)

    def dequantize_output_to_float32(self, y, output_index: int = 0):
        """Codes of an output as real values."""
        import numpy as np

        about = self.outputs[output_index]
        if not about["scale"]:
            return y.astype(np.float32)
        return (y.astype(np.float32) - np.float32(about["zero_point"][0])) * np.float32(about["scale"][0])
