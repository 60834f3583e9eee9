"""Settings for Weights & Biases, as specifications of MLTK 0.20 have them."""

from mltk.core.model.mixins.base_mixin import BaseMixin
from mltk.core.model.model_attributes import setting
from mltk.core.model.model_event import MltkModelEvent
from mltk.core.utils import get_mltk_logger


class WeightsAndBiasesMixin(BaseMixin):
    """What a specification says about Weights & Biases is kept; nothing is sent. With `--post` that is told."""

    wandb_is_disabled = setting("wandb.is_disabled", bool, default=False, doc="Whether nothing is to be sent.")
    wandb_init_kwargs = setting("wandb.init_kwargs", dict, default={}, doc="Arguments of `wandb.init`.")
    wandb_config = setting("wandb.config", dict, default={}, doc="Settings that belong to a run.")
    wandb_callback = setting("wandb.callback", doc="Keras callback of wandb.")
    wandb_model_checkpoint_callback = setting("wandb.model_checkpoint_callback", doc="Keras callback of wandb.")

    @property
    def wandb_is_initialized(self) -> bool:
        """Whether a run is open: never."""
        return False

    @property
    def wandb_session_id(self):
        """Id of a run: there is none."""
        return None

    def wandb_save(self, *_, **__):
        """Send files of a run: there is none."""

    def wandb_log(self, *_, **__):
        """Send numbers of a run: there is none."""

    def _register_attributes(self):
        return lambda: self.add_event_handler(MltkModelEvent.TRAIN_STARTUP, _tell_that_nothing_is_posted)


def _tell_that_nothing_is_posted(mltk_model, post_process=False, **_):
    if post_process:
        get_mltk_logger().warning("mltk does not post to Weights & Biases; the results are in %s", mltk_model.log_dir)
