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
    "tensorflow.keras.preprocessing.image": "mltk.keras_api.image_preprocessing",
    "tensorflow.keras.backend": "mltk.keras_api.backend",
    "tensorflow.data": "mltk.data_api",
    "tensorflow.data.experimental": "mltk.data_api.experimental",
    "tensorflow.lite": "mltk.compat.lite",
    "tensorflow.keras.applications": "mltk.keras_api.applications",
    "tensorflow.keras.datasets": "mltk.keras_api.datasets",
    "tensorflow.keras.saving": "mltk.keras_api.custom_objects",
    "tensorflow.autograph": "mltk.compat.autograph",
}

#: Modules that have nothing but functions of tensors.
FUNCTION_MODULES = (
    "tensorflow.math", "tensorflow.nn", "tensorflow.linalg", "tensorflow.image", "tensorflow.signal", "tensorflow.audio", "tensorflow.io",
    "tensorflow.strings",
)  # fmt: skip

#: Modules that only hold others and the names below.
LAZY_MODULES = {
    "tensorflow": "mltk.compat.root",
    "tensorflow.keras": "mltk.compat.keras_root",
    "tensorflow.keras.preprocessing": None,
    "tensorflow.compat": None,
    "tensorflow.python": None,
    "tensorflow.python.ops": None,
    "tensorflow.python.ops.gen_audio_ops": None,
    "tensorflow.random": "mltk.compat.random",
    "tensorflow.random.experimental": None,
    **{name: None for name in FUNCTION_MODULES},
}


@functools.lru_cache(maxsize=None)
def module_attributes(name: str) -> dict:
    """Public names of a module."""
    target = MODULES.get(name) or LAZY_MODULES.get(name)
    attributes = _functions_of(name)
    if target is not None:
        module = importlib.import_module(target)
        own = {key: value for key, value in vars(module).items() if not key.startswith("_") or key == "__version__"}
        attributes.update(own)
    return attributes


def _functions_of(name: str) -> dict:
    """Functions of tensors that a module has: those of the table whose names begin with it."""
    prefix = {"tensorflow": "", "tensorflow.keras.backend": "backend."}.get(name)
    if name in FUNCTION_MODULES + ("tensorflow.random", "tensorflow.random.experimental"):
        prefix = name[len("tensorflow.") :] + "."
    if prefix is None:
        return {}
    from mltk.keras_api import image_functions, random_functions, signal_functions  # noqa: F401  pylint: disable=unused-import
    from mltk.keras_api.functions import FUNCTIONS

    found = {key[len(prefix) :]: value for key, value in FUNCTIONS.items() if key.startswith(prefix)}
    return {key: value for key, value in found.items() if "." not in key and not key.startswith("_")}
