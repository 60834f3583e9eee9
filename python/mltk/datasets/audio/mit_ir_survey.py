"""Impulse responses of 271 places of everyday life, which give a sound the echo of a room.

J. Traer, J. H. McDermott: Statistics of natural reverberation enable perceptual separation of sound and space, PNAS 2016.
"""

import os
from typing import Optional

from mltk.core.preprocess.utils import audio as audio_utils
from mltk.datasets.archives import Archive
from mltk.datasets.audio import utils

DOWNLOAD_URL = "https://mcdermottlab.mit.edu/Reverb/IRMAudio/Audio.zip"
VERIFY_SHA1 = "de04f5be419c12f4f847f65d7ef8e2356b73aa38"

_ARCHIVE = Archive(DOWNLOAD_URL, VERIFY_SHA1, file_name="mit_ir_survey.zip")


def download(
    dest_dir: Optional[str] = None,
    dest_subdir: str = "datasets/mit_ir_survey",
    logger=None,
    clean_dest_dir: bool = False,
    sample_rate_hz: int = 16000,
) -> str:
    """Download and extract the responses into `Audio/`, and write them at a rate beside it; returns the folder."""
    folder, _ = _ARCHIVE.extract(dest_dir, dest_subdir, logger, clean_dest_dir)
    originals = f"{folder}/Audio"
    for path in utils.wav_files(originals) if os.path.isdir(originals) else ():
        resampled = f"{folder}/{os.path.basename(path)}"
        if not os.path.exists(resampled):
            utils.change_rate(path, sample_rate_hz, resampled)
    return folder


def load_dataset(dataset_dir: str) -> list:
    """The impulse responses in a folder, by name: arrays of floats."""
    return [audio_utils.read_audio_file(path) for path in utils.wav_files(dataset_dir)]


def apply_ir(audio, ir):
    """The full convolution of a sound with an impulse response: len(audio) + len(ir) - 1 samples."""
    import numpy as np

    length = len(audio) + len(ir) - 1
    size = 1 << max(length - 1, 0).bit_length()
    spectrum = np.fft.rfft(audio, size) * np.fft.rfft(ir, size)
    return np.fft.irfft(spectrum, size)[:length].astype(np.result_type(audio, ir))


def apply_random_ir(audio, ir_samples: list, seed: int = 42):
    """A sound with one of the impulse responses, chosen by the seed."""
    import numpy as np

    return apply_ir(audio, ir_samples[np.random.RandomState(seed=seed).choice(len(ir_samples))])
