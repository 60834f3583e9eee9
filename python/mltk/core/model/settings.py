"""Settings that are dictionaries: arguments of Keras callbacks and of the converter, and the check of their keys."""

from typing import Dict, FrozenSet, List

from mltk.core.errors import UnknownSettingError, at_line, did_you_mean, specification_line
from mltk.core.model.model_attributes import setting
from mltk.utils.python import DefaultDict

#: Property -> the keys that something reads: arguments of tf_keras 2.x callbacks, attributes of the TFLiteConverter.
KNOWN_KEYS: Dict[str, FrozenSet[str]] = {
    "checkpoint": frozenset(
        "filepath monitor verbose save_best_only save_weights_only mode save_freq options "
        "initial_value_threshold".split()
    ),
    "early_stopping": frozenset(
        "monitor min_delta patience verbose mode baseline restore_best_weights start_from_epoch".split()
    ),
    "reduce_lr_on_plateau": frozenset("monitor factor patience verbose mode min_delta epsilon cooldown min_lr".split()),
    "lr_schedule": frozenset("schedule verbose".split()),
    "tensorboard": frozenset(
        "log_dir histogram_freq write_graph write_images write_steps_per_second update_freq profile_batch "
        "embeddings_freq embeddings_metadata".split()
    ),
    "tflite_converter": frozenset(
        "optimizations supported_ops inference_input_type inference_output_type representative_dataset "
        "representative_dataset_max_samples allow_custom_ops experimental_new_converter experimental_new_quantizer "
        "experimental_enable_resource_variables generate_unquantized generate_quantization_report target_spec "
        "exclude_conversion_metadata drop_control_dependency reorder_across_fake_quant change_concat_input_ranges "
        "dump_graphviz_dir dump_graphviz_video conversion_summary_dir unfold_batchmatmul "
        "legalize_custom_tensor_list_ops experimental_lower_tensor_list_ops "
        "experimental_default_to_single_batch_in_tensor_list_ops experimental_select_user_tf_ops "
        "experimental_use_stablehlo_quantizer experimental_preserve_all_tensors "
        "experimental_disable_batchmatmul_unfold".split()
    ),
}


class SettingsDict(dict):
    """A dictionary whose missing keys read as None, and which remembers the specification's line of each key.

    Reading a missing key inserts it, as in MLTK 0.20.
    """

    lines: Dict[str, str]

    def __new__(cls, *_args, **_kwargs):
        # Copying and unpickling set items before they set attributes.
        self = super().__new__(cls)
        self.lines = {}
        return self

    def __init__(self, *args, **kwargs):
        super().__init__()
        self.update(*args, **kwargs)

    def __missing__(self, key):
        self[key] = None
        return None

    def __setitem__(self, key, value):
        self.lines[key] = specification_line()
        super().__setitem__(key, _with_default_dicts(value))

    def update(self, *args, **kwargs):
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def setdefault(self, key, default=None):
        if key not in self:
            self[key] = default
        return self[key]

    def arguments(self) -> dict:
        """The settings that have a value, as keyword arguments."""
        return {key: value for key, value in self.items() if value is not None}


def _with_default_dicts(value):
    if isinstance(value, dict):
        return DefaultDict(value)
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return [_with_default_dicts(item) for item in value]
    return value


class dict_setting(setting):  # pylint: disable=invalid-name
    """A setting that is a dictionary. None becomes an empty one, which means "disabled".

    A Keras callback is taken for the dictionary of its arguments; it has to be of class `callback`.
    """

    def __init__(self, *args, callback: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self._callback = callback

    def write(self, model, value):
        if self._callback and type(value).__name__ == self._callback:
            value = value.arguments
        super().write(model, SettingsDict() if value is None else value)


def settings_dict(value) -> SettingsDict:
    """A `SettingsDict` of a mapping or of pairs."""
    return SettingsDict(value)


def unknown_keys(name: str, settings: dict) -> List[str]:
    """A message for each key of property `name` that nothing reads."""
    messages = []
    for key in settings or {}:
        if key not in KNOWN_KEYS[name]:
            line = settings.lines.get(key, "") if isinstance(settings, SettingsDict) else ""
            message = f"my_model.{name}['{key}']: unknown key.{did_you_mean(str(key), KNOWN_KEYS[name])}"
            messages.append(at_line(message, line))
    return messages


def check_keys(model):
    """Raise UnknownSettingError, which lists them, when dictionary settings of the model have unknown keys."""
    messages = [message for name in KNOWN_KEYS for message in unknown_keys(name, getattr(model, name))]
    if messages:
        raise UnknownSettingError("\n".join(messages))
