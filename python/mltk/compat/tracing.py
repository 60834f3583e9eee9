"""`tf.function` and what else belongs to graphs: here functions run at once, or inside of the graph that is being made."""

import functools


def function(func=None, **_):
    """A decorator that changes nothing: functions run at once, and inside of a step they become part of its graph."""
    if func is None:
        return function
    if not callable(func):
        raise TypeError(f"tf.function got {type(func).__name__}, expected a function")

    @functools.wraps(func)
    def call(*args, **kwargs):
        return func(*args, **kwargs)

    call.python_function = func
    return call


def py_function(func, inp, Tout, name=None):  # pylint: disable=unused-argument,invalid-name
    """Not for graphs: the values are not known there."""
    from mltk.keras_api.functions import convert_to_tensor, in_graph

    if in_graph(inp):
        raise NotImplementedError(
            "tf.py_function inside of a model is not supported: a device has no Python; write it with functions of tf.*"
        )
    result = func(*[convert_to_tensor(item) for item in inp])
    types = Tout if isinstance(Tout, (list, tuple)) else [Tout]
    results = result if isinstance(result, (list, tuple)) else [result]
    made = [convert_to_tensor(item, dtype) for item, dtype in zip(results, types)]
    return made if isinstance(Tout, (list, tuple)) else made[0]


class Module:
    """`tf.Module`: its variables are those in the attributes."""

    def __init__(self, name=None):
        self.name = name or type(self).__name__

    @property
    def variables(self) -> list:
        """Variables in the attributes."""
        from mltk.keras_api.tensors import Variable, flatten

        return [item for value in self.__dict__.values() for item in flatten(value) if isinstance(item, Variable)]

    @property
    def trainable_variables(self) -> list:
        """Those that training changes."""
        return [variable for variable in self.variables if variable.trainable]
