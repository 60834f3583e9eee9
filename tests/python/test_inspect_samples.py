"""What is told about samples that are no files before the training."""

import logging
import types

import pytest

from mltk.core.inspect_dataset import inspect_dataset
from mltk.core.inspect_samples import inspect_samples
from mltk.core.preprocess.image.parallel_generator import ParallelImageDataGenerator
from mltk.data_api import Dataset

np = pytest.importorskip("numpy")


def model_of(x, y=None, validation_data=None, validation_split=0.0, classes=None):
    return types.SimpleNamespace(
        x=x, y=y, validation_data=validation_data, validation_split=validation_split, classes=classes
    )


def images(count: int, seed: int = 0):
    return np.random.default_rng(seed).normal(size=(count, 4, 4, 1)).astype(np.float32)


def texts(model) -> list:
    return [f"{what}: {', '.join(names)}" for what, names in inspect_samples(model)[0]]


def notes(model) -> list:
    return inspect_samples(model)[1]


def endless():
    raise AssertionError("a sample was taken")
    yield  # pylint: disable=unreachable


class TestArrays:
    def test_nothing_is_odd(self):
        labels = np.arange(6) % 3
        model = model_of(images(6), labels, (images(3, 1), np.arange(3)), classes=["a", "b", "c"])
        assert inspect_samples(model) == ([], [])

    def test_every_kind_of_oddity_is_named(self):
        x, labels = images(8), np.array([0, 0, 0, 1, 1, 1, 0, 7])
        x[1, 2, 2] = np.nan
        x[2] = 3
        x[4] = x[0]
        validation = images(3, 1)
        validation[2] = x[3]
        assert texts(model_of(x, labels, (validation, np.array([0, 0, 1])), classes=["a", "b", "c"])) == [
            "the same content in two classes: training[0] = training[4]",
            "the same content in training and validation: training[3] = validation[2]",
            "with a value that is NaN or infinite: training[1]",
            "of a single value: training[2]",
            "with a label that is none of the 3 classes: training[7] (7)",
            "classes without samples in the training data: c",
            "classes without samples in the validation data: c",
        ]

    def test_the_last_part_of_arrays_may_be_the_validation(self):
        x = images(10)
        x[9] = x[0]
        assert texts(model_of(x, np.arange(10) % 3, validation_split=0.2)) == [
            "the same content in training and validation: training[0] = validation[1]"
        ]

    def test_unscaled_validation_data(self):
        found = texts(model_of(images(6), None, (100 * images(6, 1), None)))
        assert len(found) == 1 and found[0].startswith("values of another size in training and validation")

    def test_one_hot_labels_and_several_inputs(self):
        x = {"left": images(4), "right": images(4, 1)}
        x["left"][3], x["right"][3] = x["left"][0], x["right"][0]
        assert texts(model_of(x, np.eye(3)[[0, 0, 1, 1]])) == [
            "the same content in two classes: training[0] = training[3]",
            "classes without samples in the training data: 2",
        ]

    def test_labels_that_are_no_classes(self):
        y = np.linspace(0, 1, 4)
        y[1] = np.inf
        assert texts(model_of(images(4), y)) == ["with a label that is NaN or infinite: training[1]"]

    def test_arrays_behind_a_generator_of_pictures(self):
        x = images(4)
        x[2] = x[1]
        iterator = ParallelImageDataGenerator(rotation_range=30).flow(x, np.arange(4), batch_size=2)
        assert texts(model_of(iterator)) == ["the same content in two classes: training[1] = training[2]"]


class TestPipelines:
    def test_samples_of_a_data_set(self):
        x = images(6)
        x[5] = np.inf
        data = Dataset.from_tensor_slices((x, np.arange(6) % 2)).batch(4)
        assert texts(model_of(data)) == [
            "with a value that is NaN or infinite: training[5]",
            "of a single value: training[5]",
        ]

    def test_nothing_is_taken_from_what_may_have_no_end(self):
        data = Dataset.from_generator(endless, output_types="float32", output_shapes=(2,)).batch(2)
        repeated = Dataset.from_tensor_slices(images(4)).batch(2).repeat()
        for x in (data, repeated):
            assert texts(model_of(x)) == []
            assert notes(model_of(x)) == [
                "The training data are a pipeline that may have no end: its samples are not looked at before the training"
            ]

    def test_a_generator_is_not_used_up(self):
        assert texts(model_of(endless())) == []
        assert "come from a generator, which looking would use up" in notes(model_of(endless()))[0]

    def test_a_sequence_of_batches(self):
        batches = [(images(3), np.array([0, 1, 1])), (images(3), np.array([0, 1, 0]))]
        assert texts(model_of(batches)) == [
            "the same content twice: training[0] = training[3], training[1] = training[4]",
            "the same content in two classes: training[2] = training[5]",
        ]

    def test_random_numbers_of_the_specification_stay(self):
        np.random.seed(1)
        data = Dataset.from_tensor_slices(images(4)).map(lambda x: x + np.random.rand()).batch(2)
        expected = np.random.RandomState(1).rand()
        inspect_samples(model_of(data))
        assert np.random.rand() == expected


class TestInspectDataset:
    def test_strict_makes_it_an_error(self, caplog):
        model = model_of(np.zeros((7, 3)))
        logger = logging.getLogger("inspect")
        inspect_dataset(model, logger)
        assert "of a single value (7): training[0], training[1], training[2]" in caplog.text
        assert "and 2 more" in caplog.text and "--strict" in caplog.text
        with pytest.raises(ValueError, match="samples are odd:\n(.*\n)*.*of a single value \\(7\\)"):
            inspect_dataset(model, logger, strict=True)
