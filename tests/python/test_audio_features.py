"""The feature generator of sound: settings, spectrograms, their golden data."""

import importlib.util
import json
import pathlib
import pickle
import sys

import pytest

from mltk.core.preprocess.audio.audio_feature_generator import AudioFeatureGeneratorSettings
from mltk.core.tflite_model_parameters import TfliteModelParameters

GOLDEN = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data" / "golden" / "audio_frontend"

DEFAULTS = {
    "fe.sample_rate_hz": 16000,
    "fe.fft_length": 512,
    "fe.sample_length_ms": 1000,
    "fe.window_size_ms": 25,
    "fe.window_step_ms": 10,
    "fe.filterbank_n_channels": 32,
    "fe.filterbank_upper_band_limit": 7500.0,
    "fe.filterbank_lower_band_limit": 125.0,
    "fe.noise_reduction_enable": False,
    "fe.noise_reduction_smoothing_bits": 10,
    "fe.noise_reduction_even_smoothing": 0.025,
    "fe.noise_reduction_odd_smoothing": 0.06,
    "fe.noise_reduction_min_signal_remaining": 0.05,
    "fe.pcan_enable": False,
    "fe.pcan_strength": 0.95,
    "fe.pcan_offset": 80.0,
    "fe.pcan_gain_bits": 21,
    "fe.log_scale_enable": True,
    "fe.log_scale_shift": 6,
    "fe.activity_detection_enable": False,
    "fe.activity_detection_alpha_a": 0.5,
    "fe.activity_detection_alpha_b": 0.8,
    "fe.activity_detection_arm_threshold": 0.75,
    "fe.activity_detection_trip_threshold": 0.8,
    "fe.dc_notch_filter_enable": False,
    "fe.dc_notch_filter_coefficient": 0.95,
    "fe.quantize_dynamic_scale_enable": False,
    "fe.quantize_dynamic_scale_range_db": 40.0,
}


def test_defaults_stand_in_the_order_of_the_model_file():
    settings = AudioFeatureGeneratorSettings()
    assert list(settings.items()) == list(DEFAULTS.items())
    assert [type(value) for value in settings.values()] == [type(value) for value in DEFAULTS.values()]


def test_every_key_is_an_attribute():
    settings = AudioFeatureGeneratorSettings()
    for key, value in DEFAULTS.items():
        assert getattr(settings, key[len("fe.") :]) == value


@pytest.mark.parametrize(
    "name, value, stored",
    [
        ("sample_rate_hz", "8000", 8000),
        ("sample_length_ms", 1200.9, 1200),
        ("filterbank_upper_band_limit", 4000, 4000.0),
        ("noise_reduction_enable", 1, True),
    ],
)
def test_values_are_converted(name, value, stored):
    settings = AudioFeatureGeneratorSettings()
    setattr(settings, name, value)
    assert settings["fe." + name] == stored
    assert type(settings["fe." + name]) is type(stored)


@pytest.mark.parametrize(
    "name", ["sample_rate_hz", "sample_length_ms", "window_size_ms", "window_step_ms", "filterbank_n_channels"]
)
@pytest.mark.parametrize("value", [0, -1, 10_000_001])
def test_sizes_have_a_range(name, value):
    settings = AudioFeatureGeneratorSettings()
    with pytest.raises(ValueError, match=f"Invalid {name}: {value}"):
        setattr(settings, name, value)
    assert settings == DEFAULTS


def test_seconds_for_milliseconds():
    with pytest.raises(ValueError, match="Invalid window_size_ms: 0.03, .* multiply seconds by 1000"):
        AudioFeatureGeneratorSettings().window_size_ms = 0.03


def test_derived_lengths():
    settings = AudioFeatureGeneratorSettings()
    assert (settings.sample_length, settings.spectrogram_shape, settings.fft_length) == (16000, (98, 32), 512)
    settings.window_size_ms = 32
    settings.window_step_ms = 20
    settings.filterbank_n_channels = 40
    assert (settings.spectrogram_shape, settings.fft_length) == ((49, 40), 512)
    settings.sample_rate_hz = 44100
    assert (settings.sample_length, settings.fft_length) == (44100, 2048)


def test_fft_length_is_read_only():
    with pytest.raises(AttributeError):
        AudioFeatureGeneratorSettings().fft_length = 1024


def test_copies_are_independent():
    settings = AudioFeatureGeneratorSettings(window_step_ms=20)
    copied = settings.copy()
    copied.sample_length_ms = 500
    assert type(copied) is AudioFeatureGeneratorSettings
    assert (settings.sample_length_ms, copied.sample_length_ms, copied.window_step_ms) == (1000, 500, 20)
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_arguments():
    settings = AudioFeatureGeneratorSettings(**{"fe.pcan_strength": 0.5, "window_size_ms": 40})
    assert (settings.pcan_strength, settings.window_size_ms, settings.fft_length) == (0.5, 40, 1024)
    with pytest.raises(TypeError, match="no setting 'sample_rate'. Did you mean 'sample_rate_hz'"):
        AudioFeatureGeneratorSettings(sample_rate=8000)


def test_settings_are_parameters_of_a_model():
    parameters = TfliteModelParameters()
    parameters.update(AudioFeatureGeneratorSettings())
    assert {key: parameters[key] for key in DEFAULTS} == DEFAULTS


# ---- spectrograms


@pytest.fixture
def features():
    """The module that computes; skips without the native library."""
    pytest.importorskip("mltk._core")
    return pytest.importorskip("mltk.core.preprocess.audio.audio_feature_generator")


def golden_cases(key):
    if not GOLDEN.exists():
        pytest.skip(f"the golden data are not here: {GOLDEN}")
    return [case for case in json.loads((GOLDEN / "case.json").read_text())["cases"] if key in case]


def clip_of(np, case, length):
    clip = np.load(GOLDEN / case["audio"])[:length]
    return np.pad(clip, (0, length - len(clip)))


def test_golden_spectrograms(features):
    np = pytest.importorskip("numpy")
    cases = golden_cases("uint16")
    assert len(cases) >= 61
    for case in cases:
        settings = AudioFeatureGeneratorSettings(**case["settings"])
        generator = features.AudioFeatureGenerator(settings)
        clip = clip_of(np, case, settings.sample_length)
        for dtype in ("uint16", "int8"):
            actual = generator.process_sample(clip, dtype=dtype)
            assert actual.dtype == dtype and actual.shape == settings.spectrogram_shape
            assert np.array_equal(actual, np.load(GOLDEN / case[dtype])), (case["setting"], case["clip"])
            assert generator.activity_was_detected() == case["activity"]
            assert not generator.activity_was_detected()
        assert np.array_equal(generator.process_sample(clip), np.load(GOLDEN / case["uint16"]).astype(np.float32))


def test_what_the_reference_refuses(features):
    for case in golden_cases("error"):
        with pytest.raises(ValueError, match="audio feature generator: (pcan_enable|filterbank_upper_band_limit) is"):
            features.AudioFeatureGenerator(AudioFeatureGeneratorSettings(**case["settings"]))


def test_a_missing_key(features):
    settings = AudioFeatureGeneratorSettings()
    del settings["fe.pcan_offset"]
    with pytest.raises(ValueError, match="the key fe.pcan_offset is missing"):
        features.AudioFeatureGenerator(settings)


@pytest.mark.parametrize(
    "key, value, expected",
    [
        ("fe.pcan_gain_bits", "many", "'many', expected an integer"),
        ("fe.pcan_gain_bits", 1 << 40, "expected an integer of 32 bits"),
        ("fe.pcan_offset", [1], r"\[1\], expected a number"),
    ],
)
def test_an_item_that_is_no_number(features, key, value, expected):
    with pytest.raises(ValueError, match=f"{key} is .*{expected}"):
        features.AudioFeatureGenerator(AudioFeatureGeneratorSettings(**{key: value}))


def test_samples_have_one_axis_and_the_length(features):
    np = pytest.importorskip("numpy")
    generator = features.AudioFeatureGenerator(AudioFeatureGeneratorSettings())
    with pytest.raises(ValueError, match="has 15999 values, expected 16000"):
        generator.process_sample(np.zeros(15999, np.int16))
    with pytest.raises(ValueError, match=r"has the shape \(16000, 1\), expected \[sample_length\]"):
        generator.process_sample(np.zeros((16000, 1), np.int16))
    with pytest.raises(ValueError, match="dtype is int32, expected int8, uint16 or float32"):
        generator.process_sample(np.zeros(16000, np.int16), dtype=np.int32)


def test_apply_frontend_takes_floats_and_a_channel_axis(features):
    np = pytest.importorskip("numpy")
    from mltk.core.preprocess.utils.audio import apply_frontend

    settings = AudioFeatureGeneratorSettings()
    sample = (8000 * np.sin(np.arange(16000) ** 2 / 40000)).astype(np.int16)
    expected = features.AudioFeatureGenerator(settings).process_sample(sample, dtype=np.int8)
    assert len(np.unique(expected)) > 10
    assert np.array_equal(apply_frontend(sample, settings, dtype=np.int8), expected)
    assert np.array_equal(apply_frontend(sample.astype(np.float32)[:, None] / 32768, settings, dtype=np.int8), expected)
    assert apply_frontend(sample, settings).dtype == np.float32


def load_module(monkeypatch, name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


def test_the_tests_of_mltk(features, upstream, monkeypatch):
    tests = upstream / pathlib.Path(*features.__name__.split("."), "tests")
    for package in ("tests", "tests.data"):
        load_module(
            monkeypatch, f"{features.__name__}.{package}", tests.parent / package.replace(".", "/") / "__init__.py"
        )
    module = load_module(monkeypatch, "tests_of_mltk", tests / "test_audio_feature_generator.py")
    names = [name for name in vars(module) if name.startswith("test_")]
    assert len(names) == 2
    for name in names:
        getattr(module, name)()
