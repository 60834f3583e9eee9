"""`tf.lite`, schedules written in Python, networks and data sets of `tf.keras`."""

import gzip

import numpy as np
import pytest

import mltk
from mltk.keras_api import backend


@pytest.fixture(name="tf")
def fixture_tf():
    assert mltk.__version__
    import tensorflow as tf

    backend.clear_session()
    return tf


def small_model(tf):
    inputs = [tf.keras.Input((6,), name="first"), tf.keras.Input((4,), name="second")]
    value = tf.keras.layers.Dense(5, activation="relu")(tf.concat(inputs, axis=1))
    return tf.keras.Model(inputs, tf.nn.softmax(tf.keras.layers.Dense(3)(value)))


def test_converter_and_interpreter(tf):
    model = small_model(tf)
    x = [np.random.default_rng(1).normal(size=(8, size)).astype("float32") for size in (6, 4)]
    expected = model.predict(x)
    interpreter = tf.lite.Interpreter(model_content=tf.lite.TFLiteConverter.from_keras_model(model).convert())
    inputs, output = interpreter.get_input_details(), interpreter.get_output_details()[0]
    assert [entry["shape"].tolist() for entry in inputs] == [[1, 6], [1, 4]] and inputs[0]["dtype"] is np.float32
    for entry, part in zip(inputs, x):
        interpreter.resize_tensor_input(entry["index"], [8, part.shape[1]])
    with pytest.raises(RuntimeError, match="allocate_tensors"):
        interpreter.invoke()
    interpreter.allocate_tensors()
    for entry, part in zip(inputs, x):
        interpreter.set_tensor(entry["index"], part)
    interpreter.invoke()
    np.testing.assert_allclose(interpreter.get_tensor(output["index"]), expected, atol=1e-6)
    with pytest.raises(ValueError, match="has the type float32, got float64"):
        interpreter.set_tensor(inputs[0]["index"], np.zeros((8, 6)))
    with pytest.raises(ValueError, match="only the first size can change"):
        interpreter.resize_tensor_input(inputs[0]["index"], [8, 7])


def test_converter_makes_int8(tf):
    model = small_model(tf)
    x = [np.random.default_rng(1).normal(size=(32, size)).astype("float32") for size in (6, 4)]
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([part[i : i + 1] for part in x] for i in range(32))
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    interpreter = tf.lite.Interpreter(model_content=converter.convert())
    interpreter.allocate_tensors()
    scale, zero_point = interpreter.get_output_details()[0]["quantization"]
    assert (scale, zero_point) == (1 / 256, -128)
    with pytest.raises(NotImplementedError, match="load the .h5 file"):
        tf.lite.TFLiteConverter.from_saved_model("folder")


def test_schedule_written_in_python(tf):
    class Warm(tf.keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            step = tf.cast(step, tf.float32)
            return tf.minimum(0.1 * (step + 1), 0.3)

    def train(rate, steps):
        model = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=(3,))])
        model.set_weights([np.ones((3, 2)), np.zeros(2)])
        model.compile(tf.keras.optimizers.SGD(rate), "mse")
        x, y = np.eye(3, dtype="float32"), np.zeros((3, 2), "float32")
        for step in steps:
            if not callable(rate):
                model.optimizer.learning_rate = step
            model.train_on_batch(x, y)
        return model

    by_hand = train(0.1, [0.1, 0.2, 0.3, 0.3]).get_weights()
    model = train(Warm(), range(4))
    for a, b in zip(model.get_weights(), by_hand):
        np.testing.assert_allclose(a, b, rtol=1e-6)
    fitted = train(Warm(), [])
    fitted.fit(np.eye(3, dtype="float32"), np.zeros((3, 2), "float32"), batch_size=3, epochs=4, verbose=0)
    for a, b in zip(fitted.get_weights(), by_hand):
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_applications(tf):
    # The numbers of Keras' documentation.
    assert tf.keras.applications.MobileNetV2(input_shape=(96, 96, 3), weights=None).count_params() == 3538984
    assert tf.keras.applications.MobileNet(input_shape=(64, 64, 3), alpha=0.25, weights=None).count_params() == 475544
    with pytest.raises(ValueError, match="there is no download; get mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_96.h5"):
        tf.keras.applications.MobileNetV2(input_shape=(96, 96, 3), alpha=0.35)


def test_datasets_are_local_files(tf, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="put mnist.npz into"):
        tf.keras.datasets.mnist.load_data()
    folder = tmp_path / "datasets" / "fashion-mnist"
    folder.mkdir(parents=True)
    for part, count in (("train", 3), ("t10k", 2)):
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(bytes(8) + bytes(range(count))))
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(bytes(16) + bytes([7]) * 784 * count))
    (x, y), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
    assert x.shape == (3, 28, 28) and y.tolist() == [0, 1, 2] and x_test.shape == (2, 28, 28) and y_test.tolist() == [0, 1]


@pytest.mark.parametrize(
    "program, message",
    [
        (lambda tf, x: x if x > 0 else -x, "use tf.where"),
        (lambda tf, x: tf.constant(x.numpy()), "run once, on values that are not known yet"),
        (lambda tf, x: tf.math.lgamma(x), "tensorflow.math.lgamma is not supported by mltk"),
        (lambda tf, x: x[0], "of the batch is not supported"),
        (lambda tf, x: tf.reshape(x, [3, -1]), "the batch must stay the first axis"),
        (lambda tf, x: tf.py_function(lambda v: v, [x], tf.float32), "a device has no Python"),
    ],
)
def test_what_a_model_cannot_do_says_so(tf, program, message):
    with pytest.raises((NotImplementedError, TypeError, AttributeError), match=message):
        tf.keras.layers.Lambda(lambda x: program(tf, x))(tf.keras.Input((4,)))


def test_a_lambda_comes_back_from_a_file(tf, tmp_path):
    inputs = tf.keras.Input((4, 3))
    scale = 2.0
    outputs = tf.keras.layers.Lambda(lambda x: x[:, -1, :] * scale)(inputs)
    model = tf.keras.Model(inputs, tf.keras.layers.Dense(2)(outputs))
    model.save(tmp_path / "model.h5")
    x = np.random.default_rng(0).normal(size=(3, 4, 3)).astype("float32")
    np.testing.assert_array_equal(tf.keras.models.load_model(tmp_path / "model.h5").predict(x), model.predict(x))


def test_a_layer_of_a_file_needs_its_class(tf, tmp_path):
    class Scale(tf.keras.layers.Layer):
        def __init__(self, factor, **kwargs):
            super().__init__(**kwargs)
            self.factor = factor

        def call(self, inputs):
            return self.factor * inputs

    model = tf.keras.Sequential([Scale(3.0, input_shape=(2,)), tf.keras.layers.Dense(1)])
    with pytest.raises(NotImplementedError, match=r"add: def get_config\(self\)"):
        model.save(tmp_path / "model.h5")
    Scale.get_config = lambda self: {**super(Scale, self).get_config(), "factor": self.factor}
    model.save(tmp_path / "model.h5")
    with pytest.raises(NotImplementedError, match="custom_objects="):
        tf.keras.models.load_model(tmp_path / "model.h5")
    loaded = tf.keras.models.load_model(tmp_path / "model.h5", custom_objects={"Scale": Scale})
    assert loaded.layers[0].factor == 3.0
    assert loaded.predict(np.ones((1, 2), "float32")) == model.predict(np.ones((1, 2), "float32"))


def test_layers_of_several_results(tf, tmp_path):
    inputs = tf.keras.Input((5, 3))
    outputs, state, cell = tf.keras.layers.LSTM(4, return_sequences=True, return_state=True)(inputs)
    model = tf.keras.Model(inputs, [outputs, state + cell])
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    values = model.predict(x)
    assert [value.shape for value in values] == [(2, 5, 4), (2, 4)]
    outer = tf.keras.Input((5, 3))
    first, second = model(outer)
    nested = tf.keras.Model(outer, first[:, -1] + second)
    nested.save(tmp_path / "nested.h5")
    np.testing.assert_array_equal(tf.keras.models.load_model(tmp_path / "nested.h5").predict(x), nested.predict(x))
    np.testing.assert_allclose(nested.predict(x), values[0][:, -1] + values[1], rtol=1e-6)


def test_own_steps_with_callbacks_and_weights(tf, tmp_path):
    class Net(tf.keras.Model):
        def train_step(self, data):
            x, y, weights = tf.keras.utils.unpack_x_y_sample_weight(data)
            with tf.GradientTape() as tape:
                loss = self.compiled_loss(y, self(x, training=True), weights)
            self.optimizer.minimize(loss, self.trainable_variables, tape=tape)
            return {"loss": loss}

    def make(cls):
        inputs = tf.keras.Input((3,))
        model = cls(inputs, tf.keras.layers.Dense(2)(inputs))
        model.set_weights([np.ones((3, 2)), np.zeros(2)])
        model.compile(tf.keras.optimizers.Adam(0.1), "mse")
        return model

    x, y = np.eye(3, dtype="float32"), np.array([[0, 1], [1, 0], [0, 1]], "float32")
    own, plain = make(Net), make(tf.keras.Model)
    checkpoint = tf.keras.callbacks.ModelCheckpoint(str(tmp_path / "best.h5"), "loss", save_best_only=True, save_weights_only=True)
    for weights in (None, {0: 1.0, 1: 3.0}, None):
        for model in (own, plain):
            model.fit(x, y, epochs=2, batch_size=3, verbose=0, class_weight=weights, callbacks=[checkpoint] if model is own else [])
    for a, b in zip(own.get_weights(), plain.get_weights()):
        np.testing.assert_allclose(a, b, rtol=1e-5)
    own.load_weights(tmp_path / "best.h5")
    with pytest.raises(TypeError, match="takes 7 positional arguments"):
        tf.keras.callbacks.ModelCheckpoint(*range(8))


def test_operators_without_options_are_written(tf):
    model = tf.keras.Sequential([tf.keras.layers.LayerNormalization(input_shape=(7, 5))])
    x = np.random.default_rng(3).normal(size=(1, 7, 5)).astype("float32")
    interpreter = tf.lite.Interpreter(model_content=tf.lite.TFLiteConverter.from_keras_model(model).convert())
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
    interpreter.invoke()
    found = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    np.testing.assert_allclose(found, model.predict(x), atol=1e-5)
