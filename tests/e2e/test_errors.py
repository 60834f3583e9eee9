"""What a user reads when something is wrong: before the first epoch, with the place and the remedy."""

import ctypes
import os
import re
import resource
import shutil
import zipfile

import pytest
from workspace import DIGITS


def error_of(workspace, *arguments, status: int = 1) -> str:
    result = workspace.run(*arguments, status=status)
    assert "epoch=" not in result.stdout + result.stderr
    return result.stderr


def test_specification_that_is_not_found(workspace):
    message = error_of(workspace, "train", "digts")
    assert "digts" in message and "digits" in message and "Traceback" not in message


def test_python_error_in_the_specification(workspace):
    workspace.edit("my_model.epochs = 40", "my_model.epochs = undefined_name")
    message = error_of(workspace, "train", "digits")
    assert re.search(r'File ".*digits.py", line \d+', message)
    assert "NameError: name 'undefined_name' is not defined" in message
    assert "mltk/core" not in message


def test_misspelt_property(workspace):
    workspace.edit("my_model.epochs = 40", "my_model.epoch = 40")
    message = error_of(workspace, "train", "digits")
    assert re.search(r"digits.py:\d+", message) and "epoch" in message and "Did you mean 'epochs'" in message


def test_missing_property(workspace):
    workspace.edit("my_model.build_model_function = build_model", "")
    assert "build_model_function" in error_of(workspace, "train", "digits")


def test_missing_data_folder(workspace):
    workspace.write(workspace.specification.read_text().replace(repr(str(DIGITS / "data")), '"nowhere"'), "digits")
    message = error_of(workspace, "train", "digits")
    assert "nowhere" in message and "Traceback" not in message


@pytest.fixture
def own_data(workspace):
    """A small copy of the data that a test may damage."""
    data = workspace.folder / "data"
    for digit in range(10):
        (data / str(digit)).mkdir(parents=True)
        for name in sorted(os.listdir(DIGITS / "data" / str(digit)))[:20]:
            shutil.copy(DIGITS / "data" / str(digit) / name, data / str(digit))
    workspace.write(workspace.specification.read_text().replace(repr(str(DIGITS / "data")), repr(str(data))), "digits")
    return data


def test_class_without_pictures(workspace, own_data):
    for path in (own_data / "7").iterdir():
        path.unlink()
    (own_data / "7" / "notes.txt").write_text("none here")
    message = error_of(workspace, "train", "digits")
    assert "7" in message and "notes.txt" in message


def test_class_without_folder(workspace, own_data):
    shutil.rmtree(own_data / "7")
    message = error_of(workspace, "train", "digits")
    assert str(own_data) in message and "7" in message


def test_unreadable_pictures_are_named_all_at_once(workspace, own_data):
    broken = [sorted((own_data / digit).iterdir())[at] for digit, at in (("4", 10), ("5", 0))]
    for path in broken:
        path.write_bytes(path.read_bytes()[:60])
    message = error_of(workspace, "train", "digits")
    assert "2 files of the data set cannot be read" in message and all(str(path) in message for path in broken)


def test_odd_files_are_told_and_strict_makes_them_an_error(workspace, own_data):
    fours = sorted((own_data / "4").iterdir())
    shutil.copy(fours[0], fours[-1])
    result = workspace.run("train", "digits", "--epochs", 1, "--no-evaluate")
    told = f"the same content in training and validation (1): 4/{fours[-1].name} = 4/{fours[0].name}"
    assert told in result.stdout + result.stderr and "--strict" in result.stdout + result.stderr
    message = error_of(workspace, "train", "digits", "--strict")
    assert told in message and "Traceback" not in message


def test_unreadable_picture(workspace, own_data):
    broken = sorted((own_data / "4").iterdir())[10]
    broken.write_bytes(broken.read_bytes()[:60])
    message = error_of(workspace, "train", "digits")
    assert broken.name in message and "Traceback" not in message


def test_shapes_that_do_not_fit(workspace):
    path = workspace.edit("Conv2D(32, (3, 3), padding=\"same\")", "Conv2D(32, (9, 9))")
    line = next(i for i, text in enumerate(path.read_text().splitlines(), 1) if "(9, 9)" in text)
    message = error_of(workspace, "train", "digits")
    assert f"digits.py:{line}" in message and "9x9 does not fit" in message and "(None, 4, 4, 16)" in message


def test_unsupported_layer(workspace):
    workspace.edit("keras_model.add(Flatten())", "keras_model.add(tf.keras.layers.ConvLSTM2D(4, 3))")
    message = error_of(workspace, "train", "digits")
    assert "ConvLSTM2D" in message and "Conv2D" in message


def test_unsupported_argument(workspace):
    workspace.edit('Dense(model.n_classes, activation="softmax")', 'Dense(model.n_classes, activation="softmx")')
    message = error_of(workspace, "train", "digits")
    assert "softmx" in message and "softmax" in message


def obey_permissions():
    """Take from a process of root, before it starts a program, what lets root write everywhere (capabilities(7))."""
    if os.geteuid() == 0:
        drop_from_bounding_set, dac_override, dac_read_search = 24, 1, 2
        prctl = ctypes.CDLL(None).prctl
        assert prctl(drop_from_bounding_set, dac_override, 0, 0, 0) == 0
        assert prctl(drop_from_bounding_set, dac_read_search, 0, 0, 0) == 0


def test_log_folder_that_is_not_writable(workspace):
    cache = workspace.folder / "locked"
    cache.mkdir(mode=0o500)
    message = workspace.run("train", "digits", status=1, before=obey_permissions, MLTK_CACHE_DIR=str(cache)).stderr
    assert "locked" in message and "ermission" in message and "Traceback" not in message


def test_output_folder_that_is_not_writable(workspace, tmp_path_factory):
    cache = str(tmp_path_factory.mktemp("cache"))
    workspace.folder.chmod(0o500)
    try:
        message = workspace.run("train", "digits", status=1, before=obey_permissions, MLTK_CACHE_DIR=cache).stderr
    finally:
        workspace.folder.chmod(0o700)
    assert "digits.mltk.zip" in message and "epoch=" not in message and "Traceback" not in message


def test_log_folder_that_cannot_be_made(workspace):
    (workspace.folder / "file").write_text("in the way")
    message = workspace.run("train", "digits", status=1, MLTK_CACHE_DIR=str(workspace.folder / "file")).stderr
    assert str(workspace.folder / "file") in message and "Traceback" not in message


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_full_disk(workspace):
    workspace.run("train", "digits-test", "--no-evaluate")
    tflite = workspace.logs / "digits-test" / "digits.test.tflite"
    if not tflite.exists():
        tflite = next(workspace.logs.rglob("digits.test.tflite"))
    shutil.copy(tflite, workspace.folder / "digits.tflite")
    (workspace.folder / "in.bin").write_bytes(bytes(64))
    (workspace.folder / "out.bin").symlink_to("/dev/full")
    message = workspace.run("run", "digits.tflite", "--input", "in.bin", "--output", "/dev/full", status=1).stderr
    assert "/dev/full" in message


@pytest.mark.parametrize("kilobytes", [4, 60, 200])
def test_disk_that_fills_up_while_training(workspace, kilobytes):
    """As on a full disk, a write fails midway: the file that did not fit is named, and no part of one is left."""
    workspace.run("train", "digits-test")
    archive = workspace.folder / "digits-test.mltk.zip"
    earlier = archive.read_bytes()

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))

    result = workspace.run("train", "digits-test", "--clean", status=1, before=limit)
    message = result.stderr[result.stderr.index("error:") :]
    assert "File too large" in message and str(workspace.folder) in message and "Traceback" not in message
    assert not list(workspace.folder.rglob("*.tmp"))
    if "Trained model files here" in result.stderr:  # the archive of the training alone was complete
        zipfile.ZipFile(archive).testzip()
    else:
        assert archive.read_bytes() == earlier


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("trian", "digits"), "train"),
        (("train",), "model"),
        (("train", "digits", "--epoch-count", "3"), "--epoch-count"),
        (("train", "digits", "--threads", "0"), "--threads"),
        (("train", "digits", "--epochs", "many"), "--epochs"),
    ],
)
def test_usage_errors_exit_with_2(workspace, arguments, expected):
    assert expected in error_of(workspace, *arguments, status=2)


def test_damaged_models(workspace):
    (workspace.folder / "text.tflite").write_text("not a model")
    (workspace.folder / "text.mltk.zip").write_text("not an archive")
    for arguments in (("profile", "text.tflite"), ("summarize", "text.tflite"), ("profile", "text.mltk.zip")):
        message = error_of(workspace, *arguments)
        assert arguments[1] in message and "Traceback" not in message


def test_input_of_the_wrong_size(workspace):
    workspace.run("train", "digits-test", "--no-evaluate")
    shutil.copy(next(workspace.logs.rglob("digits.test.tflite")), workspace.folder / "digits.tflite")
    (workspace.folder / "in.bin").write_bytes(bytes(63))
    message = error_of(workspace, "run", "digits.tflite", "--input", "in.bin", "--output", "out.bin")
    assert "63" in message and "64" in message
    assert not (workspace.folder / "out.bin").exists()


def test_training_that_diverges(workspace):
    workspace.edit('my_model.optimizer = "adam"', "my_model.optimizer = tf.keras.optimizers.SGD(1e30)")
    result = workspace.run("train", "digits", "--epochs", "3", status=1)
    assert "loss=nan" in result.stderr and "int8_accuracy=nan" in result.stderr
    assert re.search("error: weight conv2d/kernel:0 has values that are not finite.*learning rate", result.stderr)
    assert (workspace.logs / "digits" / "digits.h5").exists()
    assert "Traceback" not in result.stderr
