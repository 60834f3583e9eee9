"""Time the spectrogram of one clip on one thread: mltk, its code for devices, and MLTK's compiled front end, in turn.

    python benchmarks/macro/features.py PROGRAM GOLDEN UPSTREAM [--rounds N] [--json FILE]

PROGRAM is build/.../benchmarks/mltk_time_features; GOLDEN the folder audio_frontend of the golden data, whose settings and
spoken clip are used; UPSTREAM the unpacked wheel of silabs-mltk 0.20.0. Needs numpy and the Python that the wheel is for,
3.11. The peers must give the same bytes before they are timed.
"""

import argparse
import importlib.util
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy as np

SETTINGS = ["default", "micro_speech_40ch", "dynamic_108ch", "linear_16ch", "dc_notch_activity_24ch"]
CLIP = "speech0_on"
WRAPPER = "_audio_feature_generator_wrapper"


class Mltk:
    def __init__(self, program: pathlib.Path, clip: pathlib.Path, settings: dict, *flags: str):
        self.process = subprocess.Popen(
            [program, clip, json.dumps(settings), *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def ask(self, line: str) -> float:
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def microseconds(self, clips: int) -> float:
        return self.ask(str(clips))

    def spectrogram(self) -> np.ndarray:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "spectrogram.npy"
            self.ask(f"write {path}")
            return np.load(path)


class Reference:
    def __init__(self, module, clip: np.ndarray, settings: dict, shape: tuple):
        self.generator = module.AudioFeatureGeneratorWrapper({"fe.fft_length": 0, **settings})
        self.clip = clip
        self.output = np.zeros(shape, np.int8)

    def microseconds(self, clips: int) -> float:
        process, clip, output = self.generator.process_sample, self.clip, self.output
        start = time.perf_counter()
        for _ in range(clips):
            process(clip, output)
        return (time.perf_counter() - start) / clips * 1e6

    def spectrogram(self) -> np.ndarray:
        self.generator.process_sample(self.clip, self.output)
        return self.output


def reference_module(upstream: pathlib.Path):
    folder = upstream / "mltk" / "core" / "preprocess" / "audio" / "audio_feature_generator"
    (path,) = folder.glob(f"{WRAPPER}.*.so")
    spec = importlib.util.spec_from_file_location(WRAPPER, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rounds(peers: dict, count: int, seconds: float) -> dict[str, float]:
    """Medians over `count` rounds, each of which asks every peer once for about `seconds`."""
    clips = {name: max(1, int(seconds * 1e6 / peer.microseconds(5))) for name, peer in peers.items()}
    times = {name: [] for name in peers}
    for _ in range(count):
        for name, peer in peers.items():
            times[name].append(peer.microseconds(clips[name]))
    return {name: statistics.median(values) for name, values in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("golden", type=pathlib.Path)
    parser.add_argument("upstream", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.02, help="of one peer in a round")
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()

    module = reference_module(arguments.upstream)
    cases = json.loads((arguments.golden / "case.json").read_text())["cases"]
    print(f"{'microseconds':24s} {'features':>10s} {'mltk':>9s} {'plain':>9s} {'MLTK 0.20':>10s} {'MLTK/mltk':>10s}")
    results = {}
    for name in SETTINGS:
        (case,) = [case for case in cases if (case["setting"], case["clip"]) == (name, CLIP)]
        settings, shape = case["settings"], tuple(case["shape"])
        path = arguments.golden / case["audio"]
        length = settings["fe.sample_length_ms"] * settings["fe.sample_rate_hz"] // 1000
        clip = np.load(path)[:length]
        clip = np.pad(clip, (0, length - len(clip)))
        peers = {
            "mltk": Mltk(arguments.program, path, settings),
            "plain": Mltk(arguments.program, path, settings, "--plain"),
            "reference": Reference(module, clip, settings, shape),
        }
        expected = np.load(arguments.golden / case["int8"])
        for peer_name, peer in peers.items():
            if not np.array_equal(peer.spectrogram(), expected):
                raise SystemExit(f"{name}: the spectrogram of {peer_name} is not the golden one")
        result = rounds(peers, arguments.rounds, arguments.seconds)
        results[name] = result
        print(
            f"{name:24s} {shape[0]:6d} x{shape[1]:3d} {result['mltk']:8.1f} {result['plain']:9.1f} {result['reference']:10.1f}"
            f" {result['reference'] / result['mltk']:10.2f}",
            flush=True,
        )
    if arguments.json:
        arguments.json.write_text(json.dumps({"us": results}, indent=1))


if __name__ == "__main__":
    main()
