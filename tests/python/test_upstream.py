"""MLTK's own tests, unmodified, on this package: those files that take seconds. docs/upstream-tests.md has the result of all.

What cannot pass is listed with the reason; a listed test that passes is an error too, so that the list shrinks.
"""

import sys
from pathlib import Path

import pytest
from upstream import upstream_package
from upstream_tests import FAST, REASONS, SLOW, environment, lay_out_package, run_file

sys.path.append(str(Path(__file__).parents[1] / "specifications"))
import data_sets  # noqa: E402  pylint: disable=wrong-import-position


@pytest.fixture(name="package", scope="module")
def fixture_package(tmp_path_factory) -> Path:
    return lay_out_package(upstream_package(), tmp_path_factory.mktemp("upstream"))


@pytest.mark.parametrize("file", FAST)
def test_runs(file, package, tmp_path):
    data_sets.cifar10(tmp_path / "cache", batch=20)
    outcomes, output = run_file(upstream_package() / file, tmp_path, environment(package, tmp_path / "cache"))
    assert outcomes, output
    reasons = REASONS.get(file, {})
    fails = {name for name, outcome in outcomes.items() if outcome != "passed"} - set(reasons)
    assert not fails, output[-8000:]
    passes = {name for name, outcome in outcomes.items() if outcome == "passed"} & set(reasons)
    assert not passes, "listed in REASONS, but they pass now"


def test_every_file_is_run_or_listed():
    package = upstream_package()
    files = {str(file.relative_to(package)) for file in package.rglob("tests/**/test_*.py")}
    own = {file for file in files if "kws_streaming" not in file}
    assert own == set(FAST) | set(SLOW)
