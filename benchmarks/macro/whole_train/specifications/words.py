"""A folder of WAV files for each word, with features and augmentation of MLTK's audio_example1."""

import numpy as np
import tensorflow as tf

import mltk.core as mltk_core
from mltk.core.preprocess.audio.audio_feature_generator import AudioFeatureGeneratorSettings
from mltk.core.preprocess.audio.parallel_generator import ParallelAudioDataGenerator
from mltk.utils.path import create_user_dir


# @mltk_model
class Words(mltk_core.MltkModel, mltk_core.TrainMixin, mltk_core.AudioDatasetMixin, mltk_core.EvaluateClassifierMixin):
    """Spots four words among others and silence."""


my_model = Words()
my_model.version = 1
my_model.description = "Words in folders, augmented"
my_model.epochs = 30
my_model.batch_size = 64
my_model.optimizer = "adam"
my_model.loss = "categorical_crossentropy"
my_model.metrics = ["accuracy"]
my_model.checkpoint["monitor"] = "val_accuracy"
my_model.reduce_lr_on_plateau = dict(monitor="accuracy", factor=0.25, patience=4)
my_model.dataset = create_user_dir() + "/datasets/speech_commands/v2"
my_model.class_mode = "categorical"
my_model.classes = ["up", "down", "left", "right", "_unknown_", "_silence_"]
my_model.class_weights = "balanced"

settings = AudioFeatureGeneratorSettings()
settings.sample_rate_hz = 16000
settings.sample_length_ms = 1200
settings.window_size_ms = 30
settings.window_step_ms = 20
settings.filterbank_n_channels = 49
settings.filterbank_upper_band_limit = 4000.0 - 1
settings.filterbank_lower_band_limit = 125.0
settings.noise_reduction_enable = True
settings.noise_reduction_min_signal_remaining = 0.03

my_model.tflite_converter["optimizations"] = [tf.lite.Optimize.DEFAULT]
my_model.tflite_converter["supported_ops"] = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
my_model.tflite_converter["inference_input_type"] = np.int8
my_model.tflite_converter["inference_output_type"] = np.int8
my_model.tflite_converter["representative_dataset"] = "generate"
my_model.datagen = ParallelAudioDataGenerator(
    dtype=my_model.tflite_converter["inference_input_type"],
    frontend_settings=settings,
    cores=1.0,
    max_batches_pending=32,
    validation_split=0.15,
    validation_augmentation_enabled=False,
    samplewise_center=False,
    samplewise_std_normalization=False,
    rescale=None,
    unknown_class_percentage=2.0,
    silence_class_percentage=0.2,
    offset_range=(0.0, 1.0),
    trim_threshold_db=20,
    loudness_range=(0.2, 1.0),
    bg_noise_range=(0.0, 0.3),
    bg_noise_dir="_background_noise_",
)


def build(model):
    """A depthwise and two ordinary convolutions, and a classifier."""
    layers = tf.keras.layers
    keras_model = tf.keras.models.Sequential(
        [
            layers.DepthwiseConv2D(7, depth_multiplier=8, strides=2, padding="same", input_shape=model.input_shape),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.Conv2D(24, 3, strides=2),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(20, 3),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(model.n_classes, activation="softmax"),
        ],
        name=model.name,
    )
    keras_model.compile(loss=model.loss, optimizer=model.optimizer, metrics=model.metrics)
    return keras_model


my_model.build_model_function = build
