"""`tf.data`: order, shapes, functions of the user, training."""

import os
import signal
import subprocess
import traceback

import numpy as np
import pytest
from children import start_python

import mltk.core  # pylint: disable=unused-import
import tensorflow as tf

Dataset = tf.data.Dataset


def values(dataset):
    return [item.tolist() if hasattr(item, "tolist") else item for item in dataset.as_numpy_iterator()]


def test_slices_of_structures_keep_their_structure():
    x = np.arange(12, dtype=np.float32).reshape(4, 3)
    for element, row in zip(Dataset.from_tensor_slices({"x": x, "name": ["a", "b", "c", "d"]}), x):
        assert element["x"].numpy().tolist() == row.tolist()
    assert element["name"].numpy() == b"d"
    spec = Dataset.from_tensor_slices((x, [1, 2, 3, 4])).element_spec
    assert spec == (tf.TensorSpec((3,), tf.float32), tf.TensorSpec((), tf.int32))
    with pytest.raises(ValueError, match="first axes of 2 and 3"):
        Dataset.from_tensor_slices(([1, 2], [1, 2, 3]))


@pytest.mark.parametrize(
    "make, expected, cardinality",
    [
        (lambda: Dataset.range(5), [0, 1, 2, 3, 4], 5),
        (lambda: Dataset.range(6, 0, -2), [6, 4, 2], 3),
        (lambda: Dataset.range(5).batch(2), [[0, 1], [2, 3], [4]], 3),
        (lambda: Dataset.range(5).batch(2, drop_remainder=True), [[0, 1], [2, 3]], 2),
        (lambda: Dataset.range(5).batch(2).unbatch(), [0, 1, 2, 3, 4], -2),
        (lambda: Dataset.range(3).repeat(2), [0, 1, 2, 0, 1, 2], 6),
        (lambda: Dataset.range(3).repeat().take(5), [0, 1, 2, 0, 1], 5),
        (lambda: Dataset.range(0).repeat(), [], 0),
        (lambda: Dataset.range(5).skip(2).take(-1), [2, 3, 4], 3),
        (lambda: Dataset.range(2).concatenate(Dataset.range(7, 9)), [0, 1, 7, 8], 4),
        (lambda: Dataset.range(6).filter(lambda v: v % 2 == 0), [0, 2, 4], -2),
        (lambda: Dataset.range(3).flat_map(Dataset.range), [0, 0, 1], -2),
        (
            lambda: Dataset.range(3).interleave(lambda v: Dataset.from_tensors(v).repeat(3), 2, 2),
            [0, 0, 1, 1, 0, 1, 2, 2, 2],
            -2,
        ),
        (lambda: Dataset.range(5).window(3, shift=2).flat_map(lambda w: w.batch(3)), [[0, 1, 2], [2, 3, 4], [4]], -2),
        (lambda: Dataset.range(7).window(2, shift=3, stride=2, drop_remainder=True).flat_map(lambda w: w.batch(2)),
         [[0, 2], [3, 5]], -2),
        (lambda: Dataset.counter(5, 2).take(2), [5, 7], 2),
        (lambda: Dataset.zip((Dataset.range(2), tf.data.experimental.Counter())), [(0, 0), (1, 1)], 2),
        (lambda: Dataset.range(9).zip((Dataset.range(1), Dataset.range(3, 9))), [(0, 3)], 1),
        (lambda: Dataset.range(2).enumerate(4), [(4, 0), (5, 1)], 2),
        (lambda: Dataset.range(3).map(lambda v: v * 2, num_parallel_calls=tf.data.AUTOTUNE), [0, 2, 4], 3),
        (lambda: Dataset.range(2).apply(lambda d: d.prefetch(4)), [0, 1], 2),
    ],
)  # fmt: skip
def test_order_and_cardinality(make, expected, cardinality):
    dataset = make()
    assert [tuple(map(int, v)) if isinstance(v, tuple) else v for v in values(dataset)] == expected
    assert dataset.cardinality() == cardinality


def test_shuffle_permutes_anew_each_pass_and_follows_from_the_seed():
    dataset = Dataset.range(50).shuffle(50, seed=3)
    first, second = values(dataset), values(dataset)
    assert sorted(first) == sorted(second) == list(range(50)) and first != second
    again = Dataset.range(50).shuffle(50, seed=3)
    assert values(again) == first and values(again) == second
    assert values(Dataset.range(50).shuffle(50, seed=4)) != first
    fixed = Dataset.range(50).shuffle(50, seed=3, reshuffle_each_iteration=False)
    assert values(fixed) == values(fixed) == first
    repeated = values(Dataset.range(50).shuffle(50, seed=3).repeat(2))
    assert repeated[:50] == first and sorted(repeated[50:]) == list(range(50)) and repeated[50:] != first
    # A buffer of 10 cannot give what lies more than 10 elements ahead.
    assert all(value < place + 10 for place, value in enumerate(values(Dataset.range(50).shuffle(10))))


def test_elements_that_do_not_stack_are_an_error_that_names_both():
    ragged = Dataset.range(1, 3).map(lambda n: np.zeros(n, np.float32))
    with pytest.raises(ValueError, match=r"float32 \(1,\), another float32 \(2,\); .*padded_batch"):
        list(ragged.batch(2))
    assert [item.shape for item in ragged.padded_batch(2)] == [(2, 2)]


def test_from_generator_holds_items_against_the_signature():
    signature = (tf.TensorSpec((None, 2), tf.float32), tf.TensorSpec((), tf.int32))

    def items(count):
        for i in range(count):
            yield np.ones((i, 2)), i

    dataset = Dataset.from_generator(items, output_signature=signature, args=(3,))
    assert dataset.element_spec == signature
    assert [(x.shape, x.dtype, int(y)) for x, y in dataset] == [((i, 2), np.float32, i) for i in range(3)]
    assert len(list(dataset)) == 3  # a pass begins the generator anew
    with pytest.raises(TypeError, match=r"gave the shape \(3,\), expected \(None, 2\)"):
        list(Dataset.from_generator(lambda: [(np.ones(3), 1)], output_signature=signature))
    typed = Dataset.from_generator(lambda: [[1, 2]], output_types=tf.int16)
    assert next(iter(typed)).dtype == np.int16


def test_an_exception_in_a_map_has_the_users_traceback_and_ends_the_pass():
    def fails_at_three(value):
        if value == 3:
            raise KeyError("number three")
        return value

    dataset = Dataset.range(9).map(fails_at_three, num_parallel_calls=4).batch(1).prefetch(2)
    seen = []
    with pytest.raises(KeyError, match="number three") as caught:
        for value in dataset:
            seen.append(int(value[0]))
    assert seen == [0, 1, 2]
    assert "fails_at_three" in "".join(traceback.format_tb(caught.value.__traceback__))


def test_a_pass_that_is_left_stops_its_threads():
    for _ in range(20):
        for _ in Dataset.counter().map(lambda v: v + 1, num_parallel_calls=2).prefetch(3):
            break


def test_cache_asks_the_input_once(tmp_path):
    for file in ("", str(tmp_path / "folder" / "cache")):
        calls = []
        cached = Dataset.range(4).map(lambda v, c=calls: c.append(int(v)) or (v, b"s")).cache(file)
        next(iter(cached))
        assert calls == [0]  # an unfinished pass keeps nothing
        first = values(cached)
        assert values(cached) == first == [(i, b"s") for i in range(4)] and calls == [0, 0, 1, 2, 3]
    assert values(Dataset.range(1).map(lambda v: (v, b"s")).cache(file)) == first  # the file of the run before
    (tmp_path / "other").write_bytes(b"not a cache at all, but long enough")
    with pytest.raises(ValueError, match="is no cache of a data set"):
        values(Dataset.range(1).cache(str(tmp_path / "other")))


def test_list_files(tmp_path):
    for name in ("b.txt", "a.txt", "c.png"):
        (tmp_path / name).write_text(name)
    listed = Dataset.list_files(str(tmp_path / "*.txt"), shuffle=False)
    assert [os.path.basename(path) for path in listed.as_numpy_iterator()] == [b"a.txt", b"b.txt"]
    with pytest.raises(ValueError, match="no file matches .*wav"):
        Dataset.list_files(str(tmp_path / "*.wav"))


def test_wrong_arguments_say_what_is_expected():
    with pytest.raises(ValueError, match="batch_size is 0, expected at least 1"):
        Dataset.range(2).batch(0)
    with pytest.raises(TypeError, match="map: got a int, expected a function"):
        Dataset.range(2).map(3)
    with pytest.raises(TypeError, match="flat_map: map_func returned a EagerArray, expected a Dataset"):
        list(Dataset.range(2).flat_map(lambda v: v))
    with pytest.raises(TypeError, match="infinite"):
        len(Dataset.counter())


def _model():
    model = tf.keras.Sequential([tf.keras.layers.Dense(2, activation="softmax", input_shape=(4,))])
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _samples(count=32):
    x = np.random.default_rng(0).normal(size=(count, 4)).astype(np.float32)
    return x, (x[:, 0] > 0).astype(np.int32)


def test_fit_evaluate_and_predict_take_a_dataset():
    x, y = _samples()
    dataset = Dataset.from_tensor_slices((x, y)).batch(8)
    tf.random.set_seed(1)
    from_dataset = _model()
    history = from_dataset.fit(dataset, epochs=3, validation_data=dataset, verbose=0)
    tf.random.set_seed(1)
    from_arrays = _model()
    expected = from_arrays.fit(x, y, batch_size=8, epochs=3, shuffle=False, validation_data=(x, y), verbose=0)
    assert history.history["loss"] == expected.history["loss"]
    assert from_dataset.evaluate(dataset, verbose=0) == pytest.approx(from_arrays.evaluate(x, y, verbose=0))
    assert np.array_equal(from_dataset.predict(dataset, verbose=0), from_arrays.predict(x, verbose=0))


def test_fit_goes_on_in_an_infinite_dataset():
    x, y = _samples(12)
    seen = []

    def note(features, label):
        seen.append(float(features[0]))
        return features, label

    dataset = Dataset.from_tensor_slices((x, y)).map(note).batch(4).repeat()
    _model().fit(dataset, epochs=3, steps_per_epoch=2, verbose=0)
    assert seen == [float(row[0]) for row in np.concatenate([x, x])]


def test_fit_raises_what_a_map_raises():
    x, y = _samples()

    def fails(features, label):
        raise ZeroDivisionError("in the user's map")

    with pytest.raises(ZeroDivisionError, match="in the user's map"):
        _model().fit(Dataset.from_tensor_slices((x, y)).map(fails).batch(4).prefetch(1), verbose=0)
    with pytest.raises(ValueError, match="no batch axis; call batch"):
        _model().fit(Dataset.range(3), verbose=0)


_WAITS = """
import time
import mltk.core
import tensorflow as tf
def slow(value):
    print("begun", flush=True)
    time.sleep(0.5)
    return value
for value in tf.data.Dataset.counter().map(slow).prefetch(2):
    pass
"""


def test_ctrl_c_ends_a_wait_for_a_thread():
    with start_python(_WAITS, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"begun\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert process.returncode != 0 and b"KeyboardInterrupt" in errors
