"""Class weights, callbacks, checkpoints."""

import os

import pytest

from mltk.core.model.training import compute_class_weights


@pytest.fixture
def model(make_model):
    return make_model("my_model.classes = ['a', 'b']\n")


def test_no_class_weights(model):
    for value in (None, "", {}, [], "none", "None"):
        model.class_weights = value
        assert compute_class_weights(model) is None


def test_balanced_weights_from_counts(model):
    model.class_weights = "balanced"
    model.class_counts["training"] = {"a": 30, "b": 10}
    assert compute_class_weights(model) == {0: 40 / 60, 1: 40 / 20}
    model.class_counts = {"a": 30, "b": 10}
    assert compute_class_weights(model) == {0: 40 / 60, 1: 40 / 20}


@pytest.mark.parametrize("labels", [[0, 0, 0, 1], [[1, 0], [1, 0], [1, 0], [0, 1]]])
def test_balanced_weights_from_labels(model, labels):
    np = pytest.importorskip("numpy")
    model.class_weights = "balance"
    model.y = np.array(labels)
    assert compute_class_weights(model) == {0: 4 / 6, 1: 4 / 2}


def test_weights_by_class_and_by_index(model):
    model.class_weights = {"b": 2.0, "a": 1.0}
    assert compute_class_weights(model) == {0: 1.0, 1: 2.0}
    model.class_weights = {0: 3.0}
    assert compute_class_weights(model) == {0: 3.0}
    model.class_weights = [1.0, 4.0]
    assert compute_class_weights(model) == {0: 1.0, 1: 4.0}


@pytest.mark.parametrize("value", ["auto", "balanced", {"a": 1.0}])
def test_weights_that_cannot_be_determined_are_a_warning(model, value):
    class Logger:
        def warning(self, *args):
            messages.append(args[0] % args[1:])

    messages = []
    model.class_weights = value
    assert compute_class_weights(model, Logger()) is None
    assert messages and messages[0].startswith("Training without class weights: my_model.class_weights")


def touch(*paths):
    for path in paths:
        open(path, "w").close()


def test_last_checkpoint(model):
    assert model.get_checkpoint_path() is None
    touch(*[f"{model.checkpoints_dir}/weights-{epoch:03d}.h5" for epoch in (1, 2, 10)])
    assert os.path.basename(model.get_checkpoint_path()) == "weights-010.h5"
    assert os.path.basename(model.get_checkpoint_path(2)) == "weights-002.h5"
    assert model.get_checkpoint_path(5) is None


def test_best_weights_follow_the_monitor(model):
    folder = model.weights_dir
    touch(f"{folder}/weights-001-0.5000.h5", f"{folder}/weights-002-0.2500.h5")
    assert os.path.basename(model.get_weights_path("best")) == "weights-001-0.5000.h5"
    model.checkpoint["monitor"] = "val_loss"
    assert model.weights_file_format == "weights-{epoch:03d}-{val_loss:.4f}.h5"
    assert os.path.basename(model.get_weights_path()) == "weights-002-0.2500.h5"
    assert os.path.basename(model.get_weights_path("weights-001-0.5000.h5")) == "weights-001-0.5000.h5"
    with pytest.raises(FileNotFoundError, match="nothing.h5: no such weights file"):
        model.get_weights_path("nothing.h5")


@pytest.fixture
def keras_callbacks(monkeypatch):
    """Stand-ins that keep their arguments."""
    import sys
    import types

    module = types.ModuleType("mltk.keras_api.callbacks")
    for name in ("TensorBoard", "ModelCheckpoint", "LearningRateScheduler", "EarlyStopping", "ReduceLROnPlateau"):
        setattr(module, name, type(name, (), {"__init__": lambda self, **kwargs: setattr(self, "kwargs", kwargs)}))
    package = types.ModuleType("mltk.keras_api")
    package.callbacks = module
    monkeypatch.setitem(sys.modules, "mltk.keras_api", package)
    monkeypatch.setitem(sys.modules, "mltk.keras_api.callbacks", module)
    import mltk

    monkeypatch.setattr(mltk, "keras_api", package, raising=False)
    return module


def names(callbacks):
    return [type(callback).__name__ for callback in callbacks]


def test_default_callbacks(model, keras_callbacks):
    from mltk.core.model.training import build_callbacks

    best, each_epoch = build_callbacks(model)
    assert names([best, each_epoch]) == ["ModelCheckpoint", "ModelCheckpoint"]
    assert best.kwargs["filepath"].endswith("train/weights/weights-{epoch:03d}-{val_accuracy:.4f}.h5")
    assert "options" not in best.kwargs
    assert each_epoch.kwargs["filepath"].endswith("train/checkpoints/weights-{epoch:03d}.h5")


def test_order_of_callbacks(model, keras_callbacks):
    from mltk.core.model.training import build_callbacks

    own = object()
    model.train_callbacks = [own]
    model.tensorboard = {"histogram_freq": 1}
    model.lr_schedule = lambda epoch: 0.1
    model.early_stopping = {"patience": 3}
    model.reduce_lr_on_plateau = {"factor": 0.5}
    callbacks = build_callbacks(model)
    assert callbacks[0] is own
    assert names(callbacks[1:]) == [
        "TensorBoard",
        "ModelCheckpoint",
        "LearningRateScheduler",
        "EarlyStopping",
        "ReduceLROnPlateau",
        "ModelCheckpoint",
    ]
    assert callbacks[1].kwargs["log_dir"].endswith("train/tensorboard")


def test_a_callback_of_the_specification_replaces_that_of_the_settings(model, keras_callbacks):
    from mltk.core.model.training import build_callbacks

    own = keras_callbacks.ModelCheckpoint(filepath="x")
    model.train_callbacks = [own]
    model.checkpoints_enabled = False
    assert build_callbacks(model) == [own]
