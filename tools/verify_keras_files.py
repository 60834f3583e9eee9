"""Make the `.keras` files of tests/golden/keras_files with the real Keras, and check those that mltk wrote.

Run it in an environment of its own (`pip install tensorflow-cpu tf_keras keras h5py`); mltk needs none of these:

    python tools/verify_keras_files.py make
    pytest tests/python/test_keras_files.py --basetemp=WRITTEN
    python tools/verify_keras_files.py check WRITTEN

Each case is a model after two steps of training: `NAME.keras`, and `NAME.npz` with inputs, labels, the outputs, and loss and
outputs after a third step, which depends on the optimizer's state. `check` loads the files that mltk wrote again from these
models, with Keras 2, and compares what they predict and how they go on.
"""

import argparse
import os
import sys
import zipfile
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "tests" / "golden" / "keras_files"
#: What float rounding may change, of values of about 1.
TOLERANCE = 2e-5


def import_keras(version: int):
    if version == 2:
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
        import tf_keras as keras
    else:
        os.environ["KERAS_BACKEND"] = "tensorflow"
        import keras
    return keras


def sequential(keras):
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((8, 8, 1)),
            layers.Conv2D(3, 3, activation="relu", kernel_regularizer="l2"),
            layers.BatchNormalization(),
            layers.SeparableConv2D(4, 3, padding="same"),
            layers.PReLU(shared_axes=[1, 2]),
            layers.MaxPooling2D(),
            layers.Dropout(0.0),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
    model.compile(keras.optimizers.Adam(0.01, amsgrad=True), loss, metrics=["accuracy", keras.metrics.MeanSquaredError(name="squares")])
    return model


def functional(keras):
    layers = keras.layers
    steps, values = keras.Input((5, 3), name="steps"), keras.Input((4,), name="values")
    read = layers.Bidirectional(layers.LSTM(2, return_sequences=True))(steps)
    read = layers.TimeDistributed(layers.Dense(3, activation="tanh"))(read)
    read = layers.Add()([read, layers.MultiHeadAttention(1, 2)(read, read)])
    read = layers.LayerNormalization()(read)
    both = layers.Concatenate()([layers.GRU(2)(read), layers.SimpleRNN(2)(steps)])
    inner = keras.Input((4,), name="inner_input")
    part = keras.Model(inner, layers.Dense(4, name="twice")(layers.Dense(4, activation="relu")(inner)), name="part")
    both = layers.Concatenate()([both, part(values), part(layers.Rescaling(0.5)(values))])
    first = layers.Dense(1, name="first")(both)
    second = layers.Dense(2, activation="softmax", name="second")(both)
    model = keras.Model([steps, values], [first, second], name="two")
    rate = keras.optimizers.schedules.ExponentialDecay(0.05, 2, 0.5)
    model.compile(
        keras.optimizers.SGD(rate, momentum=0.9),
        ["mse", "categorical_crossentropy"],
        loss_weights=[1.0, 0.5],
        metrics=[["mae"], ["accuracy"]],
    )
    return model


MODELS = {"sequential": sequential, "functional": functional}


def data_for(model):
    import numpy as np

    rng = np.random.RandomState(1)
    xs = [rng.rand(6, *tensor.shape[1:]).astype(np.float32) for tensor in model.inputs]
    ys = [np.eye(t.shape[1], dtype=np.float32)[rng.randint(t.shape[1], size=6)] if t.shape[1] > 1 else rng.rand(6, 1).astype(np.float32) for t in model.outputs]
    return xs, ys


def one_or_list(values):
    return values[0] if len(values) == 1 else values


def as_list(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def compress(path: Path):
    """Pack the members anew: HDF5 files are mostly zeros."""
    with zipfile.ZipFile(path) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)


def make(version: int):
    import numpy as np

    keras = import_keras(version)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, build in MODELS.items():
        keras.utils.set_random_seed(version)
        model = build(keras)
        xs, ys = data_for(model)
        for _ in range(2):
            model.train_on_batch(one_or_list(xs), one_or_list(ys))
        path = FOLDER / f"{name}_{version}.keras"
        model.save(path)
        arrays = {f"x{i}": x for i, x in enumerate(xs)} | {f"y{i}": y for i, y in enumerate(ys)}
        arrays |= {f"output{i}": p for i, p in enumerate(as_list(model.predict(one_or_list(xs), verbose=0)))}
        model = keras.models.load_model(path)
        arrays["loss"] = np.float32(as_list(model.train_on_batch(one_or_list(xs), one_or_list(ys)))[0])
        arrays |= {f"next{i}": p for i, p in enumerate(as_list(model.predict(one_or_list(xs), verbose=0)))}
        np.savez_compressed(path.with_suffix(".npz"), **arrays)
        compress(path)
        print(f"{path.name}: loss {arrays['loss']}")


def check(folder: Path) -> int:
    import numpy as np

    keras = import_keras(2)
    failed = 0
    for golden in sorted(FOLDER.glob("*.npz")):
        arrays = np.load(golden)
        found = sorted(folder.rglob(f"{golden.stem}.written.keras"))
        if not found:
            print(f"{golden.stem}: no {golden.stem}.written.keras under {folder}")
            failed += 1
            continue
        model = keras.models.load_model(found[0])
        xs = [arrays[f"x{i}"] for i in range(len(model.inputs))]
        ys = [arrays[f"y{i}"] for i in range(len(model.outputs))]
        worst = 0.0
        for kind in ("output", "next"):
            outputs = as_list(model.predict(one_or_list(xs), verbose=0))
            worst = max([worst] + [float(np.abs(p - arrays[f"{kind}{i}"]).max()) for i, p in enumerate(outputs)])
            if kind == "output":
                model.train_on_batch(one_or_list(xs), one_or_list(ys))
        print(f"{golden.stem}: Keras {keras.__version__} differs by at most {worst:.1e}")
        failed += worst > TOLERANCE
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("action", choices=["make", "make_2", "make_3", "check"])
    parser.add_argument("folder", type=Path, nargs="?", help="check: where mltk's test wrote")
    arguments = parser.parse_args()
    if arguments.action == "check":
        sys.exit(check(arguments.folder))
    if arguments.action == "make":
        # One process for each Keras: they do not live together.
        sys.exit(os.system(f"{sys.executable} {__file__} make_2") or os.system(f"{sys.executable} {__file__} make_3"))
    make(int(arguments.action[-1]))


if __name__ == "__main__":
    main()
