"""The same specification, data and seed give the same bytes."""

import signal

import pytest
from workspace import Workspace

EPOCHS = 4


def files_of(workspace) -> dict:
    folder = workspace.logs / "digits"
    return {name: (folder / name).read_bytes() for name in ("digits.h5", "digits.tflite", "digits.float32.tflite")}


def train(workspace, *options) -> dict:
    workspace.run("train", "digits", "--no-evaluate", "--epochs", EPOCHS, "--clean", *options)
    return files_of(workspace)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return train(Workspace(tmp_path_factory.mktemp("reference")), "--threads", "1")


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_any_number_of_threads_gives_the_same_bytes(workspace, reference, threads):
    assert train(workspace, "--threads", threads) == reference


def test_another_seed_gives_another_model(workspace, reference):
    assert train(workspace, "--seed", "5")["digits.h5"] != reference["digits.h5"]
    assert train(workspace, "--seed", "5") == train(workspace, "--seed", "5")


@pytest.mark.parametrize("epoch", [1, 2, 3])
def test_killed_and_resumed_gives_the_same_bytes(workspace, reference, epoch):
    process = workspace.start("train", "digits", "--no-evaluate", "--epochs", EPOCHS)
    for line in process.stdout:
        if line.startswith(f"epoch={epoch}/"):
            process.send_signal(signal.SIGKILL)
            break
    process.wait()
    workspace.run("train", "digits", "--no-evaluate", "--epochs", EPOCHS, "--resume")
    assert files_of(workspace) == reference


def test_ctrl_c_saves_says_how_to_resume_and_exits_130(workspace, reference):
    archive = workspace.folder / "digits.mltk.zip"
    archive.write_bytes(b"the earlier archive")
    process = workspace.start("train", "digits", "--no-evaluate", "--epochs", "100000")
    for line in process.stdout:
        if line.startswith("epoch=2/"):
            process.send_signal(signal.SIGINT)
            break
    output = process.stdout.read()
    assert process.wait() == 130
    assert "--resume" in output
    assert archive.read_bytes() == b"the earlier archive"
    assert "Traceback" not in output
