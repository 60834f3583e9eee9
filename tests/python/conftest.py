"""Fixtures: every test has its own user folder and writes its specifications to a temporary folder."""

import importlib
import logging
import os
import pathlib
import sys
import textwrap
import types

import pytest
from specification import HEADER

import mltk


@pytest.fixture(autouse=True)
def user_dir(tmp_path, monkeypatch):
    """The user folder of the test."""
    folder = tmp_path / "user"
    monkeypatch.setenv("MLTK_CACHE_DIR", str(folder))
    monkeypatch.setenv("MLTK_USER_SETTINGS_PATH", str(folder / "user_settings.yaml"))
    monkeypatch.delenv("MLTK_MODEL_PATHS", raising=False)
    monkeypatch.setattr("mltk.utils.path.TEMP_BASE_DIR", str(tmp_path / "temp"))
    return folder


@pytest.fixture(autouse=True)
def restored_process():
    """Undo what loading specifications does to the process."""
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if not file.startswith(mltk.MLTK_DIR) and "site-packages" not in file and "/lib/python" not in file:
            del sys.modules[name]
    for handler in list(logging.getLogger("mltk").handlers):
        logging.getLogger("mltk").removeHandler(handler)
    importlib.import_module("mltk.core.utils").set_mltk_logger(None)


@pytest.fixture
def write_spec(tmp_path):
    """`write_spec(body, name, mixin)`: write a specification; returns its path."""

    def write(body="", name="my_spec", mixin="DatasetMixin", header=HEADER):
        folder = tmp_path / "specs"
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}.py"
        path.write_text(header.replace("{mixin}", mixin) + textwrap.dedent(body), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def make_model(write_spec):
    """`make_model(body, ...)`: the model of a specification."""

    def make(*args, **kwargs):
        from mltk.core import load_mltk_model

        return load_mltk_model(write_spec(*args, **kwargs))

    return make


@pytest.fixture
def upstream():
    """The unpacked wheel of silabs-mltk 0.20.0: the folder `MLTK_UPSTREAM`, else build/upstream."""
    folder = pathlib.Path(os.environ.get("MLTK_UPSTREAM", pathlib.Path(__file__).parents[2] / "build" / "upstream"))
    if not (folder / "mltk").exists():
        pytest.skip(f"{folder} has no unpacked wheel of silabs-mltk 0.20.0")
    return folder


@pytest.fixture
def fake_core(monkeypatch):
    """A stand-in for the native library; tests set the functions that they need."""
    module = types.ModuleType("mltk._core")
    monkeypatch.setitem(sys.modules, "mltk._core", module)
    monkeypatch.setattr(mltk, "_core", module, raising=False)
    return module
