"""Optimizers, schedules, losses, metrics and layers through the Python API."""

import numpy as np
import pytest

from mltk.keras_api import (
    constraints,
    layers,
    legacy_optimizers,
    losses,
    metrics,
    models,
    optimizers,
    regularizers,
    schedules,
    utils,
)


def small_model(**kwargs):
    return models.Sequential([layers.Dense(4, input_shape=(3,), **kwargs), layers.Dense(2, activation="softmax")])


def data(samples=16):
    rng = np.random.default_rng(3)
    return rng.normal(size=(samples, 3)).astype("float32"), np.eye(2, dtype="float32")[rng.integers(0, 2, samples)]


def test_a_schedule_gives_the_rate_of_each_update():
    schedule = schedules.ExponentialDecay(0.1, decay_steps=2, decay_rate=0.5)
    model = small_model()
    model.compile(optimizer=optimizers.SGD(schedule), loss="mse")
    x, y = data()
    for step in range(3):
        assert model.optimizer.learning_rate == pytest.approx(0.1 * 0.5 ** (step / 2), rel=1e-6)
        model.train_on_batch(x, y)
    with pytest.raises(TypeError, match="comes from ExponentialDecay"):
        model.optimizer.learning_rate = 0.1


def test_optimizer_and_schedule_come_back_from_a_file(tmp_path):
    model = small_model()
    rate = schedules.CosineDecay(0.01, 10, alpha=0.1)
    model.compile(
        optimizer=optimizers.AdamW(rate, weight_decay=0.02, clipnorm=1.0),
        loss=losses.Huber(delta=0.5),
        metrics=[metrics.Precision(thresholds=0.4), "mae"],
    )
    x, y = data()
    model.train_on_batch(x, y)
    model.save(tmp_path / "model.h5")
    loaded = models.load_model(tmp_path / "model.h5")
    assert loaded.optimizer.get_config() == model.optimizer.get_config()
    assert loaded.optimizer.learning_rate == model.optimizer.learning_rate
    assert loaded.train_on_batch(x, y) == model.train_on_batch(x, y)


def test_legacy_optimizers_have_a_decay():
    assert legacy_optimizers.Adam(decay=0.1).get_config()["decay"] == 0.1
    with pytest.raises(TypeError, match="belongs to tf.keras.optimizers.legacy"):
        optimizers.Adam(decay=0.1)
    with pytest.raises(ValueError, match="give one of them"):
        model = small_model()
        model.compile(optimizer=optimizers.Adam(clipnorm=1, clipvalue=1), loss="mse")
        model.train_on_batch(*data())


def test_what_is_not_supported_says_so():
    with pytest.raises(TypeError, match="no argument 'gamma'"):
        losses.Huber(gamma=1)
    with pytest.raises(NotImplementedError, match="reduction='none'"):
        model = small_model()
        model.compile(loss=losses.MeanSquaredError(reduction="none"), loss_weights=[2.0])
        model.train_on_batch(*data())
    with pytest.raises(NotImplementedError, match="several numbers"):
        model = small_model()
        model.compile(loss="mse", metrics=[metrics.Recall(thresholds=[0.2, 0.5])])
        model.train_on_batch(*data())
    with pytest.raises(NotImplementedError, match="stateful"):
        layers.LSTM(3, stateful=True)


def test_weighted_metrics_count_by_weight():
    model = small_model()
    model.compile(loss="mse", metrics=["mae"], weighted_metrics=["mae"])
    x, y = data(4)
    logs = model.train_on_batch(x, y, sample_weight=np.array([1, 0, 0, 0], "float32"), return_dict=True)
    assert list(logs) == ["loss", "mae", "weighted_mae"]
    assert logs["mae"] != logs["weighted_mae"]


def test_constraints_and_penalties_hold_in_training():
    model = small_model(
        kernel_constraint=constraints.MaxNorm(0.5), activity_regularizer=regularizers.L2(0.1), kernel_initializer="orthogonal"
    )
    model.compile(optimizer="sgd", loss="mse")
    x, y = data()
    evaluated = model.evaluate(x, y)
    plain = float(np.mean((model.predict(x) - y) ** 2))
    hidden = x @ model.get_weights()[0] + model.get_weights()[1]
    assert evaluated == pytest.approx(plain + 0.1 * float(np.sum(hidden**2)) / len(x), rel=1e-4)
    model.train_on_batch(x, y)
    assert np.linalg.norm(model.get_weights()[0], axis=0).max() <= 0.5 + 1e-6


def test_recurrent_layers_in_wrappers_train_and_come_back(tmp_path):
    utils.set_random_seed(4)
    model = models.Sequential(
        [
            layers.Embedding(7, 4, input_length=5),
            layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
            layers.TimeDistributed(layers.Dense(2, activation="tanh")),
            layers.GlobalMaxPooling1D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer=optimizers.Nadam(0.02), loss="binary_crossentropy", metrics=["AUC"])
    rng = np.random.default_rng(1)
    x = rng.integers(0, 7, (64, 5))
    y = (x[:, 0] > 3).astype("float32")[:, None]
    history = model.fit(x, y, epochs=15, verbose=0).history
    assert history["loss"][-1] < 0.6 * history["loss"][0]
    assert history["auc"][-1] > 0.9
    model.save(tmp_path / "model.h5")
    loaded = models.load_model(tmp_path / "model.h5")
    np.testing.assert_array_equal(loaded.predict(x), model.predict(x))
    assert loaded.layers[1].get_config()["layer"]["class_name"] == "LSTM"


def test_smart_resize_takes_the_middle_and_interpolates():
    import numpy as np

    import mltk.core  # pylint: disable=unused-import
    import tensorflow as tf

    smart_resize = tf.keras.preprocessing.image.smart_resize
    x = np.arange(4 * 6, dtype=np.uint8).reshape(4, 6, 1)
    # Keras: columns 1 to 4; places of 2 rows are 0.5 and 2.5.
    assert smart_resize(x, (2, 2))[..., 0].tolist() == [[4.5, 6.5], [16.5, 18.5]]
    assert smart_resize(x, (2, 2), interpolation="nearest")[..., 0].tolist() == [[8, 10], [20, 22]]
    assert smart_resize(x, (8, 12)).shape == (8, 12, 1) and smart_resize(x, (8, 12))[0, :3, 0].tolist() == [0, 0.25, 0.75]
