"""Keras layers. Each class is made from the native library's definition of the layer."""

import json
from typing import List

from mltk import _core
from mltk.keras_api import backend


class KerasTensor:
    """A value in the graph of layers: what a layer gives when it is called."""

    def __init__(self, native, layer, inputs):
        self.native = native
        self.layer = layer
        self.inputs = inputs

    @property
    def shape(self) -> tuple:
        return self.native.shape

    @property
    def name(self) -> str:
        return self.layer.name

    def __repr__(self) -> str:
        return f"<KerasTensor: shape={self.shape} (created by layer '{self.layer.name}')>"


def flatten(inputs) -> List[KerasTensor]:
    """The tensors of one or of a list."""
    tensors = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    for tensor in tensors:
        if not isinstance(tensor, KerasTensor):
            raise TypeError(
                f"a layer was called on {type(tensor).__name__}, expected the result of another layer or of Input()"
            )
    return tensors


class Layer:
    """Base of all layers.

    Calling a layer on the result of another one connects them; calling it again shares its weights.
    """

    #: The native definition's class name; None for the base.
    _class_name = None
    _arguments: tuple = ()

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "_class_name" not in cls.__dict__:
            file, line = backend.specification_line()
            raise NotImplementedError(
                f"class {cls.__name__} ({file}:{line}): layers written in Python are not supported yet; compose it from "
                "the layers of tf.keras.layers"
            )

    def __init__(self, *args, **kwargs):
        if self._class_name is None:
            raise NotImplementedError("tf.keras.layers.Layer is a base class; use one of its subclasses")
        if len(args) > len(self._arguments):
            raise TypeError(f"{self._class_name}() takes {len(self._arguments)} positional arguments, got {len(args)}")
        for name, value in zip(self._arguments, args):
            if name in kwargs:
                raise TypeError(f"{self._class_name}() got several values for argument '{name}'")
            kwargs[name] = value
        name = kwargs.pop("name", None) or backend.unique_name(_core.snake_case(self._class_name))
        file, line = backend.specification_line()
        self.native = _core.Layer(self._class_name, name, kwargs, file, line)

    @classmethod
    def of(cls, native):
        """The Python side of a native layer."""
        layer = object.__new__(LAYERS.get(native.class_name, Layer))
        layer.native = native
        return layer

    @property
    def name(self) -> str:
        return self.native.name

    @property
    def trainable(self) -> bool:
        return self.native.trainable

    @trainable.setter
    def trainable(self, value: bool):
        self.native.trainable = bool(value)

    def __call__(self, inputs):
        tensors = flatten(inputs)
        native = _core.call_layer(self.native, [tensor.native for tensor in tensors], backend.next_seed)
        return KerasTensor(native, self, tensors)

    def get_weights(self) -> list:
        """The weights as arrays, in Keras' order."""
        return self.native.get_weights()

    def set_weights(self, weights):
        """Set the weights from arrays in the order of `get_weights`."""
        self.native.set_weights(list(weights))

    def count_params(self) -> int:
        """Number of weights."""
        return self.native.count_params()

    def get_config(self) -> dict:
        """Constructor arguments by name."""
        return self.native.config()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} '{self.name}'>"


def _make_class(class_name: str, arguments) -> type:
    lines = [f"Keras' {class_name}.", "", "Args:"]
    for name, default, meaning in arguments:
        lines.append(f"    {name}: {meaning}" + (f" (default {json.loads(default)!r})" if default else ""))
    attributes = {
        "_class_name": class_name,
        "_arguments": tuple(name for name, _, _ in arguments),
        "__doc__": "\n".join(lines),
        "__module__": __name__,
    }
    return type(class_name, (Layer,), attributes)


LAYERS = {name: _make_class(name, arguments) for name, arguments in _core.layer_definitions()}
globals().update(LAYERS)
MaxPool1D = LAYERS["MaxPooling1D"]
MaxPool2D = LAYERS["MaxPooling2D"]
AvgPool1D = LAYERS["AveragePooling1D"]
AvgPool2D = LAYERS["AveragePooling2D"]
GlobalMaxPool1D = LAYERS["GlobalMaxPooling1D"]
GlobalMaxPool2D = LAYERS["GlobalMaxPooling2D"]
GlobalAvgPool1D = LAYERS["GlobalAveragePooling1D"]
GlobalAvgPool2D = LAYERS["GlobalAveragePooling2D"]
# Keras' order of its positional arguments; other layers take these by name only.
LAYERS["InputLayer"]._arguments = ("input_shape", "batch_size", "dtype")  # pylint: disable=protected-access

Convolution1D = LAYERS["Conv1D"]
Convolution2D = LAYERS["Conv2D"]
SeparableConvolution1D = LAYERS["SeparableConv1D"]
SeparableConvolution2D = LAYERS["SeparableConv2D"]
Convolution1DTranspose = LAYERS["Conv1DTranspose"]
Convolution2DTranspose = LAYERS["Conv2DTranspose"]


def Input(shape=None, batch_size=None, name=None, dtype=None, **kwargs) -> KerasTensor:  # pylint: disable=invalid-name
    """An input of a model.

    Args:
        shape: sizes without the batch
    """
    if shape is None:
        raise ValueError("Input() needs a shape, e.g. Input(shape=my_model.input_shape)")
    name = name or f"input_{_next_input()}"
    layer = LAYERS["InputLayer"](input_shape=tuple(shape), batch_size=batch_size, name=name, dtype=dtype, **kwargs)
    return layer_output(layer)


def layer_output(layer) -> KerasTensor:
    """The tensor of an InputLayer."""
    return KerasTensor(_core.call_layer(layer.native, [], backend.next_seed), layer, [])


def _next_input() -> int:
    text = backend.unique_name("input")
    return int(text.rsplit("_", 1)[1]) + 1 if "_" in text else 1


def _functional(class_name: str):
    def function(inputs, **kwargs):
        return LAYERS[class_name](**kwargs)(inputs)

    function.__doc__ = f"Functional form of {class_name}."
    return function


add = _functional("Add")
subtract = _functional("Subtract")
multiply = _functional("Multiply")
maximum = _functional("Maximum")
minimum = _functional("Minimum")
average = _functional("Average")
dot = _functional("Dot")
concatenate = _functional("Concatenate")
