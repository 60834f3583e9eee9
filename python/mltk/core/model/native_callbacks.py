"""Callbacks of the native library that every training gets: progress, and the accuracy of the int8 model."""


def report_callbacks(mltk_model, keras_model, fit_kwargs: dict) -> list:
    """Callbacks to run before those that save: the int8 accuracy, then the line of each epoch."""
    from mltk import _core
    from mltk.core.model import EvaluateClassifierMixin
    from mltk.keras_api.callbacks import NativeCallback
    from mltk.keras_api.data import make_source

    callbacks = []
    validation = fit_kwargs.get("validation_data")
    is_deployed = not keras_model.has_own_steps  # else it trains another model, which comes out at the end
    if isinstance(mltk_model, EvaluateClassifierMixin) and mltk_model.tflite_converter and is_deployed and validation is not None:
        parts = tuple(validation) if isinstance(validation, (tuple, list)) else (validation,)
        source = make_source(*(parts + (None,) * (3 - len(parts))), 32, False, 0)
        callbacks.append(NativeCallback(_core.int8_accuracy_callback(keras_model.graph, source)))
    if fit_kwargs.get("verbose"):
        callbacks.append(NativeCallback(_core.progress_callback(_count_samples(fit_kwargs.get("x")))))
    return callbacks


def _count_samples(x) -> int:
    source = getattr(x, "source", None)
    if source is not None and hasattr(source, "samples"):
        return source.samples()
    return len(x) if hasattr(x, "shape") else -1
