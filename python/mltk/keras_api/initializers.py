"""Keras initializers; the native library draws the numbers."""


class Initializer:
    """Base of all initializers; keeps the arguments."""

    _defaults: dict = {}

    def __init__(self, *args, **kwargs):
        names = list(self._defaults)
        self._config = {**self._defaults, **dict(zip(names, args)), **kwargs}

    def get_config(self) -> dict:
        return dict(self._config)


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
for _name, _arguments in _DEFAULTS.items():
    globals()[_name] = type(_name, (Initializer,), {"_defaults": _arguments, "__module__": __name__, "__doc__": f"Keras' {_name}."})

# Keras' names of functions.
for _name in _DEFAULTS:
    globals()["".join(("_" if c.isupper() and i else "") + c.lower() for i, c in enumerate(_name))] = globals()[_name]
