"""Functions for samples of sound: files, rate, length."""

import pytest

numpy = pytest.importorskip("numpy")
pytest.importorskip("mltk._core", exc_type=ImportError)

from mltk.core.preprocess.utils import audio  # noqa: E402  pylint: disable=wrong-import-position


def tone(count=8000, hz=440):
    return (0.5 * numpy.sin(2 * numpy.pi * hz * numpy.arange(count) / 16000)).astype(numpy.float32)


def test_files_are_written_and_read(tmp_path):
    path = audio.write_audio_file(str(tmp_path / "a.wav"), tone(), 16000)
    sample, rate = audio.read_audio_file(path.encode(), return_sample_rate=True)
    assert rate == 16000 and sample.dtype == numpy.float32
    assert numpy.abs(sample - tone()).max() <= 0.5 / 32768 + 1e-7
    in_folder = audio.write_audio_file(tmp_path / "folder", (tone() * 32767).astype(numpy.int16)[:, None], 8000)
    assert in_folder.startswith(str(tmp_path / "folder")) and len(audio.read_audio_file(in_folder)) == 8000


def test_a_file_that_is_no_sound_is_named(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"text")
    with pytest.raises(ValueError, match=r"a\.wav: not a readable sound file: not a sound"):
        audio.read_audio_file(tmp_path / "a.wav")


def test_the_rate_is_changed_along_an_axis():
    assert audio.resample(tone(), orig_sr=16000, target_sr=8000).shape == (4000,)
    assert audio.resample(numpy.stack([tone(), tone()]), orig_sr=16000, target_sr=44100).shape == (2, 22050)
    assert audio.resample(numpy.stack([tone(), tone()], 1), 16000, 8000, axis=0).shape == (4000, 2)


def test_silence_is_cut_off_and_the_rest_placed():
    padded = numpy.concatenate([numpy.zeros(6000), tone(), numpy.zeros(6000)])
    start = audio.adjust_length(padded, out_length=12000, offset=0.0)
    end = audio.adjust_length(padded, out_length=12000, offset=1.0)
    assert start.shape == end.shape == (12000,)
    assert numpy.abs(start[:2000]).max() > 0.4 and numpy.abs(start[-1000:]).max() == 0
    assert numpy.abs(end[:1000]).max() == 0 and numpy.abs(end[-2000:]).max() > 0.4
    assert len(audio.adjust_length(padded, target_sr=8000, original_sr=16000)) == 10000
    untouched = audio.adjust_length(padded, out_length=len(padded), trim_threshold_db=None)
    assert numpy.array_equal(untouched, padded.astype(numpy.float32))
    assert audio.adjust_length(numpy.stack([padded, padded], 1), out_length=500).shape == (500, 2)
    with pytest.raises(ValueError, match="offset is 2"):
        audio.adjust_length(padded, offset=2)
