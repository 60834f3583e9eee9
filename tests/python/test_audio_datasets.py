"""Data sets of sound: small archives stand for the real ones."""

import dataclasses
import hashlib
import io
import os
import tarfile

import pytest

from mltk.datasets import archives
from mltk.datasets.audio import direction_commands, hey_gecko, mlcommons, on_off, speech_commands_v2, ten_digits, yes_no
from mltk.datasets.audio.speech_commands.invalid_samples import INVALID_SAMPLES, INVALID_SPEAKERS
from mltk.utils import archive_downloader

RECORDINGS = [
    "on/aaaaaaaa_nohash_0.wav",
    "on/aaaaaaaa_nohash_1.wav",
    "on/bbbbbbbb_nohash_0.wav",
    "on/bbbbbbbb_nohash_1.wav",
    "on/cccccccc_nohash_0.wav",
    "on/038da7ee_nohash_1.wav",  # one of INVALID_SAMPLES
    "on/b44007bc_nohash_7.wav",  # of one of INVALID_SPEAKERS
    "cat/b44007bc_nohash_7.wav",  # no recording of this word is known to be bad
    "_background_noise_/noise.wav",
]


@pytest.fixture
def downloaded(user_dir, monkeypatch):
    """The archive of Speech Commands as a user puts it into the folder of downloads."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path in RECORDINGS:
            archive.addfile(tarfile.TarInfo(path), io.BytesIO())
    os.makedirs(f"{user_dir}/downloads")
    with open(f"{user_dir}/downloads/speech_commands_v0.02.tar.gz", "wb") as file:
        file.write(buffer.getvalue())
    digest = hashlib.sha1(buffer.getvalue()).hexdigest()
    replacement = dataclasses.replace(speech_commands_v2._ARCHIVE, sha1=digest, mirrors=())
    monkeypatch.setattr(speech_commands_v2, "_ARCHIVE", replacement)


def files_of(folder):
    found = [os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names]
    return {path for path in found if path.endswith(".wav")}


def test_speech_commands_from_a_file_in_the_downloads(downloaded, user_dir):
    folder = speech_commands_v2.load_data()
    assert folder == f"{user_dir}/datasets/speech_commands/v2"
    assert files_of(folder) == set(RECORDINGS)
    os.remove(f"{user_dir}/downloads/speech_commands_v0.02.tar.gz")
    assert speech_commands_v2.load_data() == folder


def test_clean_data_leaves_bad_recordings_out(downloaded, user_dir):
    good = {path for path in RECORDINGS if path not in ("on/038da7ee_nohash_1.wav", "on/b44007bc_nohash_7.wav")}
    folder = speech_commands_v2.load_clean_data()
    assert folder == f"{user_dir}/datasets/speech_commands/v2_cleaned"
    assert files_of(folder) == good
    assert speech_commands_v2.load_clean_data() == folder

    copy = speech_commands_v2.load_clean_data(dest_subdir="datasets/other", clean_in_place=False)
    assert copy == f"{user_dir}/datasets/other/_cleaned"
    assert files_of(copy) == good
    assert files_of(os.path.dirname(copy)) >= set(RECORDINGS)


def test_known_bad_recordings():
    counts = {word: len(names) for word, names in INVALID_SAMPLES.items()}
    assert counts == {"on": 142, "off": 81, "left": 100, "right": 101, "up": 52, "down": 138, "stop": 63, "go": 340}
    assert {"ddedba85_nohash_10.wav", "ddedba85_nohash_11.wav"} < INVALID_SAMPLES["on"]
    assert len(INVALID_SPEAKERS) == 10


def test_no_speaker_is_on_both_sides_of_the_split(tmp_path):
    (tmp_path / "on").mkdir()
    for speaker, count in {"a": 3, "b": 4, "c": 1, "d": 2}.items():
        for number in range(count):
            (tmp_path / "on" / f"{speaker}_nohash_{number}.wav").touch()
    (tmp_path / "on" / "README.md").touch()

    def listed(split):
        word, paths = speech_commands_v2.list_valid_filenames_in_directory(
            str(tmp_path), "on", (".wav",), split=split, follow_links=False, shuffle_index_directory=None
        )
        assert word == "on"
        return paths

    everything = listed(None)
    assert len(everything) == 10 and everything[0] == "on/a_nohash_0.wav"
    for share, first_of_training in {0.1: 0, 0.3: 3, 0.5: 3, 0.7: 7, 0.8: 8, 0.9: 8, 1.0: 10}.items():
        assert listed((0, share)) == everything[:first_of_training], share
        assert listed((share, 1)) == everything[first_of_training:], share

    (tmp_path / "on" / "0_nohash_0.wav").touch()
    assert listed(None)[0] == "on/0_nohash_0.wav"
    with pytest.raises(ValueError, match="shuffle_dataset_enabled = False"):
        speech_commands_v2.list_valid_filenames_in_directory(
            str(tmp_path), "on", (".wav",), None, False, shuffle_index_directory=str(tmp_path)
        )
    with pytest.raises(RuntimeError, match="No samples found for class: off"):
        speech_commands_v2.list_valid_filenames_in_directory(str(tmp_path), "off", (".wav",))


def test_folder_of_the_user_is_used_as_it_is(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("must not be downloaded")

    monkeypatch.setattr(archive_downloader, "download_url", refuse)
    (tmp_path / "digits" / "zero").mkdir(parents=True)
    assert ten_digits.download(str(tmp_path / "digits"), clean_dest_dir=True) == str(tmp_path / "digits")
    assert (tmp_path / "digits" / "zero").is_dir()
    # What another archive left in the folder is not the user's own.
    (tmp_path / "digits" / "other.7z-mltk.json").touch()
    with pytest.raises(AssertionError, match="must not be downloaded"):
        ten_digits.download(str(tmp_path / "digits"))


def test_without_a_network_the_message_says_which_file_goes_where(monkeypatch, user_dir):
    unreachable = dataclasses.replace(yes_no._ARCHIVE, url="http://127.0.0.1:9/yes_no.7z?dl=1", mirrors=())
    monkeypatch.setattr(yes_no, "_ARCHIVE", unreachable)
    with pytest.raises(ConnectionError) as error:
        yes_no.download()
    assert f"put the file at {user_dir}/downloads/yes_no.7z, or its content in {user_dir}/datasets/yes_no" in str(
        error.value
    )


@pytest.mark.parametrize("module", [direction_commands, hey_gecko, on_off, ten_digits, yes_no])
def test_synthetic_speech_cannot_be_generated(module):
    with pytest.raises(NotImplementedError, match="paid text-to-speech"):
        module.generate_dataset()
    assert module.CLASSES and len(module.VERIFY_SHA1) == 40


def test_both_parts_of_the_keywords_are_extracted(tmp_path, monkeypatch):
    extracted = []

    def extract(archive, dest_dir, *_args, **kwargs):
        extracted.append((os.path.basename(archive.url), kwargs.get("clean_dest_dir", False)))
        return dest_dir, True

    monkeypatch.setattr(archives.Archive, "extract", extract)
    assert mlcommons.ml_commons_keywords.download(str(tmp_path), clean_dest_dir=True) == str(tmp_path)
    assert extracted == [
        ("mlcommons_keywords_subset_part1.7z?dl=1", True),
        ("mlcommons_keywords_subset_part2.7z?dl=1", False),
    ]
