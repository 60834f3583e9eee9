"""Evaluate the float or the quantized model of a specification."""

import os
from typing import List, Optional

from mltk.core import get_mltk_logger
from mltk.core.evaluation_results import AutoEncoderEvaluationResults, ClassifierEvaluationResults, EvaluationResults
from mltk.core.model import (
    DatasetMixin,
    EvaluateAutoEncoderMixin,
    EvaluateClassifierMixin,
    EvaluateMixin,
    MltkModel,
    MltkModelEvent,
    TrainMixin,
    load_mltk_model,
    load_tflite_or_keras_model,
)
from mltk.core.utils import as_array


def can_evaluate(mltk_model, tflite: bool) -> bool:
    """Whether `evaluate_model` has something to measure; a quantized model needs a classifier, auto-encoder or own function."""
    if not isinstance(mltk_model, EvaluateMixin):
        return False
    return not tflite or bool(mltk_model.eval_custom_function) or isinstance(mltk_model, EvaluateClassifierMixin)


def evaluate_model(
    model,
    tflite: bool = False,
    weights: Optional[str] = None,
    max_samples_per_class: int = -1,
    classes: Optional[List[str]] = None,
    dump: bool = False,
    show: bool = False,
    verbose: Optional[bool] = None,
    callbacks: Optional[list] = None,
    update_archive: bool = True,
    test: bool = False,
    post_process: bool = False,
) -> EvaluationResults:
    """Evaluate a trained model on its evaluation data; every sample counts once.

    Args:
        model: an `MltkModel`, the name or path of a specification, or an archive
        tflite: evaluate the quantized model with the device's arithmetic instead of the float one
        weights: weights to load into the float model first
        max_samples_per_class: -1 for all
        classes: replace the specification's classes while loading the data
        update_archive: add the result files to the archive

    Raises:
        ValueError: the model cannot be evaluated, or has not been trained
    """
    mltk_model = _resolve(model, test)
    mltk_model.trigger_event(
        MltkModelEvent.EVALUATE_STARTUP,
        tflite=tflite,
        max_samples_per_class=max_samples_per_class,
        post_process=post_process,
    )
    if max_samples_per_class == -1 and isinstance(mltk_model, EvaluateClassifierMixin):
        max_samples_per_class = mltk_model.eval_max_samples_per_class

    eval_dir = mltk_model.create_log_dir(os.path.join("eval", "tflite" if tflite else "h5"), delete_existing=True)
    logger = mltk_model.create_logger("eval", parent=get_mltk_logger())
    built_model = load_tflite_or_keras_model(mltk_model, model_type="tflite" if tflite else "h5", weights=weights)

    if mltk_model.eval_custom_function:
        results = _evaluate_custom(mltk_model, built_model, eval_dir, max_samples_per_class, show, logger)
    elif isinstance(mltk_model, EvaluateAutoEncoderMixin):
        results = _evaluate_autoencoder(mltk_model, built_model, max_samples_per_class, classes)
    elif isinstance(mltk_model, EvaluateClassifierMixin):
        results = _evaluate_classifier(mltk_model, built_model, max_samples_per_class, classes)
    else:
        results = _evaluate_generic(mltk_model, built_model, tflite, max_samples_per_class)
    results.write(eval_dir)
    mltk_model.close_logger(logger)

    if update_archive and mltk_model.check_archive_file_is_writable():
        logger.info("Updating %s", mltk_model.archive_path)
        mltk_model.add_archive_dir(os.path.relpath(eval_dir, mltk_model.log_dir))
    mltk_model.trigger_event(MltkModelEvent.EVALUATE_SHUTDOWN, results=results)
    return results


def evaluate_classifier(mltk_model: MltkModel, **options) -> ClassifierEvaluationResults:
    """`evaluate_model(mltk_model, **options)` of a model that must be a classifier."""
    return _evaluate_kind(EvaluateClassifierMixin, mltk_model, options)


def evaluate_autoencoder(mltk_model: MltkModel, **options) -> AutoEncoderEvaluationResults:
    """`evaluate_model(mltk_model, **options)` of a model that must be an auto-encoder."""
    return _evaluate_kind(EvaluateAutoEncoderMixin, mltk_model, options)


def _evaluate_kind(mixin, mltk_model, options):
    if not isinstance(mltk_model, mixin):
        raise ValueError(f"{mltk_model}: expected a model with {mixin.__name__} among its bases")
    return evaluate_model(mltk_model, **options)


def _resolve(model, test: bool) -> MltkModel:
    if isinstance(model, str):
        if model.endswith((".tflite", ".h5", ".keras")):
            raise ValueError(
                f"{model}: evaluation needs the specification for its data; give its name, .py file or .mltk.zip"
            )
        model = load_mltk_model(model, test=test)
    elif not isinstance(model, MltkModel):
        raise ValueError(f"model is {type(model).__name__}, expected an MltkModel, a name or a path")
    elif test:
        model.enable_test_mode()
    for mixin in (TrainMixin, DatasetMixin, EvaluateMixin):
        if not isinstance(model, mixin):
            raise ValueError(
                f"{model.model_specification_path}: class {type(model).__name__} lacks {mixin.__name__}, which "
                "evaluation needs; add it to the bases of the class"
            )
    return model


def _evaluation_data(mltk_model):
    """The loaded data: (x, y) where y is None for iterables of batches. Tensors are given as arrays."""
    data = mltk_model.validation_data
    if data is None:
        return as_array(mltk_model.x), as_array(mltk_model.y)
    if isinstance(data, tuple):
        return as_array(data[0]), as_array(data[1])
    return as_array(data), None


def _evaluate_classifier(mltk_model, built_model, max_samples, classes):
    import numpy as np

    mltk_model.load_dataset(
        subset="evaluation",
        max_samples_per_class=max_samples,
        classes=classes,
        test=mltk_model.test_mode_enabled,
    )
    labels, predictions = [], []
    x, y = _evaluation_data(mltk_model)
    batches = [(x, y)] if isinstance(x, np.ndarray) else x
    for batch in batches:
        batch_x, batch_y = batch[0], batch[1]
        predictions.append(np.asarray(_predict(built_model, batch_x), dtype=np.float32))
        labels.append(_class_ids(np.asarray(batch_y)))
    mltk_model.unload_dataset()
    return ClassifierEvaluationResults.from_predictions(
        mltk_model.name, list(mltk_model.classes), np.concatenate(labels), np.concatenate(predictions)
    )


def _predict(built_model, x):
    from mltk.core.tflite_model import TfliteModel

    if isinstance(built_model, TfliteModel):
        return built_model.predict(x, y_dtype="float32")
    return built_model.predict(x, verbose=0)


def _class_ids(y):
    import numpy as np

    if y.ndim == 1 or y.shape[-1] == 1:
        return y.reshape(-1).astype(np.int32)
    return np.argmax(y, axis=-1).astype(np.int32)


def _evaluate_autoencoder(mltk_model, built_model, max_samples, classes):
    import numpy as np

    classes = list(classes or mltk_model.eval_classes)
    score = mltk_model.get_scoring_function()
    scores = []
    for label in classes:
        mltk_model.load_dataset(
            subset="evaluation",
            max_samples_per_class=max_samples,
            classes=[label],
            test=mltk_model.test_mode_enabled,
        )
        x, _ = _evaluation_data(mltk_model)
        batches = [x] if isinstance(x, np.ndarray) else (batch[0] if isinstance(batch, tuple) else batch for batch in x)
        class_scores = []
        for batch in batches:
            decoded = _predict(built_model, batch)
            class_scores += [float(score(original, result)) for original, result in zip(batch, decoded)]
        scores.append(class_scores[:max_samples] if max_samples > 0 else class_scores)
        mltk_model.unload_dataset()
    return AutoEncoderEvaluationResults.from_scores(mltk_model.name, classes, scores)


def _evaluate_custom(mltk_model, built_model, eval_dir, max_samples, show, logger):
    mltk_model.load_dataset(
        subset="evaluation", max_samples_per_class=max_samples, test=mltk_model.test_mode_enabled
    )
    results = mltk_model.eval_custom_function(
        mltk_model, built_model=built_model, eval_dir=eval_dir, show=show, logger=logger
    )
    mltk_model.unload_dataset()
    return results


def _evaluate_generic(mltk_model, built_model, tflite, max_samples):
    if tflite:
        raise ValueError(
            f"{mltk_model.name}: a .tflite model can be evaluated when the class has EvaluateClassifierMixin or "
            "EvaluateAutoEncoderMixin, or my_model.eval_custom_function is set"
        )
    mltk_model.load_dataset(
        subset="evaluation", max_samples_per_class=max_samples, test=mltk_model.test_mode_enabled
    )
    x, y = _evaluation_data(mltk_model)
    logs = built_model.evaluate(x, y, verbose=0, return_dict=True)
    mltk_model.unload_dataset()
    results = EvaluationResults(name=mltk_model.name)
    results.update({f"overall_{name}": value for name, value in logs.items()})
    return results
