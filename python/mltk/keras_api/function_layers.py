"""Layers that are functions: Lambda, and what functions of `tf.*` between layers become."""

import base64
import inspect
import marshal
import sys
import types

from mltk.keras_api import backend, custom_objects, functions
from mltk.keras_api.layers import Layer



class Lambda(Layer):
    """A function of tensors as a layer.

    Args:
        function: of the inputs; it runs once for each graph, on tensors whose values are not known yet
        arguments: more keyword arguments for it
    """

    supports_masking = True

    def __init__(self, function, output_shape=None, mask=None, arguments=None, **kwargs):
        super().__init__(**kwargs)
        if mask is not None:
            raise NotImplementedError(f"layer '{self.name}': mask is not supported; devices have no masks")
        if not callable(function):
            raise TypeError(f"Lambda() got {type(function).__name__}, expected a function")
        self.function = function
        self.arguments = dict(arguments or {})
        self._shape = output_shape

    def call(self, inputs, training=None):
        """The function's result."""
        keywords = dict(self.arguments)
        if "training" in inspect.signature(self.function).parameters:
            keywords["training"] = training
        return self.function(inputs, **keywords)

    def get_config(self) -> dict:
        """As Keras: the function is its compiled code."""
        is_function = isinstance(self.function, types.FunctionType)
        return {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": "float32",
            "function": _dump(self.function) if is_function else self.function.__name__,
            "function_type": "lambda" if is_function else "function",
            "module": self.function.__module__,
            "output_shape": self._shape if not callable(self._shape) else None,
            "output_shape_type": "raw",
            "output_shape_module": None,
            "arguments": self.arguments,
        }

    @classmethod
    def from_config(cls, config: dict):
        """The layer of `get_config`. A function of this name, or of the layer's name, among the custom objects comes first."""
        config = dict(config)
        function = custom_objects.find(config["name"])
        code, kind, module = config.pop("function"), config.pop("function_type", "lambda"), config.pop("module", None)
        for key in ("output_shape_type", "output_shape_module", "batch_input_shape"):
            config.pop(key, None)
        if function is None and kind != "lambda":
            function = custom_objects.find(code) or getattr(sys.modules.get(module), code, None)
        if function is None and kind == "lambda":
            function = _load(code, module)
        if function is None:
            raise NotImplementedError(
                f"layer '{config['name']}' is a Lambda whose function this Python cannot read from the file; give it as "
                f"custom_objects={{'{config['name']}': function}} (in a specification: my_model.keras_custom_objects)"
            )
        return cls(function, **{key: value for key, value in config.items() if key != "dtype"})


def _dump(function) -> list:
    """Code, defaults and closure, in Keras' form."""
    code = base64.encodebytes(marshal.dumps(function.__code__)).decode("ascii")
    closure = [cell.cell_contents for cell in function.__closure__] if function.__closure__ else None
    return [code, list(function.__defaults__) if function.__defaults__ else None, closure]


def _load(dumped, module):
    """The function of `_dump`; None when it is of another version of Python, or needs more than numbers and names."""
    code, defaults, closure = (*dumped, None, None)[:3] if isinstance(dumped, (list, tuple)) else (dumped, None, None)
    import numpy as np

    try:
        compiled = marshal.loads(base64.b64decode(code))
    except (ValueError, EOFError, TypeError):
        return None
    # Of another version of Python it is nothing that can be run.
    if not isinstance(compiled, types.CodeType) or not _is_of_this_python(compiled):
        return None
    names = {"np": np, "numpy": np, "math": __import__("math"), "K": backend}
    for name, path in (("tf", "tensorflow"), ("keras", "tensorflow.keras")):
        names[name] = __import__("importlib").import_module(path)
    names.update(vars(sys.modules[module]) if module in sys.modules else {})
    names.update(custom_objects.get_custom_objects())
    for scope in custom_objects._scopes:
        names.update(scope)
    names["__builtins__"] = __builtins__
    cells = tuple(types.CellType(value) for value in closure or [])
    if len(cells) != len(compiled.co_freevars):
        return None
    return types.FunctionType(compiled, names, compiled.co_name, tuple(defaults) if defaults else None, cells or None)


def _is_of_this_python(code) -> bool:
    import dis

    try:
        first = next(iter(dis.get_instructions(code)))
        return not hasattr(code, "co_qualname") or first.opname in ("RESUME", "COPY_FREE_VARS", "MAKE_CELL")
    except (StopIteration, IndexError, KeyError, ValueError):
        return False


class TFOpLambda(Layer):
    """A function of `functions.FUNCTIONS` between layers.

    Args:
        function: its name, "math.square"
    """

    def __init__(self, function: str, name=None, **kwargs):
        if function not in functions.FUNCTIONS:
            raise NotImplementedError(f"the function tf.{function} is not supported")
        super().__init__(name=name or backend.unique_name(f"tf.{function}"), **kwargs)
        self.function = function

    def _keeps_structure(self) -> bool:
        return True

    def call(self, inputs, **keywords):
        """The function's result."""
        return functions.FUNCTIONS[self.function](inputs, **{key: value for key, value in keywords.items() if key != "training"})

    def _run(self, inputs, args, kwargs):
        return self.call(inputs, **{key: value for key, value in kwargs.items() if key != "name"})

    def _first_argument(self) -> str:
        return "inputs"

    def get_config(self) -> dict:
        return {"name": self.name, "trainable": self.trainable, "dtype": "float32", "function": self.function}


class SlicingOpLambda(TFOpLambda):
    """x[...] between layers."""


def _connect(name, function, args, kwargs):
    """Let a function of KerasTensors be a layer."""
    bound = inspect.signature(function).bind(*args, **kwargs)
    arguments = dict(bound.arguments)
    more = {}
    for key, parameter in bound.signature.parameters.items():
        if parameter.kind == parameter.VAR_KEYWORD:
            more.update(arguments.pop(key, {}))
    arguments.update(more)
    arguments.pop("name", None)
    first = arguments.pop(next(iter(bound.signature.parameters)))
    cls = SlicingOpLambda if name == "__operators__.getitem" else TFOpLambda
    return cls(name)._connect(first, (), arguments)


functions.connect = _connect


