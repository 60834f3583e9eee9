"""Operators of a `.tflite`."""

from typing import Dict, List, Optional, Tuple

from mltk.core.tflite_model.tflite_schema import BuiltinOperator as TfliteOpCode
from mltk.core.tflite_model.tflite_schema import BuiltinOptions, OperatorT
from mltk.core.tflite_model.tflite_tensor import TfliteTensor
from mltk.core.tflite_model.tflite_types import (
    TfliteActivation,
    TfliteConvParams,
    TfliteDepthwiseConvParams,
    TfliteFullyConnectedParams,
    TflitePadding,
    TflitePoolParams,
    TfliteTransposeConvParams,
)


class TfliteLayerOptions:
    """The options of an operator; its fields are attributes, by the schema's names (`strideW`)."""

    def __init__(self, fb_object=None, type=None, text: Optional[str] = None):
        self._fields = {} if fb_object is None else dict(vars(fb_object))
        self._type = type
        self._text = text

    def __getattr__(self, name):
        fields = self.__dict__.get("_fields", {})
        if name not in fields:
            raise AttributeError(f"{self.__class__.__name__} has no '{name}'; its fields are {', '.join(fields) or 'none'}")
        return fields[name]

    @property
    def options_type(self) -> int:
        """The schema's number of the options' type."""
        return self._type

    @property
    def options_type_str(self) -> str:
        """The type's name in lower case."""
        return BuiltinOptions(self._type).name.lower() if self._type is not None else "none"

    def __str__(self) -> str:
        return self._text or f"Type={self.options_type_str}"


class _ActivationOptions(TfliteLayerOptions):
    @property
    def activation(self) -> TfliteActivation:
        """The fused activation."""
        return TfliteActivation(self._fields.get("fusedActivationFunction", 0))

    @property
    def activation_str(self) -> str:
        return self.activation.to_string()


class _WindowOptions(TfliteLayerOptions):
    @property
    def padding(self) -> TflitePadding:
        return TflitePadding(self._fields.get("padding", 0))

    @property
    def padding_str(self) -> str:
        return self.padding.to_string()

    @property
    def stride_width(self) -> int:
        return self.strideW

    @property
    def stride_height(self) -> int:
        return self.strideH


class TfliteAddLayerOptions(_ActivationOptions):
    """Options of ADD."""


class TfliteMulLayerOptions(_ActivationOptions):
    """Options of MUL."""


class TfliteFullyConnectedLayerOptions(_ActivationOptions):
    """Options of FULLY_CONNECTED."""


class TfliteUnidirectionalLstmLayerOptions(_ActivationOptions):
    """Options of UNIDIRECTIONAL_SEQUENCE_LSTM."""


class TfliteTransposeConvLayerOptions(_WindowOptions):
    """Options of TRANSPOSE_CONV."""


class TfliteConv2DLayerOptions(_WindowOptions, _ActivationOptions):
    """Options of CONV_2D."""


class TfliteDepthwiseConv2DLayerOptions(_WindowOptions, _ActivationOptions):
    """Options of DEPTHWISE_CONV_2D."""

    @property
    def multiplier(self) -> int:
        """Outputs of each input channel."""
        return self.depthMultiplier


class TflitePool2DLayerOptions(_WindowOptions, _ActivationOptions):
    """Options of AVERAGE_POOL_2D and MAX_POOL_2D."""

    @property
    def filter_width(self) -> int:
        return self.filterWidth

    @property
    def filter_height(self) -> int:
        return self.filterHeight


class TfliteLayer:
    """An operator of a `TfliteModel`."""

    _options_class = TfliteLayerOptions

    @staticmethod
    def from_flatbuffer(index: int, model, fb_operation: OperatorT, subgraph: int = 0) -> "TfliteLayer":
        """The layer of an operator, of the class for its kind."""
        code = model.flatbuffer_model.operatorCodes[fb_operation.opcodeIndex]
        layer_class = _LAYER_CLASSES.get(code.builtinCode, TfliteLayer)
        return layer_class(index, code.builtinCode, code.version, model, fb_operation, subgraph)

    def __init__(self, index: int, opcode: int, opcode_version: int, model, fb_operation: OperatorT, subgraph: int = 0):
        self._index = index
        self._opcode = opcode
        self._opcode_version = opcode_version
        self._opcode_str = fb_operation.opcodeName
        self._model = model
        self._subgraph = subgraph
        self._metadata: Dict[str, object] = {}
        self._options = self._options_class(
            fb_operation.builtinOptions, type=fb_operation.builtinOptionsType, text=fb_operation.optionsText
        )
        tensors = model._tensors_of(subgraph)
        self._inputs: List[Optional[TfliteTensor]] = [tensors[i] if i >= 0 else None for i in fb_operation.inputs]
        self._outputs: List[Optional[TfliteTensor]] = [tensors[i] if i >= 0 else None for i in fb_operation.outputs]

    @property
    def index(self) -> int:
        """Index in the subgraph."""
        return self._index

    @property
    def subgraph(self) -> int:
        """Index of the subgraph."""
        return self._subgraph

    @property
    def name(self) -> str:
        """`op<index>-<opcode>`."""
        return f"op{self._index}-{self._opcode_str}"

    @property
    def opcode(self) -> TfliteOpCode:
        """The schema's number of the operator."""
        return self._opcode

    @property
    def opcode_str(self) -> str:
        """`conv_2d`; a custom operator's own name."""
        return self._opcode_str

    @property
    def options(self) -> TfliteLayerOptions:
        return self._options

    @property
    def model(self):
        """The `TfliteModel` that it belongs to."""
        return self._model

    @property
    def metadata(self) -> Dict[str, object]:
        """Notes of the program about this layer; not in the file."""
        return self._metadata

    @property
    def inputs(self) -> List[Optional[TfliteTensor]]:
        """The input tensors; None for an optional one that is absent."""
        return self._inputs

    @property
    def n_inputs(self) -> int:
        return len(self._inputs)

    @property
    def outputs(self) -> List[Optional[TfliteTensor]]:
        return self._outputs

    @property
    def n_outputs(self) -> int:
        return len(self._outputs)

    def get_input_tensor(self, index: int = 0) -> TfliteTensor:
        """An input; IndexError when there is none."""
        return self._at(self._inputs, index, "input")

    def get_input_data(self, index: int = 0):
        """The values of an input."""
        return self.get_input_tensor(index).data

    def get_output_tensor(self, index: int = 0) -> TfliteTensor:
        """An output; IndexError when there is none."""
        return self._at(self._outputs, index, "output")

    def get_output_data(self, index: int = 0):
        """The values of an output."""
        return self.get_output_tensor(index).data

    def __str__(self) -> str:
        return self.name

    def _at(self, tensors, index: int, what: str) -> TfliteTensor:
        if not 0 <= index < len(tensors):
            raise IndexError(f"{self.name}: has no {what} {index}; there are {len(tensors)}")
        return tensors[index]

    def _optional_input(self, index: int) -> Optional[TfliteTensor]:
        return self._inputs[index] if index < len(self._inputs) else None

    def _recorded(self, inputs: List[Optional[bytes]], outputs: List[bytes]) -> "TfliteLayer":
        """A copy with the values of an inference and notes of its own."""
        copy = self._copy()
        copy._record(inputs, outputs)
        return copy

    def _copy(self) -> "TfliteLayer":
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__)
        copy._metadata = {}
        return copy

    def _record(self, inputs: List[Optional[bytes]], outputs: List[bytes]):
        def recorded(tensors, values):
            return [
                tensor if tensor is None or value is None else tensor._recorded(value)
                for tensor, value in zip(tensors, values)
            ]

        self._inputs = recorded(self._inputs, inputs)
        self._outputs = recorded(self._outputs, outputs)


def _tensor(number: int, what: str) -> property:
    return property(lambda layer: layer._optional_input(number), doc=f"{what}; None when it is absent.")


def _data(tensor: str) -> property:
    def values(layer):
        found = getattr(layer, tensor)
        return None if found is None else found.data

    return property(values, doc=f"The values of `{tensor}`.")


class _OutputLayer(TfliteLayer):
    output_tensor = property(lambda layer: layer._outputs[0], doc="The output.")
    output_data = _data("output_tensor")


class _UnaryLayer(_OutputLayer):
    input_tensor = _tensor(0, "The input")
    input_data = _data("input_tensor")


class _ActivationLayer(_OutputLayer):
    @property
    def activation(self) -> str:
        """The fused activation: `Relu`."""
        return self._options.activation_str


class _BinaryLayer(_ActivationLayer):
    input1_tensor = _tensor(0, "The first input")
    input1_data = _data("input1_tensor")
    input2_tensor = _tensor(1, "The second input")
    input2_data = _data("input2_tensor")


class _WindowLayer(_OutputLayer):
    @property
    def strides(self) -> Tuple[int, int]:
        """Height and width."""
        return (self._options.stride_height, self._options.stride_width)

    @property
    def padding(self) -> str:
        """`Same` or `Valid`."""
        return self._options.padding_str


class _FilterLayer(_WindowLayer):
    filters_tensor = _tensor(1, "The filter")
    filters_data = _data("filters_tensor")
    bias_data = _data("bias_tensor")

    @property
    def kernel_size(self) -> Tuple[int, int]:
        """Height and width of the filter."""
        return self.filters_tensor.shape[1:3]

    @property
    def use_bias(self) -> bool:
        return self.bias_tensor is not None


class TfliteAddLayer(_BinaryLayer):
    """ADD."""

    _options_class = TfliteAddLayerOptions


class TfliteMulLayer(_BinaryLayer):
    """MUL."""

    _options_class = TfliteMulLayerOptions


class TfliteConv2dLayer(_FilterLayer, _ActivationLayer, _UnaryLayer):
    """CONV_2D."""

    _options_class = TfliteConv2DLayerOptions
    bias_tensor = _tensor(2, "The bias")

    @property
    def filters(self) -> int:
        """Number of filters: of output channels."""
        return self.filters_tensor.shape[0]

    @property
    def params(self) -> TfliteConvParams:
        """What the quantized kernel computes with."""
        return TfliteConvParams.calculate(self)


class TfliteDepthwiseConv2dLayer(_FilterLayer, _ActivationLayer, _UnaryLayer):
    """DEPTHWISE_CONV_2D."""

    _options_class = TfliteDepthwiseConv2DLayerOptions
    bias_tensor = _tensor(2, "The bias")

    @property
    def multiplier(self) -> int:
        """Outputs of each input channel."""
        return self._options.multiplier

    @property
    def params(self) -> TfliteDepthwiseConvParams:
        """What the quantized kernel computes with."""
        return TfliteDepthwiseConvParams.calculate(self)


class TfliteTransposeConvLayer(_FilterLayer):
    """TRANSPOSE_CONV."""

    _options_class = TfliteTransposeConvLayerOptions
    input_tensor = _tensor(2, "The input")
    input_data = _data("input_tensor")
    bias_tensor = _tensor(3, "The bias")

    @property
    def filters(self) -> int:
        """Number of filters: of output channels."""
        return self.filters_tensor.shape[0]

    @property
    def params(self) -> TfliteTransposeConvParams:
        """What the quantized kernel computes with."""
        return TfliteTransposeConvParams.calculate(self)


class TfliteFullyConnectedLayer(_ActivationLayer, _UnaryLayer):
    """FULLY_CONNECTED."""

    _options_class = TfliteFullyConnectedLayerOptions
    weights_tensor = _tensor(1, "The weights")
    weights_data = _data("weights_tensor")
    bias_tensor = _tensor(2, "The bias")
    bias_data = _data("bias_tensor")

    @property
    def accumulator_depth(self) -> int:
        """Inputs of each unit."""
        return self.weights_tensor.shape[-1]

    @property
    def units(self) -> int:
        return self.output_tensor.shape[-1]

    @property
    def use_bias(self) -> bool:
        return self.bias_tensor is not None

    @property
    def params(self) -> TfliteFullyConnectedParams:
        """What the quantized kernel computes with."""
        return TfliteFullyConnectedParams.calculate(self)


class TflitePooling2dLayer(_WindowLayer, _ActivationLayer, _UnaryLayer):
    """AVERAGE_POOL_2D or MAX_POOL_2D."""

    _options_class = TflitePool2DLayerOptions

    @property
    def pool_size(self) -> Tuple[int, int]:
        """Height and width of the window."""
        return (self._options.filter_height, self._options.filter_width)

    @property
    def params(self) -> TflitePoolParams:
        """What the quantized kernel computes with."""
        return TflitePoolParams.calculate(self)


class TfliteReshapeLayer(_UnaryLayer):
    """RESHAPE."""

    @property
    def requires_copy(self) -> bool:
        """Whether input and output are two tensors."""
        return self.input_tensor.index != self.output_tensor.index

    @property
    def n_input_elements(self) -> int:
        return self.input_tensor.shape.flat_size


class TfliteQuantizeLayer(_UnaryLayer):
    """QUANTIZE."""


class TfliteDequantizeLayer(_UnaryLayer):
    """DEQUANTIZE."""


_LSTM_INPUTS = (
    "input",
    "input_to_input_weights",
    "input_to_forget_weights",
    "input_to_cell_weights",
    "input_to_output_weights",
    "recurrent_to_input_weights",
    "recurrent_to_forget_weights",
    "recurrent_to_cell_weights",
    "recurrent_to_output_weights",
    "cell_to_input_weights",
    "cell_to_forget_weights",
    "cell_to_output_weights",
    "input_gate_bias",
    "forget_gate_bias",
    "cell_gate_bias",
    "output_gate_bias",
    "projection_weights",
    "projection_bias",
    "output_state",
    "cell_state",
    "input_layer_norm_coeff",
    "forget_layer_norm_coeff",
    "cell_layer_norm_coeff",
    "output_layer_norm_coeff",
)


class TfliteUnidirectionalLstmLayer(_ActivationLayer, _UnaryLayer):
    """UNIDIRECTIONAL_SEQUENCE_LSTM. Every input has a property, its name and `_tensor`."""

    _options_class = TfliteUnidirectionalLstmLayerOptions

    @property
    def is_time_major(self) -> bool:
        """Whether time is the first axis, and not the batch."""
        return self._options.timeMajor

    @property
    def cell_clip(self) -> float:
        return self._options.cellClip

    @property
    def proj_clip(self) -> float:
        return self._options.projClip

    @property
    def n_cells(self) -> int:
        return self.input_to_cell_weights_tensor.shape[0]

    def get_tensor_name_value_tuples(self) -> List[Tuple[str, Optional[TfliteTensor]]]:
        """All inputs and the output with their names."""
        return [(name, getattr(self, f"{name}_tensor")) for name in (*_LSTM_INPUTS, "output")]


for _number, _name in enumerate(_LSTM_INPUTS):
    setattr(TfliteUnidirectionalLstmLayer, f"{_name}_tensor", _tensor(_number, f"Input {_number}"))

_LAYER_CLASSES = {
    TfliteOpCode.ADD: TfliteAddLayer,
    TfliteOpCode.MUL: TfliteMulLayer,
    TfliteOpCode.CONV_2D: TfliteConv2dLayer,
    TfliteOpCode.DEPTHWISE_CONV_2D: TfliteDepthwiseConv2dLayer,
    TfliteOpCode.TRANSPOSE_CONV: TfliteTransposeConvLayer,
    TfliteOpCode.FULLY_CONNECTED: TfliteFullyConnectedLayer,
    TfliteOpCode.AVERAGE_POOL_2D: TflitePooling2dLayer,
    TfliteOpCode.MAX_POOL_2D: TflitePooling2dLayer,
    TfliteOpCode.RESHAPE: TfliteReshapeLayer,
    TfliteOpCode.QUANTIZE: TfliteQuantizeLayer,
    TfliteOpCode.DEQUANTIZE: TfliteDequantizeLayer,
    TfliteOpCode.UNIDIRECTIONAL_SEQUENCE_LSTM: TfliteUnidirectionalLstmLayer,
}
