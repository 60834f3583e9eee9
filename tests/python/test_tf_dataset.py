"""Data sets of files, and functions in worker processes."""

import os
import signal
import subprocess
import time

import numpy as np
import pool_functions
import pytest
from children import start_python

from mltk.core.preprocess.utils import image as image_utils
from mltk.core.preprocess.utils import tf_dataset
from mltk.utils.process_pool import ProcessPool, WorkerError, calculate_n_jobs
import tensorflow as tf

Dataset = tf.data.Dataset


@pytest.fixture
def pictures(tmp_path):
    """A folder of pictures: 3 cats, 5 dogs, 4 birds, 2 fish."""
    for label, count in (("cat", 3), ("dog", 5), ("bird", 4), ("fish", 2)):
        for i in range(count):
            image = np.full((4, 6, 3), 10 * i, np.uint8)
            os.makedirs(tmp_path / "data" / label, exist_ok=True)
            image_utils.write_image_file(str(tmp_path / "data" / label / f"{i}.png"), image)
    return str(tmp_path / "data")


def names(features):
    return ["/".join(path.decode().split("/")[-2:]) for path in features.as_numpy_iterator()]


def test_load_image_directory_gives_paths_and_labels(pictures):
    counts = {}
    features, labels = tf_dataset.load_image_directory(pictures, ["dog", "cat"], class_counts=counts, split=(0.4, 1))
    assert names(features) == ["dog/2.png", "dog/3.png", "dog/4.png", "cat/2.png"]
    assert list(labels.as_numpy_iterator()) == [0, 0, 0, 1]
    assert counts == {"dog": 3, "cat": 1} and labels.element_spec == tf.TensorSpec((), tf.int32)
    first, _ = tf_dataset.load_image_directory(pictures, ["dog", "cat"], split=(0, 0.4))
    assert names(first) == ["dog/0.png", "dog/1.png", "cat/0.png", "cat/1.png"]


def test_load_image_directory_reads_images_and_takes_unknown_ones_from_the_other_folders(pictures):
    features, labels = tf_dataset.load_image_directory(
        pictures, ["dog", "_unknown_"], unknown_class_percentage=0.8, onehot_encode=True, shuffle=True, seed=7,
        return_image_data=True,
    )  # fmt: skip
    rows = np.array(list(labels.as_numpy_iterator()))
    # 0.8 of 5 dogs are 4: one of each of 3 folders, then the target is missed by less than one a folder.
    assert rows.sum(axis=0).tolist() == [5, 3] and rows.dtype == np.int32
    assert all(image.shape == (4, 6, 3) and image.dtype == np.uint8 for image in features)
    again, _ = tf_dataset.load_image_directory(
        pictures, ["dog", "_unknown_"], unknown_class_percentage=0.8, shuffle=True, seed=7
    )
    order = names(again)
    assert order != sorted(order)


def test_load_audio_directory_adds_silence(tmp_path, pictures):
    for label in ("cat", "dog"):
        (tmp_path / "data" / label / "a.wav").write_bytes(b"x")
    features, labels = tf_dataset.load_audio_directory(pictures, ["cat", "dog", "_silence_"], silence_class_percentage=2)
    paths = names(features)
    assert paths == ["cat/a.wav", "dog/a.wav"] + 2 * ["temp/silence_16000hz.wav"]
    assert list(labels.as_numpy_iterator()) == [0, 1, 2, 2]
    assert os.path.getsize(list(features.as_numpy_iterator())[-1].decode()) == 44 + 32000


def test_image_files_round_trip(tmp_path):
    image = np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3)
    path = image_utils.write_image_file(str(tmp_path / "a.png"), image)
    assert np.array_equal(image_utils.read_image_file(path, return_numpy=True), image)
    assert image_utils.read_image_file(path.encode(), target_channels=1).numpy().shape == (4, 5, 1)
    grey = np.full((8, 8, 1), 0.5, np.float32)
    grey[0] = 0
    path = image_utils.write_image_file(str(tmp_path / "folder"), grey)
    assert path.endswith(".jpg") and image_utils.read_image_file(path, return_numpy=True).max() > 250
    assert image_utils.write_image_file(str(tmp_path / "many"), np.zeros((3, 4, 4, 1), np.int8), batch_size=2) is None
    assert len(os.listdir(tmp_path / "many")) == 2
    with pytest.raises(ValueError, match="bad.png: not a picture"):
        (tmp_path / "bad.png").write_bytes(b"nothing")
        image_utils.read_image_file(str(tmp_path / "bad.png"))


def test_parallel_process_keeps_the_order_and_uses_several_processes():
    dataset, pool = tf_dataset.parallel_process(Dataset.range(20), pool_functions.process_id, dtype=np.int64, n_jobs=2)
    with pool:
        for _ in range(2):
            results = np.array(list(dataset.as_numpy_iterator()))
            assert results[:, 0].tolist() == list(range(20))
        assert len(set(results[:, 1])) == pool.n_jobs and os.getpid() not in results[:, 1]


def test_parallel_process_in_a_pipeline_as_specifications_write_it():
    features = Dataset.range(10)
    features = features.zip((features, tf.data.experimental.Counter())).map(lambda x, seed: x + seed)
    features = features.batch(4, drop_remainder=True).unbatch()
    features, pool = tf_dataset.parallel_process(features, pool_functions.double, n_jobs=2)
    with pool:
        ds = Dataset.zip((features.prefetch(5), Dataset.range(8))).shuffle(4, seed=1).batch(3).prefetch(2)
        pairs = [(float(a), int(b)) for x, y in ds for a, b in zip(x, y)]
    assert sorted(pairs) == [(4.0 * i, i) for i in range(8)]


def test_several_results():
    dataset, pool = tf_dataset.parallel_process(
        Dataset.range(2), pool_functions.several, dtype=(np.float32, str), n_jobs=1
    )
    with pool:
        first, second = list(dataset.as_numpy_iterator())[1]
    assert first.tolist() == [1.0, 2.0] and first.dtype == np.float32 and second == b"1"


def test_an_exception_of_a_worker_names_the_sample_and_the_line():
    paths = Dataset.from_tensor_slices([f"/data/{i}.txt" for i in range(6)]).batch(2)
    dataset, pool = tf_dataset.parallel_process(paths, pool_functions.read_batch, n_jobs=2, name="reading")
    with pytest.raises(WorkerError) as caught:
        list(dataset.prefetch(2).batch(1))
    text = str(caught.value)
    assert text.startswith("/data/3.txt: ValueError: the third is bad (in a process of pool reading)")
    assert "in read_batch" in text and "worker.py" not in text
    assert not pool.is_running
    with pytest.raises(WorkerError):  # the pool is over; nobody waits
        list(dataset)


def test_a_worker_that_is_killed_is_an_error():
    dataset, pool = tf_dataset.parallel_process(Dataset.range(6), pool_functions.die, dtype=np.int64, n_jobs=2)
    with pytest.raises(WorkerError, match=r"was ended by signal SIGKILL while it worked on (np.int64\()?2"):
        list(dataset)
    assert not pool.is_running


def test_pool_callbacks_batches_and_errors():
    with ProcessPool(pool_functions.double, n_jobs=2) as pool:
        assert pool(3) == 6
        batch = pool.create_batch(3)
        for i in range(3):
            pool(i, pool_batch=batch)
        assert batch.wait() == [0, 2, 4]
        seen = []
        pool(5, pool_callback=seen.append).wait()
        assert seen == [10]
        pool.shutdown()
        with pytest.raises(RuntimeError, match="has been shut down"):
            pool(1)
    with pytest.raises(ValueError, match="stands at the root of a module"):
        ProcessPool(lambda x: x)
    with pytest.raises(ValueError, match="expected a share above 0"):
        calculate_n_jobs(1.5)
    assert ProcessPool(pool_functions.double, debug=True)(4) == 8


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
        with open(f"/proc/{process}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


_HANGS = """
import sys
sys.path.insert(0, {folder!r})
import pool_functions
from mltk.core.preprocess.utils import tf_dataset
import tensorflow as tf
paths = tf.data.Dataset.from_tensor_slices([{path!r}])
dataset, pool = tf_dataset.parallel_process(paths, pool_functions.hang, n_jobs=1)
list(dataset)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_the_process_however_it_ends(tmp_path, how):
    note = tmp_path / "worker"
    script = _HANGS.format(folder=os.path.dirname(__file__), path=str(note))
    with start_python(script, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 30
        while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
            time.sleep(0.05)
        worker = int(note.read_text())
        assert _exists(worker)
        process.send_signal(how)
        process.communicate(timeout=20)
    deadline = time.monotonic() + 10
    while _exists(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _exists(worker)
