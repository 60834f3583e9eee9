"""Time changes of a sound of one second at 16 kHz beside librosa and audiomentations, on one thread.

    pip install librosa audiomentations numpy
    PYTHONPATH=python python benchmarks/macro/audio_augment.py [--json benchmarks/results/audio_augment.json]

mltk and its peers run in turn, so that a busy machine slows all of them; medians of `--rounds` rounds are printed.
"""

import argparse
import json
import os
import statistics
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import audiomentations  # noqa: E402
import librosa  # noqa: E402
import numpy as np  # noqa: E402

from mltk import _core  # noqa: E402
from mltk.core.preprocess.audio.audio_feature_generator import (  # noqa: E402
    AudioFeatureGenerator,
    AudioFeatureGeneratorSettings,
)
from mltk.core.preprocess.audio.parallel_generator import ParallelAudioDataGenerator  # noqa: E402

RATE = 16000


def sound() -> np.ndarray:
    random = np.random.default_rng(1)
    time_axis = np.arange(RATE) / RATE
    envelope = np.exp(-(((time_axis - 0.5) / 0.15) ** 2))
    tones = 0.4 * np.sin(2 * np.pi * 300 * time_axis) + 0.2 * np.sin(2 * np.pi * 1800 * time_axis)
    return (envelope * tones + random.normal(0, 0.003, RATE)).astype(np.float32)


def cases() -> dict:
    """Name -> (mltk's function, that of a peer, name of the peer)."""
    x = sound()
    settings = AudioFeatureGeneratorSettings()
    features = AudioFeatureGenerator(settings)
    generator = ParallelAudioDataGenerator(frontend_settings=settings, trim_threshold_db=None)
    trimming = ParallelAudioDataGenerator(frontend_settings=settings, trim_threshold_db=20)
    stretch = audiomentations.TimeStretch(1.1, 1.1, p=1.0, leave_length_unchanged=False)
    shift = audiomentations.PitchShift(2, 2, p=1.0)
    noise = audiomentations.AddGaussianNoise(0.01, 0.01, p=1.0)

    def change(generator, **changes):
        transform = dict(generator.default_transform, **changes)
        return lambda: generator.apply_transform(x, RATE, transform)

    def mel():
        return librosa.feature.melspectrogram(y=x, sr=RATE, n_fft=512, win_length=400, hop_length=160, n_mels=32)

    def chain():
        y = librosa.effects.trim(x, top_db=20)[0]
        y = librosa.util.fix_length(shift(stretch(y, RATE), RATE), size=RATE)
        return librosa.feature.melspectrogram(y=noise(y, RATE), sr=RATE, n_fft=512, win_length=400, hop_length=160)

    whole = dict(speed_factor=1.1, pitch_factor=2, noise_color="white", noise_color_factor=0.03)

    def own_chain():
        return features.process_sample((trimming.apply_transform(x, RATE, transform_of(whole)) * 32767).astype(np.int16))

    def transform_of(changes):
        return dict(trimming.default_transform, **changes)

    return {
        "trim": (lambda: _core.trimmed_range(x, 20), lambda: librosa.effects.trim(x, top_db=20), "librosa"),
        "speed": (change(generator, speed_factor=1.1), lambda: librosa.effects.time_stretch(x, rate=1.1), "librosa"),
        "speed ": (change(generator, speed_factor=1.1), lambda: stretch(x, RATE), "audiomentations"),
        "pitch": (change(generator, pitch_factor=2), lambda: librosa.effects.pitch_shift(x, sr=RATE, n_steps=2), "librosa"),
        "pitch ": (change(generator, pitch_factor=2), lambda: shift(x, RATE), "audiomentations"),
        "white noise": (
            change(generator, noise_color="white", noise_color_factor=0.03),
            lambda: noise(x, RATE),
            "audiomentations",
        ),
        "features": (lambda: features.process_sample((x * 32767).astype(np.int16)), mel, "librosa"),
        "trim, speed, pitch, noise, features": (own_chain, chain, "librosa and audiomentations"),
    }


def seconds(function) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    results = []
    for name, (own, peer, peer_name) in cases().items():
        seconds(own), seconds(peer)  # the first call compiles and loads
        rounds = [(seconds(own), seconds(peer)) for _ in range(arguments.rounds)]
        own_ms, peer_ms = (1e3 * statistics.median(times) for times in zip(*rounds))
        results.append(dict(case=name.strip(), mltk_ms=own_ms, peer=peer_name, peer_ms=peer_ms, ratio=peer_ms / own_ms))
        print(f"{name.strip():36} mltk {own_ms:7.3f} ms   {peer_name} {peer_ms:7.3f} ms   {peer_ms / own_ms:5.2f}")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
