"""The models that an operation is working on, innermost last."""

from typing import List

_active_models: List[object] = []


def push_active_model(model):
    """An operation on `model` begins."""
    _active_models.append(model)


def pop_active_model():
    """The innermost operation ends."""
    if _active_models:
        _active_models.pop()


def get_active_model():
    """The model of the innermost operation, or None."""
    return _active_models[-1] if _active_models else None
