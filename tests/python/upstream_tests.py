"""Run test files of MLTK 0.20's wheel, unmodified, on this package.

    python tests/python/upstream_tests.py UPSTREAM [--only PART ...] [--table docs/upstream-tests.md]

A folder is laid out in which `mltk` is this package with the wheel's models and test data beside it. Data sets are small
and made up (`tests/specifications/data_sets.py`).
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Dict, Optional, Tuple

import mltk

#: Files that take seconds.
FAST = (
    "core/tflite_model/tests/test_tflite_model_apis.py",
    "core/tflite_model_parameters/tests/test_tflite_model_parameters_apis.py",
    "core/tflite_micro/tests/test_tflite_micro_api.py",
    "cli/tests/test_basic.py",
)
#: The others.
SLOW = (
    "core/preprocess/audio/audio_feature_generator/tests/test_audio_feature_generator.py",
    "cli/tests/test_summarize_cli.py",
    "cli/tests/test_profile_cli.py",
    "cli/tests/test_view_cli.py",
    "cli/tests/test_update_params_cli.py",
    "cli/tests/test_train_cli.py",
    "cli/tests/test_quantize_cli.py",
    "cli/tests/test_evaluate_cli.py",
    "cli/tests/test_ssh_cli.py",
    "cli/tests/test_classify_audio_cli.py",
    "cli/tests/test_classify_image_cli.py",
    "cli/tests/test_fingerprint_reader_cli.py",
    "cli/tests/test_commander_cli.py",
    "models/tests/test_example_models.py",
    "models/tests/test_siliconlabs_models.py",
    "models/tests/test_tflite_micro_models.py",
    "models/tests/test_tinyml_models.py",
)

_NO_SIMULATOR = "the simulator and the estimates of Silicon Labs' accelerator are closed code"
_BOARD = "needs a board of Silicon Labs"

#: File -> test that cannot pass -> why.
REASONS: Dict[str, Dict[str, str]] = {
    "core/tflite_micro/tests/test_tflite_micro_api.py": {
        "test_profile_model_return_estimates": _NO_SIMULATOR,
        "test_profile_model_mvp": _NO_SIMULATOR,
        "test_profile_model_mvp_unsupported_layer": _NO_SIMULATOR,
    },
    "cli/tests/test_profile_cli.py": {"test_profile_device": _BOARD},
    "cli/tests/test_classify_audio_cli.py": {"test_device": _BOARD},
    "cli/tests/test_classify_image_cli.py": {"test_with_model_name": _BOARD},
    "cli/tests/test_fingerprint_reader_cli.py": {"test_with_model_name": _BOARD},
    "cli/tests/test_commander_cli.py": {"test_commander_device_info": _BOARD},
}


def lay_out_package(upstream: Path, folder: Path) -> Path:
    """Make a folder `mltk` of this package with the wheel's models and test data, and `bin/mltk`; returns the first."""
    package = folder / "mltk"
    shutil.copytree(mltk.MLTK_DIR, package, ignore=shutil.ignore_patterns("__pycache__", "*.so", "models"))
    for library in Path(mltk.MLTK_DIR).glob("*.so"):
        (package / library.name).symlink_to(library)
    shutil.copytree(upstream / "models", package / "models", ignore=shutil.ignore_patterns("__pycache__", "tests", "shared"))
    shutil.copytree(Path(mltk.MLTK_DIR) / "models" / "shared", package / "models" / "shared")
    for file in (upstream / "utils" / "test_helper").rglob("*.*"):
        target = package / "utils" / "test_helper" / file.relative_to(upstream / "utils" / "test_helper")
        if file.is_file() and file.name != "__init__.py" and "__pycache__" not in file.parts:
            shutil.copyfile(file, target)
    command = folder / "bin" / "mltk"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mltk "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return package


def environment(package: Path, cache: Path) -> dict:
    """Variables with which the laid out package is `mltk`."""
    variables = dict(
        os.environ,
        PYTHONPATH=str(package.parent),
        PATH=f"{package.parent / 'bin'}{os.pathsep}{os.environ['PATH']}",
        MLTK_CACHE_DIR=str(cache),
        MLTK_TEMP_DIR=str(cache / "temp"),
        MLTK_UNIT_TEST="1",
        MPLBACKEND="Agg",
        PYTHONDONTWRITEBYTECODE="1",
    )
    variables.pop("MLTK_MODEL_PATHS", None)
    return variables


def run_file(source: Path, folder: Path, variables: dict, test: Optional[str] = None) -> Tuple[Dict[str, str], str]:
    """Run a test file, or one function of it, in `folder`; returns test -> passed, failed or skipped, and the output."""
    copy = folder / source.name
    shutil.copyfile(source, copy)
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", str(copy)]
    result = subprocess.run(
        command + ([] if test is None else ["-k", test]),
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1800,
        check=False,
    )
    if not report.exists():
        return {}, result.stdout
    return {case.get("name"): _outcome(case) for case in ElementTree.parse(report).iter("testcase")}, result.stdout


def _outcome(case) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def _run_slow(file: str, upstream: Path, package: Path) -> Tuple[Dict[str, str], str]:
    """Run a file with its data; a function about a model in a cache of its own, which has that model's data."""
    sys.path.append(str(Path(__file__).parents[1] / "specifications"))
    import data_sets

    parts = [None]
    if file.startswith("models/"):
        parts = re.findall(r"^def (test_\w+)", (upstream / file).read_text(encoding="utf-8"), re.MULTILINE)
    outcomes, output = {}, ""
    for part in parts:
        with tempfile.TemporaryDirectory() as folder:
            cache = Path(folder) / "cache"
            cache.mkdir()
            if part is None:
                data_sets.cifar10(cache, batch=20)
                data_sets.LAYOUTS["image_example1"](cache)
            else:
                data_sets.LAYOUTS.get(part.removeprefix("test_"), lambda _: None)(cache)
            found, told = run_file(upstream / file, Path(folder), environment(package, cache), part and f"{part}[")
        outcomes.update(found)
        output += told
        print(f"{file} {part or ''}: {_counts(found)}", flush=True)
    return outcomes, output


def _counts(outcomes: Dict[str, str]) -> str:
    kinds = list(outcomes.values())
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("passed", "failed", "skipped") if kind in kinds)


def table(results: Dict[str, Dict[str, str]]) -> str:
    """The outcomes as a Markdown page."""
    lines = [
        "# MLTK's own tests",
        "",
        "The test files in the wheel silabs-mltk 0.20.0, unmodified, on this package, with small made-up data sets where they",
        "download some. Written by `python tests/python/upstream_tests.py UPSTREAM --table docs/upstream-tests.md`, in the",
        "environment of [specifications.md](specifications.md).",
        "",
        "| file | passed | others |",
        "|---|---|---|",
    ]
    for file, outcomes in results.items():
        others = [
            f"`{name}`: {REASONS.get(file, {}).get(name.split('[')[0], outcome)}"
            for name, outcome in outcomes.items()
            if outcome != "passed"
        ]
        passed = list(outcomes.values()).count("passed")
        lines.append(f"| {file} | {passed} of {len(outcomes)} | {'; '.join(others)} |")
    total = [outcome for outcomes in results.values() for outcome in outcomes.values()]
    lines += ["", f"{total.count('passed')} of {len(total)} pass."]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("upstream", type=Path, help="the unpacked wheel of silabs-mltk 0.20.0")
    parser.add_argument("--only", nargs="*", default=[""], help="files whose path contains one of these")
    parser.add_argument("--table", type=Path)
    parser.add_argument("--logs", type=Path)
    options = parser.parse_args()
    upstream = options.upstream / "mltk"
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        package = lay_out_package(upstream, Path(folder))
        for file in FAST + SLOW:
            if any(part in file for part in options.only):
                results[file], output = _run_slow(file, upstream, package)
                if options.logs:
                    options.logs.mkdir(parents=True, exist_ok=True)
                    (options.logs / f"{Path(file).stem}.log").write_text(output, encoding="utf-8")
    if options.table:
        options.table.write_text(table(results), encoding="utf-8")


if __name__ == "__main__":
    main()
