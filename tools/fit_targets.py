"""Fit the cycles per multiply-accumulate of src/target/targets.json to the measurements in it.

    python tools/fit_targets.py src/target/targets.json

One fit for each core and kernel library. `workloads` holds the multiply-accumulates of the four models of MLPerf Tiny
by kind of layer, `measurements` the median throughput that was published for a board. The fit minimizes the relative
errors of the predicted cycles. Kinds of layers share a coefficient where the measurements do not tell them apart: of
the groupings below the one is taken that best predicts a model which was left out of the fit. The largest such error
is the one that the reports state.
"""

import json
import math
import pathlib
import sys

import numpy as np

KINDS = ("convolution", "depthwise", "fully_connected")
#: Column of the coefficient for each of KINDS, from coarse to fine.
GROUPINGS = ((0, 0, 0), (0, 1, 0), (0, 0, 1), (0, 1, 1), (0, 1, 2))
#: A left-out model has a kind of layer that the others lack; its coefficient is that of a convolution then.
KNOWN_SHARE = 0.01


def main(path: pathlib.Path):
    data = json.loads(path.read_text(encoding="utf-8"))
    clocks = {target["name"]: target["clock_hz"] for target in data["targets"]}
    cores = {target["name"]: target["core"] for target in data["targets"]}
    macs = {work["id"]: [work["macs"][kind] for kind in KINDS] for work in data["workloads"]}
    samples = {}
    for row in data["measurements"]:
        key = (cores[row["target"]], row["library"])
        for model, throughput in row["inferences_per_second"].items():
            samples.setdefault(key, []).append((model, macs[model], clocks[row["target"]] / throughput))
    order = {core["id"]: i for i, core in enumerate(data["cores"])}
    data["fits"] = [fit(*key, samples[key]) for key in sorted(samples, key=lambda key: (order[key[0]], key[1]))]
    path.write_text(to_text(data), encoding="utf-8")


def fit(core: str, library: str, samples: list) -> dict:
    """The coefficients of one core and library, of the grouping with the smallest error on models left out."""
    scored = [(math.sqrt(np.mean(np.square(errors_left_out(samples, grouping)))), grouping) for grouping in GROUPINGS]
    _, grouping = min(scored)
    coefficients = solve(samples, grouping)
    error = max(abs(e) for e in errors_left_out(samples, grouping))
    return {
        "core": core,
        "library": library,
        "cycles_per_mac": {kind: round(value, 3) for kind, value in zip(KINDS, coefficients)},
        "error_percent": math.ceil(100 * error),
        "samples": len(samples),
    }


def errors_left_out(samples: list, grouping) -> list:
    """Relative errors, each model predicted by a fit to the other models."""
    errors = []
    for left_out in sorted({model for model, _, _ in samples}):
        coefficients = solve([sample for sample in samples if sample[0] != left_out], grouping)
        errors += [float(np.dot(work, coefficients)) / cycles - 1 for model, work, cycles in samples if model == left_out]
    return errors


def solve(samples: list, grouping) -> np.ndarray:
    """Cycles per multiply-accumulate for each of KINDS, by least squares of the relative errors."""
    work = np.array([macs for _, macs, _ in samples], dtype=float)
    cycles = np.array([cycles for _, _, cycles in samples])
    known = (work / work.sum(axis=1, keepdims=True)).max(axis=0) >= KNOWN_SHARE
    columns = [column if known[kind] else 0 for kind, column in enumerate(grouping)]
    used = sorted(set(columns))
    grouped = np.stack([work[:, [c == column for c in columns]].sum(axis=1) for column in used], axis=1)
    values, _, _, _ = np.linalg.lstsq(grouped / cycles[:, None], np.ones(len(samples)), rcond=None)
    return np.array([values[used.index(column)] for column in columns])


def to_text(data: dict) -> str:
    """JSON with one entry a line, so that a difference shows what changed."""
    parts = []
    for name, entries in data.items():
        parts.append(f'  "{name}": [\n' + ",\n".join("    " + json.dumps(entry) for entry in entries) + "\n  ]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
