"""The package: what it exports, and how long its import takes."""

import subprocess
import sys

import pytest

import mltk
import mltk.core


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_import_loads_neither_numpy_nor_typer():
    loaded = run(
        "import mltk.core as c, sys; c.MltkModel; c.TrainMixin\n"
        "print([name for name in ('numpy', 'typer') if name in sys.modules])"
    )
    assert loaded.strip() == "[]"


def test_core_exports_the_classes_of_specifications():
    for name in (
        "MltkModel MltkModelEvent TrainMixin DatasetMixin MltkDataset DataGeneratorDatasetMixin ImageDatasetMixin "
        "AudioDatasetMixin EvaluateMixin EvaluateClassifierMixin EvaluateAutoEncoderMixin SshMixin load_mltk_model "
        "load_mltk_model_with_path list_mltk_models load_tflite_or_keras_model load_tflite_model get_mltk_logger "
        "set_mltk_logger TfliteModelParameters TFLITE_METADATA_TAG TrainingResults"
    ).split():
        assert getattr(mltk.core, name) is not None


def test_importing_the_module_of_an_operation_keeps_the_function():
    code = (
        "import mltk.core.evaluation_results, mltk.core.training_results, mltk.core.train_model\n"
        "import mltk.core as c\nprint(type(c.train_model).__name__)"
    )
    assert run(code).strip() == "function"


def test_unknown_export_has_a_suggestion():
    with pytest.raises(AttributeError, match="Did you mean 'train_model'"):
        mltk.core.train_modl  # pylint: disable=pointless-statement


def test_every_exported_name_exists():
    for name in mltk.core.__all__:
        assert getattr(mltk.core, name) is not None
    assert {"train_model", "quantize_model", "evaluate_model", "profile_model", "TfliteModel"} <= set(mltk.core.__all__)


def test_absent_names_say_so():
    with pytest.raises(ImportError, match="mltk.core.compile_model is not in mltk"):
        from mltk.core import compile_model  # noqa: F401  pylint: disable=unused-import


def test_version_and_folders():
    assert mltk.__version__ == "0.21.0"
    assert mltk.MLTK_DIR == f"{mltk.MLTK_ROOT_DIR}/mltk"
