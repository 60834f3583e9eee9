#!/usr/bin/env python3
"""Run the programs of tests/python/keras_programs.py and more_programs.py with real TensorFlow (tf_keras) and keep their numbers in
tests/golden/programs; names of programs as arguments: those alone. Needs an environment with tensorflow and tf_keras."""

import json
import os
import sys
from pathlib import Path

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "python"))


def rounded(value):
    """Seven digits are what float32 holds."""
    return [item if isinstance(item, str) else float(f"{item:.8g}") for item in value]


def main():
    import keras_programs as programs
    import more_programs
    import tensorflow as tf

    folder = ROOT / "tests" / "golden" / "programs"
    folder.mkdir(parents=True, exist_ok=True)
    only = set(sys.argv[1:])
    values = {}
    for expression in programs.EXPRESSIONS if not only else []:
        x, y = tf.constant(programs.X), tf.constant(programs.Y)
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            value = programs.evaluate(expression, tf, x, y)
            total = tf.reduce_sum(tf.cast(value, tf.float32) * programs.weigh(value.shape))
        gradients = [None if g is None else rounded(programs.numbers(g)) for g in tape.gradient(total, [x, y])]
        values[expression] = {"shape": list(value.shape), "value": rounded(programs.numbers(value)), "gradients": gradients}
    if not only or "at_hand" in only:
        found = {expression: programs.at_hand(expression, tf) for expression in programs.AT_HAND}
        found = {
            expression: {"dtype": getattr(getattr(value, "dtype", None), "name", ""), "value": rounded(programs.numbers(value))}
            for expression, value in found.items()
        }
        (folder / "at_hand.json").write_text(json.dumps(found) + "\n", encoding="utf-8")
    if not only:
        (folder / "expressions.json").write_text(json.dumps(values) + "\n", encoding="utf-8")
    for program in programs.PROGRAMS + more_programs.PROGRAMS:
        if only and program.__name__ not in only:
            continue
        tf.keras.backend.clear_session()
        result = {name: rounded(numbers) for name, numbers in program(tf).items()}
        (folder / f"{program.__name__}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
