"""Sub-spectral normalization: one batch normalization for each band of frequencies (https://arxiv.org/abs/2103.13620)."""

import tensorflow as tf  # the compatibility module of this package


class SubSpectralNormalization(tf.keras.layers.Layer):
    """Normalizes [batch, time, frequency, channels] over batch and time, each of `sub_groups` bands by itself."""

    def __init__(self, sub_groups: int, **kwargs):
        super().__init__(**kwargs)
        self.sub_groups = sub_groups
        self.batch_norm = tf.keras.layers.BatchNormalization()

    def call(self, inputs):
        _, time, frequencies, channels = inputs.shape
        if frequencies % self.sub_groups:
            raise ValueError(f"{frequencies} frequencies cannot be cut into {self.sub_groups} equal bands (sub_groups)")
        if self.sub_groups == 1:
            return self.batch_norm(inputs)
        bands = tf.keras.layers.Reshape((time, frequencies // self.sub_groups, channels * self.sub_groups))(inputs)
        return tf.keras.layers.Reshape((time, frequencies, channels))(self.batch_norm(bands))

    def get_config(self):
        return {**super().get_config(), "sub_groups": self.sub_groups}
