"""The page of `mltk view_samples`."""

import base64
import io
import re
import wave

import pytest

from mltk import _core

np = pytest.importorskip("numpy")

RATE = 16000

AUDIO = """
from mltk.core.preprocess.audio.audio_feature_generator import AudioFeatureGeneratorSettings
from mltk.core.preprocess.audio.parallel_generator import ParallelAudioDataGenerator
settings = AudioFeatureGeneratorSettings(sample_length_ms=500, window_size_ms=32, window_step_ms=16)
my_model.dataset = {folder!r}
my_model.classes = ["a", "b"]
my_model.batch_size = 3
my_model.datagen = ParallelAudioDataGenerator(
    frontend_settings=settings, dtype="float32", frontend_dtype="float32", speed_range=(0.8, 1.2), pitch_range=(-2, 2),
    noise_colors=["white"], noise_color_range=(0.001, 0.01), preprocessing_function=lambda params, x: 0.5 * x{more}
)
"""


def write_sounds(folder):
    from mltk.core.preprocess.utils.audio import write_audio_file

    time = np.arange(RATE // 2) / RATE
    for index in range(8):
        sound = 0.5 * np.sin(2 * np.pi * (200 + 150 * index) * time)
        write_audio_file(str(folder / "ab"[index % 2] / f"{index}.wav"), sound.astype(np.float32), RATE)


def page_of(model, tmp_path, **kwargs) -> str:
    from mltk.core.view_samples import view_samples

    path = tmp_path / "page.html"
    view_samples(model, output=str(path), **kwargs)
    return path.read_text()


def data_of(page: str, kind: str) -> list:
    return [base64.b64decode(data) for data in re.findall(rf"data:{kind};base64,([^\"]+)", page)]


def sounds_of(page: str) -> list:
    sounds = []
    for data in data_of(page, "audio/wav"):
        with wave.open(io.BytesIO(data)) as file:
            assert (file.getframerate(), file.getnchannels()) == (RATE, 1)
            sounds.append(np.frombuffer(file.readframes(file.getnframes()), "<i2"))
    return sounds


def png_of(path, data: bytes):
    path.write_bytes(data)
    return _core.load_image(str(path), "rgb", None)


class TestSounds:
    def test_the_page_plays_what_the_spectrograms_were_made_of(self, make_model, tmp_path):
        from mltk.core.preprocess.utils.audio import apply_frontend
        from mltk.core.sample_figures import spectrogram

        write_sounds(tmp_path / "data")
        model = make_model(AUDIO.format(folder=str(tmp_path / "data"), more=""), mixin="AudioDatasetMixin")
        page = page_of(model, tmp_path, epoch=1, count=7)
        sounds = sounds_of(page)
        assert len(sounds) == 7
        # Louder than half of full scale is nothing: the function of the specification halved it.
        assert all(4000 < np.abs(sound).max() < 9000 for sound in sounds)
        pictures = data_of(page, "image/png")
        for picture, sound in zip(pictures, sounds, strict=True):
            features = apply_frontend(sound.astype(np.float32) / 32768, model.datagen.frontend_settings)
            expected = png_of(tmp_path / "e.png", data_of(spectrogram(features), "image/png")[0])
            # Rounding to 16 bits moves quiet channels a little.
            actual = png_of(tmp_path / "a.png", picture)
            assert actual.shape == expected.shape == (32, 30, 3)
            assert np.abs(actual - expected.astype(float)).mean() < 8

    def test_each_epoch_has_its_own_augmentation(self, make_model, tmp_path):
        write_sounds(tmp_path / "data")
        model = make_model(AUDIO.format(folder=str(tmp_path / "data"), more=""), mixin="AudioDatasetMixin")
        pages = [page_of(model, tmp_path, epoch=epoch, count=2) for epoch in (0, 1, 0)]
        assert pages[0] == pages[2]
        assert data_of(pages[0], "audio/wav") != data_of(pages[1], "audio/wav")

    def test_a_function_of_the_specification_may_make_the_batches(self, make_model, tmp_path):
        write_sounds(tmp_path / "data")
        more = (
            ", get_batch_function=lambda index, files, ids, params: "
            "(index, (np.ones((len(files),) + params.sample_shape), np.eye(2)[ids]))"
        )
        body = "import numpy as np\n" + AUDIO.format(folder=str(tmp_path / "data"), more=more)
        page = page_of(make_model(body, mixin="AudioDatasetMixin"), tmp_path, count=3)
        assert len(data_of(page, "image/png")) == 3 and not data_of(page, "audio/wav")


class TestArrays:
    def page(self, make_model, tmp_path, x: str) -> str:
        body = f"import numpy as np\nmy_model.dataset = lambda **kwargs: ({x}, np.arange(2))"
        return page_of(make_model(body), tmp_path, count=2)

    def test_a_series_is_a_curve_for_each_channel(self, make_model, tmp_path):
        page = self.page(make_model, tmp_path, "np.random.rand(2, 60, 3, 1)")
        assert page.count("<svg") == 2 and page.count("<polyline") == 6 and "60 x 3 x 1" in page

    def test_features_are_one_curve(self, make_model, tmp_path):
        page = self.page(make_model, tmp_path, "np.random.rand(2, 140)")
        assert page.count("<polyline") == 2

    def test_a_matrix_is_a_heat_map(self, make_model, tmp_path):
        page = self.page(make_model, tmp_path, "np.arange(2 * 20 * 30.0).reshape(2, 20, 30)")
        picture = png_of(tmp_path / "p.png", data_of(page, "image/png")[0])
        assert picture.shape == (20, 30, 3)
        assert picture[0, 0].sum() < picture[10, 0].sum() < picture[19, 29].sum()

    def test_a_grey_picture_stays_grey(self, make_model, tmp_path):
        page = self.page(make_model, tmp_path, "np.arange(2 * 20 * 30.0).reshape(2, 20, 30, 1)")
        picture = png_of(tmp_path / "p.png", data_of(page, "image/png")[0])
        assert picture.shape == (20, 30, 3) and (picture[..., 0] == picture[..., 2]).all()
        assert picture.min() == 0 and picture.max() == 255

    def test_a_subset_that_is_missing_is_an_error(self, make_model, tmp_path):
        model = make_model("import numpy as np\nmy_model.dataset = lambda **kwargs: np.zeros((3, 4))")
        with pytest.raises(ValueError, match="there are no validation data"):
            page_of(model, tmp_path, subset="validation")
