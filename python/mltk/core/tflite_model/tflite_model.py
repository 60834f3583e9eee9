"""A `.tflite` model: tensors, layers, metadata, parameters and inference with the device's arithmetic."""

import os
from typing import Dict, List, Optional

from mltk.core.tflite_model.tflite_layer import TfliteLayer, TfliteOpCode
from mltk.core.tflite_model.tflite_schema import ModelT, SubGraphT, view_model
from mltk.core.tflite_model.tflite_tensor import TfliteTensor
from mltk.core.tflite_model_parameters import TFLITE_METADATA_TAG, TfliteModelParameters

__all__ = ["TfliteFileError", "TfliteModel", "TfliteOpCode"]


class TfliteFileError(RuntimeError, ValueError):
    """The bytes are no `.tflite` model; the message says where."""


class TfliteModel:
    """A `.tflite` model in memory.

    Args:
        flatbuffer_data: the file's bytes
        path: where they come from

    Raises:
        TfliteFileError: the bytes are not a `.tflite` model
    """

    def __init__(self, flatbuffer_data: bytes, path: Optional[str] = None):
        self.path = path
        self._load(bytes(flatbuffer_data))

    @staticmethod
    def load_flatbuffer_file(path: str, cwd: Optional[str] = None) -> "TfliteModel":
        """Read a `.tflite` file; `path` may be relative to `cwd`.

        Raises:
            FileNotFoundError: there is no such file
        """
        found = os.path.join(cwd, path) if cwd and os.path.exists(os.path.join(cwd, path)) else path
        if not os.path.exists(found):
            raise FileNotFoundError(f"{found}: no such file")
        with open(found, "rb") as file:
            return TfliteModel(file.read(), found)

    @property
    def path(self) -> Optional[str]:
        """Where the model comes from, with forward slashes; None when it comes from no file."""
        return None if self._path is None else os.path.normpath(self._path).replace("\\", "/")

    @path.setter
    def path(self, path: Optional[str]):
        self._path = None if path is None else path.replace("\\", "/")

    @property
    def filename(self) -> Optional[str]:
        return os.path.basename(self.path) if self.path else None

    @property
    def name(self) -> str:
        """File name without `.tflite`; `my_model` without a path."""
        name = self.filename or "my_model"
        return name[: -len(".tflite")] if name.endswith(".tflite") else name

    @property
    def description(self) -> str:
        return self._native.description

    @description.setter
    def description(self, text: Optional[str]):
        self._native.description = text or ""
        self._changed()

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

    @property
    def flatbuffer_model(self) -> ModelT:
        """The tables of the file, read-only, by the schema's names."""
        if self._view is None:
            self._view = view_model(self._native)
        return self._view

    @property
    def flatbuffer_subgraph(self) -> SubGraphT:
        """The tables of the selected subgraph."""
        return self.get_flatbuffer_subgraph()

    def get_flatbuffer_subgraph(self, index: Optional[int] = None) -> SubGraphT:
        """The tables of a subgraph; None is the selected one."""
        return self.flatbuffer_model.subgraphs[self._selected if index is None else index]

    @property
    def selected_model_subgraph(self) -> int:
        """The subgraph whose tensors and layers the other members give."""
        return self._selected

    @selected_model_subgraph.setter
    def selected_model_subgraph(self, index: int):
        if not 0 <= index < self.n_subgraphs:
            raise ValueError(f"subgraph {index} does not exist; there are {self.n_subgraphs}")
        self._selected = index

    @property
    def n_subgraphs(self) -> int:
        return self._native.n_subgraphs

    def regenerate_flatbuffer(self, reload_model: bool = False):
        """Write the model into bytes again, and read them again with `reload_model`."""
        self._bytes = None
        if reload_model:
            self._load(self.flatbuffer_data)

    @property
    def inputs(self) -> List[TfliteTensor]:
        return [self.tensors[i] for i in self.flatbuffer_subgraph.inputs]

    @property
    def n_inputs(self) -> int:
        return len(self.flatbuffer_subgraph.inputs)

    @property
    def outputs(self) -> List[TfliteTensor]:
        return [self.tensors[i] for i in self.flatbuffer_subgraph.outputs]

    @property
    def n_outputs(self) -> int:
        return len(self.flatbuffer_subgraph.outputs)

    @property
    def tensors(self) -> List[TfliteTensor]:
        return self._tensors_of(self._selected)

    @property
    def layers(self) -> List[TfliteLayer]:
        """The operators in the order in which they run."""
        if self._selected not in self._layers:
            operators = self.flatbuffer_subgraph.operators
            self._layers[self._selected] = [
                TfliteLayer.from_flatbuffer(i, self, operator, self._selected) for i, operator in enumerate(operators)
            ]
        return self._layers[self._selected]

    def get_tensor(self, index: int) -> TfliteTensor:
        """A tensor; IndexError when there is none."""
        return self._at(self.tensors, index, "tensor")

    def get_tensor_data(self, index: int):
        """The values of a tensor."""
        return self.get_tensor(index).data

    def get_input_tensor(self, index: int = 0) -> TfliteTensor:
        """An input; IndexError when there is none."""
        return self._at(self.inputs, index, "input")

    def get_input_data(self, index: int = 0):
        return self.get_input_tensor(index).data

    def get_output_tensor(self, index: int = 0) -> TfliteTensor:
        """An output; IndexError when there is none."""
        return self._at(self.outputs, index, "output")

    def get_output_data(self, index: int = 0):
        return self.get_output_tensor(index).data

    def get_all_metadata(self) -> Dict[str, bytes]:
        return {name: self._native.get_metadata(name) for name in self._native.metadata_names()}

    def get_metadata(self, tag: str) -> Optional[bytes]:
        """Bytes of a metadata entry; None when there is none."""
        return self._native.get_metadata(tag)

    def add_metadata(self, tag: str, value: bytes):
        """Set a metadata entry; `save` writes it."""
        if not tag or not value:
            raise ValueError(f"metadata {tag!r}: the tag or the value is empty")
        self._native.set_metadata(tag, bytes(value))
        self._changed()

    def remove_metadata(self, tag: str) -> bool:
        """Remove a metadata entry; `save` writes the file without it. False when there is none."""
        removed = self._native.remove_metadata(tag)
        self._changed()
        return removed

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
        self._changed()

    def save(self, output_path: Optional[str] = None, update_path: bool = False):
        """Write the file whole or not at all, and the folders on the way to it.

        Raises:
            RuntimeError: there is neither `output_path` nor a path of the model
        """
        from mltk import _core

        path = output_path or self.path
        if not path:
            raise RuntimeError("the model has no path; give output_path")
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        _core.write_file(path, self.flatbuffer_data)
        if update_path:
            self.path = path

    def summary(self) -> str:
        """Table of operators, inputs and outputs."""
        return self._native.summary_table()

    def page(self, name: str) -> str:
        """The graph as a web page that is complete in itself; `name` is its title."""
        from mltk import _core

        return _core.tflite_page(self._native, name)

    def native_summary(self) -> str:
        """All that `mltk summarize` prints."""
        return self._native.summary(self.flatbuffer_size)

    def native_profile(self, name: str, kernels: Optional[str] = None, target: Optional[str] = None):
        """The native profile, with the memory of these kernels, or of the target's."""
        return self._native.profile(name, self.flatbuffer_size, kernels or "", target or "")

    def predict(self, x, y_dtype=None, interpreter_kwargs: Optional[dict] = None):
        """Run samples with the device's arithmetic.

        Args:
            x: for a model of one input, samples [samples, ...], one sample without batch, or an iterable of batches or
                of tuples that begin with a batch, of which `x.max_samples` are used when it is positive; for a model of
                several inputs, a list of arrays or a dictionary of arrays by input index. A last axis of 1 may be left
                out. Values that are not of the input's type are quantized to it.
            y_dtype: float32 dequantizes the outputs
            interpreter_kwargs: options of TensorFlow's interpreter, which change no result

        Returns:
            [samples, ...], or one output without batch for one sample; for a model of several inputs a list with the
            array of each output

        Raises:
            ValueError: `x` does not fit the inputs
            RuntimeError: the iterable gave no batch
        """
        import numpy as np

        if self.n_inputs > 1:
            return self._run(self._several_inputs(x), y_dtype)
        if hasattr(x, "__array__"):
            return self._run([np.asarray(x)], y_dtype)[0]
        most = getattr(x, "max_samples", 0) or 0
        results, samples = [], 0
        for batch in x:
            batch = np.asarray(batch[0] if isinstance(batch, tuple) else batch)
            results.append(self._run([batch], y_dtype, keep_batch=True)[0])
            samples += len(results[-1])
            if 0 < most <= samples:
                break
        if not results:
            raise RuntimeError(f"{self.name}: the data gave no batch")
        return np.concatenate(results)[: most or None]

    def _several_inputs(self, x) -> list:
        import numpy as np

        if isinstance(x, (list, tuple)):
            x = dict(enumerate(x))
        if not isinstance(x, dict) or not all(hasattr(value, "__array__") for value in x.values()):
            raise ValueError(
                f"{self.name}: has {self.n_inputs} inputs; expected a list of arrays or a dictionary of arrays by index"
            )
        if sorted(x) != list(range(self.n_inputs)):
            raise ValueError(f"{self.name}: expected an array for each input 0 to {self.n_inputs - 1}, got {sorted(x)}")
        return [np.asarray(x[i]) for i in range(self.n_inputs)]

    def _run(self, arrays: list, y_dtype, keep_batch: bool = False) -> list:
        """The outputs for one array for each input, all with a batch or all without."""
        import numpy as np

        batches = [_with_batch(x, tensor.shape) for x, tensor in zip(arrays, self.inputs)]
        single = batches[0][1]
        codes = [self.quantize_to_input_dtype(x, i) for i, (x, _) in enumerate(batches)]
        outputs = self._inferences(codes)
        if y_dtype is not None and np.dtype(y_dtype) == np.float32:
            outputs = [self.dequantize_output_to_float32(y, i) for i, y in enumerate(outputs)]
        return [y[0] for y in outputs] if single and not keep_batch else list(outputs)

    def _inferences(self, codes: list) -> list:
        """The outputs of an inference for each sample, or for as many samples as the batch that the file fixes."""
        import numpy as np

        fixed = self.inputs[0].shape[0] if self.inputs[0].shape else 1
        if fixed <= 1 or len(codes[0]) % fixed != 0:
            return self._native.run([np.ascontiguousarray(x) for x in codes])
        calls = len(codes[0]) // fixed
        outputs = self._native.run([np.ascontiguousarray(x).reshape(calls, -1) for x in codes])
        return [
            y.reshape(-1, *tensor.shape[1:]) if tensor.shape[:1] == (fixed,) else y
            for y, tensor in zip(outputs, self.outputs)
        ]

    def quantize_to_input_dtype(self, x, input_index: int = 0):
        """Real values as the input's codes: rounded to the nearest and kept within the type's range."""
        import numpy as np

        tensor = self.get_input_tensor(input_index)
        dtype = np.dtype(tensor.dtype)
        if x.dtype == dtype:
            return x
        if dtype == np.float32 or not tensor.quantization.scale:
            return x.astype(dtype)
        if x.dtype.kind != "f":
            x = x.astype(np.float32)
        limits = np.iinfo(dtype)
        codes = np.round(x / np.float32(tensor.quantization.scale[0])) + tensor.quantization.zeropoint[0]
        return np.clip(codes, limits.min, limits.max).astype(dtype)

    def dequantize_output_to_float32(self, y, output_index: int = 0):
        """Codes of an output as real values."""
        import numpy as np

        quantization = self.get_output_tensor(output_index).quantization
        y = y.astype(np.float32)
        if not quantization.scale:
            return y
        return (y - np.float32(quantization.zeropoint[0])) * np.float32(quantization.scale[0])

    def _load(self, flatbuffer_data: bytes):
        from mltk import _core

        try:
            self._native = _core.TfliteModel(flatbuffer_data)
        except ValueError as error:
            raise TfliteFileError(str(error)) from None
        self._bytes: Optional[bytes] = flatbuffer_data
        self._selected = 0
        self._view: Optional[ModelT] = None
        self._tensors: Dict[int, List[TfliteTensor]] = {}
        self._layers: Dict[int, List[TfliteLayer]] = {}

    def _changed(self):
        """The native model is no longer that of the bytes and of the tables."""
        self._bytes = None
        self._view = None

    def _tensors_of(self, subgraph: int) -> List[TfliteTensor]:
        if subgraph not in self._tensors:
            tables = self.get_flatbuffer_subgraph(subgraph).tensors
            self._tensors[subgraph] = [TfliteTensor(i, self, table, subgraph) for i, table in enumerate(tables)]
        return self._tensors[subgraph]

    def _at(self, tensors: List[TfliteTensor], index: int, what: str) -> TfliteTensor:
        if not 0 <= index < len(tensors):
            raise IndexError(f"{self.name}: has no {what} {index}; there are {len(tensors)}")
        return tensors[index]


def _with_batch(x, shape):
    """`x` with the axes of a model's input, and whether it was one sample."""
    sample = tuple(shape[1:])
    if sample and sample[-1] == 1 and sample[:-1] in (x.shape, x.shape[1:]):
        x = x[..., None]
    return (x[None], True) if x.ndim == len(sample) else (x, False)
