"""Write scikit-learn's handwritten digits as a folder of PNG files per class.

    pip install scikit-learn pillow
    python tools/make_digits.py examples/digits/data

1,797 grey pictures of 8x8 pixels. scikit-learn's values 0..16 become 0..255.
"""

import pathlib
import sys

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits


def main(folder: pathlib.Path):
    digits = load_digits()
    for index, (picture, label) in enumerate(zip(digits.images, digits.target)):
        pixels = np.round(picture * 255 / 16).astype(np.uint8)
        path = folder / str(label) / f"{index:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels, mode="L").save(path, optimize=True)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
