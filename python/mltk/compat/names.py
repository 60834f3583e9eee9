"""Which names the modules have and what they stand for."""

import functools
import importlib

#: Module -> module of this package whose public names it has.
MODULES = {
    "tensorflow.keras.layers": "mltk.keras_api.layers",
    "tensorflow.keras.models": "mltk.keras_api.models",
    "tensorflow.keras.optimizers": "mltk.keras_api.optimizers",
    "tensorflow.keras.optimizers.legacy": "mltk.keras_api.legacy_optimizers",
    "tensorflow.keras.optimizers.schedules": "mltk.keras_api.schedules",
    "tensorflow.keras.losses": "mltk.keras_api.losses",
    "tensorflow.keras.metrics": "mltk.keras_api.metrics",
    "tensorflow.keras.callbacks": "mltk.keras_api.callbacks",
    "tensorflow.keras.regularizers": "mltk.keras_api.regularizers",
    "tensorflow.keras.initializers": "mltk.keras_api.initializers",
    "tensorflow.keras.constraints": "mltk.keras_api.constraints",
    "tensorflow.keras.activations": "mltk.keras_api.activations",
    "tensorflow.keras.utils": "mltk.keras_api.utils",
    "tensorflow.keras.preprocessing.image": "mltk.keras_api.utils",
    "tensorflow.keras.backend": "mltk.keras_api.backend",
    "tensorflow.data": "mltk.data_api",
    "tensorflow.data.experimental": "mltk.data_api.experimental",
    "tensorflow.lite": "mltk.compat.lite",
    "tensorflow.nn": "mltk.keras_api.activations",
}

#: Modules that only hold others and the names below.
LAZY_MODULES = {
    "tensorflow": "mltk.compat.root",
    "tensorflow.keras": "mltk.compat.keras_root",
    "tensorflow.keras.preprocessing": None,
    "tensorflow.random": "mltk.compat.random",
}


@functools.lru_cache(maxsize=None)
def module_attributes(name: str) -> dict:
    """Public names of a module."""
    target = MODULES.get(name) or LAZY_MODULES.get(name)
    if target is None:
        return {}
    module = importlib.import_module(target)
    return {key: value for key, value in vars(module).items() if not key.startswith("_") or key == "__version__"}
