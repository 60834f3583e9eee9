"""Handwritten digits on a microcontroller.

A small convolutional network that reads a digit from an 8x8 grey picture, trained on scikit-learn's copy of the
UCI "Optical Recognition of Handwritten Digits" data (data/README.md).

    mltk train digits           train, quantize and evaluate
    mltk profile digits         what it costs on the device
    mltk custom digits show 3   print some pictures of a digit
"""

import os

import tensorflow as tf
import typer
from tensorflow.keras.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPooling2D,
)
from tensorflow.keras.models import Sequential

import mltk.core as mltk_core
from mltk.core.preprocess.image.parallel_generator import ParallelImageDataGenerator


# @mltk_model
class Digits(
    mltk_core.MltkModel,
    mltk_core.TrainMixin,
    mltk_core.ImageDatasetMixin,
    mltk_core.EvaluateClassifierMixin,
):
    """Reads a handwritten digit from an 8x8 picture."""


my_model = Digits()

# General settings
my_model.version = 1
my_model.description = "Handwritten digits, 8x8 pixels"

# Training
my_model.epochs = 40
my_model.batch_size = 32
my_model.optimizer = "adam"
my_model.loss = "categorical_crossentropy"
my_model.metrics = ["accuracy"]
my_model.checkpoint["monitor"] = "val_accuracy"
my_model.reduce_lr_on_plateau = dict(monitor="loss", factor=0.5, patience=3, min_lr=1e-5)
my_model.early_stopping = dict(monitor="val_accuracy", patience=15, restore_best_weights=True)
my_model.tensorboard = dict(histogram_freq=0)

# Data: one folder per class
my_model.dataset = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
my_model.class_mode = "categorical"
my_model.classes = [str(digit) for digit in range(10)]
my_model.class_weights = "balanced"
my_model.input_shape = (8, 8, 1)
my_model.datagen = ParallelImageDataGenerator(
    cores=0.5,
    validation_split=0.2,
    validation_augmentation_enabled=False,
    rotation_range=8,
    width_shift_range=0.08,
    height_shift_range=0.08,
    zoom_range=0.08,
    fill_mode="constant",
    rescale=1 / 255,
)

# Quantization: int8 weights and activations
my_model.tflite_converter["optimizations"] = [tf.lite.Optimize.DEFAULT]
my_model.tflite_converter["supported_ops"] = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
my_model.tflite_converter["inference_input_type"] = tf.int8
my_model.tflite_converter["inference_output_type"] = tf.int8
my_model.tflite_converter["representative_dataset"] = "generate"

# Parameters that travel in the .tflite for the device's application
my_model.model_parameters["average_window_duration_ms"] = 300
my_model.model_parameters["detection_threshold"] = 175


def build_model(model: Digits):
    """Two convolution blocks and a classifier."""
    keras_model = Sequential(name=model.name)
    keras_model.add(Conv2D(16, (3, 3), padding="same", input_shape=model.input_shape))
    keras_model.add(BatchNormalization())
    keras_model.add(Activation("relu"))
    keras_model.add(MaxPooling2D((2, 2)))
    keras_model.add(Conv2D(32, (3, 3), padding="same"))
    keras_model.add(BatchNormalization())
    keras_model.add(Activation("relu"))
    keras_model.add(AveragePooling2D((2, 2)))
    keras_model.add(Flatten())
    keras_model.add(Dropout(0.2))
    keras_model.add(Dense(model.n_classes, activation="softmax"))
    keras_model.compile(loss=model.loss, optimizer=model.optimizer, metrics=model.metrics)
    return keras_model


my_model.build_model_function = build_model


@my_model.cli.command("show")
def show(digit: str = typer.Argument("0", help="The digit to show"), count: int = typer.Option(3, help="How many")):
    """Print some pictures of a digit as text."""
    folder = os.path.join(my_model.dataset, digit)
    for name in sorted(os.listdir(folder))[:count]:
        picture = tf.keras.utils.load_img(os.path.join(folder, name), color_mode="grayscale")
        for row in tf.keras.utils.img_to_array(picture)[:, :, 0]:
            print("".join(" .:-=+*#%@"[int(value) * 9 // 255] * 2 for value in row))
        print()


if __name__ == "__main__":
    mltk_core.train_model(my_model)
    mltk_core.evaluate_model(my_model, tflite=True)
    print(mltk_core.profile_model(my_model))
