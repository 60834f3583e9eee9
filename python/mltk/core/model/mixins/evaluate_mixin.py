"""Evaluation of a model."""

from mltk.core.model.mixins.base_mixin import BaseMixin
from mltk.core.model.model_attributes import setting


class EvaluateMixin(BaseMixin):
    """A model that can be evaluated: by its own function, or by loss and metrics."""

    eval_steps_per_epoch = setting("eval.steps_per_epoch", int, doc="Batches to evaluate; None is all.")
    eval_custom_function = setting(
        "eval.custom_function",
        (),
        doc="`f(my_model, built_model, eval_dir, show, logger)` -> EvaluationResults, instead of the built-in one.",
    )
