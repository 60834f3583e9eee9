"""The model object: properties, attributes, events, commands."""

import os

import pytest
from specification import BODY_LINE

from mltk.core import MltkModel, MltkModelEvent, TrainMixin, load_mltk_model
from mltk.core.errors import MissingSettingError, PropertyError


def error_of(function):
    with pytest.raises(Exception) as info:
        function()
    return info.value


def test_name_is_that_of_the_file(make_model):
    model = make_model(name="my.model")
    assert model.name == "my.model"
    assert model.model_specification_path.endswith("/my.model.py")


def test_defaults(make_model):
    model = make_model()
    assert (model.version, model.epochs, model.batch_size, model.seed) == (1, 100, 32, 42)
    assert (model.optimizer, model.loss, model.metrics) == ("adam", "categorical_crossentropy", ["accuracy"])
    assert model.early_stopping is None and model.lr_schedule is None and model.tensorboard is None
    assert model.checkpoint["monitor"] == "val_accuracy" and model.tflite_converter["optimizations"] == ["DEFAULT"]
    assert model.validation_split == 0.0 and model.shuffle is True and model.class_weights is None
    assert model.eval_max_samples_per_class == -1 and model.eval_shuffle is False


def test_misspelt_property_names_line_and_suggestion(write_spec):
    error = error_of(lambda: load_mltk_model(write_spec("my_model.epoch = 1\n")))
    assert isinstance(error, AttributeError)
    assert str(error) == (
        f"my_model.epoch: MltkModel has no property 'epoch'. Did you mean 'epochs'? (my_spec.py:{BODY_LINE})"
    )


def test_misspelt_property_is_found_when_read(make_model):
    error = error_of(lambda: make_model().batchsize)
    assert isinstance(error, AttributeError) and "Did you mean 'batch_size'" in str(error)


@pytest.mark.parametrize(
    "body, expected",
    [
        ("my_model.epochs = '5'\n", "my_model.epochs is '5' (str), expected int"),
        ("my_model.metrics = 'accuracy'\n", "my_model.metrics is 'accuracy' (str), expected list or tuple or dict"),
        ("my_model.shuffle = 'batch'\n", "my_model.shuffle is 'batch' (str), expected bool"),
        ("my_model.classes = 'cat'\n", "my_model.classes is 'cat' (str), expected list or tuple"),
        ("my_model.build_model_function = 5\n", "my_model.build_model_function is 5 (int), expected a function"),
    ],
)
def test_wrong_type_names_object_value_type_and_line(write_spec, body, expected):
    error = error_of(lambda: load_mltk_model(write_spec(body)))
    assert isinstance(error, AttributeError)
    assert str(error) == f"{expected} (my_spec.py:{BODY_LINE})"


def test_other_kinds_of_numbers_are_taken(make_model):
    np = pytest.importorskip("numpy")
    model = make_model()
    model.epochs = np.int64(7)
    model.validation_split = 0
    assert type(model.epochs) is int and type(model.validation_split) is float


def test_none_and_callables_pass_every_check(make_model):
    model = make_model()
    model.epochs = None
    assert model.epochs is None
    model.epochs = function = lambda: 5
    assert model.epochs is function


def test_callable_of_an_untyped_property_is_called_on_reads(make_model):
    model = make_model()
    model.optimizer = dict
    first = model.optimizer
    assert first == {} and model.optimizer is not first


def test_in_place_changes_of_defaults_persist(make_model):
    model = make_model()
    model.checkpoint["monitor"] = "val_loss"
    model.keras_custom_objects["A"] = int
    model.class_counts["training"] = {"cat": 1}
    model.train_callbacks.append(1)
    assert model.checkpoint["monitor"] == "val_loss" and model.keras_custom_objects == {"A": int}
    assert model.class_counts["training"] == {"cat": 1} and model.train_callbacks == [1]


def test_version_must_be_an_integer(make_model):
    with pytest.raises(ValueError, match="my_model.version is '1'"):
        make_model().version = "1"


def test_read_only_properties_and_methods_cannot_be_assigned(make_model):
    model = make_model()
    with pytest.raises(AttributeError, match="my_model.name: is read-only"):
        model.name = "other"
    with pytest.raises(AttributeError, match="load_dataset: is a method"):
        model.load_dataset = lambda: None
    model._own = 5
    assert model._own == 5


def test_classes_and_input_shape_are_stored_where_the_mixins_put_them(make_model):
    model = make_model("my_model.classes = ['a', 'b']\nmy_model.input_shape = (1, 2, 3)\n", mixin="ImageDatasetMixin")
    assert model.attributes["image.classes"] == ["a", "b"] and model.attributes["image.input_shape"] == (1, 2, 3)
    assert model.n_classes == 2
    model = make_model("my_model.classes = ['a']\n", name="other")
    assert model.attributes["dataset.classes"] == ["a"]


def test_unset_classes_say_what_to_write(make_model):
    error = error_of(lambda: make_model().classes)
    assert isinstance(error, ValueError) and isinstance(error, MissingSettingError)
    assert "my_model.classes is not set; write in /" in str(error) and "my_model.classes = ['dog', 'cat']" in str(error)


def test_attributes_by_wildcard_and_registration(make_model):
    attributes = make_model().attributes
    assert "*epochs" in attributes and attributes.get_value("*epochs", default=3) == 3
    with pytest.raises(PropertyError, match="already registered"):
        attributes.register("train.epochs")
    attributes.register("own.key", 5, readonly=True)
    with pytest.raises(AttributeError, match="read-only"):
        attributes["own.key"] = 6


def test_mixins_of_scripts_register_attributes():
    from mltk.core.model.model_attributes import MltkModelAttributesDecorator

    @MltkModelAttributesDecorator()
    class OwnMixin:
        @property
        def own(self):
            return self._attributes.get_value("own.value", default=3)

        def _register_attributes(self):
            self._attributes.register("own.value", dtype=int)
            return lambda: self.add_event_handler(MltkModelEvent.BEFORE_MODEL_LOAD, self._loaded)

        def _loaded(self, mltk_model, logger):
            self._events = (mltk_model is self, logger is not None)

    class Model(MltkModel, TrainMixin, OwnMixin):
        pass

    model = Model()
    assert model.own == 3 and model._events == (True, True)


def test_attribute_error_inside_a_property_is_not_hidden():
    class Model(MltkModel):
        @property
        def broken(self):
            return (5).nothing

    with pytest.raises(AttributeError, match="'int' object has no attribute 'nothing'"):
        Model().broken  # pylint: disable=expression-not-assigned


def test_log_dir_is_made_when_read(make_model, user_dir):
    model = make_model()
    assert model.log_dir == f"{user_dir}/models/my_spec" and os.path.isdir(model.log_dir)
    assert model.h5_log_dir_path == f"{model.log_dir}/my_spec.h5"
    assert model.unquantized_tflite_log_dir_path == f"{model.log_dir}/my_spec.float32.tflite"


def test_test_mode_has_its_own_files(make_model, user_dir):
    model = make_model()
    model.enable_test_mode()
    assert model.log_dir == f"{user_dir}/models/my_spec-test"
    assert model.tflite_log_dir_path.endswith("-test/my_spec.test.tflite")
    assert model.unquantized_tflite_log_dir_path.endswith("my_spec.float32.test.tflite")
    assert model.archive_path.endswith("/my_spec-test.mltk.zip")


def test_create_log_dir_deletes_files_but_not_folders(make_model):
    model = make_model()
    folder = model.create_log_dir("dump/inner")
    open(f"{folder}/a.txt", "w").close()
    model.create_log_dir("dump", delete_existing=True)
    assert os.path.isdir(folder) and os.listdir(folder) == []


def test_each_logger_of_a_model_writes_its_own_file(make_model):
    for _ in range(2):
        model = make_model()
        logger = model.create_logger("train")
        logger.debug("hello")
        model.close_logger(logger)
        with open(f"{model.log_dir}/train/log.txt", encoding="utf-8") as file:
            assert file.read() == "hello\n"


def test_handlers_run_in_order_and_failures_are_warnings(make_model):
    model = make_model()
    calls = []

    def handler(mltk_model, logger, holder, extra):
        calls.append(extra)
        holder["value"] += extra

    def failing(**kwargs):
        raise RuntimeError("broken")

    model.add_event_handler(MltkModelEvent.SUMMARIZE_MODEL, failing)
    model.add_event_handler("SUMMARIZE_MODEL", handler, extra=1)
    model.add_event_handler(MltkModelEvent.SUMMARIZE_MODEL, handler, extra=2)
    holder = {"value": 0}
    model.trigger_event(MltkModelEvent.SUMMARIZE_MODEL, holder=holder)
    assert calls == [1, 2] and holder["value"] == 3


def test_a_handler_may_end_the_operation(make_model):
    model = make_model()

    def failing(**kwargs):
        raise RuntimeError("broken")

    model.add_event_handler(MltkModelEvent.AFTER_TRAIN, failing, _raise_exception=True)
    with pytest.raises(RuntimeError, match="broken"):
        model.trigger_event(MltkModelEvent.AFTER_TRAIN)


def test_unknown_event_has_a_suggestion(make_model):
    with pytest.raises(PropertyError, match="Did you mean 'AFTER_TRAIN'"):
        make_model().add_event_handler("AFTER_TRAI", print)


def test_summary_has_the_input_shape(make_model):
    model = make_model(
        "my_model.classes = ['a', 'b']\nmy_model.input_shape = (8, 9, 1)\nmy_model.model_parameters['k'] = 3\n"
    )
    summary = model.summary()
    assert "Classes: a, b\nInput shape: 8x9x1" in summary and summary.endswith("\nk: 3")


def test_custom_commands(make_model, capsys):
    pytest.importorskip("typer")
    model = make_model("@my_model.cli.command('greet')\ndef greet(name: str):\n    print('hello', name)\n")
    assert model.run_custom_command(["greet", "you"]) == 0
    assert capsys.readouterr().out == "hello you\n"
    assert model.run_custom_command(["greet"]) == 2
    assert model.run_custom_command([]) == 2
    assert "greet" in capsys.readouterr().out


def test_a_model_without_commands_says_so(make_model):
    pytest.importorskip("typer")
    with pytest.raises(ValueError, match="has no commands of its own"):
        make_model().run_custom_command(["greet"])
