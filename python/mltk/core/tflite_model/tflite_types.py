"""Activations, paddings and the fixed-point parameters that quantized kernels compute with."""

import dataclasses
import enum
from typing import List


class TfliteActivation(enum.IntEnum):
    """A fused activation, by its number or its name in any case: `TfliteActivation('relu')`."""

    NONE = 0
    RELU = 1
    RELU_N1_TO_1 = 2
    RELU6 = 3
    TANH = 4
    SIGN_BIT = 5

    @classmethod
    def _missing_(cls, value):
        return cls.__members__.get(value.upper()) if isinstance(value, str) else None

    def to_string(self) -> str:
        """`Relu_N1_To_1`."""
        return self.name.title()

    def __str__(self) -> str:
        return self.to_string()


class TflitePadding(int):
    """A padding, by its number or its name in any case, with the rows and columns before the image: `height`, `width`."""

    width: int
    height: int

    _NAMES = ("SAME", "VALID")

    def __new__(cls, value, *args, width: int = 0, height: int = 0):
        if isinstance(value, str):
            if value.upper() not in cls._NAMES:
                raise ValueError(f"padding is {value!r}, expected one of {', '.join(cls._NAMES)}")
            value = cls._NAMES.index(value.upper())
        if not 0 <= value < len(cls._NAMES):
            raise ValueError(f"padding is {value}, expected 0 ({cls._NAMES[0]}) or 1 ({cls._NAMES[1]})")
        padding = super().__new__(cls, value)
        padding.width, padding.height = args if len(args) == 2 else (width, height)
        return padding

    @property
    def value(self) -> int:
        return int(self)

    @property
    def name(self) -> str:
        return self._NAMES[self]

    def to_string(self) -> str:
        """`Same`."""
        return self.name.title()

    def __str__(self) -> str:
        return self.to_string()

    def __repr__(self) -> str:
        return f"<TflitePadding.{self.name}: {int(self)}>"


TflitePadding.SAME = TflitePadding(0)
TflitePadding.VALID = TflitePadding(1)

#: Names of the native library for fields of other names here.
_NATIVE_NAMES = {"per_channel_output_multiplier": "per_channel_multiplier", "per_channel_output_shift": "per_channel_shift"}


def _calculate(params_class, layer):
    """The parameters that the native kernels of `layer` run with."""
    native = layer.model._native.kernel_parameters(layer.subgraph, layer.index)
    if not native:
        raise ValueError(f"{layer.name}: is not quantized, so its kernel has no fixed-point parameters")
    values = {}
    for field in dataclasses.fields(params_class):
        if field.name == "padding":
            values["padding"] = TflitePadding(
                native["padding_type"], width=native["padding_width"], height=native["padding_height"]
            )
        elif _NATIVE_NAMES.get(field.name, field.name) in native:
            values[field.name] = native[_NATIVE_NAMES.get(field.name, field.name)]
        else:
            raise ValueError(f"{layer.name}: has one {field.name} for each channel, not one for all")
    return params_class(**values)


@dataclasses.dataclass
class TfliteConvParams:
    """What a quantized CONV_2D computes with. Offsets are zero points, with the sign in which they are added."""

    padding: TflitePadding = TflitePadding.SAME
    stride_width: int = 0
    stride_height: int = 0
    dilation_width_factor: int = 1
    dilation_height_factor: int = 1
    input_offset: int = 0
    weights_offset: int = 0
    output_offset: int = 0
    per_channel_output_multiplier: List[int] = dataclasses.field(default_factory=list)
    per_channel_output_shift: List[int] = dataclasses.field(default_factory=list)
    quantized_activation_min: int = 0
    quantized_activation_max: int = 0

    @staticmethod
    def calculate(layer) -> "TfliteConvParams":
        """The parameters of a layer."""
        return _calculate(TfliteConvParams, layer)


@dataclasses.dataclass
class TfliteDepthwiseConvParams:
    """What a quantized DEPTHWISE_CONV_2D computes with."""

    padding: TflitePadding = TflitePadding.SAME
    stride_width: int = 0
    stride_height: int = 0
    dilation_width_factor: int = 1
    dilation_height_factor: int = 1
    depth_multiplier: int = 0
    input_offset: int = 0
    weights_offset: int = 0
    output_offset: int = 0
    per_channel_output_multiplier: List[int] = dataclasses.field(default_factory=list)
    per_channel_output_shift: List[int] = dataclasses.field(default_factory=list)
    quantized_activation_min: int = 0
    quantized_activation_max: int = 0

    @staticmethod
    def calculate(layer) -> "TfliteDepthwiseConvParams":
        """The parameters of a layer."""
        return _calculate(TfliteDepthwiseConvParams, layer)


@dataclasses.dataclass
class TfliteTransposeConvParams:
    """What a quantized TRANSPOSE_CONV computes with."""

    padding: TflitePadding = TflitePadding.SAME
    stride_width: int = 0
    stride_height: int = 0
    input_offset: int = 0
    weights_offset: int = 0
    output_offset: int = 0
    per_channel_output_multiplier: List[int] = dataclasses.field(default_factory=list)
    per_channel_output_shift: List[int] = dataclasses.field(default_factory=list)
    quantized_activation_min: int = 0
    quantized_activation_max: int = 0

    @staticmethod
    def calculate(layer) -> "TfliteTransposeConvParams":
        """The parameters of a layer."""
        return _calculate(TfliteTransposeConvParams, layer)


@dataclasses.dataclass
class TfliteFullyConnectedParams:
    """What a quantized FULLY_CONNECTED with one scale for all weights computes with."""

    input_offset: int = 0
    weights_offset: int = 0
    output_offset: int = 0
    output_multiplier: int = 0
    output_shift: int = 0
    quantized_activation_min: int = 0
    quantized_activation_max: int = 0

    @staticmethod
    def calculate(layer) -> "TfliteFullyConnectedParams":
        """The parameters of a layer."""
        return _calculate(TfliteFullyConnectedParams, layer)


@dataclasses.dataclass
class TflitePoolParams:
    """What a quantized AVERAGE_POOL_2D or MAX_POOL_2D computes with."""

    padding: TflitePadding = TflitePadding.SAME
    stride_width: int = 0
    stride_height: int = 0
    quantized_activation_min: int = 0
    quantized_activation_max: int = 0

    @staticmethod
    def calculate(layer) -> "TflitePoolParams":
        """The parameters of a layer."""
        return _calculate(TflitePoolParams, layer)
