"""Train whole specifications here and in MLTK 0.20 on TensorFlow, one after the other: seconds, memory, accuracies.

    python compare.py --mltk .venv/bin/mltk --peer PEER/bin/mltk --upstream UPSTREAM --work FOLDER [--only NAME ...]
        [--seeds N] [--json FILE] [--table FILE]

PEER is an environment of Python 3.10 with silabs-mltk 0.20.0 and click, UPSTREAM the unpacked wheel. The specifications are the
four beside this file and those of the wheel that `data_sets` has data for, unmodified. Each runs with `mltk train`, which trains,
quantizes and evaluates both models. MLTK's runs have no seed. What is in FILE already is not run again.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from data_sets import DATA_SETS

OWN = Path(__file__).parent / "specifications"
TIMEOUT_S = 1800
#: Specifications that take hours in full: both programs train as many epochs.
EPOCHS = {"image_classification": 3, "siamese_contrastive": 3}


def specification(name: str, upstream: Path) -> Path:
    """The file of a specification, of this folder or of the wheel."""
    own = OWN / f"{name}.py"
    return own if own.exists() else next((upstream / "mltk" / "models").glob(f"*/{name}.py"))


def train(program: str, source: Path, folder: Path, seed) -> dict:
    """Run `mltk train`: seconds, memory of the largest process, accuracy and AUC of both models."""
    cache = folder / "cache"
    spec = folder / source.name
    shutil.copy(source, spec)
    shutil.rmtree(cache / "models" / source.stem, ignore_errors=True)
    command = [program, "train", str(spec), "--clean", "--no-show"]
    if source.stem in EPOCHS:
        command += ["--epochs", str(EPOCHS[source.stem])]
    if seed is not None:
        command += ["--seed", str(seed)]
    environment = {**os.environ, "MLTK_CACHE_DIR": str(cache), "MLTK_UNIT_TEST": "1", "MPLBACKEND": "Agg"}
    environment.pop("PYTHONPATH", None)  # each program has a package of that name
    log = folder / f"{source.stem}.log"
    start = time.monotonic()
    with open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        status, usage = wait(process)
    record = {"status": status, "seconds": round(time.monotonic() - start, 2), "MB": usage.ru_maxrss // 1024 if usage else None}
    for kind in ("h5", "tflite"):
        results = cache / "models" / source.stem / "eval" / kind / "eval-results.json"
        values = json.loads(results.read_text()) if results.exists() else {}
        record[kind] = {key: values[key] for key in ("overall_accuracy", "roc_auc_avg", "auc") if isinstance(values.get(key), float)}
    return record


def wait(process):
    """Exit status and what the process and its children used; one that does not end is stopped."""
    end = time.monotonic() + TIMEOUT_S
    while time.monotonic() < end:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status), usage
        time.sleep(0.02)
    os.killpg(process.pid, 9)
    os.wait4(process.pid, 0)
    return "no end", None


def lay_out(name: str, folder: Path):
    """The data of a specification in its cache folder, once."""
    done = folder / f"{DATA_SETS[name].__name__}.done"
    if not done.exists():
        DATA_SETS[name](folder / "cache")
        done.touch()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mltk", required=True)
    parser.add_argument("--peer", required=True)
    parser.add_argument("--upstream", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=list(DATA_SETS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    records = json.loads(options.json.read_text()) if options.json and options.json.exists() else []
    programs = {"mltk": options.mltk, "peer": options.peer}
    for seed in range(options.seeds):
        for name in options.only:
            for side, program in programs.items():
                if any((r["specification"], r["seed"], r["program"]) == (name, seed, side) for r in records):
                    continue
                folder = options.work.absolute() / side
                folder.mkdir(parents=True, exist_ok=True)
                lay_out(name, folder)
                record = train(program, specification(name, options.upstream), folder, seed if side == "mltk" else None)
                records.append({"specification": name, "seed": seed, "program": side, **record})
                print(json.dumps(records[-1]), flush=True)
                if options.json:
                    options.json.write_text(json.dumps(records, indent=1) + "\n")
    text = table(records)
    print(text)
    if options.table:
        options.table.write_text(text)


def values(records, name: str, side: str, read) -> list:
    """What `read` finds in the records of a specification that ended well."""
    found = [read(r) for r in records if (r["specification"], r["program"], r["status"]) == (name, side, 0)]
    return [value for value in found if value is not None]


def table(records) -> str:
    """Means over the seeds and their spread, as a Markdown table; the last line is the geometric mean of the ratios."""
    lines = [
        "| specification | float, mltk | float, MLTK 0.20 | int8, mltk | int8, MLTK 0.20 | s, mltk | s, MLTK 0.20 | ratio | MB, mltk | MB, MLTK 0.20 |",
        "|---" * 10 + "|",
    ]
    ratios = []
    for name in dict.fromkeys(r["specification"] for r in records):
        accuracies = [
            accuracy(values(records, name, side, lambda r, kind=kind: r[kind].get("overall_accuracy")))
            for kind in ("h5", "tflite")
            for side in ("mltk", "peer")
        ]
        seconds = [median(values(records, name, side, lambda r: r["seconds"])) for side in ("mltk", "peer")]
        memory = [median(values(records, name, side, lambda r: r["MB"])) for side in ("mltk", "peer")]
        ratio = seconds[1] / seconds[0] if all(seconds) else None
        ratios += [ratio] if ratio else []
        cells = [*accuracies, *(f"{s:.1f}" if s else "" for s in seconds), f"{ratio:.1f}" if ratio else ""]
        lines.append(f"| {name} | " + " | ".join([*cells, *(f"{m:.0f}" if m else "" for m in memory)]) + " |")
    if ratios:
        lines.append(f"| geometric mean | | | | | | | {statistics.geometric_mean(ratios):.1f} | | |")
    return "\n".join(lines) + "\n"


def median(numbers):
    return statistics.median(numbers) if numbers else None


def accuracy(numbers) -> str:
    """Percent, the mean and half the range of the seeds."""
    if not numbers:
        return ""
    return f"{100 * statistics.mean(numbers):.1f} ± {50 * (max(numbers) - min(numbers)):.1f}"


if __name__ == "__main__":
    sys.exit(main())
