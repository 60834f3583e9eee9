"""The Keras 2 API of the native library: what `tensorflow.keras`, `keras` and `tf_keras` are in a specification."""
