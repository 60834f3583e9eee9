"""The archive of a model."""

import os
import zipfile

import pytest

from mltk.core import ArchiveFileNotFoundError, load_mltk_model


@pytest.fixture
def model(make_model):
    model = make_model()
    with open(f"{model.log_dir}/my_spec.h5", "wb") as file:
        file.write(b"weights")
    with open(f"{model.create_log_dir('train')}/log.txt", "w") as file:
        file.write("log")
    with open(f"{model.create_log_dir('train/weights')}/w.h5", "w") as file:
        file.write("w")
    return model


def members(model):
    with zipfile.ZipFile(model.archive_path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_members_of_a_training(model):
    with model.archive_transaction():
        model.add_archive_dir(".", create_new=True)
        model.add_archive_file("__mltk_model_spec__")
        model.add_archive_dir("train")
        model.add_archive_dir("dataset", recursive=True)
        assert not os.path.exists(model.archive_path)
    assert sorted(members(model)) == ["my_spec.h5", "my_spec.py", "train/log.txt"]
    assert members(model)["my_spec.py"].startswith(b"__mltk_version__ = '0.21.0'\n\nimport mltk.core")


def test_adding_keeps_the_other_members(model, tmp_path):
    model.add_archive_dir(".", create_new=True)
    (tmp_path / "notes.txt").write_text("one")
    model.add_archive_file(str(tmp_path / "notes.txt"))
    (tmp_path / "notes.txt").write_text("two")
    model.add_archive_file(str(tmp_path / "notes.txt"))
    assert members(model) == {"my_spec.h5": b"weights", "notes.txt": b"two"}


def test_a_failed_transaction_leaves_the_earlier_archive(model):
    model.add_archive_dir(".", create_new=True)
    before = open(model.archive_path, "rb").read()
    with pytest.raises(RuntimeError):
        with model.archive_transaction():
            model.add_archive_dir("train", create_new=True)
            raise RuntimeError("training failed")
    assert open(model.archive_path, "rb").read() == before
    assert [name for name in os.listdir(os.path.dirname(model.archive_path)) if name.endswith(".tmp")] == []


def test_a_transaction_reads_what_it_has_added(model):
    with model.archive_transaction():
        model.add_archive_dir(".", create_new=True)
        with open(model.h5_archive_path, "rb") as file:
            assert file.read() == b"weights"


def test_a_missing_archive_or_member_is_told(model):
    with pytest.raises(ArchiveFileNotFoundError, match="is not trained yet, run: mltk train .*my_spec.py"):
        model.h5_archive_path  # pylint: disable=pointless-statement
    model.add_archive_dir(".", create_new=True)
    with pytest.raises(FileNotFoundError, match="has no file my_spec.tflite"):
        model.tflite_archive_path  # pylint: disable=pointless-statement


def test_folders_can_be_extracted(model, tmp_path):
    model.add_archive_dir("train", recursive=True)
    folder = model.get_archive_dir("train", dest_dir=str(tmp_path / "out"))
    assert sorted(os.listdir(folder)) == ["log.txt", "weights"]


def test_a_member_outside_of_the_folder_is_refused(model, tmp_path):
    with zipfile.ZipFile(model.archive_path, "w") as archive:
        archive.writestr("../evil.txt", "x")
    with pytest.raises(ValueError, match="outside of the archive's folder"):
        model.get_archive_file("../evil.txt", dest_dir=str(tmp_path / "out"))


def test_a_file_that_is_no_archive_is_told(model):
    with open(model.archive_path, "w") as file:
        file.write("text")
    with pytest.raises(ValueError, match="is not a zip archive"):
        model.add_archive_dir(".")


def test_writability(model):
    assert model.check_archive_file_is_writable()
    assert not os.path.exists(model.archive_path)
    model._archive_path = "/nonexistent/folder/a.mltk.zip"
    assert not model.check_archive_file_is_writable()
    with pytest.raises(PermissionError, match="/nonexistent/folder/a.mltk.zip: the archive cannot be written"):
        model.check_archive_file_is_writable(throw_exception=True)


@pytest.mark.parametrize(
    "top",
    [
        '"""About."""\nfrom __future__ import annotations\n',
        "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n",
        "__mltk_version__ = '0.20.0'\n\n",
    ],
)
def test_an_archived_specification_can_be_loaded(write_spec, top):
    from specification import HEADER

    model = load_mltk_model(write_spec("my_model.epochs = 7\n", header=top + HEADER))
    model.add_archive_file("__mltk_model_spec__")
    source = members(model)["my_spec.py"].decode()
    assert source.count("__mltk_version__") == 1 and "__mltk_version__ = '0.21.0'" in source
    os.remove(model.model_specification_path)
    again = load_mltk_model(model.archive_path)
    assert again.epochs == 7 and again.archive_path == model.archive_path
