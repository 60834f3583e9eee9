"""The moments at which a model calls the handlers that were added with `MltkModel.add_event_handler`."""

import enum


class MltkModelEvent(str, enum.Enum):
    """Events of a model. A handler gets `mltk_model`, `logger` and the keywords that are listed here.

    A `..._dict` keyword holds the object under 'value'; a handler replaces it there.
    """

    #: At the end of the model's creation; only mixins can have a handler then.
    BEFORE_MODEL_LOAD = "BEFORE_MODEL_LOAD"
    #: The specification has been executed.
    AFTER_MODEL_LOAD = "AFTER_MODEL_LOAD"

    #: `subset`, `test`, and the other arguments of `load_dataset`
    BEFORE_LOAD_DATASET = "BEFORE_LOAD_DATASET"
    #: `subset`, `test`, and the other arguments of `load_dataset`
    AFTER_LOAD_DATASET = "AFTER_LOAD_DATASET"
    BEFORE_UNLOAD_DATASET = "BEFORE_UNLOAD_DATASET"
    AFTER_UNLOAD_DATASET = "AFTER_UNLOAD_DATASET"
    #: `summary`, `summary_dict`
    SUMMARIZE_DATASET = "SUMMARIZE_DATASET"
    #: `summary`, `summary_dict`
    SUMMARIZE_MODEL = "SUMMARIZE_MODEL"

    #: `post_process`
    TRAIN_STARTUP = "TRAIN_STARTUP"
    BEFORE_BUILD_TRAIN_MODEL = "BEFORE_BUILD_TRAIN_MODEL"
    #: `keras_model`
    AFTER_BUILD_TRAIN_MODEL = "AFTER_BUILD_TRAIN_MODEL"
    #: `keras_callbacks`: the list, to be edited
    POPULATE_TRAIN_CALLBACKS = "POPULATE_TRAIN_CALLBACKS"
    #: `fit_kwargs`: the arguments of `fit()`, to be edited
    BEFORE_TRAIN = "BEFORE_TRAIN"
    #: `training_history`
    AFTER_TRAIN = "AFTER_TRAIN"
    #: `keras_model`, `keras_model_dict`
    BEFORE_SAVE_TRAIN_MODEL = "BEFORE_SAVE_TRAIN_MODEL"
    #: `keras_model`, `keras_model_dict`
    AFTER_SAVE_TRAIN_MODEL = "AFTER_SAVE_TRAIN_MODEL"
    #: `keras_model`, `results`, `output_dir`
    BEFORE_SAVE_TRAIN_RESULTS = "BEFORE_SAVE_TRAIN_RESULTS"
    #: `keras_model`, `results`, `output_dir`
    AFTER_SAVE_TRAIN_RESULTS = "AFTER_SAVE_TRAIN_RESULTS"
    #: `archive_path`
    BEFORE_SAVE_TRAIN_ARCHIVE = "BEFORE_SAVE_TRAIN_ARCHIVE"
    #: `archive_path`
    AFTER_SAVE_TRAIN_ARCHIVE = "AFTER_SAVE_TRAIN_ARCHIVE"
    #: `results`
    TRAIN_SHUTDOWN = "TRAIN_SHUTDOWN"

    #: `build`, `keras_model`, `tflite_converter_settings`, `post_process`
    QUANTIZE_STARTUP = "QUANTIZE_STARTUP"
    #: `converter`, `converter_dict`
    BEFORE_QUANTIZE = "BEFORE_QUANTIZE"
    #: `tflite_flatbuffer`, `tflite_flatbuffer_dict`, `update_archive`, `keras_model`, `tflite_converter_settings`
    AFTER_QUANTIZE = "AFTER_QUANTIZE"
    #: `tflite_model`, `update_archive`, `keras_model`, `tflite_converter_settings`
    QUANTIZE_SHUTDOWN = "QUANTIZE_SHUTDOWN"

    #: `tflite`, `max_samples_per_class`, `post_process`
    EVALUATE_STARTUP = "EVALUATE_STARTUP"
    #: `name`, `fig`, `tflite`
    GENERATE_EVALUATE_PLOT = "GENERATE_EVALUATE_PLOT"
    #: `results`
    EVALUATE_SHUTDOWN = "EVALUATE_SHUTDOWN"

    #: `results`
    AFTER_PROFILE = "AFTER_PROFILE"
