"""`tf.signal`, `tf.audio`, `tf.io` and `tf.strings`: what scripts need to read recordings and make features of them."""

from mltk.keras_api import functions
from mltk.keras_api.functions import FUNCTIONS, at_hand, function, shape_of
from mltk.keras_api.tensors import EagerTensor, to_array


@function("signal.frame")
def frame(signal, frame_length, frame_step, pad_end=False, pad_value=0, axis=-1, name=None):  # pylint: disable=unused-argument
    """Windows of a signal, which may overlap: the axis becomes two, windows and their elements."""
    place = axis % len(shape_of(signal))
    length, step = int(frame_length), int(frame_step)
    total = shape_of(signal)[place]
    if pad_end:
        count = -(-total // step)
        missing = max(0, (count - 1) * step + length - total)
        pairs = [[0, 0]] * len(shape_of(signal))
        pairs[place] = [0, missing]
        signal = functions.pad(signal, pairs, constant_values=pad_value)
    else:
        count = max(0, 1 + (total - length) // step)
    front = (slice(None),) * place
    windows = [functions.getitem(signal, front + (slice(i * step, i * step + length),)) for i in range(count)]
    return functions.stack(windows, place)


def _window(name: str, a: float, b: float):
    def window(window_length, periodic=True, dtype="float32", name=None):  # pylint: disable=unused-argument
        import numpy as np

        count = int(window_length)
        # As TensorFlow: an odd periodic window is made like an even one.
        span = count + (1 if periodic else 0) - 1
        if count == 1:
            return EagerTensor(np.ones(1, "float32"))
        return EagerTensor((a - b * np.cos(2 * np.pi * np.arange(count) / span)).astype("float32"))

    window.__doc__ = f"The {name} window."
    FUNCTIONS[f"signal.{name}_window"] = window
    return window


hann_window = _window("hann", 0.5, 0.5)
hamming_window = _window("hamming", 0.54, 0.46)




@function("signal.rfft")
def rfft(input_tensor, fft_length=None, name=None):  # pylint: disable=unused-argument
    """The Fourier transform of real numbers: complex numbers at hand. Inside of a model there are none; use magnitudes."""
    if functions.in_graph(input_tensor):
        raise NotImplementedError("tf.signal.rfft gives complex numbers, which a model has not; use abs(tf.signal.stft) outside of it")
    import numpy as np

    length = None if fft_length is None else int(to_array(fft_length).reshape(-1)[0])
    return at_hand(None, lambda x: np.fft.rfft(x, length).astype("complex64"), [input_tensor])


@function("signal.stft")
def stft(signals, frame_length, frame_step, fft_length=None, window_fn=hann_window, pad_end=False, name=None):  # pylint: disable=unused-argument
    """Fourier transforms of windows of a signal."""
    import numpy as np

    length = int(frame_length)
    size = int(fft_length) if fft_length is not None else 1 << (length - 1).bit_length()
    windows = frame(signals, length, frame_step, pad_end)
    if window_fn is not None:
        windows = functions.multiply(windows, window_fn(length))
    return at_hand(None, lambda x: np.fft.rfft(x, size).astype("complex64"), [windows])


@function("signal.linear_to_mel_weight_matrix")
def linear_to_mel_weight_matrix(num_mel_bins=20, num_spectrogram_bins=129, sample_rate=8000, lower_edge_hertz=125.0,
                                upper_edge_hertz=3800.0, dtype="float32", name=None):  # pylint: disable=unused-argument
    """Weights from frequencies to bands of the mel scale: [frequencies, bands]."""
    import numpy as np

    def to_mel(hertz):
        return 1127.0 * np.log1p(np.asarray(hertz, "float64") / 700.0)

    frequencies = to_mel(np.linspace(0, float(sample_rate) / 2, int(num_spectrogram_bins))[1:])[:, None]
    edges = np.linspace(to_mel(lower_edge_hertz), to_mel(upper_edge_hertz), int(num_mel_bins) + 2)
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    weights = np.maximum(0, np.minimum((frequencies - low) / (centre - low), (high - frequencies) / (high - centre)))
    return EagerTensor(np.pad(weights, [[1, 0], [0, 0]]).astype("float32"))


@function("signal.dct")
def dct(input, type=2, n=None, axis=-1, norm=None, name=None):  # pylint: disable=redefined-builtin,unused-argument
    """The cosine transform of the second kind along the last axis."""
    import numpy as np

    if type != 2 or n is not None or axis != -1 or norm not in (None, "ortho"):
        raise NotImplementedError("signal.dct has type=2, the last axis, and norm None or 'ortho'")
    count = shape_of(input)[-1]
    matrix = 2 * np.cos(np.pi * (2 * np.arange(count)[:, None] + 1) * np.arange(count) / (2 * count))
    if norm == "ortho":
        matrix *= np.sqrt(1 / (2 * count))
        matrix[:, 0] *= np.sqrt(0.5)
    return functions.matmul(input, matrix.astype("float32"))


@function("signal.mfccs_from_log_mel_spectrograms")
def mfccs_from_log_mel_spectrograms(log_mel_spectrograms, name=None):  # pylint: disable=unused-argument
    """Cepstral coefficients of logarithms of mel bands."""
    count = shape_of(log_mel_spectrograms)[-1]
    return functions.multiply(dct(log_mel_spectrograms), float((2.0 * count) ** -0.5))


def _text(value) -> str:
    item = to_array(value)[()] if not isinstance(value, (str, bytes)) else value
    return item.decode() if isinstance(item, bytes) else str(item)


def _bytes_tensor(data: bytes) -> EagerTensor:
    import numpy as np

    return EagerTensor(np.array(data, dtype=object))


def read_file(filename, name=None):  # pylint: disable=unused-argument
    """The bytes of a file."""
    with open(_text(filename), "rb") as file:
        return _bytes_tensor(file.read())


def write_file(filename, contents, name=None):  # pylint: disable=unused-argument
    """Write bytes to a file."""
    data = to_array(contents)[()] if not isinstance(contents, (str, bytes)) else contents
    with open(_text(filename), "wb") as file:
        file.write(data.encode() if isinstance(data, str) else data)


def decode_wav(contents, desired_channels=-1, desired_samples=-1, name=None):  # pylint: disable=unused-argument
    """Samples [samples, channels] of -1...1 and the rate of a 16 bit WAV file's bytes."""
    import collections
    import io
    import wave

    import numpy as np

    data = contents if isinstance(contents, bytes) else to_array(contents)[()]
    try:
        with wave.open(io.BytesIO(data)) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"tf.audio.decode_wav: {error}; expected a WAV file of 16 bit") from None
    if width != 2:
        raise ValueError(f"tf.audio.decode_wav: the file has {8 * width} bit, expected 16")
    samples = np.frombuffer(frames, "<i2").reshape(-1, channels).astype("float32") / np.float32(32768)
    if desired_channels > 0 and desired_channels != channels:
        if channels != 1 and desired_channels > channels:
            raise ValueError(f"tf.audio.decode_wav: the file has {channels} channels, {desired_channels} are desired")
        samples = np.repeat(samples, desired_channels, 1) if channels == 1 else samples[:, :desired_channels]
    if desired_samples > 0:
        samples = samples[:desired_samples]
        samples = np.pad(samples, [[0, desired_samples - len(samples)], [0, 0]])
    made = collections.namedtuple("DecodeWav", ["audio", "sample_rate"])
    return made(EagerTensor(samples), EagerTensor(np.array(rate, "int32")))


def encode_wav(audio, sample_rate, name=None):  # pylint: disable=unused-argument
    """The bytes of a 16 bit WAV file of samples [samples, channels] of -1...1."""
    import io
    import wave

    import numpy as np

    samples = np.clip(np.rint(to_array(audio) * 32768), -32768, 32767).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(int(to_array(sample_rate)))
        file.writeframes(samples.tobytes())
    return _bytes_tensor(buffer.getvalue())


def split_text(input, sep=" ", maxsplit=-1, name=None):  # pylint: disable=redefined-builtin,unused-argument
    """The parts of a text."""
    import numpy as np

    return EagerTensor(np.array([part.encode() for part in _text(input).split(sep, maxsplit)], dtype=object))


FUNCTIONS.update({
    "io.read_file": read_file,
    "io.write_file": write_file,
    "audio.decode_wav": decode_wav,
    "audio.encode_wav": encode_wav,
    "strings.split": split_text,
})
