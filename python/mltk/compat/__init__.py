"""The modules `tensorflow`, `keras` and `tf_keras` of processes that run a specification.

They are thin: names that stand for parts of `mltk.keras_api`. Only a process that imports `mltk` sees them. There they
win over an installed TensorFlow.
"""

import importlib
import importlib.abc
import importlib.machinery
import sys
import types

from mltk.compat.names import LAZY_MODULES, MODULES, module_attributes

_ROOTS = ("tensorflow", "keras", "tf_keras")


class _Module(types.ModuleType):
    """A module whose attributes are looked up when they are used."""

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        path = f"{_canonical(self.__name__)}.{name}"
        if path in MODULES or path in LAZY_MODULES:
            return importlib.import_module(f"{self.__name__}.{name}")
        attributes = module_attributes(_canonical(self.__name__))
        if name in attributes:
            value = attributes[name]
            setattr(self, name, value)
            return value
        raise AttributeError(_explain(self.__name__, name, attributes))

    def __dir__(self):
        return sorted(module_attributes(_canonical(self.__name__)))


def _explain(module: str, name: str, attributes) -> str:
    import difflib

    near = difflib.get_close_matches(name, list(attributes), n=3)
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    return f"{module}.{name} is not supported by mltk.{hint}"


def _canonical(name: str) -> str:
    """`keras.layers` and `tf_keras.layers` are `tensorflow.keras.layers`."""
    root, _, rest = name.partition(".")
    if root in ("keras", "tf_keras"):
        return "tensorflow.keras" + (f".{rest}" if rest else "")
    for alias in ("compat.v1", "compat.v2", "python.ops.array_ops", "python.ops.math_ops"):
        if rest == alias or rest.startswith(f"{alias}."):
            return "tensorflow" + rest[len(alias) :]
    if rest.startswith("python.keras"):
        return "tensorflow." + rest[len("python.") :]
    return name


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, fullname, path=None, target=None):  # pylint: disable=unused-argument
        if fullname.split(".")[0] not in _ROOTS:
            return None
        canonical = _canonical(fullname)
        if canonical not in MODULES and canonical not in LAZY_MODULES:
            raise ModuleNotFoundError(f"{fullname} is not supported by mltk.", name=fullname)
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec):
        return _Module(spec.name)

    def exec_module(self, module):
        module.__path__ = []
        version = module_attributes(_canonical(module.__name__)).get("__version__")
        if version:
            module.__version__ = version


def install():
    """Provide the modules from now on; calling it again changes nothing."""
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    for name in list(sys.modules):
        if name.split(".")[0] in _ROOTS and not isinstance(sys.modules[name], _Module):
            del sys.modules[name]
    sys.meta_path.insert(0, _Finder())
