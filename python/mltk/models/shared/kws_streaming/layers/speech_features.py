"""Logarithmic mel spectrograms as part of a network, in operators that a device has."""

import numpy as np
import tensorflow as tf  # the compatibility module of this package

#: Flag -> value that leaves it out; others are not supported.
_LEFT_OUT = {
    "preemph": 0,
    "dct_num_features": 0,
    "use_spec_augment": 0,
    "use_spec_cutout": 0,
    "sp_time_shift_ms": 0,
    "sp_resample": 0,
    "data_frame_padding": None,
}
_KEPT = (
    "sample_rate", "window_size_ms", "window_stride_ms", "feature_type", "window_type", "mel_lower_edge_hertz",
    "mel_upper_edge_hertz", "mel_num_bins", "log_epsilon", "fft_magnitude_squared",
)  # fmt: skip


class SpeechFeatures(tf.keras.layers.Layer):
    """Sounds [batch, samples] to spectrograms [batch, frames, mel_num_bins].

    Windows and the Fourier transform of all frames are one convolution over the samples, with cosines and sines of those
    frequencies that a mel band contains.

    Args:
        params: what `get_params` returns
    """

    def __init__(self, params: dict, **kwargs):
        super().__init__(**kwargs)
        self.params = dict(params)
        self.frame_size, self.frame_step = (
            round(params["sample_rate"] * params[name] / 1000) for name in ("window_size_ms", "window_stride_ms")
        )

    @staticmethod
    def get_params(flags) -> dict:
        """The settings of this layer among the flags of a model.

        Raises:
            NotImplementedError: a flag asks for what this layer does not do
        """
        for name, value in _LEFT_OUT.items():
            if flags.get(name, value) != value:
                raise NotImplementedError(f"{name} is {flags[name]!r}, expected {value!r}: this layer does not do it")
        if flags["feature_type"] != "mfcc_tf":
            raise NotImplementedError(f"feature_type is {flags['feature_type']!r}, expected 'mfcc_tf'")
        if flags["window_type"] not in ("hann", None):
            raise NotImplementedError(f"window_type is {flags['window_type']!r}, expected 'hann' or None")
        return {name: flags[name] for name in _KEPT}

    def call(self, inputs):
        waves, mel = self._matrices()
        sound = tf.reshape(inputs, (-1, 1, inputs.shape[-1], 1))
        parts = tf.squeeze(tf.nn.conv2d(sound, waves, strides=(1, self.frame_step), padding="VALID"), [1])
        frequencies = mel.shape[0]
        power = tf.square(parts[:, :, :frequencies]) + tf.square(parts[:, :, frequencies:])
        bands = tf.matmul(power if self.params["fft_magnitude_squared"] else tf.sqrt(power), mel)
        return tf.math.log(tf.math.maximum(bands, self.params["log_epsilon"]))

    def _matrices(self):
        """Windowed cosines and sines [1, frame_size, 1, 2 * frequencies], and the weights of the bands [frequencies, bands]."""
        params = self.params
        size = 1 << (self.frame_size - 1).bit_length()
        low, high = params["mel_lower_edge_hertz"], params["mel_upper_edge_hertz"]
        mel = _mel_weights(params["mel_num_bins"], size // 2 + 1, params["sample_rate"], low, high)
        used = np.flatnonzero(mel.any(axis=1))[-1] + 1
        time = np.arange(self.frame_size)
        window = 0.5 - 0.5 * np.cos(2 * np.pi * time / self.frame_size) if params["window_type"] == "hann" else 1 + 0 * time
        angles = 2 * np.pi * np.outer(time, np.arange(used)) / size
        waves = window[:, None] * np.concatenate([np.cos(angles), np.sin(angles)], axis=1)
        return waves[None, :, None, :].astype(np.float32), mel[:used].astype(np.float32)

    def get_config(self):
        return {**super().get_config(), "params": self.params}


def _mel_weights(bands: int, frequencies: int, rate: float, low: float, high: float):
    """Triangles over the mel scale [frequencies, bands]; neighbours cross at their halves. The frequency 0 is in none."""

    def mel(hertz):
        return 1127.0 * np.log1p(np.asarray(hertz) / 700.0)

    edges = np.linspace(mel(low), mel(high), bands + 2)
    places = mel(np.linspace(0, rate / 2, frequencies))[:, None]
    rising = (places - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - places) / (edges[2:] - edges[1:-1])
    weights = np.maximum(0, np.minimum(rising, falling))
    weights[0] = 0
    return weights
