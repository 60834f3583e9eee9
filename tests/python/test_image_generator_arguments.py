"""Every argument of MLTK's image generator, on pictures."""

import os

import numpy as np
import pytest

from mltk.core.preprocess.image.parallel_generator import ParallelImageDataGenerator
from mltk.core.preprocess.utils.image import read_image_file, write_image_file

#: A picture whose pixels differ, in the range of 8 bits.
X = (np.arange(6 * 2 * 8 * 8 * 3).reshape(12, 8, 8, 3) * 7 % 251).astype(np.float32)


def first(**arguments):
    """The first epoch of the generator over X, in order."""
    return np.concatenate(list(ParallelImageDataGenerator(cores=1, **arguments).flow(X, shuffle=False, seed=1)))


#: Arguments that change what comes out, with a check of it.
CHANGES = {
    "rotation_range": dict(rotation_range=40),
    "width_shift_range": dict(width_shift_range=3),
    "height_shift_range": dict(height_shift_range=0.3),
    "brightness_range": dict(brightness_range=(0.5, 0.6)),
    "contrast_range": dict(contrast_range=(0.5, 0.6)),
    "shear_range": dict(shear_range=30.0),
    "zoom_range": dict(zoom_range=0.4),
    "channel_shift_range": dict(channel_shift_range=50.0),
    "fill_mode": dict(rotation_range=40, fill_mode="wrap"),
    "cval": dict(rotation_range=40, fill_mode="constant", cval=9.0),
    "interpolation_order": dict(rotation_range=40, interpolation_order=0),
    "horizontal_flip": dict(horizontal_flip=True),
    "vertical_flip": dict(vertical_flip=True),
    "noise": dict(noise=["speckle"]),
    "rescale": dict(rescale=0.5),
    "samplewise_center": dict(samplewise_center=True),
    "samplewise_std_normalization": dict(samplewise_center=True, samplewise_std_normalization=True),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes_the_pictures_and_is_the_same_each_time(name):
    arguments = CHANGES[name]
    changed = first(**arguments)
    assert changed.shape == X.shape and not np.array_equal(changed, X)
    without = {key: value for key, value in arguments.items() if key != name}
    assert not np.array_equal(changed, first(**without))
    assert np.array_equal(changed, first(**arguments)) and np.array_equal(changed, first(**arguments, debug=True))


@pytest.mark.parametrize(
    "arguments",
    [
        dict(cores=-1),
        dict(debug=True),
        dict(max_batches_pending=1),
        dict(disable_gpu_in_subprocesses=False),
        dict(random_transforms_enabled=False, rotation_range=40, horizontal_flip=True),
        dict(data_format="channels_last"),
        dict(zoom_range=(1, 1)),
        dict(max_samples_per_class=2),  # of folders, not of arrays
    ],
)
def test_changes_nothing(arguments):
    generator = ParallelImageDataGenerator(**arguments)
    assert np.array_equal(np.concatenate(list(generator.flow(X, shuffle=False))), X)


def test_dtype_and_batch_size():
    batches = list(ParallelImageDataGenerator(dtype="int8", batch_size=5, rescale=0.1).flow(X, batch_size=3))
    assert [len(batch) for batch in batches] == [5, 5, 2] and batches[0].dtype == np.int8
    assert [len(batch) for batch in ParallelImageDataGenerator(batch_size=-1).flow(X)] == [12]


def test_featurewise_normalization_is_that_of_the_data_of_fit():
    generator = ParallelImageDataGenerator(rescale=0.5, featurewise_center=True, featurewise_std_normalization=True)
    generator.fit(X)
    result = np.concatenate(list(generator.flow(X, shuffle=False)))
    expected = (X * 0.5 - (X * 0.5).mean((0, 1, 2))) / ((X * 0.5).std((0, 1, 2)) + 1e-6)
    assert np.allclose(result, expected, atol=1e-5)
    with pytest.warns(UserWarning, match="has no effect until fit"):
        ParallelImageDataGenerator(featurewise_center=True).flow(X)


def test_whitened_values_are_uncorrelated():
    x = np.random.default_rng(0).normal(size=(200, 2, 3, 1)).astype(np.float32)
    x[:, 0] += 3 * x[:, 1]
    with pytest.warns(UserWarning, match="zca_whitening needs featurewise_center"):
        generator = ParallelImageDataGenerator(zca_whitening=True)
    generator.fit(x)
    white = np.concatenate(list(generator.flow(x, shuffle=False))).reshape(200, -1)
    assert np.allclose(white.T @ white / 200, np.eye(6), atol=1e-4)
    with pytest.raises(ValueError, match="has 48 values, but fit.. of zca_whitening got pictures of 6"):
        list(generator.flow(np.zeros((1, 4, 4, 3))))


def test_fit_of_augmented_copies():
    generator = ParallelImageDataGenerator(featurewise_center=True, brightness_range=(0.5, 0.5))
    generator.fit(X, augment=True, rounds=2, seed=3)
    assert np.allclose(generator.mean, np.floor(X * 0.5).mean((0, 1, 2)), atol=0.5)


@pytest.fixture
def folder(tmp_path):
    """A folder of 8 pictures of a and 4 of b."""
    for label, count in (("a", 8), ("b", 4)):
        for i in range(count):
            write_image_file(str(tmp_path / "data" / label / f"{i}.png"), X[i].astype(np.uint8))
    return str(tmp_path / "data")


def test_files_are_split_limited_and_counted(folder):
    generator = ParallelImageDataGenerator(validation_split=0.25, max_samples_per_class=5)
    counts = {}
    training = generator.flow_from_directory(folder, target_size=(8, 8), subset="training", class_counts=counts)
    assert counts == {"a": 5, "b": 3} and training.samples == 8
    assert training.filenames == [f"a/{i}.png" for i in range(2, 7)] + [f"b/{i}.png" for i in range(1, 4)]
    validation = generator.flow_from_directory(folder, target_size=(8, 8), subset="validation")
    assert validation.filenames == ["a/0.png", "a/1.png", "b/0.png"]


@pytest.mark.parametrize(
    "class_mode, shape, labels",
    [
        ("categorical", (12, 2), np.eye(2)[[0] * 8 + [1] * 4]),
        ("binary", (12,), [0] * 8 + [1] * 4),
        ("sparse", (12,), [0] * 8 + [1] * 4),
        ("input", (12, 8, 8, 3), X.astype(np.uint8)[[*range(8), *range(4)]]),
    ],
)
def test_label_modes(folder, class_mode, shape, labels):
    arguments = dict(target_size=(8, 8), class_mode=class_mode, shuffle=False)
    x, y = next(iter(ParallelImageDataGenerator().flow_from_directory(folder, **arguments)))
    assert y.shape == shape and y.dtype == np.float32 and np.array_equal(y, labels)
    assert isinstance(next(iter(ParallelImageDataGenerator().flow_from_directory(folder, class_mode=None))), np.ndarray)


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear", "bicubic", "hamming", "box", "lanczos"])
@pytest.mark.parametrize("color_mode, channels", [("grayscale", 1), ("rgb", 3), ("rgba", 4)])
def test_sizes_and_colour_modes(folder, interpolation, color_mode, channels):
    arguments = dict(target_size=(5, 7), color_mode=color_mode, interpolation=interpolation, class_mode=None)
    batch = next(iter(ParallelImageDataGenerator().flow_from_directory(folder, **arguments)))
    assert batch.shape == (12, 5, 7, channels) and 0 < batch.mean() < 255
    assert color_mode != "rgba" or (batch[..., 3] == 255).all()


def test_callbacks_get_what_they_name(folder):
    seen = []

    def before(params, x, filename, class_id, batch_index, batch_filenames):
        seen.append((filename, class_id, batch_index, len(batch_filenames), params.subset))
        return x

    def after(params, x):
        return x * 0 + params.n_classes

    generator = ParallelImageDataGenerator(
        noaug_preprocessing_function=before, preprocessing_function=after, validation_augmentation_enabled=False, cores=1
    )
    x, _ = next(iter(generator.flow_from_directory(folder, target_size=(8, 8), shuffle=False)))
    assert (x == 2).all() and seen[0] == ("a/0.png", 0, 0, 12, None) and seen[-1] == ("b/3.png", 1, 11, 12, None)


def test_validation_is_augmented_unless_switched_off(folder):
    def pixels(enabled):
        generator = ParallelImageDataGenerator(
            validation_split=0.5, brightness_range=(0.5, 0.5), validation_augmentation_enabled=enabled
        )
        arguments = dict(target_size=(8, 8), subset="validation", shuffle=False, class_mode=None)
        return next(iter(generator.flow_from_directory(folder, **arguments)))

    assert np.array_equal(np.floor(pixels(False) / 2), pixels(True))


def test_batch_function_makes_whole_batches(folder):
    def batch(batch_index, filenames, classes, params):
        return batch_index, (np.zeros((len(filenames), 1)), np.array(classes))

    generator = ParallelImageDataGenerator(get_batch_function=batch)
    batches = list(generator.flow_from_directory(folder, batch_size=8, shuffle=False))
    assert [y.tolist() for _, y in batches] == [[0] * 8, [1] * 4]


@pytest.mark.parametrize("save_format", ["png", "jpg"])
def test_augmented_samples_are_saved(folder, tmp_path, save_format):
    (tmp_path / "saved").mkdir()
    generator = ParallelImageDataGenerator(
        save_to_dir=str(tmp_path / "saved"), save_prefix="seen", save_format=save_format, horizontal_flip=True
    )
    list(generator.flow_from_directory(folder, target_size=(8, 8)))
    names = sorted(os.listdir(tmp_path / "saved"))
    assert len(names) == 12 and names[0].startswith("seen_a-0.png_0_") and names[0].endswith(f".{save_format}")
    assert read_image_file(str(tmp_path / "saved" / names[0])).shape == (8, 8, 3)


def test_a_table_of_files(folder):
    table = {
        "filename": ["b/0.png", "a/1.png", "a/2.png", "gone.png", "b/1.png"],
        "class": ["b", "a", "a", "a", "b"],
        "weight": [1, 2, 3, 4, 5],
        "left": [0.5, 1.5, 2.5, 3.5, 4.5],
    }
    generator = ParallelImageDataGenerator(validation_split=0.5)
    arguments = dict(target_size=(8, 8), shuffle=False)
    with pytest.warns(UserWarning, match="1 file.s. do not exist, e.g. gone.png"):
        iterator = generator.flow_from_dataframe(table, folder, **arguments)
    x, y = next(iter(iterator))
    assert y.argmax(1).tolist() == [1, 0, 0, 1] and np.array_equal(x[0], X[0].astype(np.uint8))
    assert iterator.class_indices == {"a": 0, "b": 1} and iterator.filenames[0] == "b/0.png"
    with pytest.warns(UserWarning):
        part = generator.flow_from_dataframe(table, folder, subset="training", class_mode="sparse", **arguments)
    assert next(iter(part))[1].tolist() == [0, 1]
    with pytest.warns(UserWarning):
        raw = generator.flow_from_dataframe(
            table, folder, class_mode="raw", y_col=["left", "weight"], weight_col="weight", **arguments
        )
    assert next(iter(raw))[1].tolist() == [[0.5, 1], [1.5, 2], [2.5, 3], [4.5, 5]]
    with pytest.raises(ValueError, match="there is no column 'clas'"):
        generator.flow_from_dataframe(table, folder, y_col="clas")


def test_no_argument_is_left_out():
    """Those of 1.1 of the contract: each is in a test of this file."""
    import inspect

    with open(__file__, encoding="utf-8") as file:
        text = file.read()
    names = [name for name in inspect.signature(ParallelImageDataGenerator.__init__).parameters if name != "self"]
    assert [name for name in names if name != "unknown" and f"{name}=" not in text and name != "zca_epsilon"] == []
