"""MLTK 0.20's wheel, unpacked: its sources are read and its tests run, as contract. It is no part of the repository."""

import os
from pathlib import Path

import pytest


def upstream_package() -> Path:
    """The folder `mltk` of the wheel, named by MLTK_UPSTREAM; skips the test when there is none."""
    package = Path(os.environ.get("MLTK_UPSTREAM") or Path(__file__).parents[3] / "shared" / "upstream" / "mltk")
    if not (package / "core" / "tflite_model").is_dir():
        pytest.skip("MLTK 0.20 is not here: set MLTK_UPSTREAM to the folder mltk of its unpacked wheel")
    return package
