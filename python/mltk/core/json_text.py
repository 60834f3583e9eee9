"""JSON text of what specifications write: numbers of numpy, tuples, and names of functions and types."""

import json


def _default(value):
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return value.item()
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "get_config"):
        return {"class_name": type(value).__name__, "config": value.get_config()}
    if hasattr(value, "__name__"):
        return value.__name__
    return str(value)


def dumps(value) -> str:
    """The JSON text of `value`."""
    return json.dumps(value, default=_default)
