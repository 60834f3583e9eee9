"""Time one int8 inference on one thread: mltk, its plain kernels and LiteRT with XNNPACK, in turn.

    python benchmarks/macro/inference.py PROGRAM MODELS [--rounds N] [--json FILE]

PROGRAM is build/.../benchmarks/mltk_time_inference; MODELS a folder with <name>/model.tflite. Needs ai-edge-litert and numpy.
LiteRT is called through its Python interface; the time that a call of it takes by itself, measured on an element-wise
model of one number, is subtracted.
"""

import argparse
import importlib.metadata
import json
import math
import pathlib
import statistics
import subprocess
import time

import numpy as np
from ai_edge_litert.interpreter import Interpreter

MODELS = [
    "mltk_keyword_spotting",
    "mltk_image_classification",
    "mltk_visual_wake_words",
    "mltk_anomaly_detection",
    "mltk_audio_example1",
    "mltk_keyword_spotting_alexa",
]


class Mltk:
    def __init__(self, program: pathlib.Path, model: pathlib.Path, *flags: str):
        self.process = subprocess.Popen(
            [program, model, *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def ask(self, line: str) -> float:
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def microseconds(self, inferences: int) -> float:
        return self.ask(str(inferences))


class LiteRt:
    def __init__(self, model: pathlib.Path):
        self.interpreter = Interpreter(str(model), num_threads=1)
        self.interpreter.allocate_tensors()
        for detail in self.interpreter.get_input_details():
            random = np.random.default_rng(42).integers(-128, 128, detail["shape"])
            self.interpreter.set_tensor(detail["index"], random.astype(detail["dtype"]))

    def microseconds(self, inferences: int) -> float:
        invoke = self.interpreter.invoke
        start = time.perf_counter()
        for _ in range(inferences):
            invoke()
        return (time.perf_counter() - start) / inferences * 1e6


def rounds(peers: dict, count: int, seconds: float) -> dict[str, float]:
    """Medians over `count` rounds, each of which asks every peer once for about `seconds`."""
    inferences = {name: max(1, int(seconds * 1e6 / peer.microseconds(5))) for name, peer in peers.items()}
    times = {name: [] for name in peers}
    for _ in range(count):
        for name, peer in peers.items():
            times[name].append(peer.microseconds(inferences[name]))
    return {name: statistics.median(values) for name, values in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.02, help="of one peer in a round")
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()

    smallest = LiteRt(arguments.models / "hello_world_int8" / "model.tflite")
    overhead = min(smallest.microseconds(2000) for _ in range(10))
    print(f"LiteRT {importlib.metadata.version('ai-edge-litert')} (XNNPACK); a call of it takes {overhead:.2f} us, subtracted")
    print(f"{'microseconds':32s} {'mltk':>9s} {'reference':>10s} {'LiteRT':>9s} {'LiteRT/mltk':>12s}")
    results = {}
    for name in MODELS:
        model = arguments.models / name / "model.tflite"
        peers = {
            "mltk": Mltk(arguments.program, model),
            "reference": Mltk(arguments.program, model, "--reference"),
            "litert": LiteRt(model),
        }
        result = rounds(peers, arguments.rounds, arguments.seconds)
        result["litert"] -= overhead
        results[name] = result
        ratio = result["litert"] / result["mltk"]
        print(f"{name:32s} {result['mltk']:9.2f} {result['reference']:10.1f} {result['litert']:9.2f} {ratio:12.2f}", flush=True)
    ratios = [result["litert"] / result["mltk"] for result in results.values()]
    print(f"{'geometric mean':32s} {math.exp(statistics.fmean(map(math.log, ratios))):53.2f}")

    resnet = Mltk(arguments.program, arguments.models / "pretrainedResnet_quant" / "model.tflite")
    seconds = statistics.median(resnet.ask("batch 10000 2") for _ in range(3))
    print(f"10,000 images through ResNet-8 on 2 threads: {seconds:.2f} s")
    if arguments.json:
        arguments.json.write_text(json.dumps({"us": results, "resnet_10000_s": seconds}, indent=1))


if __name__ == "__main__":
    main()
