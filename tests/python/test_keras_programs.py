"""Programs of Keras users give the numbers of real TensorFlow: functions of tensors with their gradients, layers, losses,
metrics and steps written in Python."""

import json
from pathlib import Path

import keras_programs as programs
import numpy as np
import pytest
import more_programs
import upstream

import mltk
from mltk.keras_api import backend, functions

GOLDEN = Path(__file__).parents[1] / "golden" / "programs"


@pytest.fixture(name="tf")
def fixture_tf():
    assert mltk.__version__
    import tensorflow as tf

    backend.clear_session()
    return tf


EXPRESSIONS = json.loads((GOLDEN / "expressions.json").read_text(encoding="utf-8"))


def close(actual, expected, rtol=2e-5, atol=2e-6):
    np.testing.assert_allclose(np.asarray(actual, "float64"), np.asarray(expected, "float64"), rtol=rtol, atol=atol)


@pytest.mark.parametrize("expression", programs.EXPRESSIONS)
def test_function_at_hand(tf, expression):
    golden = EXPRESSIONS[expression]
    x, y = tf.constant(programs.X), tf.constant(programs.Y)
    with tf.GradientTape() as tape:
        value = programs.evaluate(expression, tf, x, y)
        total = tf.reduce_sum(tf.cast(value, tf.float32) * programs.weigh(value.shape))
    assert list(value.shape) == golden["shape"]
    close(programs.numbers(value), golden["value"])
    check_gradients(tape.gradient(total, [x, y]), golden)


def check_gradients(gradients, golden):
    for gradient, expected in zip(gradients, golden["gradients"]):
        if expected is None:
            assert gradient is None or np.all(np.asarray(gradient) == 0)
        else:
            close(programs.numbers(np.zeros(len(expected)) if gradient is None else gradient), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("expression", programs.EXPRESSIONS)
def test_function_in_a_graph(tf, expression):
    """As operators of a graph, with the batch open."""
    golden = EXPRESSIONS[expression]
    found = {}

    def compute(x, y):
        with tf.GradientTape() as tape:
            value = functions.tensor(functions.cast(programs.evaluate(expression, tf, x, y), "float32"))
            # A result without a batch, and one with it: one number each.
            shape = golden["shape"]
            weights = programs.weigh(shape)
            if value.batch_axis is None:
                total = tf.reduce_sum(value * weights)
            else:
                rows = fed[2]
                total = tf.reduce_sum(value * tf.reshape(rows, [-1] + shape[1:]))
        found["gradients"] = [item for item in tape.gradient(total, [x, y])]
        found["none"] = [item is None for item in found["gradients"]]
        return [value] + [item for item in found["gradients"] if item is not None]

    shape = golden["shape"]
    rows = programs.weigh(shape).reshape(4, -1) if shape[:1] == [4] else np.zeros((4, 1), "float32")
    fed = []

    def with_rows(x, y, rows_):
        fed[:] = [x, y, rows_]
        return compute(x, y)

    from mltk.keras_api.tensors import run_once

    results = run_once(with_rows, [programs.X, programs.Y, rows])
    close(programs.numbers(results[0]), golden["value"])
    rest = iter(results[1:])
    check_gradients([None if none else next(rest) for none in found["none"]], golden)


@pytest.mark.parametrize("expression", programs.AT_HAND)
def test_value_at_hand(tf, expression):
    golden = json.loads((GOLDEN / "at_hand.json").read_text(encoding="utf-8"))[expression]
    value = programs.at_hand(expression, tf)
    assert getattr(getattr(value, "dtype", None), "name", "") == golden["dtype"]
    close(programs.numbers(value), golden["value"], rtol=2e-5, atol=5e-6)


@pytest.mark.parametrize("program", programs.PROGRAMS + more_programs.PROGRAMS, ids=lambda program: program.__name__)
def test_program(tf, program):
    golden = json.loads((GOLDEN / f"{program.__name__}.json").read_text(encoding="utf-8"))
    result = program(tf)
    assert list(result) == list(golden)
    for name, expected in golden.items():
        if expected and isinstance(expected[0], str):
            assert result[name] == expected
        else:
            np.testing.assert_allclose(result[name], expected, rtol=2e-4, atol=2e-5, err_msg=name)


@pytest.mark.parametrize("source", ["ours", "upstream"])
def test_knowledge_distillation_of_the_specifications(tf, source):
    golden = json.loads((GOLDEN / "distillation.json").read_text(encoding="utf-8"))
    if source == "ours":
        from mltk.core.keras.models import KnowledgeDistillationModel as model_class
    else:
        model_class = upstream.module("mltk/core/keras/models.py").KnowledgeDistillationModel
    result = programs.distillation(tf, model_class)
    for name, expected in golden.items():
        np.testing.assert_allclose(result[name], expected, rtol=2e-4, atol=2e-5, err_msg=name)
