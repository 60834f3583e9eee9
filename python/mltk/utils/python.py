"""Helpers around the Python language: dictionaries, lists, exceptions, imports, packages."""

import collections
import collections.abc
import copy
import enum
import functools
import importlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import time
import warnings
from typing import Any, Iterable, List, Optional, Union

#: `3.11`
SHORT_VERSION = ".".join(str(part) for part in sys.version_info[:2])


def _none():
    return None


def DefaultDict(d: Optional[dict] = None, **kwargs) -> collections.defaultdict:  # pylint: disable=invalid-name
    """A dictionary whose missing keys read as None; so do those of dictionaries inside it."""
    items = {**(d or {}), **kwargs}
    return collections.defaultdict(_none, {key: _default_dicts(value) for key, value in items.items()})


def _default_dicts(value):
    if isinstance(value, dict):
        return DefaultDict(value)
    if isinstance(value, list):
        return [_default_dicts(item) for item in value]
    return value


class DictObject(dict):
    """A dictionary whose keys are attributes too."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"DictObject has no key {name!r}") from None

    def __setattr__(self, name, value):
        self[name] = value


def merge_dict(destination: dict, source: dict, copy_destination: bool = False) -> dict:
    """Put the items of `source` into `destination`, dictionaries inside them likewise; returns `destination`."""
    if copy_destination:
        destination = copy.deepcopy(destination)
    for key, value in source.items():
        if isinstance(value, dict):
            merge_dict(destination.setdefault(key, {}), value)
        else:
            destination[key] = value
    return destination


def as_list(obj: Any, split: Optional[str] = None) -> list:
    """None -> [], an iterable -> its items, anything else, also a string -> [obj].

    Args:
        split: cut a string there
    """
    if obj is None:
        return []
    if isinstance(obj, list):
        return obj
    if isinstance(obj, str):
        return [part.strip() for part in obj.split(split)] if split else [obj]
    return list(obj) if isinstance(obj, collections.abc.Iterable) else [obj]


def flatten_list(l: Iterable) -> list:
    """Items of an iterable and of the iterables inside it; a string is an item."""
    flat = []
    for item in l:
        if isinstance(item, collections.abc.Iterable) and not isinstance(item, (str, bytes)):
            flat += flatten_list(item)
        else:
            flat.append(item)
    return flat


def list_rindex(lst, value: Any) -> int:
    """Index of the last item that equals `value`; -1 if none does."""
    return next((index for index in reversed(range(len(lst))) if lst[index] == value), -1)


def contains_class_type(l: Iterable, cls: Any) -> bool:
    """Whether an item is an instance of `cls`."""
    return any(isinstance(item, cls) for item in l)


def get_case_insensitive(value: Optional[str], l: Iterable[str]) -> Optional[str]:
    """The item that equals `value` but for upper and lower case; None if none does."""
    return None if value is None else next((item for item in l if item.lower() == value.lower()), None)


def is_true(arg) -> bool:
    """Whether `arg` is yes, true, on, 1 or a number other than 0."""
    if isinstance(arg, str):
        return arg.lower() in ("yes", "true", "on", "1")
    if isinstance(arg, int):
        return arg != 0
    raise ValueError(f"{arg!r} is a {type(arg).__name__}, expected a bool, an int or a text such as 'yes'")


def is_false(arg) -> bool:
    """Whether `arg` is no, false, off or 0."""
    if isinstance(arg, str):
        return arg.lower() in ("no", "false", "off", "0")
    if isinstance(arg, int):
        return arg == 0
    raise ValueError(f"{arg!r} is a {type(arg).__name__}, expected a bool, an int or a text such as 'no'")


def forward_method_kwargs(**kwargs) -> dict:
    """`locals()` of a method as keyword arguments: without `self` and `_names`, with the content of `kwargs`."""
    arguments = {
        key: value for key, value in kwargs.items() if key not in ("self", "kwargs") and not key.startswith("_")
    }
    return {**arguments, **kwargs.get("kwargs", {})}


def prepend_exception_msg(e: Exception, msg: str) -> Exception:
    """Put `msg` before the message of an exception; returns it."""
    e.args = (", ".join(str(part) for part in (msg, *e.args)),)
    return e


def append_exception_msg(e: Exception, msg: str) -> Exception:
    """Put `msg` behind the message of an exception; returns it."""
    e.args = (", ".join(str(part) for part in (*e.args, msg)),)
    return e


def debugger_is_active() -> bool:
    """Whether a debugger traces this thread."""
    return sys.gettrace() is not None


def notebook_is_active() -> bool:
    """Whether this runs in a Jupyter notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return type(shell).__name__ == "ZMQInteractiveShell"


def install_pip_package(
    package: str,
    module_name: Optional[str] = None,
    logger=None,
    install_dir: Optional[str] = None,
    upgrade: bool = False,
    no_deps: bool = False,
):
    """Install a package with pip unless its module can be imported. Packages of TensorFlow are a warning instead.

    Args:
        package: name for pip, which may have a version
        module_name: by default the name of the package
        install_dir: folder to install to; it is added to the import path
        upgrade: install also when it is there, with pip's `--upgrade`
        no_deps: leave out what it depends on

    Raises:
        RuntimeError: pip failed
    """
    module_name = module_name or re.split(r"[=<>~!\[ ]", package)[0].replace("-", "_")
    if install_dir and install_dir not in sys.path:
        sys.path.insert(0, install_dir)
    if not upgrade and _can_import(module_name):
        return
    if re.match(r"(tensorflow|keras|tf[-_]keras)", package):
        from mltk.core.utils import get_mltk_logger

        # It would bring the real TensorFlow with it. Specifications that only let it be installed do without.
        (logger or get_mltk_logger()).warning(
            "Python package %s is not installed: mltk stands in for TensorFlow and has no %s", package, module_name
        )
        return
    command = [sys.executable, "-m", "pip", "install", package]
    command += ["--target", install_dir] if install_dir else []
    command += ["--upgrade"] if upgrade else []
    command += ["--no-deps"] if no_deps else []
    if logger is not None:
        logger.info("Installing Python package %s", package)
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    importlib.invalidate_caches()
    if result.returncode != 0:
        raise RuntimeError(
            f"Python package {package}: could not be installed with {' '.join(command)}:\n{result.stdout}"
        )


def _can_import(module_name: str) -> bool:
    if module_name in sys.modules:
        return True
    try:
        return importlib.util.find_spec(module_name) is not None
    except (ImportError, ValueError):
        return False


def import_module_at_path(path: str, reload: bool = False):
    """Import the Python file `path`; returns the module.

    A file of this package is imported under its dotted name, one of a folder with `__init__.py` as a part of that
    package, any other one under its file name, with its folder on the import path so that it finds its neighbours.

    Args:
        reload: execute it again when it has been imported before
    """
    import mltk
    from mltk.utils.path import fullpath

    path = fullpath(path)
    if not os.path.isfile(path):
        raise FileNotFoundError(f"{path}: does not exist")
    folder = os.path.dirname(path)
    name = os.path.splitext(os.path.basename(path))[0]
    in_package = True
    if path.startswith(mltk.MLTK_DIR + "/"):
        name = os.path.relpath(path, mltk.MLTK_ROOT_DIR)[: -len(".py")].replace(os.sep, ".")
    elif os.path.isfile(f"{folder}/__init__.py"):
        name = f"{os.path.basename(folder)}.{name}"
        _prepend_import_path(os.path.dirname(folder))
    else:
        in_package = False
        _prepend_import_path(folder)

    module = sys.modules.get(name)
    if module is not None and fullpath(getattr(module, "__file__", None) or "") == path:
        if reload:
            module.__spec__.loader.exec_module(module)
        return module
    if module is not None and name not in _imported_paths:
        raise ImportError(f"{path}: its name is that of module {name}, which is imported already; rename the file")
    if in_package:
        importlib.import_module(name.rpartition(".")[0])
    importlib.invalidate_caches()
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    _imported_paths[name] = path
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


#: Module name -> file, of the files that `import_module_at_path` has imported.
_imported_paths = {}


def _prepend_import_path(folder: str):
    if folder in sys.path:
        sys.path.remove(folder)
    sys.path.insert(0, folder)


def load_json_safe(path: str, *args, **kwargs):
    """Read a JSON file that may have `//` and `/* */` comments and trailing commas."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    string = r'("(?:\\.|[^"\\])*")'

    def keep_string(match):
        return match.group(1) or ""

    text = re.sub(string + r"|//[^\n]*|/\*.*?\*/", keep_string, text, flags=re.DOTALL)
    text = re.sub(string + r"|,(?=\s*[}\]])", keep_string, text)
    return json.loads(text, *args, **kwargs)


def timeit(method):
    """Decorate a function to print how long each call takes."""

    @functools.wraps(method)
    def timed(*args, **kwargs):
        start = time.perf_counter()
        try:
            return method(*args, **kwargs)
        finally:
            print(f"{method.__name__} {(time.perf_counter() - start) * 1e3:.3f}ms")

    return timed


def disable_warnings(func, level: str = "ERROR"):  # pylint: disable=unused-argument
    """Decorate a function to run without Python warnings. `level` was that of a TensorFlow log; it has no effect."""

    @functools.wraps(func)
    def quiet(*args, **kwargs):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return func(*args, **kwargs)

    return quiet


def _attributes_of(obj) -> dict:
    """Public attributes by name; of the members of an enumeration, or of an instance of a class."""
    if isinstance(obj, type) and issubclass(obj, enum.Enum):
        return dict(obj.__members__)
    instance = obj() if isinstance(obj, type) else obj
    return {key: getattr(instance, key) for key in dir(instance) if not key.startswith("__")}


def find_object_key_with_value(obj: object, needle: object, throw_exception: bool = False) -> str:
    """The name of the attribute that equals `needle`, in lower case; `none`, or a ValueError, when there is none."""
    for key, value in _attributes_of(obj).items():
        if value == needle:
            return key.lower()
    if throw_exception:
        raise ValueError(f"{obj}: has no attribute with the value {needle!r}")
    return "none"


def find_object_value_with_key(obj: object, needle: str, ignore_case: bool = False, throw_exception: bool = False):
    """The value of the attribute `needle`; None, or a ValueError, when there is none."""
    for key, value in _attributes_of(obj).items():
        if key == needle or (ignore_case and key.lower() == str(needle).lower()):
            return value
    if throw_exception:
        raise ValueError(f"{obj}: has no attribute {needle!r}")
    return None


def find_object_value_with_key_or_value(
    obj: object, needle: Union[str, object], ignore_case: bool = False, throw_exception: bool = False
):
    """The value of the attribute whose name or value is `needle`; None, or a ValueError, when there is none."""
    for key, value in _attributes_of(obj).items():
        if needle in (key, value) or (ignore_case and isinstance(needle, str) and key.lower() == needle.lower()):
            return value
    if throw_exception:
        raise ValueError(f"{obj}: has no attribute with the name or value {needle!r}")
    return None
