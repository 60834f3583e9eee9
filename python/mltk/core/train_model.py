"""Train a specification: data, model, fit, files, archive, int8 model."""

import os
from typing import Optional

from mltk.core import get_mltk_logger
from mltk.core.errors import train_command
from mltk.core.inspect_dataset import inspect_dataset
from mltk.core.model import DatasetMixin, MltkModel, MltkModelEvent, TrainMixin, load_mltk_model
from mltk.core.model.training import build_callbacks, check_classes, compute_class_weights
from mltk.core.training_results import TrainingResults
from mltk.utils.path import write_file

#: Epochs of a dry run.
TEST_EPOCHS = 3
#: Stands for "until early stopping".
UNLIMITED_EPOCHS = 99999
#: What a run needs to go on as if it had never stopped, in `train/checkpoints`.
STATE_FILE = "state.h5"


def train_model(
    model,
    weights: Optional[str] = None,
    epochs: Optional[int] = None,
    resume_epoch: int = 0,
    verbose: Optional[bool] = None,
    clean: Optional[bool] = False,
    quantize: bool = True,
    create_archive: bool = True,
    show: bool = False,
    test: bool = False,
    post_process: bool = False,
    seed: Optional[int] = None,
    target: Optional[str] = None,
    strict: bool = False,
    profile: bool = False,
) -> TrainingResults:
    """Train a model.

    Args:
        model: an `MltkModel`, the name of a specification or the path of one
        weights: weights to start from: a path, a file name in `train/weights`, or `best`
        epochs: number of epochs instead of the specification's
        resume_epoch: 0 starts afresh, -1 goes on from the last completed epoch, n from the checkpoint of epoch n
        verbose: False is quiet
        clean: True deletes all files of the log folder first, False only those of an earlier training's results
        quantize: make the `.tflite` too, if the specification has converter settings
        create_archive: write `NAME.mltk.zip` beside the specification
        show: open the report when done
        test: a dry run with few samples and 3 epochs
        post_process: passed to the handlers of TRAIN_STARTUP
        seed: seed of the run instead of the specification's `my_model.seed`
        target: name of a board (`mltk profile --targets`); a model that cannot run there is not trained
        strict: odd files in the data set (see `inspect_dataset`) are an error
        profile: log where the time goes: the parts of a step, and what limits an epoch

    Raises:
        ValueError: the model cannot be trained
        NotImplementedError: the model cannot run on the target; names the layer and the remedy
        KeyboardInterrupt: Ctrl-C; everything is kept for `resume_epoch=-1`
    """
    mltk_model = _resolve(model, test)
    if seed is not None:
        mltk_model.seed = seed
    mltk_model.trigger_event(MltkModelEvent.TRAIN_STARTUP, post_process=post_process)
    if create_archive:
        mltk_model.check_archive_file_is_writable(throw_exception=True)
    if resume_epoch == 0:
        _clear_logs(mltk_model, clean)
    logger = mltk_model.create_logger("train", parent=get_mltk_logger())
    mltk_model.check_settings()

    mltk_model.load_dataset(subset="training", logger=logger, test=mltk_model.test_mode_enabled)
    if target:
        _require_fit(mltk_model, target, logger)
    keras_model = _build(mltk_model)
    check_classes(mltk_model, keras_model)
    inspect_dataset(mltk_model, logger, strict)
    if weights:
        keras_model.load_weights(mltk_model.get_weights_path(weights))
    _log_summaries(mltk_model, keras_model, logger)

    history = _fit(mltk_model, keras_model, epochs, resume_epoch, verbose, profile, logger)
    mltk_model.trigger_event(MltkModelEvent.AFTER_TRAIN, training_history=history)
    mltk_model.unload_dataset()

    keras_model = _save_model(mltk_model, keras_model, logger)
    archive_path = mltk_model.archive_path if create_archive else None
    results = TrainingResults(mltk_model, keras_model, history, archive_path, target)
    _save_results(mltk_model, keras_model, results, logger)

    # The earlier archive is replaced by the new one, whole, when all of its members exist.
    with mltk_model.archive_transaction(create_archive):
        if create_archive:
            _save_archive(mltk_model, logger)
        if quantize and mltk_model.tflite_converter:
            from mltk.core.quantize_model import quantize_model

            quantize_model(mltk_model, keras_model=keras_model, update_archive=create_archive)

    if mltk_model.on_training_complete:
        _call_logged(lambda: mltk_model.on_training_complete(results), "on_training_complete", logger)
    logger.info("Training complete")
    logger.info("Training logs here: %s", mltk_model.log_dir)
    if create_archive:
        logger.info("Trained model files here: %s", archive_path)
    mltk_model.close_logger(logger)
    mltk_model.trigger_event(MltkModelEvent.TRAIN_SHUTDOWN, results=results)
    if show:
        results.show()
    return results


def _require_fit(mltk_model, target: str, logger):
    """Quantize the untrained model and check that it can run on the target: what it costs does not depend on training."""
    from mltk.core.profiling_results import ProfilingModelResults
    from mltk.core.quantize_model import convert_untrained

    results = ProfilingModelResults(convert_untrained(mltk_model, logger), mltk_model.name, target)
    results.require_fit()
    logger.info("%s", results.target_summary())


def _resolve(model, test: bool) -> MltkModel:
    if isinstance(model, str):
        if model.endswith((".tflite", ".h5", ".keras", ".zip")):
            raise ValueError(f"{model}: cannot be trained; give a specification (a name or a .py file)")
        model = load_mltk_model(model, test=test)
    elif not isinstance(model, MltkModel):
        raise ValueError(f"model is {type(model).__name__}, expected an MltkModel, a name or a path")
    elif test:
        model.enable_test_mode()
    for mixin in (TrainMixin, DatasetMixin):
        if not isinstance(model, mixin):
            raise ValueError(
                f"{model.model_specification_path}: class {type(model).__name__} lacks {mixin.__name__}, which training "
                f"needs; add it to the bases of the class"
            )
    return model


def _clear_logs(mltk_model, clean: Optional[bool]):
    """Delete what an earlier training left: all files (clean), or only its results."""
    if clean is None:
        return
    if clean:
        mltk_model.create_log_dir(delete_existing=True)
        return
    for folder in (mltk_model.log_dir, os.path.join(mltk_model.log_dir, "train")):
        if os.path.isdir(folder):
            for entry in os.scandir(folder):
                if entry.is_file():
                    os.remove(entry.path)


def _build(mltk_model):
    """Call the specification's build function; the seed of the run decides the initial weights."""
    from mltk.keras_api.models import Model
    from mltk.keras_api.utils import set_random_seed

    set_random_seed(mltk_model.seed)
    mltk_model.trigger_event(MltkModelEvent.BEFORE_BUILD_TRAIN_MODEL)
    keras_model = mltk_model.build_model_function(mltk_model)
    if not isinstance(keras_model, Model):
        raise ValueError(
            f"{mltk_model.model_specification_path}: build_model_function returned {type(keras_model).__name__}, "
            "expected a compiled Keras model; does the function end in `return keras_model`?"
        )
    mltk_model.trigger_event(MltkModelEvent.AFTER_BUILD_TRAIN_MODEL, keras_model=keras_model)
    return keras_model


def _log_summaries(mltk_model, keras_model, logger):
    from mltk.core.summarize_model import summarize_model

    summary = summarize_model(mltk_model, built_model=keras_model)
    write_file(os.path.join(mltk_model.log_dir, f"{mltk_model.name}.h5.summary.txt"), summary)
    logger.info("%s\n", summary)
    logger.info("%s", mltk_model.summarize_dataset())


def _fit(mltk_model, keras_model, epochs, resume_epoch, verbose, profile, logger):
    from mltk.core.model.native_callbacks import report_callbacks

    callbacks = build_callbacks(mltk_model)
    mltk_model.trigger_event(MltkModelEvent.POPULATE_TRAIN_CALLBACKS, keras_callbacks=callbacks)
    epochs = _count_epochs(mltk_model, callbacks, epochs)
    initial_epoch, state_path = _find_resume_point(mltk_model, keras_model, resume_epoch, epochs, logger)
    class_weight = compute_class_weights(mltk_model, logger)

    fit_kwargs = dict(
        x=mltk_model.x,
        y=mltk_model.y,
        batch_size=mltk_model.batch_size,
        steps_per_epoch=mltk_model.steps_per_epoch,
        validation_split=mltk_model.validation_split,
        validation_data=mltk_model.validation_data,
        validation_steps=mltk_model.validation_steps,
        validation_batch_size=mltk_model.validation_batch_size,
        validation_freq=mltk_model.validation_freq,
        shuffle=mltk_model.shuffle,
        class_weight=class_weight,
        sample_weight=mltk_model.sample_weight,
        epochs=epochs,
        initial_epoch=initial_epoch,
        callbacks=callbacks,
        verbose=0 if verbose is False else 1,
    )
    fit_kwargs.update(mltk_model.train_kwargs)
    mltk_model.trigger_event(MltkModelEvent.BEFORE_TRAIN, fit_kwargs=fit_kwargs)
    fit_kwargs["callbacks"] = list(fit_kwargs["callbacks"]) + report_callbacks(mltk_model, keras_model, fit_kwargs)

    logger.info("Starting model training ...")
    history = keras_model.fit(
        **fit_kwargs,
        _state_path=os.path.join(mltk_model.checkpoints_dir, STATE_FILE),
        _resume_state=state_path,
        _seed=mltk_model.seed,
        _profile=profile,
    )
    if profile:
        logger.info("%s", history.profile)
    if history.interrupted:
        raise KeyboardInterrupt(
            f"stopped in epoch {len(history.epoch) + 1} of {epochs}; everything is kept. "
            f"Go on with: {train_command(mltk_model)} --resume"
        )
    return history


def _count_epochs(mltk_model, callbacks, epochs: Optional[int]) -> int:
    from mltk.keras_api.callbacks import EarlyStopping

    if mltk_model.test_mode_enabled:
        return TEST_EPOCHS
    epochs = epochs or mltk_model.epochs
    if epochs != -1:
        return epochs
    if not any(isinstance(callback, EarlyStopping) for callback in callbacks):
        raise ValueError(
            "my_model.epochs is -1 (until early stopping), but the specification has no early stopping: set "
            "my_model.early_stopping or a number of epochs"
        )
    return UNLIMITED_EPOCHS


def _find_resume_point(mltk_model, keras_model, resume_epoch: int, epochs: int, logger):
    """The epoch to start at and the state file to restore, if any."""
    from mltk.keras_api.models import state_epoch

    if resume_epoch == 0:
        return 0, None
    state_path = os.path.join(mltk_model.checkpoints_dir, STATE_FILE)
    if os.path.exists(state_path):
        completed = state_epoch(state_path)
        if resume_epoch in (-1, completed):
            logger.info("Resuming after epoch %d", completed)
            return completed, state_path

    checkpoint = mltk_model.get_checkpoint_path(None if resume_epoch == -1 else resume_epoch)
    if checkpoint is None:
        if resume_epoch == -1:
            logger.warning("No checkpoint in %s; starting at the first epoch", mltk_model.checkpoints_dir)
            return 0, None
        raise ValueError(f"{mltk_model.checkpoints_dir}: has no checkpoint of epoch {resume_epoch}")
    completed = int(os.path.basename(checkpoint)[len("weights-") : -len(".h5")])
    if completed >= epochs:
        raise ValueError(f"the checkpoint is of epoch {completed}, and the run has {epochs}: give a larger --epochs")
    logger.info("Resuming with the weights of epoch %d (its optimizer state is not kept)", completed)
    keras_model.load_weights(checkpoint)
    return completed, None


def _save_model(mltk_model, keras_model, logger):
    """Write the .h5; hooks may replace the model that is saved and the one that is used from here on."""
    holder = dict(value=keras_model)
    mltk_model.trigger_event(
        MltkModelEvent.BEFORE_SAVE_TRAIN_MODEL, keras_model=keras_model, keras_model_dict=holder
    )
    keras_model = holder["value"]
    if mltk_model.on_save_keras_model:
        keras_model = mltk_model.on_save_keras_model(mltk_model=mltk_model, keras_model=keras_model, logger=logger)
        if keras_model is None:
            raise ValueError("my_model.on_save_keras_model returned None, expected the Keras model to save")
    logger.info("Generating %s", mltk_model.h5_log_dir_path)
    keras_model.save(mltk_model.h5_log_dir_path)
    holder = dict(value=keras_model)
    mltk_model.trigger_event(MltkModelEvent.AFTER_SAVE_TRAIN_MODEL, keras_model=keras_model, keras_model_dict=holder)
    return holder["value"]


def _save_results(mltk_model, keras_model, results, logger):
    output_dir = mltk_model.create_log_dir("train")
    arguments = dict(keras_model=keras_model, results=results, output_dir=output_dir)
    mltk_model.trigger_event(MltkModelEvent.BEFORE_SAVE_TRAIN_RESULTS, **arguments)
    name, value = results.get_best_metric()
    if name:
        logger.info("\n*** Best training %s = %.3f", name, value)
        logger.info("%s\n", _which_weights(mltk_model, results))
    results.write_history(output_dir)
    mltk_model.trigger_event(MltkModelEvent.AFTER_SAVE_TRAIN_RESULTS, **arguments)


def _which_weights(mltk_model, results) -> str:
    """Say which epoch's weights are the saved ones: as in Keras, they need not be those of the best one."""
    name, best = results.get_best_metric()
    last = results.epochs[-1] + 1
    restoring = _restoring_monitor(mltk_model)
    if restoring and last < results.params["epochs"]:
        return f"The saved model has the weights of the best {restoring}, which early stopping restored"
    if results.history[name][-1] == best:
        return "The saved model is that of this epoch, the last one"
    return (
        f"That was epoch {results.best_epoch()}. The saved model is that of the last one, epoch {last}, with "
        f"{name} = {results.history[name][-1]:.3f}; my_model.early_stopping with restore_best_weights=True saves the best"
    )


def _restoring_monitor(mltk_model) -> Optional[str]:
    """What the early stopping of a model monitors, if it restores the best weights when it stops."""
    from mltk.keras_api.callbacks import EarlyStopping

    callbacks = [callback for callback in mltk_model.train_callbacks if isinstance(callback, EarlyStopping)]
    settings = [vars(callback) for callback in callbacks] or [mltk_model.early_stopping or {}]
    return next((s.get("monitor") or "val_loss" for s in settings if s.get("restore_best_weights")), None)


def _save_archive(mltk_model, logger):
    archive_path = mltk_model.archive_path
    mltk_model.trigger_event(MltkModelEvent.BEFORE_SAVE_TRAIN_ARCHIVE, archive_path=archive_path)
    logger.info("Creating %s", archive_path)
    mltk_model.add_archive_dir(".", create_new=True)
    mltk_model.add_archive_file("__mltk_model_spec__")
    mltk_model.add_archive_dir("train")
    mltk_model.add_archive_dir("dataset", recursive=True)
    mltk_model.trigger_event(MltkModelEvent.AFTER_SAVE_TRAIN_ARCHIVE, archive_path=archive_path)


def _call_logged(function, name: str, logger):
    """Call a hook whose failure must not undo a finished training."""
    try:
        function()
    except Exception as error:  # pylint: disable=broad-except
        logger.warning("my_model.%s failed: %s", name, error, exc_info=True)
