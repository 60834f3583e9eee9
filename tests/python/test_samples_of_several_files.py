"""Samples that consist of several files, one for each input of a model."""

import pytest

from mltk import _core
from mltk.core.preprocess.audio.audio_feature_generator import AudioFeatureGeneratorSettings
from mltk.core.preprocess.audio.parallel_generator import ParallelAudioDataGenerator
from mltk.core.preprocess.image.parallel_generator import ParallelImageDataGenerator

np = pytest.importorskip("numpy")

CLASSES = ["same", "different"]


@pytest.fixture
def folder(tmp_path):
    """24 pictures of 8 x 8; even ones are bright on the left, odd ones on the right."""
    random = np.random.default_rng(2)
    for index in range(24):
        picture = random.integers(0, 60, (8, 8, 1))
        picture[:, :4] += 150 * (index % 2 == 0)
        picture[:, 4:] += 150 * (index % 2)
        path = tmp_path / "data" / f"{index:02}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(_core.encode_png(picture.astype(np.uint8)))
    return str(tmp_path / "data")


def list_pairs(base_directory, search_class, split, **kwargs):
    """Pairs of pictures of one kind, or of two."""
    step = 2 if search_class == "same" else 3
    pairs = [(f"{i:02}.png", f"{(i + step) % 24:02}.png") for i in range(24)]
    if split:
        pairs = pairs[: int(24 * split[1])] if split[0] == 0 else pairs[int(24 * split[0]) :]
    return search_class, pairs


def flow(folder, generator=None, **arguments):
    generator = generator or ParallelImageDataGenerator()
    return generator.flow_from_directory(
        folder, classes=CLASSES, target_size=(8, 8), color_mode="grayscale",
        list_valid_filenames_in_directory_function=list_pairs, **arguments,
    )  # fmt: skip


class TestPictures:
    def test_a_batch_has_an_array_for_each_file(self, folder):
        iterator = flow(folder, batch_size=10, class_mode="sparse")
        assert iterator.samples == 48 and iterator.filenames[:2] == [("00.png", "02.png"), ("01.png", "03.png")]
        assert iterator.filepaths[0] == (f"{folder}/00.png", f"{folder}/02.png")
        seen = 0
        for (left, right), y in iterator:
            assert left.shape == right.shape == (len(y), 8, 8, 1)
            kinds = [part[:, :, :4].mean(axis=(1, 2, 3)) > part[:, :, 4:].mean(axis=(1, 2, 3)) for part in (left, right)]
            assert ((kinds[0] == kinds[1]) == (y == 0)).all()
            seen += len(y)
        assert seen == 48

    def test_each_file_is_augmented_on_its_own(self, folder):
        def list_twins(search_class, **kwargs):
            return search_class, [("00.png", "00.png")] * 6

        generator = ParallelImageDataGenerator(rotation_range=60)
        x = next(
            iter(
                generator.flow_from_directory(
                    folder, classes=CLASSES, target_size=(8, 8), color_mode="grayscale", class_mode=None,
                    list_valid_filenames_in_directory_function=list_twins,
                )  # fmt: skip
            )
        )
        assert all(np.abs(x[0][i] - x[1][i]).max() > 1 for i in range(12))

    def test_samples_must_have_as_many_files_each(self, folder):
        def list_mixed(search_class, **kwargs):
            return search_class, ["00.png", ("01.png", "02.png")]

        with pytest.raises(ValueError, match="a sample has 1 file.s. .00.png., another one 2"):
            ParallelImageDataGenerator().flow_from_directory(
                folder, classes=CLASSES, list_valid_filenames_in_directory_function=list_mixed
            )

    def test_a_function_may_make_the_batches(self, folder):
        def make(batch_index, filenames, classes, params):
            return batch_index, (np.array([len(name) for name in filenames]), classes)

        iterator = flow(folder, ParallelImageDataGenerator(get_batch_function=make), batch_size=48)
        assert next(iter(iterator))[0].tolist() == [2] * 48

    def test_a_model_with_two_inputs_learns_from_them(self, folder, make_model, tmp_path):
        from mltk.core import train_model

        model = make_model(f"""
            import tensorflow as tf
            from test_samples_of_several_files import CLASSES, list_pairs
            from mltk.core.preprocess.image.parallel_generator import ParallelImageDataGenerator

            class Pairs:
                list_valid_filenames_in_directory = staticmethod(list_pairs)
                def load_data(self):
                    return {folder!r}

            my_model.dataset = Pairs()
            my_model.classes = CLASSES
            my_model.input_shape = (8, 8, 1)
            my_model.batch_size = 12
            my_model.epochs = 40
            my_model.optimizer = tf.keras.optimizers.Adam(0.01)
            my_model.loss = "categorical_crossentropy"
            my_model.metrics = ["accuracy"]
            my_model.datagen = ParallelImageDataGenerator(rescale=1 / 255, validation_split=0.25)
            my_model.tflite_converter["optimizations"] = ["DEFAULT"]
            my_model.tflite_converter["inference_input_type"] = "int8"
            my_model.tflite_converter["inference_output_type"] = "int8"
            my_model.tflite_converter["representative_dataset"] = "generate"

            def build(model):
                inputs = [tf.keras.Input((8, 8, 1)) for _ in range(2)]
                flat = [tf.keras.layers.Dense(4, activation="relu")(tf.keras.layers.Flatten()(part)) for part in inputs]
                hidden = tf.keras.layers.Dense(16, activation="relu")(tf.keras.layers.Concatenate()(flat))
                output = tf.keras.layers.Dense(2, activation="softmax")(hidden)
                keras_model = tf.keras.Model(inputs, output)
                keras_model.compile(loss=model.loss, optimizer=model.optimizer, metrics=model.metrics)
                return keras_model
            my_model.build_model_function = build
        """, mixin="ImageDatasetMixin")  # fmt: skip
        results = train_model(model, verbose=False)
        assert results.history["accuracy"][-1] > 0.95
        from mltk.core import evaluate_model

        assert evaluate_model(model, tflite=True)["overall_accuracy"] > 0.9


class TestSounds:
    def test_only_a_function_can_make_the_batches(self, tmp_path):
        from mltk.core.preprocess.utils.audio import write_audio_file

        for name in ("0.wav", "1.wav"):
            write_audio_file(str(tmp_path / name), np.zeros(16000, np.float32), 16000)

        def list_files(search_class, **kwargs):
            return search_class, [("0.wav", "1.wav")] * 3

        def make(batch_index, filenames, classes, params):
            return batch_index, (filenames, classes)

        arguments = dict(
            directory=str(tmp_path), classes=["a"], batch_size=2, list_valid_filenames_in_directory_function=list_files
        )
        settings = dict(frontend_settings=AudioFeatureGeneratorSettings())
        with pytest.raises(ValueError, match="samples of several sounds need a get_batch_function"):
            ParallelAudioDataGenerator(**settings).flow_from_directory(**arguments)
        generator = ParallelAudioDataGenerator(get_batch_function=make, **settings)
        assert next(iter(generator.flow_from_directory(**arguments)))[0] == [("0.wav", "1.wav")] * 2
