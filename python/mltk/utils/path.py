"""Paths, folders and the user settings."""

import contextlib
import datetime
import getpass
import os
import re
import shutil
import tempfile
from typing import Callable, Iterator, List, Optional, Tuple, Union


def _temp_base_dir() -> str:
    folder = os.environ.get("MLTK_TEMP_DIR")
    if not folder:
        user = os.path.basename(os.path.expanduser("~")) or getpass.getuser()
        folder = os.path.join(tempfile.gettempdir(), user, "mltk")
    return folder.replace("\\", "/")


#: Folder of temporary files: the environment variable MLTK_TEMP_DIR, or one of the user.
TEMP_BASE_DIR = _temp_base_dir()


def fullpath(path: str, cwd: Optional[str] = None) -> str:
    """Absolute path with `~` and environment variables expanded, relative to `cwd`, by default the current folder."""
    path = os.path.expandvars(os.path.expanduser(path))
    return os.path.normpath(os.path.join(cwd or os.getcwd(), path)).replace("\\", "/")


def extension(path: str) -> str:
    """`tflite` of `model.tflite`; '' if the file name has none."""
    return os.path.splitext(path)[1][1:]


def has_filename(path: str) -> bool:
    """Whether the last part of a path has an extension."""
    return bool(extension(os.path.basename(path)))


def create_dir(path: str) -> str:
    """Make a folder, or the folder of a file if the last part of `path` has an extension; returns `path`."""
    path = fullpath(path)
    os.makedirs(os.path.dirname(path) if has_filename(path) else path, exist_ok=True)
    return path


def create_tempdir(subdir: str = "") -> str:
    """Make folder `subdir` of the temporary files; returns its path."""
    path = fullpath(os.path.join(TEMP_BASE_DIR, subdir))
    os.makedirs(path, exist_ok=True)
    return path


def create_user_dir(suffix: str = "", base_dir: Optional[str] = None) -> str:
    """Make a folder of the user; returns its path.

    Args:
        suffix: below `base_dir`
        base_dir: by default the environment variable MLTK_CACHE_DIR, or `~/.mltk`. Where the home folder cannot be
            written, the temporary one replaces it. With the environment variable MLTK_READONLY nothing is made

    Raises:
        OSError: MLTK_CACHE_DIR or `base_dir` cannot be written
    """
    chosen = base_dir or os.environ.get("MLTK_CACHE_DIR")
    base_dir = chosen or "~/.mltk"
    path = fullpath(os.path.join(base_dir, suffix))
    if os.environ.get("MLTK_READONLY"):
        return path
    try:
        os.makedirs(path, exist_ok=True)
        if os.access(path, os.W_OK):
            return path
        reason = "no permission to write"
    except OSError as error:
        reason = error.strerror
    if chosen:
        raise OSError(f"{path}: cannot be used for results: {reason}. Set MLTK_CACHE_DIR to a folder that can be written")
    return create_tempdir(suffix)


def get_user_setting(name: str, default=None):
    """A value of `user_settings.yaml` in the user folder, or of the file MLTK_USER_SETTINGS_PATH."""
    path = fullpath(os.environ.get("MLTK_USER_SETTINGS_PATH") or "~/.mltk/user_settings.yaml")
    if not os.path.isfile(path):
        return default
    value = _read_settings(path, os.path.getmtime(path)).get(name)
    return default if value is None else value


_settings_cache = {}


def _read_settings(path: str, modified: float) -> dict:
    if (path, modified) not in _settings_cache:
        _settings_cache.clear()
        try:
            import yaml

            with open(path, encoding="utf-8") as file:
                settings = yaml.safe_load(file) or {}
            if not isinstance(settings, dict):
                raise ValueError("it is not a mapping")
        except ImportError:
            print(f"{path}: is ignored, as package PyYAML is not installed; run: pip install pyyaml")
            settings = {}
        except Exception as error:  # pylint: disable=broad-except
            print(f"{path}: is ignored: {error}")
            settings = {}
        _settings_cache[(path, modified)] = settings
    return _settings_cache[(path, modified)]


def add_user_setting(name: str, value):
    """Store a value in `user_settings.yaml` of the user folder."""
    import yaml

    path = os.path.join(create_user_dir(), "user_settings.yaml")
    settings = {}
    if os.path.isfile(path):
        with open(path, encoding="utf-8") as file:
            settings = yaml.safe_load(file) or {}
    settings[name] = value
    write_file(path, yaml.safe_dump(settings))


def write_file(path: str, data: Union[str, bytes]):
    """Write a file whole or not at all: beside it, then renamed. Text becomes UTF-8; missing folders are made.

    Raises:
        OSError: names the file, also when the disk is full
    """
    data = data.encode() if isinstance(data, str) else data
    if os.path.exists(path) and not os.path.isfile(path):  # a device or a pipe: there is nothing to replace
        with open(path, "wb") as file:
            file.write(data)
        return
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)


def remove_directory(path: str):
    """Delete a folder and all in it, if it exists."""
    shutil.rmtree(path, ignore_errors=True)


def clean_directory(path: str):
    """Delete all files below a folder; the folders stay."""
    for folder, _, files in os.walk(path):
        for file in files:
            os.remove(os.path.join(folder, file))


def copy_directory(src: str, dst: str, exclude_dirs: Optional[List[str]] = None):
    """Copy a folder into another one.

    Args:
        exclude_dirs: names of folders, or their paths relative to `src`, that are left out
    """
    excluded = set(exclude_dirs or ())
    for folder, folders, files in os.walk(src):
        relative = os.path.relpath(folder, src)
        folders[:] = [
            name for name in folders if name not in excluded and os.path.normpath(f"{relative}/{name}") not in excluded
        ]
        target = os.path.normpath(os.path.join(dst, relative))
        os.makedirs(target, exist_ok=True)
        for file in files:
            shutil.copy2(os.path.join(folder, file), os.path.join(target, file))


def set_file_last_modified(file_path: str, dt: Optional[datetime.datetime] = None):
    """Set the time of the last change of a file, by default to now."""
    seconds = (dt or datetime.datetime.now()).timestamp()
    os.utime(file_path, (seconds, seconds))


def file_is_newer(source_path: str, other_path: str) -> bool:
    """Whether a file exists and was changed later than another one, or the other one does not exist."""
    if not os.path.exists(source_path):
        return False
    return not os.path.exists(other_path) or os.path.getmtime(source_path) > os.path.getmtime(other_path)


def file_is_in_use(file_path: str) -> bool:
    """Whether a file exists and cannot be opened for writing."""
    if not os.path.exists(file_path):
        return False
    try:
        with open(file_path, "ab"):
            return False
    except OSError:
        return True


def recursive_listdir(
    base_dir: str,
    followlinks: bool = True,
    regex: Union[str, "re.Pattern", Callable[[str], bool], None] = None,
    return_relative_paths: bool = False,
) -> List[str]:
    """Paths of all files below a folder, with `/`.

    Args:
        regex: only paths that the expression matches or the function accepts; the path is absolute, or relative with
            `return_relative_paths`
    """
    accepts = _path_filter(regex)
    base_dir = fullpath(base_dir)
    paths = []
    for folder, folders, files in os.walk(base_dir, followlinks=followlinks):
        folders.sort()
        for file in sorted(files):
            path = os.path.join(folder, file)
            path = (os.path.relpath(path, base_dir) if return_relative_paths else path).replace("\\", "/")
            if accepts(path):
                paths.append(path)
    return paths


def _path_filter(regex) -> Callable[[str], bool]:
    if regex is None:
        return lambda path: True
    if callable(regex):
        return regex
    pattern = re.compile(regex)
    return lambda path: pattern.match(path) is not None


def walk_with_depth(
    base_dir: str, depth: int = 1, followlinks: bool = True
) -> Iterator[Tuple[str, List[str], List[str]]]:
    """`os.walk` down to `depth` folders below `base_dir`."""
    base_depth = base_dir.rstrip("/" + os.sep).count(os.sep)
    for folder, folders, files in os.walk(base_dir, followlinks=followlinks):
        folders.sort()
        yield folder, folders, files
        if folder.rstrip(os.sep).count(os.sep) - base_depth >= depth:
            folders.clear()


@contextlib.contextmanager
def pushd(new_dir: str):
    """Within a `with` block the current folder is another one."""
    earlier = os.getcwd()
    os.chdir(fullpath(new_dir))
    try:
        yield
    finally:
        os.chdir(earlier)


def get_actual_path(path: str) -> Optional[str]:
    """The path as it is written on the disk, upper and lower case; None when it does not exist."""
    found = os.path.abspath(path)
    if not os.path.exists(found):
        return None
    parts = []
    while os.path.dirname(found) != found:
        found, name = os.path.split(found)
        names = os.listdir(found) if os.access(found, os.R_OK) else [name]
        parts.append(name if name in names else next((n for n in names if n.lower() == name.lower()), name))
    return os.path.join(found, *reversed(parts)).replace("\\", "/")
