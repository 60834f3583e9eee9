"""The audio data generator: its arguments, settings for the native library, and what specifications call of it."""

import copy

import pytest
from test_dataset import Source

from mltk.core.preprocess.audio.audio_feature_generator import AudioFeatureGeneratorSettings
from mltk.core.preprocess.audio.parallel_generator import ParallelAudioDataGenerator
from mltk.core.preprocess.utils.audio import write_audio_file


class SoundSource(Source):
    """A stand-in for a source of the native library, one of whose samples is silence."""

    def filenames(self):
        return ["a/0.wav", "a/1.wav", "b/0.wav", "b/1.wav", None]


@pytest.fixture
def folder(tmp_path, fake_core):
    fake_core.SoundDirectorySource = SoundSource
    fake_core.read_noises = lambda folder, rate_hz: {"hum": [rate_hz]}
    for label in ("b", "a", "_noise_"):
        (tmp_path / "data" / label).mkdir(parents=True)
    return str(tmp_path / "data")


def make(**arguments):
    return ParallelAudioDataGenerator(frontend_settings=AudioFeatureGeneratorSettings(), **arguments)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (dict(validation_split=1.5), "validation_split is 1.5"),
        (dict(noise_colors=["whit"]), "Did you mean 'white'"),
        (dict(speed_range=(0, 1)), "speed_range is .*, expected factors above 0"),
        (dict(offset_range=(0.5, 1.5)), "offset_range is .*, expected shares from 0 to 1"),
        (dict(loudness_range=2), "loudness_range is 2, expected a pair"),
        (dict(frontend_dtype="float64"), "frontend_dtype .* is 'float64', expected one of int8, uint16, float32"),
        (dict(frontend_enabled=False), "sample_shape is None"),
        (dict(postprocessing_function=5), "postprocessing_function is 5, expected a function"),
        (dict(cores=0.0), "cores is 0.0"),
    ],
)
def test_values_are_checked(arguments, message):
    with pytest.raises(ValueError, match=message):
        make(**arguments)


def test_frontend_settings_are_needed():
    with pytest.raises(ValueError, match="frontend_settings is None, expected an AudioFeatureGeneratorSettings"):
        ParallelAudioDataGenerator()


def test_what_has_no_effect_is_told():
    with pytest.warns(UserWarning, match="noise_color_range"):
        make(noise_colors="all")
    with pytest.warns(UserWarning, match="bg_noise_range"):
        make(bg_noise_dir="noise")
    with pytest.warns(UserWarning, match="samplewise_center"):
        assert make(samplewise_std_normalization=True).samplewise_center


def test_settings_for_the_native_library(folder):
    generator = make(
        dtype="int8",
        pitch_range=(-0.5, 0.5),
        noise_colors="all",
        noise_color_range=(0, 0.1),
        bg_noise_dir="_noise_",
        bg_noise_range=(0, 1),
        validation_split=0.25,
        cores=1,
    )
    counts = {}
    iterator = generator.flow_from_directory(
        folder, ["a", "b"], batch_size=2, seed=7, subset="training", class_counts=counts, anything="ignored"
    )
    settings = iterator.source.settings
    assert settings["pitch_range"] == (-6, 6) and settings["noise_colors"] == generator.NOISE_COLORS
    assert settings["batch_shape"] == (2, 98, 32, 1) and settings["sample_length"] == 16000
    assert settings["split"] == (0.25, 1) and settings["augment"] and settings["seed"] == 7
    assert settings["bg_noises"] == {"hum": [16000]} and settings["frontend_dtype"] == "int8"
    assert counts == {"cat": 3, "dog": 2} and iterator.class_indices == {"a": 0, "b": 1}
    assert iterator.filepaths[0] == folder + "/a/0.wav" and iterator.filepaths[-1] is None


def test_validation_may_be_left_as_it_is(folder):
    generator = make(validation_augmentation_enabled=False)
    for subset, augment in (("training", True), ("validation", False)):
        assert generator.flow_from_directory(folder, ["a"], subset=subset).source.settings["augment"] is augment


def test_sounds_instead_of_spectrograms(folder):
    generator = make(frontend_enabled=False, sample_shape=(16000,))
    iterator = generator.flow_from_directory(folder, ["a"], batch_size=4)
    assert iterator.batch_shape == (4, 16000) and iterator.source.settings["frontend_settings"] is None
    assert make(add_channel_dimension=False).flow_from_directory(folder, ["a"]).batch_shape == (32, 98, 32)


def test_folders_that_are_not_there(folder):
    with pytest.raises(FileNotFoundError, match="none does not exist"):
        make().flow_from_directory(folder + "/none", ["a"])
    with pytest.raises(FileNotFoundError, match="bg_noise_dir: the folder .*rain does not exist"):
        make(bg_noise_dir="rain", bg_noise_range=(0, 1)).flow_from_directory(folder, ["a"])


def test_batch_functions_are_told_everything_and_draw_the_same_in_every_run(folder):
    numpy = pytest.importorskip("numpy")

    def make_batch(batch_index, filenames, classes, params):
        assert params.sample_shape == (98, 32, 1) and params.sample_rate == 16000 and params.n_classes == 2
        return batch_index, ("+".join(str(name) for name in filenames), numpy.random.uniform())

    def batches():
        generator = make(get_batch_function=make_batch)
        return list(generator.flow_from_directory(folder, ["a", "b"], batch_size=2, seed=1))

    assert batches() == batches()
    assert "None" in "+".join(names for names, _ in batches()).split("+")


def test_lengths_follow_from_the_frontend():
    generator = make()
    generator.sample_length_ms = 1200
    generator.sample_rate_hz = 8000
    assert generator.sample_length == 9600 and generator.sample_shape == generator.frontend_settings.spectrogram_shape
    with pytest.raises(ValueError, match="follows from frontend_settings"):
        generator.sample_shape = (1, 2)


def test_generators_can_be_copied():
    generator = make(speed_range=(0.9, 1.1))
    copied = copy.deepcopy(generator)
    copied.frontend_settings.sample_length_ms = 500
    assert generator.sample_length_ms == 1000 and copied.speed_range == (0.9, 1.1)


class TestNative:
    """With the native library."""

    core = staticmethod(pytest.importorskip("mltk._core", exc_type=ImportError))

    def test_transforms_of_a_specification(self):
        numpy = pytest.importorskip("numpy")
        generator = make(speed_range=(0.8, 0.9), loudness_range=(2, 2), trim_threshold_db=None)
        generator.bg_noises = {"hum": numpy.full(20000, 0.25, numpy.float32)}
        generator.bg_noise_range = (0.5, 0.5)
        numpy.random.seed(3)
        transform = generator.get_random_transform()
        assert 0.8 <= transform["speed_factor"] <= 0.9 and transform["bg_noise"] == "hum"
        assert set(transform) == set(generator.default_transform)
        silence = numpy.zeros(8000, numpy.float32)
        changed = generator.apply_transform(silence, 8000, transform)
        assert changed.shape == (16000,)
        assert numpy.allclose(changed, 0.25 * 0.5 * 2)
        assert generator.apply_transform(silence, 8000, generator.default_transform, whole_sample=True).shape == (16000,)
        assert generator.apply_frontend(changed).shape == (98, 32)

    def test_standardize(self):
        numpy = pytest.importorskip("numpy")
        generator = make(samplewise_center=True, samplewise_std_normalization=True)
        values = generator.standardize(numpy.array([1.0, 3.0]))
        assert numpy.allclose(values, [-1, 1], atol=1e-5) and values.dtype == numpy.float32

    def test_an_epoch_has_each_sample_once(self, tmp_path):
        numpy = pytest.importorskip("numpy")
        for label, level in (("a", 0.1), ("b", 0.2), ("c", 0.3), ("d", 0.4)):
            for index in range(5):
                sound = numpy.full(1000, level + index / 100, numpy.float32)
                write_audio_file(str(tmp_path / label / f"{index}.wav"), sound, 16000)
        generator = make(frontend_enabled=False, sample_shape=(16000,), dtype="float32", silence_class_percentage=0.6)
        counts = {}
        iterator = generator.flow_from_directory(
            str(tmp_path), ["a", "b", "_unknown_", "_silence_"], batch_size=4, seed=3, class_counts=counts
        )
        # As many unknown samples as the mean of the others, 5, but equally many of two folders.
        assert counts == {"a": 5, "b": 5, "_unknown_": 4, "_silence_": 3}
        for _ in range(2):
            batches = list(iterator)
            assert [len(x) for x, _ in batches] == [4, 4, 4, 4, 1]
            levels = numpy.concatenate([x.max(axis=1) for x, _ in batches]).astype(numpy.float64)
            labels = numpy.concatenate([y.argmax(axis=1) for _, y in batches])
            assert sorted(levels[labels == 0].round(2)) == [0.1, 0.11, 0.12, 0.13, 0.14]
            assert sorted(levels[labels == 1].round(2)) == [0.2, 0.21, 0.22, 0.23, 0.24]
            assert len(set(levels[labels == 2].round(2))) == 4 and levels[labels == 2].min() > 0.29
            assert list(levels[labels == 3]) == [0, 0, 0]
