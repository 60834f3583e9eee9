"""Data sets of noise and echoes: files that a user has put into their folders, small archives for the real ones."""

import dataclasses
import hashlib
import os
import zipfile

import pytest

numpy = pytest.importorskip("numpy")
pytest.importorskip("mltk._core", exc_type=ImportError)

from mltk.core.preprocess.utils import audio  # noqa: E402  pylint: disable=wrong-import-position
from mltk.datasets import archives  # noqa: E402  pylint: disable=wrong-import-position
from mltk.datasets.audio import background_noise, mit_ir_survey, utils  # noqa: E402  pylint: disable=wrong-import-position


def write(path, count=400, rate=16000):
    sound = numpy.linspace(-0.5, 0.5, count).astype(numpy.float32)
    return audio.write_audio_file(str(path), sound, rate)


def archive_of(user_dir, tmp_path, monkeypatch, module, name, rate=44100):
    """An archive with one sound in the folder of downloads, in place of that of a data set."""
    sound = write(tmp_path / "sound.wav", 882, rate)
    os.makedirs(f"{user_dir}/downloads", exist_ok=True)
    path = f"{user_dir}/downloads/{module._ARCHIVE.file_name}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(sound, name)
    digest = hashlib.sha1(open(path, "rb").read()).hexdigest()
    monkeypatch.setattr(module, "_ARCHIVE", dataclasses.replace(module._ARCHIVE, sha1=digest))


def rate_of(path):
    return audio.read_audio_file(path, return_sample_rate=True)[1]


def test_recordings_that_are_there_are_not_downloaded(tmp_path):
    names = [url.split("/")[-1] for url in background_noise.ambient.DOWNLOAD_URLS]
    for name in names:
        write(tmp_path / name)
    assert background_noise.ambient.download(str(tmp_path)) == [str(tmp_path / name) for name in names]


def test_offline_says_which_file_to_put_where(tmp_path):
    with pytest.raises(ConnectionError, match=f"put the file at {tmp_path}/rain.wav"):
        utils.download(str(tmp_path), "http://127.0.0.1:9/rain.wav?dl=1")


def test_recordings_that_the_user_has_put_there_get_the_rate(tmp_path):
    write(tmp_path / "office.wav", 4410, 44100)
    for _ in range(2):
        (path,) = background_noise.ambient.download(str(tmp_path), 16000, urls=["http://127.0.0.1:9/office.wav?x=1"])
        samples, rate = audio.read_audio_file(path, return_sample_rate=True)
        assert path == f"{tmp_path}/office.wav" and rate == 16000 and len(samples) == 1600


def test_a_download_gets_the_rate(tmp_path, monkeypatch):
    monkeypatch.setattr(utils, "download_url", lambda url, path, logger: write(path, 882, 44100))
    (path,) = utils.download(str(tmp_path), ["https://example.org/rain.wav"], sample_rate_hertz=8000)
    assert rate_of(path) == 8000


def test_board_noise_in_a_folder_of_the_user(tmp_path):
    write(tmp_path / "brd2601_background_audio.wav")
    path = background_noise.brd2601.download(str(tmp_path), sample_rate_hertz=8000)
    assert rate_of(path) == 8000


def test_environment_sounds_are_resampled_once(user_dir, tmp_path, monkeypatch):
    esc50 = background_noise.esc50
    archive_of(user_dir, tmp_path, monkeypatch, esc50, "ESC-50-master/audio/1-100-A-0.wav")
    folder = esc50.download()
    assert folder == f"{user_dir}/datasets/esc-50/audio"
    assert rate_of(f"{folder}/1-100-A-0.wav") == 16000
    write(f"{folder}/1-100-A-0.wav", rate=8000)
    esc50.download()
    assert rate_of(f"{folder}/1-100-A-0.wav") == 8000


def test_impulse_responses(user_dir, tmp_path, monkeypatch):
    archive_of(user_dir, tmp_path, monkeypatch, mit_ir_survey, "Audio/h001.wav")
    folder = mit_ir_survey.download()
    (response,) = mit_ir_survey.load_dataset(folder)
    assert response.dtype == numpy.float32 and len(response) == 320
    assert rate_of(f"{folder}/Audio/h001.wav") == 44100


def test_an_impulse_response_is_convolved():
    sound = numpy.array([1, 2, 3], numpy.float32)
    response = numpy.array([1, 0, 0.5], numpy.float32)
    assert numpy.allclose(mit_ir_survey.apply_ir(sound, response), numpy.convolve(sound, response), atol=1e-6)
    assert numpy.allclose(mit_ir_survey.apply_random_ir(sound, [response], seed=1), [1, 2, 3.5, 1, 1.5], atol=1e-6)


def test_only_the_first_of_several_archives_cleans_the_folder(tmp_path, monkeypatch):
    extracted = []

    def extract(archive, dest_dir, *_args, clean_dest_dir, **_kwargs):
        extracted.append((archive.url, archive.sha1, clean_dest_dir))
        return dest_dir, True

    monkeypatch.setattr(archives.Archive, "extract", extract)
    urls = ["http://a/1.zip", ("http://a/2.zip", "0" * 40)]
    assert utils.download_and_extract(str(tmp_path), urls, clean_dest_dir=True) == [str(tmp_path)] * 2
    assert utils.download_and_extract(str(tmp_path), ("http://a/3.zip", "1" * 40)) == [str(tmp_path)]
    assert extracted == [
        ("http://a/1.zip", None, True),
        ("http://a/2.zip", "0" * 40, False),
        ("http://a/3.zip", "1" * 40, False),
    ]
