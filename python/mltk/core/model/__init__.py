"""The classes a specification builds its model from, and what finds and loads specifications."""

from mltk.core.model.mixins.audio_dataset_mixin import AudioDatasetMixin
from mltk.core.model.mixins.data_generator_dataset_mixin import DataGeneratorDatasetMixin
from mltk.core.model.mixins.dataset_mixin import DatasetMixin, MltkDataset
from mltk.core.model.mixins.evaluate_autoencoder_mixin import EvaluateAutoEncoderMixin
from mltk.core.model.mixins.evaluate_classifier_mixin import EvaluateClassifierMixin
from mltk.core.model.mixins.evaluate_mixin import EvaluateMixin
from mltk.core.model.mixins.image_dataset_mixin import ImageDatasetMixin
from mltk.core.model.mixins.ssh_mixin import SshMixin
from mltk.core.model.mixins.train_mixin import TrainMixin
from mltk.core.model.model import MltkModel
from mltk.core.model.model_event import MltkModelEvent
from mltk.core.model.model_utils import (
    find_model_specification_file,
    list_mltk_models,
    load_mltk_model,
    load_mltk_model_with_path,
    load_tflite_model,
    load_tflite_or_keras_model,
)


def __getattr__(name):
    # Imported when used: they need Keras' classes, or a package that may be absent.
    if name == "KerasModel":
        from mltk.core.keras import KerasModel

        return KerasModel
    if name == "WeightsAndBiasesMixin":
        from mltk.core.model.mixins.weights_and_biases_mixin import WeightsAndBiasesMixin

        return WeightsAndBiasesMixin
    raise AttributeError(f"mltk.core.model has no name '{name}'")
