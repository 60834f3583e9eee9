"""What MLTK 0.20 gets wrong: docs/defects.md has a row for each, and the tests that hold it. Those without a place elsewhere are here."""

import re
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from mltk import _core
from mltk.core import evaluate_model, load_mltk_model, quantize_model, summarize_model, train_model
from mltk.core.commands import main
from mltk.core.tflite_model_parameters import TfliteModelParameters

REPOSITORY = Path(__file__).parents[2]
CLASSES = ("bag", "shirt", "trouser")

_BODY = """
import tensorflow as tf
from mltk.core.preprocess.image.parallel_generator import ParallelImageDataGenerator

my_model.epochs = 2
my_model.dataset = {data!r}
my_model.classes = ["bag", "shirt", "trouser"]
my_model.input_shape = (12, 12, 1)
my_model.datagen = ParallelImageDataGenerator(validation_split=0.1, rescale=1 / 255)
my_model.tflite_converter["representative_dataset"] = "generate"


def build(my_model):
    model = tf.keras.Sequential([
        tf.keras.layers.Flatten(input_shape=my_model.input_shape),
        tf.keras.layers.Dense(my_model.n_classes, activation="softmax"),
    ])
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


my_model.build_model_function = build
"""


def write_pictures(folder, count: int):
    random = np.random.default_rng(1)
    for kind, name in enumerate(CLASSES):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for index in range(count):
            picture = random.integers(0, 100, (12, 12, 1)) + 70 * kind
            (folder / name / f"{index:03}.png").write_bytes(_core.encode_png(picture.astype(np.uint8)))


@pytest.fixture
def data(tmp_path):
    write_pictures(tmp_path / "data", 24)
    return tmp_path / "data"


@pytest.fixture
def spec(write_spec, data):
    """`spec(old, new)`: the path of a specification of 72 pictures in 3 classes, in which `old` is replaced."""

    def write(old: str = "", new: str = "", name: str = "tiny") -> str:
        body = _BODY.format(data=str(data))
        assert old in body
        return write_spec(body.replace(old, new) if old else body, name, mixin="ImageDatasetMixin")

    return write


def error_of(path: str) -> str:
    """What a training of the specification says, which must come before its first epoch."""
    with pytest.raises(Exception) as info:
        train_model(path)
    assert not list(Path(path).parent.glob("*.mltk.zip"))
    return str(info.value)


def test_a_validation_set_smaller_than_half_a_batch_trains_and_ends_at_once(spec):
    threads = threading.active_count()
    start = time.monotonic()
    results = train_model(spec())
    assert time.monotonic() - start < 15  # MLTK hung for ever, or waited for 30 s at the end
    assert len(results.history["val_accuracy"]) == 2 and threading.active_count() <= threads + 1


def test_each_sample_is_evaluated_once(spec):
    model = load_mltk_model(spec())
    train_model(model)
    for tflite in (False, True):
        assert sum(map(sum, evaluate_model(model, tflite=tflite)["confusion_matrix"])) == 9


def test_added_files_are_used(spec, data):
    path = spec()
    assert "Found 63 samples" in _summary_of_data(path)
    write_pictures(data, 30)
    assert "Found 81 samples" in _summary_of_data(path)


def _summary_of_data(path: str) -> str:
    model = load_mltk_model(path)
    model.load_dataset(subset="training")
    text = model.summarize_dataset()
    model.unload_dataset()
    return text


def test_an_operator_that_the_device_lacks_is_an_error_before_the_training(spec):
    lacking = "tf.keras.layers.Lambda(lambda x: tf.math.erf(x)),\n        tf.keras.layers.Dense("
    assert re.search(r"layer 'lambda' \(tiny.py:\d+\): 'erf' has no", error_of(spec("tf.keras.layers.Dense(", lacking)))


def test_a_monitor_that_is_not_measured_is_an_error_before_the_training(spec):
    message = error_of(spec("my_model.epochs = 2", "my_model.checkpoint['monitor'] = 'val_acuracy'"))
    assert "monitors 'val_acuracy'" in message and "did you mean val_accuracy" in message


def test_outputs_that_are_not_the_classes_are_an_error_before_data_are_read(spec, data):
    picture = data / "bag" / "000.png"
    picture.write_bytes(picture.read_bytes()[:60])
    message = error_of(spec("Dense(my_model.n_classes", "Dense(5"))
    assert re.search(r"ends in 5 values, and my_model.classes has 3: bag, .*n_classes.* \(tiny.py:\d+\)", message)


def test_outputs_may_be_others_with_a_loss_of_ones_own(spec):
    path = spec('loss="categorical_crossentropy"', "loss=lambda y, p: tf.reduce_mean(tf.square(p))")
    Path(path).write_text(Path(path).read_text().replace("my_model.n_classes", "5").replace(', metrics=["accuracy"]', ""))
    model = load_mltk_model(path)
    model.checkpoint = None
    assert train_model(model, quantize=False).epochs == [0, 1]


def test_which_weights_are_saved_is_told(spec, caplog):
    def told(history, early_stopping=None, planned=3):
        from mltk.core.train_model import _which_weights

        model = load_mltk_model(spec())
        model.early_stopping = early_stopping
        return _which_weights(model, _results(history, planned))

    assert "That was epoch 2. The saved model is that of the last one, epoch 3, with val_accuracy = 0.300" in told([0.1, 0.5, 0.3])
    assert "that of this epoch" in told([0.1, 0.3, 0.5])
    restoring = {"monitor": "val_loss", "restore_best_weights": True}
    assert "the best val_loss, which early stopping restored" in told([0.1, 0.5, 0.3], restoring, planned=9)
    assert "epoch 3, with" in told([0.1, 0.5, 0.3], restoring)  # reached its last epoch: nothing is restored


def _results(history, planned):
    from mltk.core.training_results import TrainingResults
    from mltk.keras_api.callbacks import History

    made = History()
    made.epoch = list(range(len(history)))
    made.history = {"val_accuracy": history}
    made.params = {"epochs": planned}
    return TrainingResults(None, None, made)


def test_the_memory_is_one_number(spec, capfd):
    path = spec()
    train_model(path)
    tflite = quantize_model(path)
    told = {int(number) for number in re.findall(r"memory size.* (\d+)$", capfd.readouterr().err, re.MULTILINE)}
    size = TfliteModelParameters.load_from_tflite_file(tflite)["runtime_memory_size"]
    assert told <= {size} and f"(RAM): {_core.format_units(size)}" in summarize_model(tflite)


def test_a_model_that_is_not_trained_says_what_to_type(spec, capfd, monkeypatch):
    path = Path(spec(name="never"))
    for folder, typed in ((path.parent, "never.py"), (path.parent.parent, "specs/never.py")):
        monkeypatch.chdir(folder)
        assert main(["profile", typed]) == 1
        assert f"not trained yet, run: mltk train {typed}" in capfd.readouterr().err


def test_a_summary_is_built_without_data(spec, capfd):
    path = spec("my_model.dataset =", "def no_data(**_):\n    raise OSError('no network')\nmy_model.dataset = no_data or")
    assert main(["summarize", path, "--build"]) == 0
    assert re.search(r"dense\w* \(Dense\) +\(None, 3\)", capfd.readouterr().out)


def test_every_command_has_help(capfd):
    assert main([]) == 0
    page = capfd.readouterr().out
    commands = re.findall(r"^  (\w[\w-]*) {2,}\S", page, re.MULTILINE)
    assert "train" in commands and "profile" in commands
    for command in commands:
        assert main([command, "--help"]) == 0
        assert f"mltk {command}" in capfd.readouterr().out


def test_a_command_that_is_absent_says_so(capfd):
    assert main(["compile", "x.tflite", "--accelerator", "mvp"]) == 2
    assert "no accelerator that MLTK ships compiles models" in capfd.readouterr().err


def test_every_row_names_tests_that_exist():
    page = (REPOSITORY / "docs" / "defects.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in page.splitlines() if re.match(r"\| \d+ ", line)]
    assert [int(row[0]) for row in rows] == list(range(1, 29))
    for row in rows:
        references = re.findall(r"`(tests/[\w/]+\.(?:py|cpp)): (\w+)`", row[-1])
        assert references, f"row {row[0]} names no test"
        for file, test in references:
            source = (REPOSITORY / file).read_text(encoding="utf-8")
            assert re.search(rf"def {test}\(|TEST(_F|_P)?\(\w+, {test}\)", source), f"{file} has no test {test}"
