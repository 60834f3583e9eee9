"""Finding and loading specifications."""

import os

import pytest
from specification import BODY_LINE

from mltk.core import list_mltk_models, load_mltk_model, load_tflite_model, load_tflite_or_keras_model
from mltk.core.errors import SpecificationError
from mltk.core.model import find_model_specification_file


@pytest.fixture
def in_spec_dir(write_spec, monkeypatch):
    path = write_spec("# @mltk_model \n")
    monkeypatch.chdir(os.path.dirname(path))
    return path


def test_by_name(in_spec_dir):
    model = load_mltk_model("my_spec")
    assert model.model_specification_path == in_spec_dir and not model.test_mode_enabled
    assert find_model_specification_file("my_spec") == in_spec_dir


def test_name_with_test_suffix(in_spec_dir):
    assert load_mltk_model("my_spec-test").test_mode_enabled


def test_search_folders(in_spec_dir, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError):
        load_mltk_model("my_spec")
    monkeypatch.setenv("MLTK_MODEL_PATHS", str(tmp_path))
    assert load_mltk_model("my_spec").name == "my_spec"


def test_unknown_name_has_suggestion_and_folders(in_spec_dir):
    with pytest.raises(FileNotFoundError) as info:
        load_mltk_model("my_spek")
    assert "Did you mean 'my_spec'?" in str(info.value) and os.path.dirname(in_spec_dir) in str(info.value)


def test_unknown_path_has_suggestion(in_spec_dir):
    with pytest.raises(FileNotFoundError, match="my_spek.py: does not exist.*Did you mean 'my_spec.py'"):
        load_mltk_model("my_spek.py")


def test_a_folder_of_the_name_does_not_hide_the_specification(in_spec_dir):
    os.mkdir("my_spec")
    assert load_mltk_model("my_spec").name == "my_spec"


def test_not_found_may_exit(in_spec_dir, capsys):
    with pytest.raises(SystemExit):
        load_mltk_model("my_spek", print_not_found_err=True)
    assert "Did you mean 'my_spec'" in capsys.readouterr().err


def test_bad_names(in_spec_dir):
    with pytest.raises(ValueError, match="is not the name of a model"):
        load_mltk_model("my spec")
    with pytest.raises(ValueError, match="expected the name or path"):
        load_mltk_model(5)


def test_list(in_spec_dir, write_spec):
    write_spec("#@mltk_model\n", name="no_tag")
    write_spec("# @mltk_utest_disabled \n# @mltk_model \n", name="untested")
    for name in ("zipped.mltk.zip", "zipped2-test.mltk.zip"):
        open(name, "w").close()
    assert list_mltk_models() == ["my_spec", "untested", "zipped"]
    assert list_mltk_models(test=True) == ["my_spec", "untested", "zipped2-test"]
    assert "untested" not in list_mltk_models(for_utests=True)


def test_error_of_the_specification_names_its_line(write_spec):
    path = write_spec("def f():\n    return 1 / 0\nf()\n")
    with pytest.raises(SpecificationError) as info:
        load_mltk_model(path)
    assert str(info.value) == f"{path}:{BODY_LINE + 1}: ZeroDivisionError: division by zero"
    assert isinstance(info.value.__cause__, ZeroDivisionError)
    lines = "".join(info.value.traceback_lines())
    assert lines.count("File ") == 2 and "importlib" not in lines


def test_syntax_error_names_its_line(write_spec):
    path = write_spec("x = = 1\n")
    with pytest.raises(SpecificationError, match=f"my_spec.py:{BODY_LINE}: SyntaxError: invalid syntax"):
        load_mltk_model(path)


def test_file_without_model(write_spec):
    with pytest.raises(ValueError, match="makes no MltkModel object"):
        load_mltk_model(write_spec(header="x = 1\n"))


def test_reload(write_spec):
    path = write_spec()
    model = load_mltk_model(path)
    assert load_mltk_model(path, reload=False) is model and load_mltk_model(path) is not model


def test_specifications_of_the_same_name_are_not_confused(write_spec, tmp_path):
    first = write_spec("my_model.epochs = 1\n")
    other = tmp_path / "other"
    other.mkdir()
    second = other / "my_spec.py"
    second.write_text(open(first).read().replace("epochs = 1", "epochs = 2"))
    assert load_mltk_model(first).epochs == 1
    assert load_mltk_model(str(second)).epochs == 2
    assert load_mltk_model(first).epochs == 1


def test_modules_beside_the_specification_can_be_imported(write_spec):
    path = write_spec("import beside_it\nmy_model.epochs = beside_it.EPOCHS\n")
    with open(os.path.join(os.path.dirname(path), "beside_it.py"), "w") as file:
        file.write("EPOCHS = 9\n")
    assert load_mltk_model(path).epochs == 9


def test_after_load_event(write_spec):
    path = write_spec(
        "my_model._n = []\nmy_model.add_event_handler('AFTER_MODEL_LOAD', lambda **k: my_model._n.append(1))\n"
    )
    assert load_mltk_model(path)._n == [1]


def test_wrong_arguments_of_the_model_loaders(make_model, tmp_path):
    model = make_model()
    with pytest.raises(ValueError, match="model_type is 'onnx'"):
        load_tflite_or_keras_model(model, model_type="onnx")
    with pytest.raises(FileNotFoundError, match="a.h5: does not exist"):
        load_tflite_or_keras_model(str(tmp_path / "a.h5"))
    with pytest.raises(ValueError, match="expected an MltkModel or the path"):
        load_tflite_or_keras_model(5)
