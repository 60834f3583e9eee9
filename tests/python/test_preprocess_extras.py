"""Mel spectrograms of floats, and images that differ."""

import pytest

from mltk.core.preprocess.audio.parallel_generator.util import melspectrogram_transform
from mltk.core.preprocess.image.image_database import UniqueImageDatabase

np = pytest.importorskip("numpy")


def chirp():
    time = np.arange(8000) / 16000
    noise = 0.01 * np.random.RandomState(4).randn(8000)
    return (0.4 * np.sin(2 * np.pi * 700 * time * (1 + time)) + noise).astype(np.float32)


def test_mel_spectrogram_is_that_of_librosa():
    # librosa 0.10.2: power_to_db(melspectrogram(n_fft=512, win_length=480, hop_length=160, n_mels=20, center=False)).T
    expected = [[-44.502, -11.738, -46.571, -46.533], [-47.106, -11.432, -48.824, -42.944], [-46.776, -43.065, -46.928, -47.733]]
    actual = melspectrogram_transform(chirp(), 480, 160, 20, 16000)
    assert actual.shape == (47, 20) and actual.dtype == np.float32 and actual.max() == 0
    assert np.abs(actual[::20, ::5] - expected).max() < 1e-3


def test_mel_spectrogram_of_silence_and_of_too_little():
    assert (melspectrogram_transform(np.zeros(4000), 400, 100, 32, 8000, 100, 3000, center=True) == 0).all()
    with pytest.raises(ValueError, match="x has 300 samples, expected 512"):
        melspectrogram_transform(np.zeros(300), 480, 160, 20, 16000)


class TestUniqueImageDatabase:
    def image(self, seed, low=0, high=256):
        return np.random.default_rng(seed).integers(low, high, (30, 31), dtype=np.uint8)

    def halves(self, vertical):
        image = np.full((30, 30), 250, np.uint8)
        image[(slice(None), slice(15)) if vertical else slice(15)] = 5
        return image

    def test_similar_images_are_told(self):
        images = UniqueImageDatabase(threshold=0.3)
        assert images.add(self.image(1, 0, 60)) and not images.add(self.image(2, 0, 60))
        assert images.add(self.halves(True)) and images.add(self.halves(False))
        colours = np.repeat(self.halves(True)[..., None], 3, axis=2)
        assert not images.add(colours)

    def test_the_oldest_signature_goes_first(self):
        images = UniqueImageDatabase(maxlen=1, threshold=0.3)
        assert [images.add(self.halves(v)) for v in (True, False, True, True)] == [True, True, True, False]

    def test_what_is_no_image_is_told(self):
        for wrong in (np.zeros((8, 8)), np.zeros((8, 8, 2), np.uint8), np.zeros((2, 2), np.uint8)):
            with pytest.raises(ValueError, match="expected|too small"):
                UniqueImageDatabase().add(wrong)
