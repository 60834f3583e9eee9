"""What a model needs to be trained."""

import os
import re
from typing import Optional

from mltk.core.errors import MissingSettingError
from mltk.core.model.mixins.base_mixin import BaseMixin
from mltk.core.model.model_attributes import setting
from mltk.core.model.settings import SettingsDict, check_keys, dict_setting, settings_dict

_CHECKPOINT_NAME = re.compile(r"weights-(\d+)\.h5")
_BEST_WEIGHTS_NAME = re.compile(r"weights-\d+-(-?[\d.]+(?:e[+-]?\d+)?)\.h5")


def _default_checkpoint() -> SettingsDict:
    return SettingsDict(
        monitor="val_accuracy",
        save_best_only=True,
        save_weights_only=True,
        mode="auto",
        save_freq="epoch",
        options=None,
        verbose=0,
    )


def _default_tflite_converter() -> SettingsDict:
    return SettingsDict(
        optimizations=["DEFAULT"],
        supported_ops=["TFLITE_BUILTINS_INT8"],
        inference_input_type="float32",
        inference_output_type="float32",
        representative_dataset="generate",
        representative_dataset_max_samples=1000,
        allow_custom_ops=False,
        experimental_new_converter=True,
        experimental_new_quantizer=True,
        experimental_enable_resource_variables=False,
        generate_unquantized=True,
        generate_quantization_report=False,
    )


class _LearningRateSchedule(dict_setting):
    """A dictionary, or the schedule function alone."""

    def write(self, model, value):
        if callable(value):
            value = {"schedule": value, "verbose": 0}
        super().write(model, value)


class TrainMixin(BaseMixin):
    """Training settings of a model."""

    epochs = setting(
        "train.epochs", int, 100, doc="Number of epochs; -1 trains until early stopping, which must be set then."
    )
    batch_size = setting("train.batch_size", int, 32, doc="Samples of one step.")
    seed = setting(
        "train.seed",
        int,
        42,
        doc="Seed of the run: initial weights, shuffling, augmentation and dropout follow from it.",
    )
    optimizer = setting(
        "train.optimizer", None, "adam", doc="For `compile()`. A class or function is called at each read."
    )
    metrics = setting("train.metrics", (list, tuple, dict), factory=lambda: ["accuracy"], doc="For `compile()`.")
    loss = setting(
        "train.loss",
        (str, dict, list, tuple),
        "categorical_crossentropy",
        doc="For `compile()`: a name, function or object; a list or dictionary of them by output.",
    )
    checkpoints_enabled = setting(
        "train.checkpoints_enabled", bool, True, doc="Whether each epoch writes its weights to `checkpoints_dir`."
    )
    train_callbacks = setting("train.callbacks", (list, tuple), factory=list, doc="Own Keras callbacks.")
    lr_schedule = _LearningRateSchedule(
        "train.lr_schedule",
        dict,
        callback="LearningRateScheduler",
        normalize=settings_dict,
        doc="`f(epoch)` or `f(epoch, lr)` -> learning rate, or the arguments of LearningRateScheduler.",
    )
    reduce_lr_on_plateau = dict_setting(
        "train.reduce_lr_on_plateau",
        dict,
        callback="ReduceLROnPlateau",
        normalize=settings_dict,
        doc="Arguments of ReduceLROnPlateau; None is off.",
    )
    tensorboard = dict_setting(
        "train.tensorboard",
        dict,
        callback="TensorBoard",
        normalize=settings_dict,
        doc="Arguments of TensorBoard; None is off.",
    )
    checkpoint = dict_setting(
        "train.checkpoint",
        dict,
        callback="ModelCheckpoint",
        factory=_default_checkpoint,
        normalize=settings_dict,
        doc="Arguments of ModelCheckpoint, which keeps the best weights in `weights_dir`; None is off.",
    )
    early_stopping = dict_setting(
        "train.early_stopping",
        dict,
        callback="EarlyStopping",
        normalize=settings_dict,
        doc="Arguments of EarlyStopping; None is off.",
    )
    tflite_converter = dict_setting(
        "train.tflite_converter",
        dict,
        factory=_default_tflite_converter,
        normalize=settings_dict,
        doc="How the `.tflite` is made; None makes none. Assigning a dictionary drops all defaults.",
    )
    on_training_complete = setting(
        "train.on_training_complete", (), doc="`f(results)`, called when training is done and all files are written."
    )
    on_save_keras_model = setting(
        "train.on_save_keras_model",
        (),
        doc="`f(mltk_model, keras_model, logger)` -> the Keras model to save instead.",
    )
    train_kwargs = setting("train.kwargs", dict, factory=dict, doc="More arguments of `fit()`; they win.")

    def _register_attributes(self):
        self._attributes.register("train.build_model_function", dtype=(), label="my_model.build_model_function")

    @property
    def build_model_function(self):
        """`f(my_model)` -> compiled Keras model."""
        return self._attributes.get_value("train.build_model_function", default=self._no_build_model_function)

    @build_model_function.setter
    def build_model_function(self, value):
        self._attributes["train.build_model_function"] = value

    def _no_build_model_function(self, *_args, **_kwargs):
        raise self._missing_build_model_function()

    def _missing_build_model_function(self) -> MissingSettingError:
        return self.missing_setting(
            "build_model_function",
            "my_model.build_model_function = my_model_builder, a function of the model that returns a compiled Keras "
            "model",
        )

    @property
    def checkpoints_dir(self) -> str:
        """Folder of the weights of each epoch; made when read."""
        return self.create_log_dir("train/checkpoints")

    @property
    def weights_dir(self) -> str:
        """Folder of the best weights; made when read."""
        return self.create_log_dir("train/weights")

    @property
    def weights_file_format(self) -> str:
        """Template of the file names in `weights_dir`: epoch and monitored value."""
        monitor = (self.checkpoint or {}).get("monitor") or "val_loss"
        return f"weights-{{epoch:03d}}-{{{monitor}:.4f}}.h5"

    def get_checkpoint_path(self, epoch: Optional[int] = None) -> Optional[str]:
        """Path of the weights of an epoch, by default (None or -1) the last one; None if there are none."""
        paths = {}
        for name in os.listdir(self.checkpoints_dir):
            match = _CHECKPOINT_NAME.fullmatch(name)
            if match:
                paths[int(match[1])] = f"{self.checkpoints_dir}/{name}"
        if epoch is None or epoch == -1:
            return paths[max(paths)] if paths else None
        return paths.get(epoch)

    def get_weights_path(self, filename: Optional[str] = None) -> str:
        """Path of a weights file.

        Args:
            filename: a path, or a name in `weights_dir`; None or `best` is the best weights file: the one with the
                largest monitored value, or with the smallest when `checkpoint` minimizes what it monitors

        Raises:
            FileNotFoundError: there is no such file
        """
        weights_dir = self.weights_dir
        if filename is not None:
            for path in (filename, f"{weights_dir}/{filename}"):
                if os.path.isfile(path):
                    return path
        if filename not in (None, "best"):
            raise FileNotFoundError(f"{filename}: no such weights file, neither here nor in {weights_dir}")

        values = {}
        for name in os.listdir(weights_dir):
            match = _BEST_WEIGHTS_NAME.fullmatch(name)
            if match:
                values[f"{weights_dir}/{name}"] = float(match[1])
        if not values:
            raise FileNotFoundError(f"{weights_dir}: has no best weights; train the model with my_model.checkpoint set")
        return (max if self._best_is_largest() else min)(sorted(values), key=values.get)

    def _best_is_largest(self) -> bool:
        checkpoint = self.checkpoint or {}
        mode = checkpoint.get("mode") or "auto"
        monitor = checkpoint.get("monitor") or "val_loss"
        if mode in ("min", "max"):
            return mode == "max"
        return "acc" in monitor or monitor.startswith("fmeasure")

    def check_settings(self):
        """Check before training what can be checked without data.

        Raises:
            MissingSettingError: a property that must be set is not
            UnknownSettingError: a dictionary setting has keys that nothing reads
        """
        check_keys(self)
        if not self._attributes.value_is_set("train.build_model_function") or self.build_model_function is None:
            raise self._missing_build_model_function()
        check_dataset = getattr(self, "check_dataset_settings", None)
        if check_dataset is not None:
            check_dataset()
