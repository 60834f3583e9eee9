"""Normalization of one sample."""


def normalize(
    x,
    rescale=None,
    samplewise_center: bool = False,
    samplewise_std_normalization: bool = False,
    samplewise_normalize_range=None,
    dtype=None,
):
    """Rescale, center, divide by the deviation, stretch to a range: those that are asked for, in this order.

    Args:
        x: array of any shape; mean, deviation and range are those of all its values
        rescale: factor
        samplewise_normalize_range: (low, high) of the result
        dtype: of the result; None is float64 when nothing is asked for, else that of the computation, which is
            float32 unless x is float64

    Raises:
        ValueError: a range for a sample whose values are all equal
    """
    import numpy as np

    x = np.asarray(x)
    if not (rescale or samplewise_center or samplewise_std_normalization or samplewise_normalize_range):
        return x.astype(np.float64 if dtype is None else dtype)
    x = x.astype(np.float64 if x.dtype == np.float64 else np.float32)
    if rescale:
        x = x * x.dtype.type(rescale)
    if samplewise_center:
        x = x - x.mean()
    if samplewise_std_normalization:
        x = x / (x.std() + x.dtype.type(1e-6))
    if samplewise_normalize_range:
        low, high = samplewise_normalize_range
        least, most = x.min(), x.max()
        if most == least:
            raise ValueError(f"normalize: all values of the sample are {least}, which no range can be made of")
        x = (high - low) * (x - least) / (most - least) + low
    return x if dtype is None else x.astype(dtype)
