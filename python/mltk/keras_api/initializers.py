"""Keras initializers; the native library draws the numbers."""

from mltk import _core
from mltk.keras_api import backend
from mltk.keras_api.tensors import EagerTensor, to_array


class Initializer:
    """Base of all initializers; keeps the arguments. A subclass defines `__call__(shape, dtype=None)`."""

    _defaults: dict = {}

    def __init__(self, *args, **kwargs):
        names = list(self._defaults)
        if len(args) > len(names) or any(key not in names for key in kwargs):
            raise TypeError(f"{type(self).__name__}() has the arguments: {', '.join(names) or 'none'}")
        self._config = {**self._defaults, **dict(zip(names, args)), **kwargs}

    def __call__(self, shape, dtype=None, **_):
        return EagerTensor(draw(self, shape))

    def get_config(self) -> dict:
        return dict(self.__dict__.get("_config", {}))


_SEEDED = {"seed": None}
_DEFAULTS = {
    "Zeros": {},
    "Ones": {},
    "Constant": {"value": 0},
    "GlorotUniform": _SEEDED,
    "GlorotNormal": _SEEDED,
    "HeUniform": _SEEDED,
    "HeNormal": _SEEDED,
    "LecunUniform": _SEEDED,
    "LecunNormal": _SEEDED,
    "RandomUniform": {"minval": -0.05, "maxval": 0.05, "seed": None},
    "RandomNormal": {"mean": 0.0, "stddev": 0.05, "seed": None},
    "TruncatedNormal": {"mean": 0.0, "stddev": 0.05, "seed": None},
    "Orthogonal": {"gain": 1.0, "seed": None},
    "Identity": {"gain": 1.0},
    "VarianceScaling": {"scale": 1.0, "mode": "fan_in", "distribution": "truncated_normal", "seed": None},
}
_CLASSES = {}
for _name, _arguments in _DEFAULTS.items():
    _CLASSES[_name] = type(_name, (Initializer,), {"_defaults": _arguments, "__module__": __name__, "__doc__": f"Keras' {_name}."})
globals().update(_CLASSES)

# Keras' names of functions.
for _name in _DEFAULTS:
    globals()["".join(("_" if c.isupper() and i else "") + c.lower() for i, c in enumerate(_name))] = globals()[_name]
constant = _CLASSES["Constant"]


def draw(initializer, shape):
    """The first values of a weight, as an array."""
    shape = tuple(int(size) for size in to_array(shape).reshape(-1)) if not isinstance(shape, tuple) else shape
    if isinstance(initializer, type) and issubclass(initializer, Initializer):
        initializer = initializer()
    if callable(initializer) and type(initializer) not in _CLASSES.values():
        try:
            return to_array(initializer(shape, dtype="float32"))
        except TypeError:
            return to_array(initializer(shape))
    if isinstance(initializer, Initializer):
        initializer = {"class_name": type(initializer).__name__, "config": initializer.get_config()}
    return _core.initial_values(initializer, shape, backend.next_seed)


def get(identifier):
    """An initializer from a name, a config or itself."""
    if isinstance(identifier, str) and identifier in globals():
        return globals()[identifier]()
    if isinstance(identifier, dict):
        return _CLASSES[identifier["class_name"]](**identifier.get("config", {}))
    return identifier
