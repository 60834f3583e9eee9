"""Run the stock specifications through every command, unmodified.

    python tests/specifications/run.py UPSTREAM [--only NAME ...] [--table docs/specifications.md]

UPSTREAM is the unpacked wheel of silabs-mltk 0.20.0. Each specification runs in a process and a cache folder of its own, on the
data of `data_sets`.
"""

import argparse
import dataclasses
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from data_sets import LAYOUTS

#: Column of the table -> arguments of `mltk`; {spec} is the file, {name} the model's name.
COMMANDS = {
    "summarize --build": ["summarize", "{spec}", "--build"],
    "train": ["train", "{spec}", "--test", "--clean", "--no-show"],
    "evaluate": ["evaluate", "{name}-test", "--no-show"],
    "evaluate --tflite": ["evaluate", "{name}-test", "--tflite", "--no-show"],
    "quantize": ["quantize", "{name}-test"],
    "summarize": ["summarize", "{name}-test"],
    "profile": ["profile", "{name}-test"],
}
SCRIPT = "python X.py"
TIMEOUT = 300


#: Specification -> others whose archives it loads.
NEEDS = {"keyword_spotting_with_transfer_learning": ["keyword_spotting_mobilenetv2"]}
#: Specifications that learn from a larger model of their own, which is trained first.
WITH_TEACHER = ("keyword_spotting_on_off_v2", "keyword_spotting_pacman_v2")


@dataclasses.dataclass
class Outcome:
    """How a command ended."""

    status: int
    seconds: float
    output: str

    @property
    def reason(self) -> str:
        """What went wrong, in one line."""
        lines = [line for line in self.output.splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("error:")]
        return (errors or lines or ["no output"])[-1].strip()


def specifications(upstream: Path) -> dict:
    """Name -> file, of all stock specifications."""
    return {
        path.stem: path
        for path in sorted((upstream / "mltk" / "models").glob("*/*.py"))
        if "@mltk_model" in path.read_text(encoding="utf-8") and path.parent.name not in ("shared", "tests")
    }


def run(arguments, cache: Path, folder: Path, **variables) -> Outcome:
    """Run a command of the installed `mltk` in `folder`."""
    environment = {**os.environ, "MLTK_CACHE_DIR": str(cache), "MLTK_UNIT_TEST": "1", "MPLBACKEND": "Agg", **variables}
    start = time.monotonic()
    try:
        result = subprocess.run(
            arguments,
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=TIMEOUT,
            check=False,
        )
        return Outcome(result.returncode, time.monotonic() - start, result.stdout)
    except subprocess.TimeoutExpired as error:
        output = error.stdout or b""
        output = output.decode(errors="replace") if isinstance(output, bytes) else output
        return Outcome(-1, TIMEOUT, f"{output}\nerror: no end after {TIMEOUT} s")


def train_teacher(spec: Path, cache: Path, folder: Path):
    """As the specification's page tells it: with TRAIN_TEACHER=1; the test's file then serves as the real one."""
    command = [sys.executable, "-m", "mltk", "train", str(spec), "--test", "--clean", "--no-show"]
    run(command, cache, folder, TRAIN_TEACHER="1")
    trained = folder / f"{spec.stem}.teacher.test.h5"
    if trained.exists():
        shutil.copy(trained, folder / f"{spec.stem}.teacher.h5")


def run_specification(path: Path, folder: Path, commands=None) -> dict:
    """Command -> outcome. The specification is copied into `folder`, where its results appear."""
    cache = folder / "cache"
    cache.mkdir()
    if path.stem in LAYOUTS:
        LAYOUTS[path.stem](cache)
    for name in [path.stem, *NEEDS.get(path.stem, [])]:
        for file in path.parent.glob(f"{name}*"):  # with helper modules and archives
            shutil.copy(file, folder)
    spec = folder / path.name
    (folder / f"{path.stem}.mltk.zip").unlink(missing_ok=True)
    outcomes = {}
    if path.stem in WITH_TEACHER:
        train_teacher(spec, cache, folder)
    for column, arguments in COMMANDS.items():
        if commands is None or column in commands:
            filled = [argument.format(spec=spec, name=path.stem) for argument in arguments]
            outcomes[column] = run([sys.executable, "-m", "mltk", *filled], cache, folder)
    if commands is None or SCRIPT in commands:
        outcomes[SCRIPT] = run([sys.executable, str(spec)], cache, folder)
    return outcomes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("upstream", type=Path)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--commands", nargs="*")
    parser.add_argument("--table", type=Path)
    parser.add_argument("--logs", type=Path)
    options = parser.parse_args()
    rows = {}
    for name, path in specifications(options.upstream).items():
        if options.only and name not in options.only:
            continue
        with tempfile.TemporaryDirectory() as folder:
            rows[name] = run_specification(path, Path(folder), options.commands)
        for command, outcome in rows[name].items():
            verdict = "ok" if outcome.status == 0 else outcome.reason[:200]
            print(f"{name:40} {command:20} {outcome.seconds:6.1f} s  {verdict}", flush=True)
            if options.logs:
                options.logs.mkdir(parents=True, exist_ok=True)
                (options.logs / f"{name}.{command.replace(' ', '_')}.log").write_text(outcome.output)
    if options.table:
        options.table.write_text(table(rows))


def table(rows: dict) -> str:
    """The outcomes as a Markdown page."""
    columns = [*COMMANDS, SCRIPT]
    lines = [
        "# Stock specifications",
        "",
        "The specifications in the wheel silabs-mltk 0.20.0, unmodified, through each command in test mode, on small made-up data laid",
        "out as they expect it. Written by `python tests/specifications/run.py UPSTREAM --table docs/specifications.md`, in an",
        "environment with librosa 0.10, audiomentations 0.33, opencv, scikit-learn, tqdm and a numpy below 2, as these specifications want.",
        "",
        "| specification | " + " | ".join(columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for name, outcomes in rows.items():
        cells = ["yes" if outcomes[column].status == 0 else "no" for column in columns if column in outcomes]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    reasons = [(name, next((o.reason for o in outcomes.values() if o.status != 0), None)) for name, outcomes in rows.items()]
    reasons = [(name, reason) for name, reason in reasons if reason]
    if reasons:
        lines += ["", "Why not:", ""] + [f"- {name}: `{reason[:300]}`" for name, reason in reasons]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
