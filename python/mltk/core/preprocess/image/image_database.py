"""Images that differ, for collecting a data set."""

import collections
from typing import List

#: Bins of a histogram of grey levels.
_BINS = 8


class UniqueImageDatabase:
    """Keeps the signatures of images that do not resemble each other: a histogram of grey levels for each tile.

    Args:
        maxlen: signatures that are kept; the oldest one goes first
        threshold: images are similar when the mean magnitude of the correlations of their histograms is at least
            1 - threshold
        quadrants: tiles along each axis
    """

    def __init__(self, maxlen: int = 512, threshold: float = 0.85, quadrants: int = 3):
        self._signatures = collections.deque(maxlen=maxlen)
        self._threshold = threshold
        self._quadrants = quadrants

    def add(self, img) -> bool:
        """Add an image, uint8 [height, width] or [height, width, 1 or 3]; False when a similar one is there."""
        import numpy as np

        signature = _signature(_grey(np.asarray(img)), self._quadrants)
        for other in self._signatures:
            similarity = sum(abs(_correlation(a, b)) for a, b in zip(other, signature)) / self._quadrants**2
            if similarity >= 1 - self._threshold:
                return False
        self._signatures.append(signature)
        return True


def _grey(img):
    import numpy as np

    if img.dtype != np.uint8:
        raise ValueError(f"the image is {img.dtype}, expected uint8")
    if img.ndim == 2:
        return img
    if img.ndim != 3 or img.shape[2] not in (1, 3):
        raise ValueError(f"the image has shape {list(img.shape)}, expected [height, width] with 1 or 3 channels")
    if img.shape[2] == 1:
        return img[..., 0]
    # Weights of red, green and blue in 15 bits.
    return ((img.astype(np.int64) @ np.array([9798, 19235, 3735]) + (1 << 14)) >> 15).astype(np.uint8)


def _signature(grey, quadrants: int) -> List:
    """The histogram of each tile; rests at the right and at the bottom are tiles too."""
    import numpy as np

    rows, columns = grey.shape
    height, width = rows // quadrants, columns // quadrants
    if min(height, width) < 1:
        raise ValueError(f"the image is {rows} x {columns}, too small for {quadrants} x {quadrants} tiles")
    return [
        np.bincount(grey[y : y + height, x : x + width].reshape(-1) // (256 // _BINS), minlength=_BINS).astype(np.float64)
        for y in range(0, rows, height)
        for x in range(0, columns, width)
    ]


def _correlation(a, b) -> float:
    a, b = a - a.mean(), b - b.mean()
    scale = (a @ a) * (b @ b)
    return 1.0 if scale <= 1e-15 else float(a @ b) / scale**0.5
