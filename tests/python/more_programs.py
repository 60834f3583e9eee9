"""More programs of Keras users, as keras_programs.py: masks, cells and states of recurrent layers, pictures that move, the order of
callbacks."""

import numpy as np
from keras_programs import fit, numbers, set_weights


def sequences():
    """Integers [16, 6] that end in zeros, vectors [16, 6, 3] with zero steps in between, and labels."""
    random = np.random.RandomState(5)
    words = random.randint(1, 9, (16, 6))
    for i, length in enumerate(random.randint(1, 7, 16)):
        words[i, length:] = 0
    vectors = random.uniform(-1, 1, (16, 6, 3)).astype("float32")
    vectors[random.uniform(size=(16, 6)) < 0.3] = 0
    vectors[:, 0, 0] = 1
    return words.astype("float32"), vectors, random.uniform(-1, 1, (16, 2)).astype("float32")


def train(tf, model, x, y, **options):
    set_weights(model)
    model.compile(tf.keras.optimizers.SGD(0.3), "mse", metrics=["mae"], **options)
    return {"before": numbers(model.predict(x, verbose=0)), **fit(model, x, y)}


def masked_embedding(tf):
    layers = tf.keras.layers
    words, _, y = sequences()
    result = {}
    for name, make in (("lstm", layers.LSTM), ("gru", layers.GRU), ("rnn", layers.SimpleRNN)):
        model = tf.keras.Sequential([layers.Embedding(9, 4, mask_zero=True, input_length=6), make(3), layers.Dense(2)])
        result.update({f"{name} {key}": value for key, value in train(tf, model, words, y).items()})
    return result


def masked_layers(tf):
    """Masks that go through layers, into a bidirectional one, an average, and a loss with metrics."""
    layers = tf.keras.layers
    _, x, y = sequences()
    inputs = tf.keras.Input((6, 3))
    masked = layers.Masking()(inputs)
    hidden = layers.Dropout(0.0)(layers.TimeDistributed(layers.Dense(4, activation="tanh"))(masked))
    both = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(layers.Add()([hidden, layers.Dense(4)(masked)]))
    mean = layers.Dense(2)(layers.GlobalAveragePooling1D()(both))
    result = {f"mean {key}": value for key, value in train(tf, tf.keras.Model(inputs, mean), x, y).items()}
    back = layers.GRU(2, return_sequences=True, go_backwards=True)(masked)
    steps = tf.keras.Model(inputs, layers.Dense(2)(back))
    labels = np.repeat(y[:, None, :], 6, axis=1)
    result.update({f"steps {key}": value for key, value in train(tf, steps, x, labels, weighted_metrics=["mse"]).items()})
    weighted = steps.test_on_batch(x, labels, sample_weight=np.linspace(0, 1, 16))
    return {**result, "weighted": numbers(weighted)}


def masks_in_own_layers(tf):
    class Mean(tf.keras.layers.Layer):
        def call(self, inputs, mask=None):
            counts = tf.expand_dims(tf.cast(mask, tf.float32), -1)
            return tf.reduce_sum(inputs * counts, axis=1) / tf.reduce_sum(counts, axis=1)

    class Shift(tf.keras.layers.Layer):
        def call(self, inputs):
            return inputs + 1.0

        def compute_mask(self, inputs, mask=None):
            return mask

    layers = tf.keras.layers
    words, _, y = sequences()
    inputs = tf.keras.Input((6,))
    hidden = Shift()(layers.Embedding(9, 4, mask_zero=True)(inputs))
    return train(tf, tf.keras.Model(inputs, layers.Dense(2)(Mean()(hidden))), words, y)


def explicit_masks_and_states(tf):
    layers = tf.keras.layers
    words, x, y = sequences()
    inputs, ids = tf.keras.Input((6, 3)), tf.keras.Input((6,))
    mask = tf.not_equal(ids, 0.0)
    first, *states = layers.LSTM(4, return_sequences=True, return_state=True)(inputs, mask=mask)
    second = layers.LSTM(4)(first, initial_state=states)
    third = layers.GRU(4)(inputs, initial_state=layers.Dense(4, activation="tanh")(states[1]))
    both, *ends = layers.Bidirectional(layers.GRU(4, return_state=True), merge_mode="sum")(inputs, initial_state=[states[0], third])
    scores = layers.Attention()([first, inputs[:, :, :1] + first], mask=[None, mask])
    outputs = layers.Dense(2)(layers.Concatenate()([second, third, both, *ends, layers.GlobalMaxPooling1D()(scores)]))
    return train(tf, tf.keras.Model([inputs, ids], outputs), [x, words], y)


def recurrent_cells(tf):
    class Leaky(tf.keras.layers.Layer):
        """A cell of its author's."""

        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units, self.state_size = units, units

        def build(self, input_shape):
            self.kernel = self.add_weight(name="kernel", shape=(input_shape[-1], self.units))

        def call(self, inputs, states):
            state = 0.5 * states[0] + tf.tanh(tf.matmul(inputs, self.kernel))
            return state, [state]

    layers = tf.keras.layers
    words, x, y = sequences()
    inputs = tf.keras.Input((6, 3))
    stacked = layers.RNN([layers.LSTMCell(3), layers.GRUCell(4, reset_after=False), layers.SimpleRNNCell(2)], return_sequences=True)
    hidden = stacked(layers.Masking()(inputs))
    own = layers.RNN(Leaky(3), go_backwards=True)(inputs)
    gru, state = layers.RNN(layers.GRUCell(3), return_state=True)(inputs)
    lstm = layers.RNN(layers.LSTMCell(4, unit_forget_bias=False))(hidden)
    outputs = layers.Dense(2)(layers.Concatenate()([own, gru, state, lstm]))
    return train(tf, tf.keras.Model(inputs, outputs), x, y)


def loss_without_reduction(tf):
    layers, losses = tf.keras.layers, tf.keras.losses
    _, x, y = sequences()
    model = tf.keras.Sequential([layers.Flatten(input_shape=(6, 3)), layers.Dense(2)])
    set_weights(model)
    model.compile(tf.keras.optimizers.SGD(0.01), losses.MeanSquaredError(reduction="none"), metrics=["mae"])
    return fit(model, x, y)


def moved_pictures(tf):
    """Random layers whose factors have one value only."""
    layers = tf.keras.layers
    x = np.random.RandomState(3).uniform(0, 1, (2, 7, 6, 2)).astype("float32")
    result = {}
    for mode in ("reflect", "wrap", "constant", "nearest"):
        for interpolation in ("bilinear", "nearest"):
            more = {"fill_mode": mode, "interpolation": interpolation, "fill_value": 0.3}
            for name, layer in (
                ("rotation", layers.RandomRotation((0.11, 0.11), **more)),
                ("zoom", layers.RandomZoom((0.83, 0.83), (-0.37, -0.37), **more)),
                ("zoom ratio", layers.RandomZoom((0.6, 0.6), **more)),
                ("translation", layers.RandomTranslation((0.31, 0.31), (-0.77, -0.77), **more)),
            ):
                result[f"{name} {mode} {interpolation}"] = numbers(layer(x, training=True))
    result["inference"] = numbers(layers.RandomRotation(0.2)(x, training=False))
    result["crop"] = numbers(layers.RandomCrop(4, 5)(x, training=False))
    result["crop all"] = numbers(layers.RandomCrop(7, 6)(x, training=True))
    return result


def callback_order(tf):
    """Which method of a callback is called when, with which logs."""

    class Note(tf.keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.events = []

    def method(name):
        def note(self, *args, **kwargs):
            given = [arg for arg in [*args, *kwargs.values()] if not isinstance(arg, dict) and arg is not None]
            logs = next((arg for arg in [*args, *kwargs.values()] if isinstance(arg, dict)), {}) if name.endswith("end") else {}
            self.events.append(f"{name}{given} {sorted(logs)}")

        return note

    for kind in ("train", "test", "predict"):
        for name in (f"on_{kind}_begin", f"on_{kind}_end", f"on_{kind}_batch_begin", f"on_{kind}_batch_end"):
            if "predict_batch" not in name:
                setattr(Note, name, method(name))
    Note.on_epoch_begin, Note.on_epoch_end = method("on_epoch_begin"), method("on_epoch_end")
    _, x, y = sequences()
    model = tf.keras.Sequential([tf.keras.layers.Flatten(input_shape=(6, 3)), tf.keras.layers.Dense(2)])
    model.compile("sgd", "mse", metrics=["mae"])
    notes = Note()
    model.fit(x, y, batch_size=8, epochs=3, verbose=0, callbacks=[notes], validation_data=(x[:8], y[:8]), validation_freq=2, initial_epoch=1)
    model.evaluate(x, y, batch_size=8, verbose=0, callbacks=[notes])
    model.predict(x, batch_size=8, verbose=0, callbacks=[notes])
    return {"events": notes.events}


PROGRAMS = [
    masked_embedding, masked_layers, masks_in_own_layers, explicit_masks_and_states, recurrent_cells, loss_without_reduction,
    moved_pictures, callback_order,
]  # fmt: skip
