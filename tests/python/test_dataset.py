"""Data sets: loading, unloading, generators."""

import pytest
from specification import BODY_LINE

from mltk.core import MltkDataset, MltkModelEvent
from mltk.core.errors import MissingSettingError


class Dataset(MltkDataset):
    def __init__(self, result):
        self.result = result
        self.calls = []

    def load_dataset(self, subset, test=False, **kwargs):
        self.calls.append((subset, test, kwargs))
        return self.result

    def unload_dataset(self):
        self.calls.append("unload")


@pytest.mark.parametrize(
    "result, loaded",
    [
        (None, (None, None, None)),
        ("x", None),
        ((1,), (1, None, None)),
        ((1, 2), (1, 2, None)),
        ((1, None, 3), (1, None, 3)),
        ([1, 2], ([1, 2], None, None)),
        ((1, 2, 3, 4), None),
        (7, (7, None, None)),
    ],
)
def test_what_a_loader_returns(make_model, result, loaded):
    model = make_model()
    model.dataset = Dataset(result)
    if loaded is None:
        with pytest.raises(ValueError, match="expected x, \\(x, y\\) or \\(x, y, validation_data\\)"):
            model.load_dataset("training")
        return
    model.load_dataset("training", test=True, logger=None)
    assert (model.x, model.y, model.validation_data) == loaded
    assert model.dataset.calls == [("training", True, {"mltk_model": model, "logger": None})]


def test_a_function_is_called(make_model):
    model = make_model()
    model.dataset = lambda subset, test, mltk_model, **kwargs: (subset, kwargs["classes"])
    model.load_dataset("Evaluation", classes=["a"])
    assert (model.x, model.y) == ("Evaluation", ["a"]) and model.loaded_subset == "evaluation"


def test_without_data_set_nothing_happens(make_model):
    model = make_model()
    events = []
    model.add_event_handler(MltkModelEvent.BEFORE_LOAD_DATASET, lambda **kwargs: events.append(1))
    model.load_dataset("training")
    assert events == []


def test_wrong_values_are_told(make_model):
    model = make_model("my_model.dataset = 'folder'\n")
    with pytest.raises(ValueError, match=f"my_model.dataset is 'folder' .str., expected .*my_spec.py:{BODY_LINE}"):
        model.load_dataset("training")
    with pytest.raises(ValueError, match="subset is 'test', expected one of training, validation, evaluation"):
        model.load_dataset("test")


def test_unload(make_model):
    model = make_model()
    model.dataset = Dataset(5)
    model.load_dataset("training")
    model.unload_dataset()
    assert model.dataset.calls[-1] == "unload" and model.loaded_subset is None


def test_summary_of_counts(make_model):
    model = make_model()
    model.class_counts["training"] = {"cat": 2, "mouse": 3}
    assert model.summarize_dataset() == "Dataset subset: training, found 5 samples:\n    cat: 2\n  mouse: 3\n"
    assert MltkDataset.summarize_class_counts({"a": 1}) == "Dataset found 1 samples:\n  a: 1\n"
    model.add_event_handler("SUMMARIZE_DATASET", lambda summary_dict, **kwargs: summary_dict.update(value="own"))
    assert model.summarize_dataset() == "own"


IMAGE_SPEC = """
from mltk.core.preprocess.image.parallel_generator import ParallelImageDataGenerator
my_model.classes = ['cat', 'dog']
my_model.input_shape = (8, 8, 1)
my_model.datagen = ParallelImageDataGenerator(validation_split=0.25, rescale=0.5, rotation_range=5)
my_model.build_model_function = lambda model: None
"""


class Source:
    """A stand-in for a source of the native library."""

    def __init__(self, settings):
        self.settings = settings
        self.epoch = None
        self.left = []
        self.stopped = False

    def samples(self):
        return 5

    def batches(self):
        return 3

    def filenames(self):
        return [f"cat/{i}.png" for i in range(5)]

    def class_ids(self):
        return [0, 0, 0, 1, 1]

    def class_counts(self):
        return {"cat": 3, "dog": 2}

    def start_epoch(self, epoch):
        self.epoch = epoch
        self.left = [2, 2, 1]

    def next(self):
        if not self.left:
            return None
        count = self.left.pop(0)
        return bytes(count), bytes(count)

    def shutdown(self):
        self.stopped = True


@pytest.fixture
def image_model(make_model, fake_core, tmp_path):
    fake_core.ImageDirectorySource = Source
    for label in ("cat", "dog"):
        (tmp_path / "data" / label).mkdir(parents=True)
    model = make_model(IMAGE_SPEC, mixin="ImageDatasetMixin")
    model.dataset = str(tmp_path / "data")
    return model


def test_image_training_subset(image_model):
    image_model.load_dataset("training")
    settings = image_model.x.source.settings
    assert settings["split"] == (0.25, 1) and settings["augment"] and settings["shuffle"] and settings["seed"] == 42
    assert settings["batch_shape"] == (32, 8, 8, 1) and settings["color_mode"] == "grayscale"
    assert image_model.validation_data.source.settings["split"] == (0, 0.25)
    assert image_model.class_counts["training"] == {"cat": 3, "dog": 2}
    assert image_model.summarize_dataset().startswith("Training dataset: Found 5 samples belonging to 2 classes:\n")
    iterator = image_model.x
    image_model.unload_dataset()
    assert iterator.source.stopped and image_model.datagen_context is None


def test_image_validation_and_evaluation_subsets(image_model):
    image_model.load_dataset("validation")
    assert image_model.x is None and image_model.validation_data.source.settings["shuffle"]
    image_model.load_dataset("evaluation", classes=["cat"], max_samples_per_class=7)
    settings = image_model.x.source.settings
    assert image_model.validation_data is None
    assert not settings["shuffle"] and not settings["augment"] and settings["split"] == (0, 0.25)
    assert settings["classes"] == ["cat"] and settings["max_samples_per_class"] == 7


def test_image_test_mode(image_model):
    image_model.load_dataset("training", test=True)
    settings = image_model.x.source.settings
    assert settings["batch_shape"][0] == 3 and settings["max_samples_per_class"] == 3
    assert image_model.batch_size == 3 and image_model.datagen.max_batches_pending == 1


def test_image_arrays(image_model, fake_core):
    np = pytest.importorskip("numpy")
    calls = []
    fake_core.ArraySource = lambda *args: calls.append(args) or Source(args[-1])
    x, y = np.zeros((6, 8, 8, 1)), np.eye(2)[[0, 0, 0, 0, 1, 1]]
    image_model.dataset = lambda: ((x, y), (x, y))
    image_model.load_dataset("training", max_samples_per_class=2)
    assert image_model.class_counts["training"] == {"cat": 2, "dog": 2} and len(calls[0][0]) == 4
    image_model.dataset = lambda: (x, y[:, :1], x, y)
    with pytest.raises(ValueError, match="the labels have shape \\[6, 1\\], expected \\[samples, 2\\]"):
        image_model.load_dataset("training")


def test_image_settings_are_checked_before_training(image_model):
    image_model.check_settings()
    image_model.dataset = "/no/such/folder"
    with pytest.raises(FileNotFoundError, match="data folder /no/such/folder does not exist"):
        image_model.check_settings()
    image_model.datagen = None
    with pytest.raises(MissingSettingError, match="my_model.datagen is not set; write .*ParallelImageDataGenerator"):
        image_model.check_settings()
    with pytest.raises(AttributeError, match="my_model.datagen is a int, expected a ParallelImageDataGenerator"):
        image_model.datagen = 5


def test_image_color_mode_follows_from_the_depth(image_model):
    image_model.input_shape = (8, 8, 2)
    with pytest.raises(ValueError, match="no color_mode follows from depth 2"):
        image_model.load_dataset("training")


def test_image_model_parameters(image_model):
    image_model.populate_model_parameters()
    parameters = image_model.model_parameters
    assert parameters["samplewise_norm.rescale"] == 0.5 and parameters["samplewise_norm.mean_and_std"] is False
    assert list(parameters)[:3] == ["name", "version", "classes"] and parameters["classes"] == ["cat", "dog"]


def test_scoring_functions(make_model):
    np = pytest.importorskip("numpy")
    from mltk.core import EvaluateAutoEncoderMixin, MltkModel, TrainMixin

    class Model(MltkModel, TrainMixin, EvaluateAutoEncoderMixin):
        pass

    model = Model()
    model.loss = "mse"
    assert model.get_scoring_function()(np.zeros((2, 2)), np.full((2, 2), 2.0)) == 4.0
    model.loss = "mae"
    assert model.get_scoring_function()(np.zeros((2, 2)), np.full((2, 2), -2.0)) == 2.0
    model.loss = "hinge"
    with pytest.raises(ValueError, match="expected one of mse, mae, corr"):
        model.get_scoring_function()
    assert model.eval_classes == ["normal", "abnormal"]
