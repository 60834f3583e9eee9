"""The text of `mltk summarize`."""

from mltk.core.model import MltkModel, load_mltk_model, load_tflite_or_keras_model


def summarize_model(model, tflite: bool = False, build: bool = False, test: bool = False, built_model=None) -> str:
    """Layers, sizes and parameters of a model as text.

    Args:
        model: an `MltkModel`, a name, or the path of a specification, archive, `.tflite` or `.h5`
        tflite: of the quantized model
        build: build the model from its specification instead of reading the trained one
        built_model: a Keras model or `TfliteModel` to describe instead
    """
    from mltk.core.tflite_model import TfliteModel

    if isinstance(model, str):
        if model.endswith((".tflite", ".h5", ".keras")):
            built_model = load_tflite_or_keras_model(model)
            model = None
        else:
            model = load_mltk_model(model, test=test)
    elif model is not None and not isinstance(model, MltkModel):
        raise ValueError(f"model is {type(model).__name__}, expected an MltkModel, a name or a path")
    if built_model is None:
        kind = None if build else ("tflite" if tflite else "h5")
        built_model = load_tflite_or_keras_model(model, model_type=kind)
    if isinstance(built_model, TfliteModel):
        return built_model.native_summary()

    from mltk import _core

    text = built_model.graph.summary()
    cost = _core.model_cost(built_model.graph)
    text += f"\nTotal MACs: {_core.format_units(cost['macs'])}\nTotal OPs: {_core.format_units(cost['ops'])}\n"
    batch_size = getattr(model, "batch_size", None)
    if batch_size and batch_size > 0 and built_model.is_compiled and not built_model.has_own_steps:
        memory = built_model.training_bytes(batch_size)
        text += f"Training: {_core.format_units(memory)}B with batches of {batch_size} samples, beside the data\n"
    return text + (model.summary() if model is not None else "")
