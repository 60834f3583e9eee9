"""What a training derives from the settings of a model: class weights, Keras callbacks, checks."""

import os
from typing import Dict, List, Optional

from mltk.core.errors import ClassesError, at_line
from mltk.core.utils import get_mltk_logger


def compute_class_weights(mltk_model, logger=None) -> Optional[Dict[int, float]]:
    """Class index -> weight, from `my_model.class_weights`; None is no weights.

    `balanced` gives each class the same influence: total / (number of classes * count of the class). The counts are
    those of `class_counts`, or those of the labels `y`. Weights that cannot be determined are a warning, and none are
    used.
    """
    logger = logger or get_mltk_logger()
    class_weights = mltk_model.class_weights
    if not class_weights or (isinstance(class_weights, str) and class_weights.lower() == "none"):
        return None
    try:
        return _class_weights(mltk_model, class_weights)
    except ValueError as error:
        logger.warning("Training without class weights: %s", error)
        return None


def _class_weights(mltk_model, class_weights) -> Dict[int, float]:
    if isinstance(class_weights, str):
        if class_weights.lower() not in ("balanced", "balance"):
            raise ValueError(
                f"my_model.class_weights is {class_weights!r}, expected 'balanced', 'none', a list or a dictionary"
            )
        return _balanced_weights(mltk_model)
    if isinstance(class_weights, list):
        return dict(enumerate(class_weights))
    if isinstance(next(iter(class_weights)), int):
        return class_weights
    missing = [label for label in mltk_model.classes if label not in class_weights]
    if missing:
        raise ValueError(f"my_model.class_weights: has no weight for class {', '.join(missing)}")
    return {index: class_weights[label] for index, label in enumerate(mltk_model.classes)}


def _balanced_weights(mltk_model) -> Dict[int, float]:
    counts = mltk_model.class_counts.get("training", mltk_model.class_counts)
    if sum(counts.values()) > 0:
        missing = [label for label in mltk_model.classes if not counts.get(label)]
        if missing:
            raise ValueError(f"my_model.class_counts: has no samples of class {', '.join(missing)}")
        return _balance([counts[label] for label in mltk_model.classes])
    if mltk_model.y is None:
        raise ValueError("my_model.class_weights is 'balanced', but neither class_counts nor y tell the classes' sizes")
    return _balance(_count_labels(mltk_model.y))


def _count_labels(y) -> List[int]:
    import numpy as np

    labels = np.asarray(y)
    if labels.ndim > 1:
        labels = labels.argmax(axis=-1) if labels.shape[-1] > 1 else labels.reshape(-1)
    counts = np.bincount(labels.astype(np.int64)).tolist()
    if 0 in counts:
        raise ValueError(f"y: has no samples of class {counts.index(0)}")
    return counts


def _balance(counts: List[int]) -> Dict[int, float]:
    total = sum(counts)
    return {index: total / (len(counts) * count) for index, count in enumerate(counts)}


def check_classes(mltk_model, keras_model):
    """Raise ClassesError when a classifier of a folder's classes ends in another number of values than there are classes.

    That is told before a file is read. Labels of other data sets are compared when they are there.
    """
    from mltk.core.model.mixins.data_generator_dataset_mixin import DataGeneratorDatasetMixin

    if not isinstance(mltk_model, DataGeneratorDatasetMixin) or mltk_model.class_mode != "categorical":
        return
    if keras_model.loss_names != ["categorical_crossentropy"]:
        return
    values, classes = keras_model.output_shape[-1], mltk_model.classes
    if values == len(classes):
        return
    file, line = next((layer._line for layer in reversed(keras_model.layers) if hasattr(layer, "units")), ("", 0))
    raise ClassesError(
        at_line(
            f"the model ends in {values} values, and my_model.classes has {len(classes)}: {', '.join(classes)}. "
            "Write Dense(my_model.n_classes) as the last layer",
            f"{file}:{line}" if file else "",
        )
    )


def build_callbacks(mltk_model) -> list:
    """The Keras callbacks of a training, in the order in which they run.

    First the specification's own. A kind that is among them is not added again, except for the weights of each epoch.
    """
    from mltk.keras_api import callbacks as keras_callbacks

    callbacks = list(mltk_model.train_callbacks or [])

    def add(name: str, settings, **defaults):
        cls = getattr(keras_callbacks, name)
        if settings and not any(isinstance(callback, cls) for callback in callbacks):
            callbacks.append(cls(**{**defaults, **settings.arguments()}))

    train_dir = mltk_model.create_log_dir("train")
    weights_path = os.path.join(mltk_model.weights_dir, mltk_model.weights_file_format)
    add("TensorBoard", mltk_model.tensorboard, log_dir=os.path.join(train_dir, "tensorboard"))
    add("ModelCheckpoint", mltk_model.checkpoint, filepath=weights_path)
    add("LearningRateScheduler", mltk_model.lr_schedule)
    add("EarlyStopping", mltk_model.early_stopping)
    add("ReduceLROnPlateau", mltk_model.reduce_lr_on_plateau)
    if mltk_model.checkpoints_enabled:
        callbacks.append(
            keras_callbacks.ModelCheckpoint(
                filepath=os.path.join(mltk_model.checkpoints_dir, "weights-{epoch:03d}.h5"),
                save_weights_only=True,
                save_best_only=False,
                save_freq="epoch",
            )
        )
    return callbacks
