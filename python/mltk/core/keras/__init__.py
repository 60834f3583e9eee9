"""Keras under the names of MLTK 0.20. A name is imported when it is first used."""

import importlib

#: name -> (module of the Keras API, its name there)
_EXPORTS = {
    "KerasModel": ("models", "Model"),
    "load_keras_model": ("models", "load_model"),
    "DataSequence": ("utils", "Sequence"),
    "array_to_img": ("utils", "array_to_img"),
    "img_to_array": ("utils", "img_to_array"),
    "load_img": ("utils", "load_img"),
    "ImageDataGenerator": ("image_preprocessing", "ImageDataGenerator"),
    "ImageIterator": ("image_preprocessing", "Iterator"),
}


def __getattr__(name):
    if name not in _EXPORTS:
        raise AttributeError(f"mltk.core.keras has no name '{name}'")
    module, attribute = _EXPORTS[name]
    value = getattr(importlib.import_module(f"mltk.keras_api.{module}"), attribute)
    globals()[name] = value
    return value
