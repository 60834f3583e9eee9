"""Dictionary settings and what is checked before training."""

import copy
import pickle

import pytest
from specification import BODY_LINE

from mltk.core.errors import MissingSettingError, PropertyError, UnknownSettingError

BUILD = "my_model.build_model_function = lambda model: None\n"


def test_missing_keys_read_as_none(make_model):
    model = make_model("my_model.tensorboard = dict(histogram_freq=1, nested=dict(a=1))\n")
    assert model.tensorboard["update_freq"] is None and model.tensorboard["nested"]["b"] is None
    assert model.tensorboard["histogram_freq"] == 1


def test_assigning_replaces_the_defaults(make_model):
    model = make_model("my_model.tflite_converter = dict(optimizations=['DEFAULT'])\n")
    assert model.tflite_converter["representative_dataset"] is None


def test_none_disables(make_model):
    model = make_model("my_model.checkpoint = None\nmy_model.tflite_converter = None\nmy_model.lr_schedule = None\n")
    assert not model.checkpoint and not model.tflite_converter and not model.lr_schedule


def test_lr_schedule_may_be_a_function(make_model):
    model = make_model("my_model.lr_schedule = schedule = lambda epoch: 0.1\n")
    assert model.lr_schedule["schedule"](3) == 0.1 and model.lr_schedule["verbose"] == 0


def test_keras_callbacks_stand_for_their_arguments(make_model):
    model = make_model(
        "from tensorflow import keras\n"
        "my_model.early_stopping = keras.callbacks.EarlyStopping('loss', patience=3)\n"
        "my_model.checkpoint = keras.callbacks.ModelCheckpoint('x.h5', monitor='val_loss')\n"
        "my_model.reduce_lr_on_plateau = keras.callbacks.ReduceLROnPlateau(factor=0.5)\n"
        "my_model.tensorboard = keras.callbacks.TensorBoard(log_dir='here')\n"
        "my_model.lr_schedule = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1)\n"
    )
    assert model.early_stopping == {"monitor": "loss", "patience": 3}
    assert model.checkpoint == {"filepath": "x.h5", "monitor": "val_loss"}
    assert model.reduce_lr_on_plateau == {"factor": 0.5} and model.tensorboard == {"log_dir": "here"}
    assert model.lr_schedule["schedule"](3) == 0.1


def test_another_callback_is_no_setting(make_model):
    with pytest.raises(PropertyError, match="my_model.early_stopping is .*ReduceLROnPlateau.*expected dict"):
        make_model("from tensorflow import keras\nmy_model.early_stopping = keras.callbacks.ReduceLROnPlateau()\n")


def test_losses_and_metrics_of_several_outputs(make_model):
    model = make_model("my_model.loss = {'a': 'mse', 'b': 'mae'}\nmy_model.metrics = {'a': ['accuracy']}\n")
    assert model.loss == {"a": "mse", "b": "mae"} and model.metrics == {"a": ["accuracy"]}


def test_values_are_kept_as_they_are(make_model):
    np = pytest.importorskip("numpy")
    model = make_model()
    model.tflite_converter["inference_input_type"] = np.int8
    assert model.tflite_converter["inference_input_type"] is np.int8


def test_settings_can_be_copied(make_model):
    settings = make_model().checkpoint
    assert copy.deepcopy(settings) == settings and pickle.loads(pickle.dumps(settings)) == settings


@pytest.mark.parametrize(
    "line, expected",
    [
        ("my_model.tflite_converter['inference_input_typ'] = 'int8'", "Did you mean 'inference_input_type' or"),
        ("my_model.checkpoint['montor'] = 'loss'", "Did you mean 'monitor'?"),
        ("my_model.early_stopping = dict(patiense=3)", "Did you mean 'patience'?"),
        ("my_model.reduce_lr_on_plateau = dict(facto=0.5)", "Did you mean 'factor'?"),
        ("my_model.tensorboard = dict(histogramm_freq=1)", "Did you mean 'histogram_freq'?"),
    ],
)
def test_unknown_keys_are_found_before_training(make_model, line, expected):
    model = make_model(f"{line}\n{BUILD}")
    with pytest.raises(UnknownSettingError) as info:
        model.check_settings()
    assert expected in str(info.value) and str(info.value).endswith(f"(my_spec.py:{BODY_LINE})")


def test_all_unknown_keys_are_told_at_once(make_model):
    model = make_model(f"my_model.checkpoint['a'] = 1\nmy_model.tflite_converter['b'] = 1\n{BUILD}")
    with pytest.raises(UnknownSettingError) as info:
        model.check_settings()
    assert len(str(info.value).splitlines()) == 2


def test_a_model_without_build_function_says_what_to_write(make_model):
    model = make_model()
    with pytest.raises(MissingSettingError, match="my_model.build_model_function is not set; write in .*my_spec.py"):
        model.check_settings()
    with pytest.raises(MissingSettingError, match="build_model_function is not set"):
        model.build_model_function(model)


def test_defaults_pass_the_check(make_model):
    make_model(BUILD).check_settings()
