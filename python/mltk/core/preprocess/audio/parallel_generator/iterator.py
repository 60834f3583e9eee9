"""Batches of the sounds of a folder."""

from typing import Optional

from mltk.core.preprocess.parallel_iterator import ParallelDirectoryIterator, ParallelIterator


class AudioDirectoryIterator(ParallelDirectoryIterator):
    """Batches of spectrograms, or of sounds, of the files of a folder.

    Args:
        settings: those of the native source; None when a function of the specification makes the batches
    """

    def __init__(self, source, batch_shape, params, settings: Optional[dict]):
        super().__init__(source, batch_shape, params)
        self._settings = settings

    @property
    def sample_rate_hz(self) -> int:
        """Rate of the sounds that the spectrograms are made of."""
        return self.process_params.sample_rate

    def sounds(self) -> Optional[ParallelIterator]:
        """The same samples in the same order as sounds, float32: augmented, before the front end.

        None when only the specification knows the sounds.
        """
        if self._settings is None:
            return None
        from mltk import _core

        length = self._settings["sample_length"]
        settings = dict(
            self._settings,
            batch_shape=(self.batch_size, length),
            dtype="float32",
            frontend_settings=None,
            postprocessing_function=None,
        )
        if self._settings["frontend_settings"] is None:
            # The function may give something else than a sound.
            settings["preprocessing_function"] = None
        return ParallelIterator(_core.SoundDirectorySource(settings), settings["batch_shape"])
