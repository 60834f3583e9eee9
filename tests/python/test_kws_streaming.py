"""BC-ResNet as kws_streaming has it."""

import numpy as np
import pytest

from mltk.models.shared.kws_streaming.models import bc_resnet
from mltk.utils.python import DictObject

FLAGS = dict(
    batch_size=2, preprocess="raw", desired_samples=1600, sample_rate=8000, window_size_ms=30.0, window_stride_ms=10.0,
    feature_type="mfcc_tf", window_type="hann", mel_lower_edge_hertz=125.0, mel_upper_edge_hertz=3800.0, mel_num_bins=20,
    log_epsilon=1e-12, fft_magnitude_squared=False, dropouts="0.1, 0.1", filters="4, 6", blocks_n="1, 0", strides="(1,1),(1,2)",
    dilations="(1,1),(2,1)", pools="1, 2", max_pool=0, paddings="same", first_filters=4, last_filters=6, sub_groups=5, label_count=3, return_softmax=1,
)  # fmt: skip


def spectrogram(sound):
    """By numpy's Fourier transform."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, 240)[::80]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(240) / 240)
    magnitude = np.abs(np.fft.rfft(frames * window, 256))
    edges = np.linspace(1127 * np.log(1 + 125 / 700), 1127 * np.log(1 + 3800 / 700), 22)
    places = 1127 * np.log(1 + np.linspace(0, 4000, 129) / 700)
    mel = np.stack([np.interp(places, edges[i : i + 3], [0, 1, 0]) for i in range(20)], axis=1)
    return np.log(np.maximum(magnitude @ mel, 1e-12))


def test_spectrograms_are_those_of_a_fourier_transform():
    import tensorflow as tf

    sounds = np.random.default_rng(1).normal(size=(2, 1600)).astype(np.float32)
    inputs = tf.keras.Input((1600,))
    features = bc_resnet.speech_features.SpeechFeatures
    model = tf.keras.Model(inputs, features(features.get_params(DictObject(**FLAGS)))(inputs))
    np.testing.assert_allclose(model.predict(sounds), [spectrogram(sound) for sound in sounds], atol=1e-3)


def test_model_trains_and_comes_back_from_a_file(tmp_path):
    from mltk.keras_api.models import load_model

    model = bc_resnet.model(DictObject(**FLAGS))
    assert model.output_shape[1:] == (3,)
    model.compile("adam", "sparse_categorical_crossentropy")
    x = np.random.default_rng(2).normal(size=(4, 1600)).astype(np.float32)
    before = model.get_weights()
    model.fit(x, np.arange(4) % 3, batch_size=2, verbose=0)
    assert all(np.any(old != new) for old, new in zip(before, model.get_weights()))
    model.save(tmp_path / "model.h5")
    classes = {name: getattr(bc_resnet, name) for name in ("TransitionBlock", "NormalBlock")}
    classes["SpeechFeatures"] = bc_resnet.speech_features.SpeechFeatures
    loaded = load_model(tmp_path / "model.h5", custom_objects=classes)
    np.testing.assert_array_equal(loaded.predict(x), model.predict(x))


def test_what_is_not_supported_says_so():
    for changed, message in (
        (dict(paddings="causal"), "padding is 'causal', expected 'same'"),
        (dict(preemph=0.9), "preemph is 0.9"),
        (dict(feature_type="mfcc_op"), "feature_type is 'mfcc_op'"),
    ):
        with pytest.raises(NotImplementedError, match=message):
            bc_resnet.model(DictObject(**{**FLAGS, **changed}))
    with pytest.raises(ValueError, match="a value for each stage: blocks_n 2, filters 3"):
        bc_resnet.model(DictObject(**{**FLAGS, "filters": "4, 5, 6"}))
