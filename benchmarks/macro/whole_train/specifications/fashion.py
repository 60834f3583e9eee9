"""Clothes of 28 x 28 from arrays in memory, without augmentation."""

import numpy as np
import tensorflow as tf

import mltk.core as mltk_core
from mltk.datasets.image import fashion_mnist


# @mltk_model
class Fashion(mltk_core.MltkModel, mltk_core.TrainMixin, mltk_core.DatasetMixin, mltk_core.EvaluateClassifierMixin):
    """Tells ten kinds of clothes apart."""


my_model = Fashion()
my_model.version = 1
my_model.description = "Clothes from arrays in memory"
my_model.epochs = 8
my_model.batch_size = 64
my_model.optimizer = "adam"
my_model.loss = "categorical_crossentropy"
my_model.metrics = ["accuracy"]
my_model.checkpoint["monitor"] = "val_accuracy"
my_model.classes = fashion_mnist.CLASSES
my_model.input_shape = (28, 28, 1)
my_model.tflite_converter["optimizations"] = ["DEFAULT"]
my_model.tflite_converter["supported_ops"] = ["TFLITE_BUILTINS_INT8"]
my_model.tflite_converter["inference_input_type"] = "int8"
my_model.tflite_converter["inference_output_type"] = "int8"


def samples():
    """Some pictures to calibrate with, one at a time."""
    for picture in fashion_mnist.load_data()[1][0][:500]:
        yield [picture.astype("float32").reshape(1, 28, 28, 1) / 255]


my_model.tflite_converter["representative_dataset"] = samples


def load(subset=None, test=False, **kwargs):
    """Pictures [n, 28, 28, 1] in 0..1 and labels [n, 10]: for training with those to validate, else those to evaluate."""
    (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
    x_train, x_test = (np.expand_dims(x.astype("float32") / 255, -1) for x in (x_train, x_test))
    y_train, y_test = (tf.keras.utils.to_categorical(y, 10) for y in (y_train, y_test))
    if subset == "training":
        return x_train, y_train, (x_test, y_test)
    return x_test, y_test


my_model.dataset = load


def build(model):
    """Two convolutions and a classifier."""
    keras_model = tf.keras.models.Sequential(
        [
            tf.keras.layers.Conv2D(16, 3, activation="relu", input_shape=model.input_shape),
            tf.keras.layers.MaxPooling2D(2),
            tf.keras.layers.Conv2D(32, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(2),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(10, activation="softmax"),
        ],
        name=model.name,
    )
    keras_model.compile(loss=model.loss, optimizer=model.optimizer, metrics=model.metrics)
    return keras_model


my_model.build_model_function = build
