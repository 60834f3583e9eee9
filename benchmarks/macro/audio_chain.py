"""Time the chain of audio augmentation on one thread: mltk beside audiomentations with librosa, in turn.

    python benchmarks/macro/audio_chain.py CLIPS [--count N] [--rounds N] [--json FILE]

CLIPS is a folder of `speech*.npy`, int16 at 16 kHz (../shared/data/golden/audio_frontend/clips), of which WAV files of a second
are made. Needs mltk, librosa, audiomentations and soundfile.

The chain: decode, stretch, shift the pitch, trim, add noise, spectrogram. Both sides stretch and shift every clip; mltk decodes
each file once and keeps the samples, as in training. CPU time, so that other work on the machine counts less.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

for _library in ("OMP", "OPENBLAS", "MKL", "NUMBA"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"
os.environ["MLTK_NUM_THREADS"] = "1"

import audiomentations  # noqa: E402
import librosa  # noqa: E402
import numpy as np  # noqa: E402
import soundfile  # noqa: E402

from mltk.core.preprocess.audio.audio_feature_generator import AudioFeatureGeneratorSettings  # noqa: E402
from mltk.core.preprocess.audio.parallel_generator import ParallelAudioDataGenerator  # noqa: E402

RATE = 16000
SPEED, PITCH, NOISE = (0.85, 1.2), (-2, 3), (0.01, 0.05)


def settings():
    """Those of audio_example1, with noise reduction."""
    result = AudioFeatureGeneratorSettings()
    result.sample_length_ms = 1000
    result.window_size_ms = 30
    result.window_step_ms = 20
    result.filterbank_n_channels = 40
    result.noise_reduction_enable = True
    return result


def write_clips(source: pathlib.Path, folder: pathlib.Path, count: int) -> list:
    """`count` WAV files of a second, of two classes."""
    speech = [np.load(path) for path in sorted(source.glob("speech*.npy"))]
    paths = []
    for i in range(count):
        clip = np.roll(np.resize(speech[i % len(speech)], RATE), 97 * i)
        path = folder / ("even", "odd")[i % 2] / f"{i:04}.wav"
        path.parent.mkdir(exist_ok=True)
        soundfile.write(path, clip, RATE, subtype="PCM_16")
        paths.append(path)
    return paths


class MltkChain:
    def __init__(self, folder: pathlib.Path):
        generator = ParallelAudioDataGenerator(
            cores=1,
            debug=True,
            frontend_settings=settings(),
            trim_threshold_db=30,
            noise_colors=["white"],
            noise_color_range=NOISE,
            speed_range=SPEED,
            pitch_range=PITCH,
        )
        self.iterator = generator.flow_from_directory(str(folder), classes=["even", "odd"], batch_size=32)

    def seconds(self) -> float:
        start = time.process_time()
        for _ in self.iterator:
            pass
        return time.process_time() - start


class PeerChain:
    def __init__(self, paths: list):
        self.paths = paths
        self.augment = audiomentations.Compose(
            [
                audiomentations.TimeStretch(*SPEED, leave_length_unchanged=False, p=1.0, method="librosa_phase_vocoder"),
                audiomentations.PitchShift(PITCH[0], PITCH[1] - 1, p=1.0, method="librosa_phase_vocoder"),
                audiomentations.AddGaussianNoise(*NOISE, p=1.0),
            ]
        )

    def seconds(self) -> float:
        start = time.process_time()
        for path in self.paths:
            samples, rate = soundfile.read(path, dtype="float32")
            samples = librosa.effects.trim(self.augment(samples, rate), top_db=30)[0]
            samples = librosa.util.fix_length(samples, size=RATE)
            librosa.feature.melspectrogram(y=samples, sr=RATE, n_fft=512, hop_length=320, n_mels=40)
        return time.process_time() - start


def medians(peers: dict, rounds: int) -> dict:
    """Median seconds of each, asked in turn; the first round warms up."""
    times = {name: [] for name in peers}
    for at in range(rounds + 1):
        for name, peer in peers.items():
            seconds = peer.seconds()
            if at > 0:
                times[name].append(seconds)
    return {name: statistics.median(values) for name, values in times.items()}


def measure(clips: pathlib.Path, count: int, rounds: int) -> dict:
    """Milliseconds a clip of each side."""
    with tempfile.TemporaryDirectory() as folder:
        paths = write_clips(clips, pathlib.Path(folder), count)
        times = medians({"mltk": MltkChain(pathlib.Path(folder)), "peers": PeerChain(paths)}, rounds)
    return {name: 1e3 * seconds / count for name, seconds in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=200, help="clips of a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    times = measure(arguments.clips, arguments.count, arguments.rounds)
    ratio = times["peers"] / times["mltk"]
    print(f"ms a clip: mltk {times['mltk']:.2f}, peers {times['peers']:.2f}: {ratio:.1f}x")
    if arguments.json:
        result = {
            "clips": f"{arguments.count} of 1 s at 16 kHz, one thread",
            "ms_a_clip": {name: round(value, 3) for name, value in times.items()},
            "mltk_times_as_fast": round(ratio, 2),
            "rounds": arguments.rounds,
            "versions": {name: importlib.metadata.version(name) for name in ("librosa", "audiomentations", "numpy")},
        }
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
