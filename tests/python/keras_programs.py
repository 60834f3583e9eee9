"""Programs that Keras users write. `tools/make_golden_programs.py` ran them with real TensorFlow and keeps their numbers in
`tests/golden/programs`; the tests run them here. Each takes the module `tf` and gives name -> numbers."""

import numpy as np

X = np.random.RandomState(1).uniform(-2, 2, (4, 3, 5)).astype("float32")
Y = np.random.RandomState(2).uniform(0.1, 2, (4, 3, 5)).astype("float32")
#: Expressions of x and y [4, 3, 5]; y is positive. The batch is the first axis.
EXPRESSIONS = [
    "tf.math.square(x)", "tf.abs(x)", "tf.exp(x)", "tf.math.log(y)", "tf.sqrt(y)", "tf.math.rsqrt(y)", "tf.sigmoid(x)",
    "tf.tanh(x)", "tf.math.erf(x)", "tf.nn.softplus(x)", "tf.math.sin(x)", "tf.math.cos(x)", "tf.math.floor(x)", "tf.sign(x)",
    "tf.math.ceil(x)", "tf.round(x * 2)", "tf.math.log1p(y)", "tf.math.expm1(x)", "tf.pow(y, 2.5)", "tf.pow(y, x)", "x ** 3",
    "tf.math.squared_difference(x, y)", "tf.math.floordiv(x, y)", "tf.math.floormod(x, y)", "tf.math.divide_no_nan(x, tf.nn.relu(x))",
    "tf.clip_by_value(x, -1.0, 0.5)", "tf.add_n([x, y, x])", "tf.where(x > 0, x, tf.math.log(y))", "tf.where(x > 0, y, 0.0)",
    "x + y", "1 - x", "x * 2 + 1", "x / y", "2.0 / y", "-x", "tf.maximum(x, 0)", "tf.minimum(x, y)",
    "tf.cast(x > y, tf.float32)", "tf.cast(x, tf.int32)", "tf.cast(tf.logical_and(x > 0, y > 1), tf.float32)",
    "tf.cast(tf.logical_or(x > 0, y > 1), tf.float32)", "tf.cast(tf.logical_not(x >= 0), tf.float32)", "tf.cast(x <= y, tf.float32)",
    "tf.cast(tf.not_equal(tf.sign(x), 1.0), tf.float32)",
    "tf.reduce_sum(x, axis=1)", "tf.reduce_sum(x, axis=[1, 2], keepdims=True)", "tf.reduce_mean(x, axis=-1)", "tf.reduce_mean(x)",
    "tf.reduce_sum(x, axis=0)", "tf.reduce_mean(x, axis=0, keepdims=True)", "tf.reduce_mean(x, axis=[0, 2])",
    "tf.reduce_max(x, axis=2)", "tf.reduce_min(x, axis=1, keepdims=True)", "tf.reduce_prod(y, axis=2)",
    "tf.math.reduce_variance(x, axis=2)", "tf.math.reduce_std(x, axis=1)", "tf.math.reduce_euclidean_norm(x, axis=2)",
    "tf.reduce_logsumexp(x, axis=1)", "tf.norm(x, axis=-1)", "tf.math.cumsum(x, axis=1)",
    "tf.math.cumsum(x, axis=2, exclusive=True, reverse=True)", "tf.argmax(x, axis=-1)", "tf.argmax(x, axis=1)", "tf.argmin(x, axis=2)",
    "tf.concat([x, y], axis=1)", "tf.concat([x, y], axis=-1)", "tf.stack([x, y], axis=1)", "tf.stack([x, y], axis=-1)",
    "tf.reduce_sum(tf.stack([x, y, x], axis=0), axis=0)", "tf.reduce_mean(tf.stack([x, y], 0), axis=[0, 2])",
    "tf.unstack(x, axis=1)[2]", "tf.split(x, 5, axis=2)[3]", "tf.split(x, [1, 3, 1], axis=-1)[1]", "tf.split(x, 3, axis=1)[0]",
    "tf.squeeze(x[:, 1:2, :], axis=1)", "tf.expand_dims(x, 1)", "tf.expand_dims(x, -1)", "tf.transpose(x, [0, 2, 1])",
    "tf.transpose(tf.transpose(x, [1, 0, 2]), [1, 2, 0])", "tf.reshape(x, [-1, 15])", "tf.reshape(x, [tf.shape(x)[0], 5, -1])",
    "x[:, 0]", "x[:, -1, :]", "x[..., 1:4]", "x[:, ::2, ::-1]", "x[:, 1:, 1::2]", "x[:, tf.newaxis, :, 0]", "x[:, :, ::-2]",
    "tf.tile(x, [1, 2, 1])", "tf.repeat(x, 2, axis=1)", "tf.reverse(x, axis=[1])", "tf.pad(x, [[0, 0], [1, 2], [0, 1]])",
    "tf.pad(x, [[0, 0], [1, 2], [0, 0]], mode='REFLECT')", "tf.pad(x, [[0, 0], [2, 1], [0, 0]], mode='SYMMETRIC')",
    "tf.pad(x, [[0, 0], [1, 0], [0, 0]], constant_values=3.0)", "tf.gather(x, [2, 0], axis=1)", "tf.gather(x, 1, axis=2)",
    "tf.slice(x, [0, 1, 2], [-1, 2, 3])", "tf.broadcast_to(x[:, :1, :], [tf.shape(x)[0], 3, 5])",
    "tf.matmul(x, y, transpose_b=True)", "tf.matmul(x, tf.constant(W))", "tf.matmul(tf.constant(W), x, transpose_b=True)",
    "x @ tf.transpose(y, [0, 2, 1])", "tf.tensordot(x, tf.constant(W), axes=1)", "tf.linalg.matvec(x, y[:, 0])",
    "tf.one_hot(tf.argmax(x, -1), 5)", "tf.one_hot(tf.argmax(x, -1), 6, on_value=2.0, off_value=-1.0)",
    "tf.zeros_like(x)", "tf.ones_like(x) + x",
    "tf.nn.relu(x)", "tf.nn.relu6(x * 4)", "tf.nn.leaky_relu(x)", "tf.nn.leaky_relu(x, alpha=0.1)", "tf.nn.elu(x)", "tf.nn.selu(x)",
    "tf.nn.swish(x)", "tf.nn.gelu(x)", "tf.nn.softsign(x)", "tf.nn.softmax(x)", "tf.nn.softmax(x, axis=1)", "tf.nn.log_softmax(x)",
    "tf.math.l2_normalize(x, axis=-1)", "tf.nn.moments(x, axes=[1, 2])[1]",
    "tf.nn.softmax_cross_entropy_with_logits(labels=tf.nn.softmax(y), logits=x)",
    "tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=x)",
    "tf.keras.backend.hard_sigmoid(x)", "tf.keras.activations.relu(x, max_value=1.0)", "tf.keras.activations.mish(x)",
    "tf.keras.backend.mean(x, axis=2, keepdims=True)", "tf.keras.backend.clip(x, 0, 1)", "tf.stop_gradient(x) * x",
    "tf.reshape(tf.nn.conv2d(tf.expand_dims(x, -1), tf.constant(F), strides=1, padding='SAME'), [-1, 30])",
    "tf.nn.depthwise_conv2d(tf.expand_dims(x, -1), tf.constant(F), strides=[1, 1, 1, 1], padding='VALID')",
    "tf.nn.max_pool2d(tf.expand_dims(x, -1), 2, 1, 'VALID')", "tf.nn.avg_pool2d(tf.expand_dims(x, -1), [2, 2], [1, 2], 'SAME')",
    "tf.image.resize(tf.expand_dims(x, -1), [6, 4])",
]  # fmt: skip
#: Expressions of values at hand alone: a picture p [6, 5, 3] of 0...1, bytes b of one, a signal s [2, 40].
AT_HAND = [
    "tf.random.stateless_uniform([5], seed=(1, 2))", "tf.random.stateless_uniform([3, 2], seed=(7, -9), minval=-2.0, maxval=3.0)",
    "tf.random.stateless_uniform([6], seed=(3, 4), minval=0, maxval=10, dtype=tf.int32)", "tf.random.stateless_normal([5], seed=(5, 6))",
    "tf.random.experimental.stateless_split((11, 12), num=2)", "tf.random.experimental.stateless_fold_in((11, 12), 5)",
    "tf.image.stateless_random_brightness(p, max_delta=0.1, seed=(1, 2))", "tf.image.stateless_random_contrast(p, 0.9, 1.1, seed=(3, 4))",
    "tf.image.stateless_random_saturation(p, 0.5, 1.5, seed=(5, 6))", "tf.image.stateless_random_hue(p, 0.1, seed=(7, 8))",
    "tf.image.stateless_random_flip_left_right(p, seed=(9, 10))", "tf.image.stateless_random_flip_left_right(p, seed=(9, 11))",
    "tf.image.stateless_random_flip_up_down(p, seed=(2, 3))", "tf.image.per_image_standardization(p)", "tf.image.adjust_gamma(p, 2.0)",
    "tf.image.resize(p, [3, 7])", "tf.image.resize(p, [4, 4], method='nearest')", "tf.image.resize(b, [9, 8])",
    "tf.image.rot90(p)", "tf.image.flip_up_down(p)", "tf.image.rgb_to_grayscale(p)", "tf.image.convert_image_dtype(b, tf.float32)",
    "tf.image.adjust_brightness(b, 0.2)", "tf.image.adjust_contrast(b, 1.5)", "tf.image.adjust_hue(b, 0.3)",
    "tf.image.central_crop(p, 0.5)", "tf.image.resize_with_crop_or_pad(p, 4, 9)", "tf.image.pad_to_bounding_box(p, 1, 2, 9, 8)",
    "tf.signal.frame(s, 8, 5)", "tf.signal.frame(s, 9, 6, pad_end=True)", "tf.signal.hann_window(8)", "tf.signal.hann_window(7, periodic=False)",
    "tf.signal.hamming_window(6)", "tf.abs(tf.signal.stft(s, 16, 8))", "tf.abs(tf.signal.rfft(s))", "tf.signal.dct(s)", "tf.signal.dct(s, norm='ortho')",
    "tf.signal.linear_to_mel_weight_matrix(10, 33, 16000, 80.0, 7600.0)", "tf.signal.mfccs_from_log_mel_spectrograms(s)",
    "tf.audio.decode_wav(tf.audio.encode_wav(tf.transpose(s) * 0.2, 8000)).audio", "tf.range(2, 9, 3)", "tf.linspace(0.0, 1.0, 5)", "tf.eye(3)",
    "tf.fill([2, 2], 3.5)", "tf.cast([1.7, -1.7], tf.int32)", "tf.constant([1, 2, 3]) + 1", "tf.constant(5) / 2", "tf.reduce_mean([1, 2, 4])",
    "tf.argmax([3, 9, 2])", "tf.cast([0, 3], tf.bool)", "tf.where([True, False, True])", "tf.constant([7, -7]) // 2", "tf.constant([7, -7]) % 4",
    "tf.strings.split('a/b/c', '/').shape", "tf.keras.losses.MeanSquaredError(reduction='none')(s, s * 0.5)",
    "tf.keras.losses.Huber()(s, s * 0.5)", "tf.keras.metrics.binary_accuracy([[1.0], [0.0]], [[0.7], [0.6]])",
]  # fmt: skip
P = np.random.RandomState(7).uniform(0.1, 0.9, (6, 5, 3)).astype("float32")
B = np.random.RandomState(8).randint(0, 256, (6, 5, 3)).astype("uint8")
S = np.random.RandomState(9).normal(size=(2, 40)).astype("float32")
W = np.random.RandomState(3).normal(size=(5, 2)).astype("float32")
F = np.random.RandomState(4).normal(size=(2, 2, 1, 2)).astype("float32")


def evaluate(expression: str, tf, x, y):
    """The value of an expression; W and F are matrices of numbers."""
    if "tf.constant(W), x" in expression:
        expression = expression.replace("tf.constant(W), x", "tf.constant(W.T.copy()), x")
    return eval(expression, {"tf": tf, "x": x, "y": y, "W": W, "F": F})  # pylint: disable=eval-used


def at_hand(expression: str, tf):
    """The value of an expression of AT_HAND."""
    names = {"tf": tf, "p": tf.constant(P), "b": tf.constant(B), "s": tf.constant(S)}
    return eval(expression, names)  # pylint: disable=eval-used


def weigh(shape):
    """Weights that make one number of a result, for its gradient."""
    count = int(np.prod(shape))
    return (np.arange(count) % 7 - 2.5).reshape(shape).astype("float32")


def numbers(value) -> list:
    """Numbers of arrays, tensors and lists, as a flat list."""
    if isinstance(value, (list, tuple)):
        return [number for item in value for number in numbers(item)]
    return [float(number) for number in np.asarray(value, "float64").reshape(-1)]


def set_weights(model):
    """Weights that do not depend on the initializer."""
    random = np.random.RandomState(5)
    model.set_weights([
        np.abs(w) + 0.1 * np.abs(random.normal(size=w.shape)) if "variance" in v.name else random.normal(scale=0.4, size=w.shape)
        for w, v in zip(model.get_weights(), model.weights)
    ])


def data(samples=24, features=6, classes=3):
    random = np.random.RandomState(6)
    x = random.normal(size=(samples, features)).astype("float32")
    return x, np.eye(classes, dtype="float32")[random.randint(0, classes, samples)]


def fit(model, x, y, **kwargs):
    """History of three epochs, and the weights after them."""
    history = model.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0, **kwargs).history
    result = {f"history {key}": numbers(value) for key, value in sorted(history.items())}
    return {**result, "weights": numbers(model.get_weights())}


def make_layers(tf):
    layers = tf.keras.layers

    class Gate(layers.Layer):
        """Own weights, layers inside, a state, a loss, the training phase."""

        def __init__(self, units, **kwargs):
            self.parts = []
            super().__init__(**kwargs)
            self.units = units
            self.norm = layers.BatchNormalization(momentum=0.9)

        def build(self, input_shape):
            self.kernel = self.add_weight(
                name="kernel", shape=(input_shape[-1], self.units), initializer="he_normal", regularizer=tf.keras.regularizers.l2(0.01)
            )
            self.seen = self.add_weight(name="seen", shape=(), initializer="zeros", trainable=False)
            self.scale = self.add_weight(name="scale", shape=(self.units,), initializer="ones")
            dense = layers.Dense(self.units, activation="sigmoid")
            dense.build(input_shape)
            self.parts.append(dense)
            super().build(input_shape)

        def call(self, inputs, training=None):
            value = tf.matmul(inputs, self.kernel) * self.scale
            gate = self.parts[0](inputs)
            if training:
                self.seen.assign_add(1.0)
            self.add_loss(0.1 * tf.reduce_mean(tf.square(value)))
            return self.norm(value * gate, training=training)

        def get_config(self):
            return {**super().get_config(), "units": self.units}

    return Gate


def custom_layer(tf):
    gate = make_layers(tf)
    inputs = tf.keras.Input((6,))
    value = gate(4, name="gate")(inputs)
    value = tf.nn.relu(value) + 0.5 * value[:, ::-1]
    value = tf.keras.layers.Lambda(lambda t: tf.concat([t, tf.reduce_sum(t, axis=1, keepdims=True)], axis=1))(value)
    model = tf.keras.Model(inputs, tf.keras.layers.Dense(3, activation="softmax")(value))
    set_weights(model)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    x, y = data()
    result = fit(model, x, y)
    names = [weight.name.split("/")[-1] + str(tuple(weight.shape)) for weight in model.weights]
    return {**result, "predict": numbers(model.predict(x, verbose=0)), "evaluate": numbers(model.evaluate(x, y, verbose=0)), "names": names}


def custom_loss_and_metrics(tf):
    class Focal(tf.keras.losses.Loss):
        def __init__(self, gamma=2.0, **kwargs):
            super().__init__(**kwargs)
            self.gamma = gamma

        def call(self, y_true, y_pred):
            chosen = tf.reduce_sum(y_true * y_pred, axis=-1)
            return -tf.pow(1.0 - chosen, self.gamma) * tf.math.log(tf.maximum(chosen, 1e-7))

    class Hits(tf.keras.metrics.Metric):
        def __init__(self, name="hits", **kwargs):
            super().__init__(name=name, **kwargs)
            self.hits = self.add_weight(name="hits", initializer="zeros")
            self.all = self.add_weight(name="all", initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            same = tf.equal(tf.argmax(y_true, axis=-1), tf.argmax(y_pred, axis=-1))
            self.hits.assign_add(tf.reduce_sum(tf.cast(same, tf.float32)))
            self.all.assign_add(tf.cast(tf.shape(y_true)[0], tf.float32))

        def result(self):
            return self.hits / self.all

    def confidence(y_true, y_pred):
        return tf.reduce_max(y_pred, axis=-1)

    model = tf.keras.Sequential([tf.keras.layers.Dense(5, activation="tanh", input_shape=(6,)), tf.keras.layers.Dense(3, activation="softmax")])
    set_weights(model)
    model.compile(tf.keras.optimizers.SGD(0.3, momentum=0.9), Focal(1.5), metrics=[Hits(), confidence, "accuracy"])
    x, y = data()
    result = fit(model, x, y, validation_data=(x[:8], y[:8]), sample_weight=np.linspace(0.5, 2, 24).astype("float32"))
    return {**result, "evaluate": numbers(model.evaluate(x, y, verbose=0))}


def function_loss(tf):
    model = tf.keras.Sequential([tf.keras.layers.Dense(3, activation="softmax", input_shape=(6,))])
    set_weights(model)
    model.compile("rmsprop", lambda y_true, y_pred: tf.reduce_mean(tf.abs(y_true - y_pred)))
    x, y = data()
    return fit(model, x, y, class_weight={0: 1.0, 1: 2.0, 2: 0.5})


def subclassed_model(tf):
    class Net(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.first = tf.keras.layers.Dense(8, activation="relu")
            self.drop = tf.keras.layers.Dropout(0.0)
            self.second = tf.keras.layers.Dense(3)

        def call(self, inputs, training=False):
            return tf.nn.softmax(self.second(self.drop(self.first(inputs), training=training)))

    model = Net()
    x, y = data()
    model(x[:2])
    set_weights(model)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    result = fit(model, x, y)
    return {**result, "predict": numbers(model.predict(x, verbose=0)), "names": [weight.name for weight in model.weights]}


def own_train_step(tf):
    class Net(tf.keras.Model):
        def train_step(self, data_):
            x, y = data_
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compiled_loss(y, y_pred, regularization_losses=self.losses)
            gradients = tape.gradient(loss, self.trainable_variables)
            gradients = [tf.clip_by_norm(gradient, 0.1) for gradient in gradients]
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
            self.compiled_metrics.update_state(y, y_pred)
            return {**{m.name: m.result() for m in self.metrics}, "largest": tf.reduce_max(tf.abs(gradients[0]))}

    inputs = tf.keras.Input((6,))
    hidden = tf.keras.layers.Dense(5, activation="tanh", kernel_regularizer="l2")(inputs)
    model = Net(inputs, tf.keras.layers.Dense(3, activation="softmax")(hidden))
    set_weights(model)
    model.compile(tf.keras.optimizers.SGD(0.5), "categorical_crossentropy", metrics=["accuracy"])
    x, y = data()
    return {**fit(model, x, y), "evaluate": numbers(model.evaluate(x, y, verbose=0))}


def autoencoder_with_sampling(tf):
    class Vae(tf.keras.Model):
        def __init__(self, encoder, decoder, **kwargs):
            super().__init__(**kwargs)
            self.encoder = encoder
            self.decoder = decoder
            self.total = tf.keras.metrics.Mean(name="total")

        @property
        def metrics(self):
            return [self.total]

        def train_step(self, x):
            x = x[0] if isinstance(x, tuple) else x
            with tf.GradientTape() as tape:
                mean, log_var = self.encoder(x)
                z = mean + tf.exp(0.5 * log_var)
                rebuilt = self.decoder(z)
                error = tf.reduce_mean(tf.reduce_sum(tf.square(x - rebuilt), axis=1))
                divergence = -0.5 * tf.reduce_mean(1 + log_var - tf.square(mean) - tf.exp(log_var))
                total = error + divergence
            gradients = tape.gradient(total, self.trainable_weights)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_weights))
            self.total.update_state(total)
            return {"total": self.total.result(), "divergence": divergence}

    inputs = tf.keras.Input((6,))
    hidden = tf.keras.layers.Dense(4, activation="tanh")(inputs)
    encoder = tf.keras.Model(inputs, [tf.keras.layers.Dense(2)(hidden), tf.keras.layers.Dense(2)(hidden)])
    code = tf.keras.Input((2,))
    decoder = tf.keras.Model(code, tf.keras.layers.Dense(6)(tf.keras.layers.Dense(4, activation="tanh")(code)))
    model = Vae(encoder, decoder)
    set_weights(encoder)
    set_weights(decoder)
    model.compile(optimizer=tf.keras.optimizers.Adam(0.01))
    history = model.fit(data()[0], batch_size=8, epochs=3, shuffle=False, verbose=0).history
    return {**{key: numbers(value) for key, value in history.items()}, "weights": numbers(encoder.get_weights() + decoder.get_weights())}


def several_outputs(tf):
    first, second = tf.keras.Input((6,), name="first"), tf.keras.Input((4,), name="second")
    hidden = tf.keras.layers.Concatenate()([first, second])
    hidden = tf.keras.layers.Dense(5, activation="tanh")(hidden)
    classes = tf.keras.layers.Dense(3, activation="softmax", name="classes")(hidden)
    value = tf.keras.layers.Dense(1, name="value")(hidden)
    model = tf.keras.Model([first, second], [classes, value])
    set_weights(model)
    model.compile(
        "adam", {"classes": "categorical_crossentropy", "value": "mse"}, loss_weights={"classes": 1.0, "value": 0.3},
        metrics={"classes": ["accuracy"], "value": ["mae"]},
    )  # fmt: skip
    x, y = data()
    inputs = {"second": x[:, :4] * 0.5, "first": x}
    labels = {"classes": y, "value": x[:, :1]}
    result = {f"train {k}": numbers(v) for k, v in model.train_on_batch(inputs, labels, return_dict=True).items()}
    result["test"] = numbers(model.test_on_batch(inputs, labels))
    result["predict"] = numbers(model.predict_on_batch(inputs))
    return {**result, **fit(model, inputs, labels, validation_split=0.25)}


def frozen_base(tf):
    inputs = tf.keras.Input((6,))
    normed = tf.keras.layers.BatchNormalization()(tf.keras.layers.Dense(4, activation="relu")(inputs))
    base = tf.keras.Model(inputs, normed, name="base")
    outer = tf.keras.Input((6,))
    model = tf.keras.Model(outer, tf.keras.layers.Dense(3, activation="softmax")(base(outer, training=False)))
    set_weights(model)
    base.trainable = False
    model.compile(tf.keras.optimizers.Adam(0.01), "categorical_crossentropy")
    x, y = data()
    result = {f"frozen {key}": value for key, value in fit(model, x, y).items()}
    base.trainable = True
    model.compile(tf.keras.optimizers.Adam(0.01), "categorical_crossentropy")
    return {**result, **fit(model, x, y), "counts": [len(model.trainable_weights), len(model.non_trainable_weights)]}


def loop_at_hand(tf):
    model = tf.keras.Sequential([tf.keras.layers.Dense(4, activation="tanh", input_shape=(6,)), tf.keras.layers.Dense(3)])
    set_weights(model)
    optimizer = tf.keras.optimizers.Adam(0.05)
    loss_function = tf.keras.losses.CategoricalCrossentropy(from_logits=True)
    metric = tf.keras.metrics.CategoricalAccuracy()
    x, y = data()
    losses = []
    for step in range(6):
        rows = slice(step % 3 * 8, step % 3 * 8 + 8)
        with tf.GradientTape() as tape:
            logits = model(x[rows], training=True)
            loss = loss_function(y[rows], logits)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        metric.update_state(y[rows], logits)
        losses.append(float(loss))
    w = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(w * w * 3.0)
    return {
        "losses": losses, "accuracy": [float(metric.result())], "weights": numbers(model.get_weights()),
        "gradient": numbers(tape.gradient(value, w)), "steps": [int(optimizer.iterations)],
    }  # fmt: skip


def distillation(tf, model_class=None):
    """The stock specifications' KnowledgeDistillationModel."""

    def network(units):
        hidden = tf.keras.layers.Dense(units, activation="relu", input_shape=(6,))
        return tf.keras.Sequential([hidden, tf.keras.layers.BatchNormalization(), tf.keras.layers.Dense(3, activation="softmax")])

    teacher, student = network(8), network(4)
    set_weights(teacher)
    set_weights(student)
    model = (model_class or knowledge_distillation_class(tf))(student, teacher)
    model.compile(
        optimizer="adam", metrics=["accuracy"], student_loss_fn=tf.keras.losses.CategoricalCrossentropy(),
        distillation_loss_fn=tf.keras.losses.KLDivergence(), alpha=0.3, temperature=4,
    )  # fmt: skip
    x, y = data()
    history = model.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0, validation_data=(x[:8], y[:8])).history
    result = {f"history {key}": numbers(value) for key, value in sorted(history.items())}
    return {**result, "student": numbers(student.get_weights())}


def knowledge_distillation_class(tf):
    """The formula of mltk.core.keras.models, for real TensorFlow."""

    class Distill(tf.keras.Model):
        def __init__(self, student, teacher):
            super().__init__()
            self.teacher, self.student = teacher, student

        def compile(self, optimizer, metrics, student_loss_fn, distillation_loss_fn, alpha, temperature):
            super().compile(optimizer=optimizer, metrics=metrics)
            self.own, self.taught, self.alpha, self.temperature = student_loss_fn, distillation_loss_fn, alpha, temperature

        def train_step(self, data_):
            x, y = data_
            wanted = self.teacher(x, training=False)
            with tf.GradientTape() as tape:
                found = self.student(x, training=True)
                own = self.own(y, found)
                soft = [tf.nn.softmax(value / self.temperature, axis=1) for value in (wanted, found)]
                taught = self.taught(*soft) * self.temperature**2
                loss = self.alpha * own + (1 - self.alpha) * taught
            variables = self.student.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
            self.compiled_metrics.update_state(y, found)
            return {**{m.name: m.result() for m in self.metrics}, "student_loss": own, "distillation_loss": taught}

        def test_step(self, data_):
            x, y = data_
            found = self.student(x, training=False)
            own = self.own(y, found)
            self.compiled_metrics.update_state(y, found)
            return {**{m.name: m.result() for m in self.metrics}, "student_loss": own}

    return Distill


PROGRAMS = [
    custom_layer, custom_loss_and_metrics, function_loss, subclassed_model, own_train_step, autoencoder_with_sampling, several_outputs,
    frozen_base, loop_at_hand, distillation,
]  # fmt: skip
