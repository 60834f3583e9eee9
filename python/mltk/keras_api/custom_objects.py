"""Classes and functions of specifications by the names that files hold."""

import contextlib
from typing import Optional

_registered: dict = {}
_scopes: list = []


def get_custom_objects() -> dict:
    """Name -> class or function; may be changed."""
    return _registered


@contextlib.contextmanager
def custom_object_scope(*objects: dict):
    """Names are known inside of the block."""
    _scopes.append({name: value for group in objects for name, value in (group or {}).items()})
    try:
        yield
    finally:
        _scopes.pop()


CustomObjectScope = custom_object_scope


def register_keras_serializable(package="Custom", name=None):
    """A decorator: files know the class as `package>name`."""

    def decorate(cls):
        full = f"{package}>{name or cls.__name__}"
        _registered[full] = cls
        cls._registered_name = full
        return cls

    return decorate


def find(name: str, default=None):
    """The object of a name that a file holds."""
    for scope in reversed(_scopes):
        if name in scope:
            return scope[name]
    if name in _registered:
        return _registered[name]
    return default


def find_class(name: str) -> Optional[type]:
    """The class of a name, also when the file adds or lacks the package."""
    found = find(name) or find(name.rsplit(">", 1)[-1])
    return found if isinstance(found, type) else None


def registered_name(cls: type) -> str:
    """The name of a class in files."""
    return cls.__dict__.get("_registered_name", cls.__name__)
