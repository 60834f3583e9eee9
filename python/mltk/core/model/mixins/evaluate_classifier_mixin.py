"""Evaluation of a classifier."""

from mltk.core.model.mixins.evaluate_mixin import EvaluateMixin
from mltk.core.model.model_attributes import setting


class EvaluateClassifierMixin(EvaluateMixin):
    """A model that tells classes apart."""

    eval_shuffle = setting("eval.shuffle", bool, False, doc="Whether evaluation samples are shuffled.")
    eval_augment = setting("eval.augment", bool, False, doc="Whether evaluation samples are augmented.")
    eval_max_samples_per_class = setting("eval.max_samples_per_class", int, -1, doc="-1 is all.")
