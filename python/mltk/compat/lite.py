"""`tensorflow.lite`: converter and interpreter of `.tflite` models."""

import enum


class Optimize(enum.Enum):
    """`tf.lite.Optimize`."""

    DEFAULT = "DEFAULT"
    OPTIMIZE_FOR_SIZE = "OPTIMIZE_FOR_SIZE"
    OPTIMIZE_FOR_LATENCY = "OPTIMIZE_FOR_LATENCY"
    EXPERIMENTAL_SPARSITY = "EXPERIMENTAL_SPARSITY"


class OpsSet(enum.Enum):
    """`tf.lite.OpsSet`."""

    TFLITE_BUILTINS = "TFLITE_BUILTINS"
    SELECT_TF_OPS = "SELECT_TF_OPS"
    TFLITE_BUILTINS_INT8 = "TFLITE_BUILTINS_INT8"
    EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8 = (
        "EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8"
    )


class TargetSpec:
    """`tf.lite.TargetSpec`, for `my_model.tflite_converter['target_spec']`.

    Args:
        supported_ops: members of `OpsSet`
        supported_types: types of constants, e.g. `[tf.float16]`
    """

    def __init__(self, supported_ops=None, supported_types=None):
        self.supported_ops = supported_ops
        self.supported_types = supported_types


class RepresentativeDataset:
    """`tf.lite.RepresentativeDataset`.

    Args:
        input_gen: function that gives an iterable of lists of arrays, one an input
    """

    def __init__(self, input_gen):
        self.input_gen = input_gen


class TFLiteConverter:
    """`tf.lite.TFLiteConverter`: set the attributes, then call `convert()`.

    Attributes:
        optimizations: members of `Optimize`; none: a float model
        representative_dataset: function that gives lists of arrays, one an input, for the ranges of activations
        target_spec: a `TargetSpec`
        inference_input_type, inference_output_type: types of inputs and outputs
    """

    def __init__(self, model):
        self._model = model
        self.optimizations: list = []
        self.representative_dataset = None
        self.target_spec = TargetSpec([OpsSet.TFLITE_BUILTINS])
        self.inference_input_type = "float32"
        self.inference_output_type = "float32"
        self.experimental_new_converter = True
        self.experimental_new_quantizer = True
        self.allow_custom_ops = False

    @classmethod
    def from_keras_model(cls, model) -> "TFLiteConverter":
        """A converter of a Keras model."""
        return cls(model)

    @classmethod
    def from_saved_model(cls, saved_model_dir, *_, **__):
        """Not available."""
        raise NotImplementedError(
            f"tf.lite.TFLiteConverter.from_saved_model({saved_model_dir!r}) is not supported; load the .h5 file with "
            "tf.keras.models.load_model and use from_keras_model"
        )

    @classmethod
    def from_concrete_functions(cls, *_, **__):
        """Not available."""
        raise NotImplementedError("tf.lite.TFLiteConverter.from_concrete_functions is not supported; use from_keras_model")

    def convert(self) -> bytes:
        """The bytes of the `.tflite` model."""
        import numpy as np

        from mltk import _core
        from mltk.core.quantize_model import _native_settings
        from mltk.keras_api.tensors import to_array

        settings = _native_settings({
            "optimizations": list(self.optimizations or []),
            "target_spec": self.target_spec,
            "inference_input_type": self.inference_input_type,
            "inference_output_type": self.inference_output_type,
            "experimental_new_converter": self.experimental_new_converter,
            "experimental_new_quantizer": self.experimental_new_quantizer,
        })
        data = getattr(self.representative_dataset, "input_gen", self.representative_dataset)
        samples = None
        if data is not None:
            samples = ([np.asarray(to_array(item), "float32") for item in _as_list(sample)] for sample in data())
        return _core.convert_model(self._model.graph, settings, samples).to_bytes()


def _as_list(sample) -> list:
    if isinstance(sample, dict):
        return list(sample.values())
    return list(sample) if isinstance(sample, (list, tuple)) else [sample]


class Interpreter:
    """`tf.lite.Interpreter`: runs a `.tflite` model as the device does.

    Args:
        model_path: of the file
        model_content: or its bytes
    """

    def __init__(self, model_path=None, model_content=None, num_threads=None, **_):  # pylint: disable=unused-argument
        from mltk.core.tflite_model import TfliteModel

        if (model_path is None) == (model_content is None):
            raise ValueError("tf.lite.Interpreter needs model_path or model_content")
        if model_content is None:
            with open(model_path, "rb") as file:
                model_content = file.read()
        self._model = TfliteModel(bytes(model_content))
        self._inputs = [self._detail(tensor) for tensor in self._model.inputs]
        self._outputs = [self._detail(tensor) for tensor in self._model.outputs]
        self._values: dict = {}
        self._allocated = False

    @staticmethod
    def _detail(tensor) -> dict:
        import numpy as np

        quantization = tensor.quantization
        has_scale = len(quantization.scale) > 0
        return {
            "name": tensor.name,
            "index": tensor.index,
            "shape": np.array(tensor.shape, "int32"),
            "shape_signature": np.array(tensor.shape, "int32"),
            "dtype": np.dtype(tensor.dtype).type,
            "quantization": (quantization.scale[0], quantization.zeropoint[0]) if has_scale else (0.0, 0),
            "quantization_parameters": {
                "scales": np.array(quantization.scale, "float32"),
                "zero_points": np.array(quantization.zeropoint, "int32"),
                "quantized_dimension": quantization.quantization_dimension,
            },
            "sparsity_parameters": {},
        }

    def get_input_details(self) -> list:
        """Name, index, shape, type and quantization of each input."""
        return [dict(entry) for entry in self._inputs]

    def get_output_details(self) -> list:
        """The same of each output."""
        return [dict(entry) for entry in self._outputs]

    def get_tensor_details(self) -> list:
        """The same of every tensor."""
        return [self._detail(tensor) for tensor in self._model.tensors]

    def resize_tensor_input(self, input_index: int, tensor_size, strict=False):  # pylint: disable=unused-argument
        """Another number of samples for an input; other sizes are fixed."""
        import numpy as np

        entry = self._entry(self._inputs + self._outputs, input_index)
        size = np.array(tensor_size, "int32")
        if len(size) != len(entry["shape"]) or any(size[1:] != entry["shape"][1:]):
            raise ValueError(
                f"'{entry['name']}' is {entry['shape'].tolist()}, it cannot become {size.tolist()}: only the first size can change"
            )
        entry["shape"] = size
        self._allocated = False

    def allocate_tensors(self):
        """Make the tensors ready."""
        self._values.clear()
        self._allocated = True

    @staticmethod
    def _entry(entries, index: int) -> dict:
        for entry in entries:
            if entry["index"] == index:
                return entry
        raise ValueError(f"tensor {index} is no input; they are {', '.join(str(entry['index']) for entry in entries)}")

    def set_tensor(self, tensor_index: int, value):
        """Set an input."""
        import numpy as np

        self._need_tensors()
        entry = self._entry(self._inputs, tensor_index)
        array = np.asarray(value)
        if array.dtype != entry["dtype"]:
            raise ValueError(f"'{entry['name']}' has the type {np.dtype(entry['dtype']).name}, got {array.dtype.name}")
        if array.shape != tuple(entry["shape"]):
            raise ValueError(f"'{entry['name']}' has the shape {tuple(entry['shape'])}, got {array.shape}; use resize_tensor_input")
        self._values[tensor_index] = array

    def _need_tensors(self):
        if not self._allocated:
            raise RuntimeError("call allocate_tensors() first")

    def invoke(self):
        """Run the model."""
        self._need_tensors()
        missing = [entry["name"] for entry in self._inputs if entry["index"] not in self._values]
        if missing:
            raise ValueError(f"the input '{missing[0]}' was not set; use set_tensor")
        results = self._model._native.run([self._values[entry["index"]] for entry in self._inputs])
        for entry, value in zip(self._outputs, results):
            self._values[entry["index"]] = value
            entry["shape"][0] = value.shape[0]

    def get_tensor(self, tensor_index: int, subgraph_index=0):  # pylint: disable=unused-argument
        """A copy of an output, an input or a constant."""
        self._need_tensors()
        if tensor_index in self._values:
            return self._values[tensor_index].copy()
        tensor = self._model.tensors[tensor_index]
        if not tensor.is_constant:
            raise ValueError(f"tensor {tensor_index} has no value: it is inside of the model, or invoke() has not run")
        return tensor.data.copy()

    def reset_all_variables(self):
        """Models here keep no state."""


class experimental:  # pylint: disable=invalid-name
    """`tf.lite.experimental`: there is nothing to choose."""

    @staticmethod
    def load_delegate(library, options=None):  # pylint: disable=unused-argument
        """Not available."""
        raise NotImplementedError("tf.lite.experimental.load_delegate is not supported; the interpreter runs the device's own kernels")
