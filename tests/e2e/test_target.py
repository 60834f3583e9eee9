"""`--target`: what a model costs on a named board, and that a model which cannot run there is not trained."""

import json
from pathlib import Path

import pytest

#: A converted model with REDUCE_PROD, which TensorFlow Lite Micro lacks.
LACKING = Path(__file__).parents[3] / "shared" / "data" / "golden" / "converter" / "dense_rank3" / "int8.tflite"


def train_error(workspace, target: str) -> str:
    result = workspace.run("train", "digits", "--target", target, status=1)
    assert "epoch=" not in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    assert len([line for line in result.stderr.splitlines() if line.startswith("error:")]) == 1
    return result.stderr


def test_model_that_needs_more_ram_is_not_trained(workspace):
    # 64 x 64 pixels with 64 filters: 256 KiB behind the first convolution.
    workspace.edit("my_model.input_shape = (8, 8, 1)", "my_model.input_shape = (64, 64, 1)")
    workspace.edit("Conv2D(16, (3, 3)", "Conv2D(64, (3, 3)")
    message = train_error(workspace, "NUCLEO-G0B1RE")
    assert "digits cannot run on NUCLEO-G0B1RE" in message
    assert "bytes of RAM, NUCLEO-G0B1RE has 147456" in message
    assert "The peak is at op1-max_pool_2d" in message and "(262144 bytes)" in message
    assert "targets with enough: NUCLEO-L4R5ZI" in message


def test_operator_that_the_device_lacks_is_named_before_training(workspace):
    # A dense layer on a tensor of rank 4 computes the batch with REDUCE_PROD.
    workspace.edit("    keras_model.add(Flatten())\n", "    keras_model.add(Dense(4))\n    keras_model.add(Flatten())\n")
    message = train_error(workspace, "NUCLEO-L4R5ZI")
    assert "-reduce_prod cannot run: REDUCE_PROD" in message and "TensorFlow Lite Micro has no such operator" in message
    assert "replace this layer" in message


@pytest.mark.skipif(not LACKING.exists(), reason=f"no {LACKING}")
def test_operator_that_the_device_lacks_is_named(workspace):
    result = workspace.run("profile", LACKING, "--target", "NUCLEO-L4R5ZI", status=1)
    assert "| 2     | reduce_prod " in result.stdout
    assert result.stderr.startswith("error: int8 cannot run on NUCLEO-L4R5ZI: op1-gather cannot run: GATHER")
    assert "op2-reduce_prod cannot run: REDUCE_PROD" in result.stderr
    assert "replace this layer" in result.stderr


def test_unknown_target(workspace):
    message = train_error(workspace, "nucleo-l4r5")
    assert "'nucleo-l4r5'" in message and "NUCLEO-L4R5ZI" in message


@pytest.fixture(scope="module")
def trained_for_target(tmp_path_factory):
    from workspace import Workspace

    workspace = Workspace(tmp_path_factory.mktemp("target"))
    workspace.output = workspace.run("train", "digits", "--target", "nrf5340-dk", "-e", "2")
    return workspace


def test_model_that_fits_is_trained(trained_for_target):
    text = trained_for_target.output.stdout + trained_for_target.output.stderr
    assert text.index("Core: Cortex-M33, 128 MHz") < text.index("epoch=1")
    page = (trained_for_target.logs / "digits" / "report.html").read_text(encoding="utf-8")
    assert '"name":"nRF5340-DK"' in page


def test_the_check_changes_nothing_of_the_training(trained_for_target, workspace):
    workspace.run("train", "digits", "-e", "2")
    for name in ("digits.tflite", "digits.h5"):
        assert (workspace.logs / "digits" / name).read_bytes() == (trained_for_target.logs / "digits" / name).read_bytes()


def test_profile_with_a_target(trained_for_target):
    archive = trained_for_target.folder / "digits.mltk.zip"
    profile = json.loads(trained_for_target.run("profile", archive, "--target", "nRF5340-DK", "--json").stdout)
    target = profile["target"]
    assert profile["kernels"] == "cmsis-nn"
    assert target["fits"] and target["ram_used_bytes"] == profile["arena"]["32"]["minimum"]
    assert target["flash_used_bytes"] == profile["flash_bytes"]
    latency = target["latencies"][0]
    assert latency["seconds"] == pytest.approx(sum(latency["layer_seconds"])) and latency["error_percent"] > 0
    assert "tiny_results" in latency["sources"][0]
    # The same from the specification, which Python loads, and from the archive, which it does not.
    arguments = ("--target", "nRF5340-DK", "--no-format")
    texts = [trained_for_target.run("profile", model, *arguments).stdout for model in (archive, "digits")]
    assert texts[0].split("Profiling time")[0].strip() == texts[1].strip()
    assert f"Latency: {1e3 * latency['seconds']:.3g} ms" in texts[0]


@pytest.mark.parametrize("model", ["digits.mltk.zip", "digits"])
def test_profile_writes_a_page(trained_for_target, model):
    folder = trained_for_target.folder / f"report-{len(model)}"
    trained_for_target.run("profile", model, "--target", "nRF5340-DK", "-o", folder)
    page = (folder / "profiling_report-none-simulated.html").read_text(encoding="utf-8")
    assert '"clock_hz":128000000' in page
    assert "nRF5340-DK" in (folder / "profiling_report-none-simulated.txt").read_text(encoding="utf-8")
    assert json.loads((folder / "profiling_report-none-simulated.json").read_text(encoding="utf-8"))["target"]["fits"]


def test_memory_with_other_kernels(trained_for_target):
    archive = trained_for_target.folder / "digits.mltk.zip"

    def profile(*arguments):
        return json.loads(trained_for_target.run("profile", archive, "--json", *arguments).stdout)

    reference, cmsis_nn = profile(), profile("--kernels", "cmsis-nn")
    assert (reference["kernels"], cmsis_nn["kernels"]) == ("reference", "cmsis-nn")
    # A 3x3 convolution on 16 channels collects two columns of 16-bit values.
    scratch = [tensor for tensor in cmsis_nn["arena_tensors"] if tensor["name"] == "scratch of op2-conv_2d"]
    assert [tensor["bytes"] for tensor in scratch] == [2 * 3 * 3 * 16 * 2]
    assert cmsis_nn["layers"][2]["ram_bytes"] == reference["layers"][2]["ram_bytes"] + scratch[0]["bytes"]
    assert cmsis_nn["arena"]["32"]["used"] > reference["arena"]["32"]["used"]
    # From the specification, which Python loads, too.
    assert json.loads(trained_for_target.run("profile", "digits", "--kernels", "cmsis-nn", "--json").stdout) == cmsis_nn
    # The target's core decides, unless the kernels are named.
    assert profile("--target", "NUCLEO-G0B1RE")["kernels"] == "cmsis-nn-c"
    assert profile("--target", "NUCLEO-G0B1RE", "--kernels", "reference")["arena"] == reference["arena"]
    assert "Kernels: cmsis-nn-mve\n" in trained_for_target.run("profile", archive, "--kernels", "cmsis-nn-mve").stdout


def test_unknown_kernels(trained_for_target):
    message = trained_for_target.run("profile", "digits.mltk.zip", "--kernels", "cmsis", status=1).stderr
    assert "'cmsis'" in message and "cmsis-nn-mve" in message


def test_list_of_targets(workspace):
    text = workspace.run("profile", "--targets").stdout
    assert "NUCLEO-H7A3ZI-Q" in text and "Cortex-M0+" in text
