"""The image data generator: its arguments and iterators."""

import copy

import pytest
from test_dataset import Source

from mltk.core.preprocess.image.parallel_generator import ParallelImageDataGenerator


@pytest.fixture
def folder(tmp_path, fake_core):
    fake_core.ImageDirectorySource = Source
    for label in ("b", "a", ".index"):
        (tmp_path / "data" / label).mkdir(parents=True)
    return str(tmp_path / "data")


def test_unknown_argument_has_a_suggestion():
    with pytest.raises(TypeError, match="has no argument 'rotation_rang'. Did you mean 'rotation_range'"):
        ParallelImageDataGenerator(rotation_rang=5)


def test_arguments_are_keywords_only():
    with pytest.raises(TypeError):
        ParallelImageDataGenerator(0.5)  # pylint: disable=too-many-function-args


@pytest.mark.parametrize(
    "arguments, message",
    [
        (dict(validation_split=1.0), "validation_split is 1.0, expected a number from 0 to below 1"),
        (dict(brightness_range=0.5), "brightness_range is 0.5, expected a pair"),
        (dict(zoom_range=[1, 2, 3]), "zoom_range is"),
        (dict(fill_mode="nearst"), "fill_mode is 'nearst', expected one of constant, .* Did you mean 'nearest'"),
        (dict(noise=["gaus"]), "Did you mean 'gauss'"),
        (dict(cores=0.0), "cores is 0.0"),
        (dict(cores=2.5), "cores is 2.5"),
        (dict(max_batches_pending=0), "max_batches_pending is 0"),
        (dict(rotation_range=-1), "rotation_range is -1"),
        (dict(data_format="channels_first"), "data_format is 'channels_first'"),
        (dict(preprocessing_function=5), "preprocessing_function is 5, expected a function"),
        (dict(zca_epsilon=0), "zca_epsilon is 0"),
        (dict(save_format="gif"), "save_format is 'gif'"),
    ],
)
def test_values_are_checked(arguments, message):
    with pytest.raises(ValueError, match=message):
        ParallelImageDataGenerator(**arguments)


def test_settings_for_the_native_library(folder):
    generator = ParallelImageDataGenerator(
        zoom_range=0.25, cores=1, dtype="int8", noise=["s&p"], width_shift_range=[-2, 2]
    )
    iterator = generator.flow_from_directory(folder, target_size=(4, 6), color_mode="rgb", batch_size=2, seed=7)
    settings = iterator.source.settings
    assert settings["zoom_range"] == [0.75, 1.25] and settings["workers"] == 1 and settings["dtype"] == "int8"
    assert settings["batch_shape"] == (2, 4, 6, 3) and settings["classes"] == ["a", "b"] and settings["seed"] == 7
    assert settings["split"] is None and settings["list_class"] is None and settings["preprocessing_function"] is None


def test_std_normalization_needs_centering():
    with pytest.warns(UserWarning, match="samplewise_center"):
        assert ParallelImageDataGenerator(samplewise_std_normalization=True).samplewise_center


def test_wrong_flow_arguments(folder):
    generator = ParallelImageDataGenerator()
    for arguments, message in (
        (dict(color_mode="grey"), "color_mode is 'grey'"),
        (dict(class_mode="multi"), "class_mode is 'multi'"),
        (dict(subset="test"), "subset is 'test'"),
        (dict(interpolation="cubic"), "Did you mean 'bicubic'"),
    ):
        with pytest.raises(ValueError, match=message):
            generator.flow_from_directory(folder, **arguments)
    with pytest.raises(FileNotFoundError, match="does not exist"):
        generator.flow_from_directory(folder + "/none")


def test_iterator_protocol(folder):
    counts = {}
    iterator = ParallelImageDataGenerator().flow_from_directory(folder, batch_size=2, class_counts=counts)
    assert counts == {"cat": 3, "dog": 2} and iterator.class_indices == {"a": 0, "b": 1}
    assert (len(iterator), iterator.n, iterator.samples, iterator.batch_size) == (3, 5, 5, 2)
    assert [len(x) for x, y in iterator] == [2, 2, 1] and iterator.source.epoch == 0
    assert [len(x) for x, y in iterator] == [2, 2, 1] and iterator.source.epoch == 1
    assert iterator.filepaths[0] == f"{folder}/cat/0.png"


def test_batches_by_index_belong_to_one_epoch(folder):
    iterator = ParallelImageDataGenerator().flow_from_directory(folder, batch_size=2)
    assert [len(iterator[index][0]) for index in (0, 2, 1)] == [2, 1, 2] and iterator.source.epoch == 0
    with pytest.raises(IndexError):
        iterator[3]  # pylint: disable=pointless-statement
    iterator.reset()
    next(iterator)
    assert iterator.source.epoch == 1


def test_max_samples_end_an_iteration(folder):
    iterator = ParallelImageDataGenerator().flow_from_directory(folder, batch_size=2)
    iterator.max_samples = 3
    assert [len(x) for x, y in iterator] == [2, 2]


def test_hooks_get_what_they_name(folder):
    def hook(params, x, class_id, filename):
        return (params.subset, params.n_classes, x, class_id, filename)

    generator = ParallelImageDataGenerator(
        preprocessing_function=hook, noaug_preprocessing_function=lambda params, x: x + 1
    )
    settings = generator.flow_from_directory(folder, subset="training").source.settings
    info = dict(class_id=1, filename="a/1.png", batch_index=0, batch_class_ids=[1], batch_filenames=["a/1.png"])
    assert settings["preprocessing_function"](5, info) == ("training", 2, 5, 1, "a/1.png")
    assert settings["noaug_preprocessing_function"](5, info) == 6


def test_batch_function_makes_whole_batches(folder):
    pytest.importorskip("numpy")

    def make(batch_index, filenames, classes, params):
        return batch_index, (filenames, classes)

    generator = ParallelImageDataGenerator(get_batch_function=make)
    iterator = generator.flow_from_directory(folder, batch_size=2, seed=1)
    batches = list(iterator)
    assert [len(x) for x, y in batches] == [2, 2, 1]
    assert sorted(name for x, y in batches for name in x) == iterator.filenames
    assert list(iterator) != batches


def test_listing_function_of_the_specification(folder):
    def list_files(base_directory, search_class, white_list_formats, split, follow_links, shuffle_index_directory):
        return search_class, [f"{search_class}/1.png"]

    iterator = ParallelImageDataGenerator().flow_from_directory(
        folder, list_valid_filenames_in_directory_function=list_files
    )
    list_class = iterator.source.settings["list_class"]
    assert [list_class(label) for label in ("a", "b")] == [["a/1.png"], ["b/1.png"]]


def test_generators_can_be_copied():
    generator = ParallelImageDataGenerator(rotation_range=3)
    other = copy.deepcopy(generator)
    other.rotation_range = 4
    assert generator.rotation_range == 3


def test_arrays_are_split_into_subsets(fake_core):
    np = pytest.importorskip("numpy")
    fake_core.ArraySource = lambda x, y, sample_weight, settings: (x, y, sample_weight, settings)
    generator = ParallelImageDataGenerator(validation_split=0.4)
    x, y = np.arange(5).reshape(5, 1, 1, 1), np.arange(5)
    assert generator.flow(x, y, subset="validation").source[1].tolist() == [0, 1]
    assert generator.flow(x, y, subset="training").source[1].tolist() == [2, 3, 4]
    with pytest.raises(ValueError, match="flow: y has 4 samples, x has 5"):
        generator.flow(x, y[:4])
    with pytest.raises(ValueError, match="expected \\[samples, height, width, channels\\]"):
        generator.flow(x[0], y)


class TestKerasGenerator:
    """Keras' own class: other order of arguments, and hooks of one argument."""

    def test_takes_keras_arguments(self, tmp_path):
        np = pytest.importorskip("numpy")
        from mltk.core.keras import ImageDataGenerator

        x = np.arange(48, dtype=np.float32).reshape(4, 2, 2, 3)
        generator = ImageDataGenerator(False, True, rescale=0.5, preprocessing_function=lambda image: image + 2)
        batch, labels = next(generator.flow(x, np.arange(4), batch_size=4, shuffle=False))
        expected = (x + 2) * 0.5
        np.testing.assert_allclose(batch, expected - expected.mean(axis=(1, 2, 3), keepdims=True), atol=1e-5)
        assert list(labels) == [0, 1, 2, 3]

    def test_has_keras_names(self, write_spec):
        from mltk.core import load_mltk_model
        from mltk.core.errors import SpecificationError

        body = "from keras.preprocessing.image import ImageDataGenerator, Iterator, load_img\n"
        body += "my_model.datagen = ImageDataGenerator(validation_split=0.1)\n"
        assert load_mltk_model(write_spec(body, mixin="ImageDatasetMixin")).datagen.validation_split == 0.1
        with pytest.raises(SpecificationError, match="TypeError.*cores"):
            load_mltk_model(write_spec(body.replace("validation_split", "cores"), "other", "ImageDatasetMixin"))
