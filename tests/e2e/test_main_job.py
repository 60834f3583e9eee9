"""The main job, as the README shows it."""

import json
import re
import zipfile

import pytest
from workspace import DIGITS

from mltk.core import TfliteModel
from mltk.core.tflite_model_parameters import TfliteModelParameters


def member(workspace, name: str) -> bytes:
    with zipfile.ZipFile(workspace.folder / "digits.mltk.zip") as archive:
        return archive.read(name)


def test_training_reaches_its_accuracy_and_int8_keeps_it(trained):
    results = {
        kind: json.loads(member(trained, f"eval/{kind}/eval-results.json"))["overall_accuracy"] for kind in ("h5", "tflite")
    }
    assert results["h5"] >= 0.95
    assert abs(results["h5"] - results["tflite"]) <= 0.01


def test_archive_has_mltks_members(trained):
    with zipfile.ZipFile(trained.folder / "digits.mltk.zip") as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
    assert names >= {
        "digits.py",
        "digits.h5",
        "digits.h5.summary.txt",
        "digits.tflite",
        "digits.float32.tflite",
        "digits.tflite.summary.txt",
        "train/log.txt",
        "train/training-history.json",
        "eval/h5/eval-results.json",
        "eval/h5/summary.txt",
        "eval/tflite/eval-results.json",
        "eval/tflite/summary.txt",
        "report.html",
        "train/training-history.png",
        *(
            f"eval/{kind}/digits-{plot}.png"
            for kind in ("h5", "tflite")
            for plot in ("roc", "precision_vs_recall", "tpr", "fpr", "tfp_fpr", "confusion_matrix")
        ),
    }
    assert not [name for name in names if "weights" in name or "checkpoints" in name]
    assert member(trained, "digits.py").decode().startswith("__mltk_version__ = '")


def test_int8_model_takes_int8_and_carries_its_parameters(trained):
    path = str(trained.logs / "digits" / "digits.tflite")
    model = TfliteModel.load_flatbuffer_file(path)
    assert [tensor.dtype_str for tensor in (model.inputs[0], model.outputs[0])] == ["int8", "int8"]
    parameters = TfliteModelParameters.load_from_tflite_file(path)
    assert parameters["name"] == "digits"
    assert parameters["classes"] == [str(digit) for digit in range(10)]
    assert parameters["detection_threshold"] == 175
    assert parameters["date"] == "2023-11-14T22:13:20.000Z"
    assert re.fullmatch("[0-9a-f]{32}", parameters["hash"])
    assert 2000 < parameters["runtime_memory_size"] < 6000


def test_each_epoch_is_a_machine_readable_line_with_the_int8_accuracy(trained):
    lines = [line for line in trained.output.stderr.splitlines() if line.startswith("epoch=")]
    assert 15 < len(lines) <= 40  # early stopping may end it
    fields = dict(field.split("=") for field in lines[-1].split())
    assert fields["epoch"] == f"{len(lines)}/40"
    assert float(fields["int8_accuracy"]) > 0.9
    assert {"loss", "accuracy", "val_loss", "val_accuracy", "lr", "samples_per_s", "seconds"} <= set(fields)


def test_train_begins_with_the_model(trained):
    assert trained.output.stderr.startswith('Model: "')
    assert not re.search("warning|cuda|gpu", trained.output.stderr, re.IGNORECASE)


def test_train_ends_with_the_paths_of_what_it_made(trained):
    paths = dict(re.findall(r"^(Report|Archive|Device model): +(\S+)$", trained.output.stderr, re.M))
    assert paths["Report"].endswith("report.html")
    assert paths["Archive"] == str(trained.folder / "digits.mltk.zip")
    assert paths["Device model"].endswith("digits.tflite")


def test_report_loads_nothing(trained):
    page = member(trained, "report.html").decode()
    assert page.startswith("<!doctype html>") or page.startswith("<!DOCTYPE html>")
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", page)
    assert "default-src 'none'" in page
    for part in ("confusion_matrix", "ram_bytes", "data:image/png", "int8_accuracy"):
        assert part in page


def test_commands_read_the_archive(trained):
    archive = trained.folder / "digits.mltk.zip"
    tflite = trained.folder / "digits.tflite"
    tflite.write_bytes(member(trained, "digits.tflite"))
    profile = json.loads(trained.run("profile", archive, "--json").stdout)
    assert profile["macs"] == 84224
    assert profile["layers"][0]["ram_bytes"] == 8 * 8 + 8 * 8 * 16
    assert profile["layers"][0]["flash_bytes"] == 16 * 9 + 16 * 4
    assert "Multiply-Accumulate Count: 84.2k" in trained.run("profile", tflite).stdout
    assert "conv2d (Conv2D)" in trained.run("summarize", "digits").stdout
    assert "detection_threshold: 175" in trained.run("summarize", "digits", "--tflite").stdout
    assert "Overall accuracy: 9" in trained.run("evaluate", "digits", "--tflite").stdout
    assert "Overall accuracy: 9" in trained.run("evaluate", archive).stdout
    assert "Generated model at" in trained.run("quantize", "digits").stdout


def test_run_gives_the_bytes_of_the_python_interpreter(trained):
    import numpy as np

    (trained.folder / "digits.tflite").write_bytes(member(trained, "digits.tflite"))
    pictures = np.random.default_rng(0).integers(-128, 128, (5, 8, 8, 1), dtype=np.int8)
    (trained.folder / "in.bin").write_bytes(pictures.tobytes())
    trained.run("run", "digits.tflite", "--input", "in.bin", "--output", "out.bin")
    expected = TfliteModel.load_flatbuffer_file(str(trained.folder / "digits.tflite")).predict(pictures)
    assert (trained.folder / "out.bin").read_bytes() == expected.astype(np.int8).tobytes()


def test_specification_adds_commands(trained):
    output = trained.run("custom", "digits", "show", "3", "--count", "1").stdout
    assert len(output.splitlines()) == 9


def test_dry_run_has_files_of_its_own(workspace):
    workspace.run("train", "digits-test")
    assert (workspace.folder / "digits-test.mltk.zip").exists()
    assert not (workspace.folder / "digits.mltk.zip").exists()
    with zipfile.ZipFile(workspace.folder / "digits-test.mltk.zip") as archive:
        assert "digits.test.tflite" in archive.namelist()


def test_python_functions_return_results(workspace, monkeypatch):
    import mltk.core

    monkeypatch.chdir(workspace.folder)
    for name, value in workspace.environment.items():
        monkeypatch.setenv(name, value)
    model = mltk.core.load_mltk_model("digits", test=True)
    training = mltk.core.train_model(model, verbose=False)
    assert training.epochs == [0, 1, 2]
    assert set(training.history) >= {"loss", "accuracy", "val_loss", "val_accuracy"}
    evaluation = mltk.core.evaluate_model(model, tflite=True)
    assert 0 <= evaluation["overall_accuracy"] <= 1
    assert mltk.core.evaluate_classifier(model, tflite=True) == evaluation
    with pytest.raises(ValueError, match="EvaluateAutoEncoderMixin"):
        mltk.core.evaluate_autoencoder(model)
    assert "conv2d" in mltk.core.summarize_model(model)
    assert mltk.core.profile_model(model).macs == 84224
    assert mltk.core.quantize_model(model).endswith("digits.test.tflite")


def test_readmes_specification_trains(workspace):
    readme = (DIGITS.parents[1] / "README.md").read_text(encoding="utf-8")
    text = readme.split("```python\n")[1].split("```")[0]
    for old, new in (('"data"', repr(str(DIGITS / "data"))), ('["cat", "dog"]', '["0", "1"]'), ("epochs = 40", "epochs = 2")):
        assert old in text
        text = text.replace(old, new)
    workspace.write(text, "my_model")
    assert "Overall accuracy" in workspace.run("train", "my_model").stdout


@pytest.mark.parametrize("arguments", [("--help",), ("train", "--help"), ()])
def test_help_shows_an_example(workspace, arguments):
    assert "mltk train digits" in workspace.run(*arguments).stdout


def test_version(workspace):
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", workspace.run("--version").stdout)
