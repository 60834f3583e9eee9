"""Time the augmentation of pictures of 96 x 96 x 1 on one thread: mltk, Keras' ImageDataGenerator, Albumentations, in turn.

    python benchmarks/macro/augment.py --mltk PYTHON --keras PYTHON --albumentations PYTHON [--rounds N] [--json FILE]

Each PYTHON is an interpreter that has the package: mltk, tf_keras or keras 2 with scipy and Pillow, albumentations 2.0.8.
Rotation, shifts, zoom, flips and brightness, with the settings of MLTK's image_example1; pictures are in memory, and
batches of 32 come out.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

BATCH_SIZE = 32
SETTINGS = dict(
    rotation_range=35,
    width_shift_range=5,
    height_shift_range=5,
    zoom_range=(0.95, 1.05),
    brightness_range=(0.50, 1.70),
    horizontal_flip=True,
    vertical_flip=True,
)


def pictures():
    """[512, 96, 96, 1] uint8: blurred noise, with the edges that pictures have."""
    import numpy as np

    noise = np.random.default_rng(0).random((512, 12, 12, 1))
    return (np.kron(noise, np.ones((1, 8, 8, 1))) * 255).astype(np.uint8)


def mltk_batches():
    """Batches without an end."""
    import mltk.core  # pylint: disable=unused-import
    from mltk.core.preprocess.image.parallel_generator import ParallelImageDataGenerator

    batches = ParallelImageDataGenerator(cores=1, **SETTINGS).flow(pictures(), batch_size=BATCH_SIZE, seed=1)
    while True:
        yield from batches


def keras_batches():
    """Batches without an end."""
    try:
        from tf_keras.preprocessing.image import ImageDataGenerator
    except ImportError:
        from keras.preprocessing.image import ImageDataGenerator

    yield from ImageDataGenerator(**SETTINGS).flow(pictures(), batch_size=BATCH_SIZE, seed=1)


def albumentations_batches():
    """Batches without an end."""
    import albumentations
    import cv2
    import numpy as np

    cv2.setNumThreads(1)
    transform = albumentations.Compose(
        [
            albumentations.Affine(
                scale=(0.95, 1.05),
                translate_px=(-4, 4),
                rotate=(-35, 35),
                interpolation=cv2.INTER_LINEAR,
                border_mode=cv2.BORDER_REPLICATE,
                p=1,
            ),
            albumentations.HorizontalFlip(p=0.5),
            albumentations.VerticalFlip(p=0.5),
            albumentations.RandomBrightnessContrast(brightness_limit=(-0.5, 0.7), contrast_limit=0, p=1),
        ]
    )
    data = pictures()
    order = np.random.default_rng(1)
    while True:
        for indices in order.permutation(len(data)).reshape(-1, BATCH_SIZE):
            yield np.stack([transform(image=data[i])["image"] for i in indices]).astype(np.float32)


KINDS = {"mltk": mltk_batches, "keras": keras_batches, "albumentations": albumentations_batches}


def serve(kind: str):
    """Answer each line of the standard input, a number of seconds, with the images a second in that time."""
    batches = KINDS[kind]()
    shape = next(batches).shape
    assert shape == (BATCH_SIZE, 96, 96, 1), shape
    for line in sys.stdin:
        count, begin = 0, time.perf_counter()
        while time.perf_counter() < begin + float(line):
            count += len(next(batches))
        print(count / (time.perf_counter() - begin), flush=True)


class Peer:
    """A process that times one package."""

    def __init__(self, python: str, kind: str):
        self.process = subprocess.Popen(
            [python, __file__, "--serve", kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=dict(os.environ, CUDA_VISIBLE_DEVICES="-1", OMP_NUM_THREADS="1"),
        )

    def images_a_second(self, seconds: float) -> float:
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for kind in KINDS:
        parser.add_argument(f"--{kind}", metavar="PYTHON")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.3, help="of one peer in a round")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--serve", choices=KINDS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve)
        return
    peers = {kind: Peer(getattr(arguments, kind), kind) for kind in KINDS if getattr(arguments, kind)}
    for peer in peers.values():
        peer.images_a_second(arguments.seconds)
    rates = {kind: [] for kind in peers}
    for _ in range(arguments.rounds):
        for kind, peer in peers.items():
            rates[kind].append(peer.images_a_second(arguments.seconds))
    medians = {kind: statistics.median(values) for kind, values in rates.items()}
    ratios = {kind: medians["mltk"] / rate for kind, rate in medians.items() if kind != "mltk"}
    for kind, rate in medians.items():
        print(f"{kind:15} {rate:10.0f} images/s" + (f"   mltk is {ratios[kind]:.1f} times as fast" if kind in ratios else ""))
    if arguments.json:
        result = {
            "images": "96x96x1, batches of 32, one thread",
            "images_a_second": {kind: round(rate) for kind, rate in medians.items()},
            "mltk_times_as_fast_as": {kind: round(ratio, 2) for kind, ratio in ratios.items()},
            "rounds": arguments.rounds,
        }
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
