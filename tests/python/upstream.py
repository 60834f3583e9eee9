"""The unpacked wheel of MLTK 0.20.0: contract and data of tests, never part of the project."""

import os
import types
import zipfile
from pathlib import Path

import pytest

UPSTREAM = Path(os.environ.get("MLTK_UPSTREAM", Path(__file__).parents[2] / "build" / "upstream"))


def folder() -> Path:
    """Folder of the unpacked wheel; skips the test when it is absent."""
    if not (UPSTREAM / "mltk").exists():
        pytest.skip(f"{UPSTREAM} has no unpacked wheel of silabs-mltk 0.20.0 (tools/fetch_upstream.sh)")
    return UPSTREAM


def module(path: str):
    """A module of the wheel as one without a package: `import mltk` in it is ours."""
    file = folder() / path
    made = types.ModuleType(f"upstream_{file.stem}")
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), made.__dict__)  # pylint: disable=exec-used
    return made


def unpack(archive: str, ending: str, destination) -> str:
    """The file of an archive with this ending, taken out; its path."""
    with zipfile.ZipFile(folder() / "mltk" / "models" / archive) as file:
        name = next(name for name in file.namelist() if name.endswith(ending) and "float32" not in name)
        return file.extract(name, destination)
