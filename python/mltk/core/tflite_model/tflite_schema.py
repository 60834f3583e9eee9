"""What stands in a `.tflite`, by the names of its FlatBuffer schema: enumerations and read-only views of the tables."""

import enum
from typing import Callable, Dict, List

from mltk import _core

BuiltinOperator = enum.IntEnum("BuiltinOperator", {name: i for i, name in enumerate(_core.operator_names())})
BuiltinOptions = enum.IntEnum("BuiltinOptions", {name: i for i, name in enumerate(_core.options_names())})
ActivationFunctionType = enum.IntEnum(
    "ActivationFunctionType", ["NONE", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT"], start=0
)
Padding = enum.IntEnum("Padding", ["SAME", "VALID"], start=0)
TensorType = enum.IntEnum(
    "TensorType",
    "FLOAT32 FLOAT16 INT32 UINT8 INT64 STRING BOOL INT16 COMPLEX64 INT8 FLOAT64 COMPLEX128 UINT64 RESOURCE VARIANT "
    "UINT32 UINT16 INT4",
    start=0,
)

#: Fields that the native library names shorter than the schema.
_FIELD_NAMES = {
    "activation": "fusedActivationFunction",
    "dilation_w": "dilationWFactor",
    "dilation_h": "dilationHFactor",
    "filter_w": "filterWidth",
    "filter_h": "filterHeight",
    "then_subgraph": "thenSubgraphIndex",
    "else_subgraph": "elseSubgraphIndex",
    "cond_subgraph": "condSubgraphIndex",
    "body_subgraph": "bodySubgraphIndex",
    "init_subgraph": "initSubgraphIndex",
}


class TableView:
    """A table of the file. Its fields are attributes, which cannot be set: `TfliteModel` has the methods that change
    a model."""

    def __init__(self, **fields):
        self.__dict__.update(fields)

    def __setattr__(self, name, value):
        raise AttributeError(
            f"{type(self).__name__}.{name} cannot be set: this is a view of the file. Set TfliteTensor.data or "
            "TfliteModel.description, or call TfliteModel.add_metadata or remove_metadata"
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self.__dict__)})"


class ModelT(TableView):
    """`version, operatorCodes, subgraphs, description, buffers, metadata, signatureDefs`."""


class SubGraphT(TableView):
    """`tensors, inputs, outputs, operators, name`."""


class TensorT(TableView):
    """`shape, type, buffer, name, quantization, isVariable, sparsity, shapeSignature, hasRank`."""


class QuantizationParametersT(TableView):
    """`min, max, scale, zeroPoint, quantizedDimension`."""


class OperatorT(TableView):
    """`opcodeIndex, inputs, outputs, builtinOptionsType, builtinOptions, customOptions, intermediates`."""


class OperatorCodeT(TableView):
    """`deprecatedBuiltinCode, customCode, version, builtinCode`."""


class OptionsT(TableView):
    """The options of an operator, by the schema's names of its fields."""


class BufferT(TableView):
    """`data`: bytes, or None."""


class MetadataT(TableView):
    """`name, buffer`."""


class SignatureDefT(TableView):
    """`inputs, outputs` (tensor index by name), `signatureKey, subgraphIndex`."""


def view_model(native) -> ModelT:
    """All tables of a `_core.TfliteModel`."""
    codes: List[OperatorCodeT] = []
    index_of: Dict[tuple, int] = {}

    def opcode_index(about: dict) -> int:
        key = (about["opcode"], about["custom_code"], about["version"])
        if key not in index_of:
            index_of[key] = len(codes)
            codes.append(
                OperatorCodeT(
                    deprecatedBuiltinCode=min(about["opcode"], 127),
                    builtinCode=about["opcode"],
                    customCode=about["custom_code"].encode() or None,
                    version=about["version"],
                )
            )
        return index_of[key]

    subgraphs = [_view_subgraph(native, i, opcode_index) for i in range(native.n_subgraphs)]
    return ModelT(
        version=native.version,
        operatorCodes=codes,
        subgraphs=subgraphs,
        description=native.description.encode(),
        buffers=[BufferT(data=native.buffer(i) or None) for i in range(native.n_buffers)],
        metadata=[MetadataT(name=name.encode(), buffer=buffer) for name, buffer in native.metadata()],
        signatureDefs=[
            SignatureDefT(signatureKey=key.encode(), subgraphIndex=subgraph, inputs=inputs, outputs=outputs)
            for key, subgraph, inputs, outputs in native.signatures()
        ],
    )


def _view_subgraph(native, index: int, opcode_index: Callable[[dict], int]) -> SubGraphT:
    about = native.subgraph(index)
    return SubGraphT(
        name=about["name"].encode(),
        inputs=about["inputs"],
        outputs=about["outputs"],
        tensors=[_view_tensor(native.tensor(index, i)) for i in range(about["n_tensors"])],
        operators=[_view_operator(native.operator(index, i), opcode_index) for i in range(about["n_operators"])],
    )


def _view_tensor(about: dict) -> TensorT:
    return TensorT(
        name=about["name"].encode(),
        shape=about["shape"],
        shapeSignature=about["shape_signature"] or None,
        hasRank=about["has_rank"],
        type=about["type"],
        buffer=about["buffer"],
        isVariable=about["is_variable"],
        sparsity=None,
        quantization=QuantizationParametersT(
            scale=about["scale"],
            zeroPoint=about["zero_point"],
            min=about["min"],
            max=about["max"],
            quantizedDimension=about["quantized_dimension"],
        ),
    )


def _view_operator(about: dict, opcode_index: Callable[[dict], int]) -> OperatorT:
    has_options = about["options_type"] != 0
    fields = {_field_name(name): value for name, value in about["options"].items()}
    return OperatorT(
        opcodeIndex=opcode_index(about),
        opcodeName=about["opcode_name"],
        inputs=about["inputs"],
        outputs=about["outputs"],
        intermediates=about["intermediates"],
        builtinOptionsType=about["options_type"],
        builtinOptions=OptionsT(**fields) if has_options else None,
        optionsText=about["options_text"],
        customOptions=about["custom_options"] or None,
    )


def _field_name(name: str) -> str:
    first, *rest = name.split("_")
    return _FIELD_NAMES.get(name) or first + "".join(word.capitalize() for word in rest)
