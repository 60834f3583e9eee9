"""Train random networks here and in TensorFlow's Keras 2 and compare: losses of four steps, predictions, weights.

    PYTHON tools/verify_training.py write FOLDER [--first SEED] [--count N]     with mltk
    PYTHON tools/verify_training.py check FOLDER                                with tf_keras

The networks are of the sizes that people train: pictures of up to 96 x 96, series of up to 1000 steps, batches of up to 64. The
first command writes for each one a `.h5` before training, the data, and what came out; the second trains from the same `.h5`.
"""

import argparse
import os
from pathlib import Path

import numpy as np

STEPS = 4
#: A loss may differ by so much of itself, a prediction by so much.
LOSS_TOLERANCE, PREDICTION_TOLERANCE = 2e-3, 5e-3


def optimizers(keras) -> dict:
    """Name -> makes the optimizer."""
    return {
        "sgd": lambda: keras.optimizers.SGD(0.01, momentum=0.9),
        "adam": lambda: keras.optimizers.Adam(1e-3),
        "rmsprop": lambda: keras.optimizers.RMSprop(1e-3),
    }


class RandomNetwork:
    """Draws layers that fit one behind the other."""

    def __init__(self, layers, regularizers, random):
        self.layers = layers
        self.regularizers = regularizers
        self.random = random

    def pick(self, *choices):
        return choices[self.random.randint(len(choices))]

    def pool(self, x, rank: str):
        kind = self.pick("MaxPooling", "AveragePooling")
        return getattr(self.layers, kind + rank)(self.pick(2, 3), strides=self.pick(1, 2), padding=self.pick("same", "valid"))(x)

    def picture_layer(self, x):
        layers, filters, kernel = self.layers, self.pick(4, 5, 8, 16, 20, 32), self.pick(1, 3, 5)
        padding = self.pick("same", "valid") if min(x.shape[1:-1]) >= kernel else "same"
        settings = dict(padding=padding, activation=self.pick(None, "relu", "tanh", "elu", "sigmoid"))
        kind = self.random.randint(9)
        if kind < 3:
            penalty = self.regularizers.l2(1e-3) if self.random.rand() < 0.2 else None
            return layers.Conv2D(filters, kernel, strides=self.pick(1, 2), kernel_regularizer=penalty, **settings)(x)
        if kind == 3:
            return layers.DepthwiseConv2D(kernel, strides=self.pick(1, 2), depth_multiplier=self.pick(1, 2), **settings)(x)
        if kind == 4:
            return layers.SeparableConv2D(filters, kernel, **settings)(x)
        if kind == 5 and x.shape[1] < 20:
            return layers.Conv2DTranspose(filters, kernel, strides=self.pick(1, 2), padding="same")(x)
        if kind == 5:
            return layers.Conv2D(filters, kernel, padding="same", dilation_rate=2)(x)
        if kind == 6:
            y = layers.BatchNormalization()(layers.Conv2D(int(x.shape[-1]), 3, padding="same")(x))
            return layers.ReLU()(layers.Add()([x, y]))
        if kind == 7:
            return layers.Activation("relu")(layers.BatchNormalization()(x))
        return layers.Concatenate()([layers.Conv2D(filters, 1)(x), layers.Conv2D(4, 3, padding="same")(x)])

    def series_layer(self, x):
        layers, filters, kernel = self.layers, self.pick(4, 5, 8, 16, 20, 32), self.pick(1, 3, 5)
        padding = self.pick("same", "valid") if x.shape[1] >= kernel else "same"
        kind = self.random.randint(9)
        if kind < 4:
            return layers.Conv1D(filters, kernel, strides=self.pick(1, 2), padding=padding, activation=self.pick(None, "relu", "tanh"))(x)
        if kind == 4:
            return layers.SeparableConv1D(filters, kernel, padding=padding)(x)
        if kind in (5, 6) and x.shape[1] < 60:
            return self.pick(layers.LSTM, layers.GRU)(8, return_sequences=True)(x)
        if kind == 7:
            return layers.LayerNormalization()(x)
        return layers.LeakyReLU(0.2)(layers.BatchNormalization()(x))

    def draw(self, keras):
        """A model of one input and a classifier's output."""
        if self.random.rand() < 0.7:
            height = self.pick(7, 12, 28, 33, 49, 64, 96)
            shape, rank, layer = (height, self.pick(height, 10, height + 3), self.pick(1, 2, 3, 8)), "2D", self.picture_layer
        else:
            shape, rank, layer = (self.pick(16, 50, 140, 360, 1000), self.pick(1, 3, 6)), "1D", self.series_layer
        x = first = self.layers.Input(shape)
        for _ in range(self.random.randint(1, 5)):
            x = layer(x)
            if self.random.rand() < 0.4 and min(x.shape[1:-1]) >= 3:
                x = self.pool(x, rank)
        end = self.pick("GlobalAveragePooling" + rank, "GlobalMaxPooling" + rank, "Flatten")
        x = getattr(self.layers, end)()(x)
        if self.random.rand() < 0.5:
            x = self.layers.Dense(self.pick(3, 16, 50), activation="relu")(x)
        units = self.pick(1, 2, 3, 10)
        return keras.Model(first, self.layers.Dense(units, activation="softmax" if units > 1 else "sigmoid")(x))


def train(model, keras, case: dict) -> dict:
    """Results of four steps on one batch."""
    model.compile(optimizers(keras)[str(case["optimizer"])](), str(case["loss"]))
    losses = [float(model.train_on_batch(case["x"], case["y"])) for _ in range(STEPS)]
    return {"losses": losses, "predictions": model.predict(case["x"], verbose=0)}


def write(folder: Path, seeds):
    import mltk  # pylint: disable=unused-import  # provides the name tensorflow
    from tensorflow import keras

    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        random = np.random.RandomState(seed)
        keras.utils.set_random_seed(seed)
        network = RandomNetwork(keras.layers, keras.regularizers, random)
        model = network.draw(keras)
        batch, units = network.pick(1, 5, 7, 16, 32, 50, 64), model.output_shape[-1]
        labels = np.eye(units)[random.randint(0, units, batch)] if units > 1 else random.randint(0, 2, (batch, 1))
        entropy = "categorical_crossentropy" if units > 1 else "binary_crossentropy"
        case = {
            "x": random.randn(batch, *model.input_shape[1:]).astype("float32"),
            "y": labels.astype("float32"),
            "optimizer": network.pick("sgd", "adam", "rmsprop"),
            "loss": network.pick(entropy, entropy, entropy, "mse"),
        }
        model.save(folder / f"{seed}.h5")
        np.savez(folder / f"{seed}.npz", **case, **train(model, keras, case))


def check(folder: Path) -> bool:
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # whose gradients of small convolutions crash
    import tf_keras

    differ = 0
    paths = sorted(folder.glob("*.npz"), key=lambda path: int(path.stem))
    for path in paths:
        case = dict(np.load(path))
        model = tf_keras.models.load_model(path.with_suffix(".h5"), compile=False)
        expected = train(model, tf_keras, case)
        losses = np.array(expected["losses"])
        loss_error = np.max(np.abs(case["losses"] - losses) / np.maximum(np.abs(losses), 1e-2))
        prediction_error = np.abs(case["predictions"] - expected["predictions"]).max()
        if loss_error > LOSS_TOLERANCE or prediction_error > PREDICTION_TOLERANCE:
            differ += 1
            kinds = [type(layer).__name__ for layer in model.layers]
            print(f"{path.stem}: {case['optimizer']}, {case['x'].shape}, {kinds}: losses {case['losses']}, expected {losses}")
    print(f"{len(paths) - differ} of {len(paths)} networks train as in tf_keras {tf_keras.__version__}")
    return differ == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["write", "check"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=80)
    options = parser.parse_args()
    if options.action == "write":
        return write(options.folder, range(options.first, options.first + options.count))
    return 0 if check(options.folder) else 1


if __name__ == "__main__":
    raise SystemExit(main())
