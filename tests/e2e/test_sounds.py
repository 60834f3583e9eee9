"""A model of sounds through the command line: tones of different pitch are the words of a data set."""

import math
import random
import struct
import wave

import pytest
from workspace import Workspace

RATE = 16000
#: Class -> pitch in Hz; the others are the class `_unknown_`.
PITCHES = {"low": 300, "high": 1200, "other": 2500, "another": 3300}
FILES = 32

SPECIFICATION = '''
import os

import tensorflow as tf
from mltk.core import AudioDatasetMixin, EvaluateClassifierMixin, MltkModel, TrainMixin
from mltk.core.preprocess.audio.audio_feature_generator import AudioFeatureGeneratorSettings
from mltk.core.preprocess.audio.parallel_generator import ParallelAudioDataGenerator


# @mltk_model
class Tones(MltkModel, TrainMixin, AudioDatasetMixin, EvaluateClassifierMixin):
    pass


my_model = Tones()
my_model.epochs = 30
my_model.batch_size = 13
my_model.optimizer = tf.keras.optimizers.Adam(learning_rate=0.01)
my_model.loss = "categorical_crossentropy"
my_model.metrics = ["accuracy"]
my_model.checkpoint["monitor"] = "val_accuracy"
my_model.class_weights = "balanced"
my_model.tflite_converter["optimizations"] = ["DEFAULT"]
my_model.tflite_converter["inference_input_type"] = "int8"
my_model.tflite_converter["inference_output_type"] = "int8"
my_model.tflite_converter["representative_dataset"] = "generate"
my_model.dataset = os.path.dirname(os.path.abspath(__file__)) + "/data"
my_model.classes = ["low", "high", "_unknown_", "_silence_"]

settings = AudioFeatureGeneratorSettings()
settings.sample_length_ms = 500
settings.window_size_ms = 32
settings.window_step_ms = 32
settings.filterbank_n_channels = 16
settings.filterbank_upper_band_limit = 4000

my_model.datagen = ParallelAudioDataGenerator(
    dtype="int8",
    frontend_settings=settings,
    cores=2,
    validation_split=0.25,
    validation_augmentation_enabled=False,
    silence_class_percentage=0.5,
    loudness_range=(0.5, 1.5),
    speed_range=(0.9, 1.1),
    bg_noise_range=(0.0, 0.02),
    bg_noise_dir="_noise_",
)


def build(model):
    network = tf.keras.models.Sequential(
        [
            tf.keras.layers.Conv2D(8, (3, 3), strides=(2, 2), input_shape=model.input_shape),
            tf.keras.layers.BatchNormalization(),
            tf.keras.layers.Activation("relu"),
            tf.keras.layers.MaxPooling2D((7, 1)),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(model.n_classes, activation="softmax"),
        ]
    )
    network.compile(loss=model.loss, optimizer=model.optimizer, metrics=model.metrics)
    return network


my_model.build_model_function = build
'''


def write_wav(path, samples, rate=RATE):
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack(f"<{len(samples)}h", *(int(sample * 32767) for sample in samples)))


def tone(pitch, seconds, loudness=0.3):
    return [loudness * math.sin(2 * math.pi * pitch * i / RATE) for i in range(int(seconds * RATE))]


def write_sounds(folder):
    numbers = random.Random(5)
    for word, pitch in PITCHES.items():
        for index in range(FILES):
            sound = tone(pitch * numbers.uniform(0.9, 1.1), numbers.uniform(0.2, 0.6), numbers.uniform(0.2, 0.5))
            write_wav(folder / word / f"{index:02}.wav", sound)
    write_wav(folder / "_noise_" / "hiss.wav", [numbers.gauss(0, 0.05) for _ in range(RATE)])


def make(folder):
    workspace = Workspace(folder)
    workspace.write(SPECIFICATION, "tones")
    write_sounds(folder / "data")
    return workspace


def device_model(workspace):
    return (workspace.logs / "tones" / "tones.tflite").read_bytes()


@pytest.fixture(scope="module")
def tones(tmp_path_factory):
    """A workspace in which the tones were trained, with the output of the command."""
    workspace = make(tmp_path_factory.mktemp("tones"))
    workspace.output = workspace.run("train", "tones", "--threads", 1)
    return workspace


def test_tones_are_learned_and_recognized_by_the_device_model(tones):
    result = tones.run("evaluate", "tones", "--tflite")
    accuracy = next(line for line in result.stdout.splitlines() if "verall accuracy" in line)
    assert float(accuracy.split(":")[1].strip(" %")) > 95


def test_the_archive_tells_the_firmware_how_spectrograms_are_made(tones):
    parameters = tones.run("summarize", "tones", "--tflite").stdout
    for line in ("fe.sample_length_ms: 500", "fe.filterbank_n_channels: 16", "fe.fft_length: 512"):
        assert line in parameters
    assert "Classes: low, high, _unknown_, _silence_" in parameters


def test_any_number_of_threads_gives_the_same_bytes(tones, tmp_path):
    others = make(tmp_path)
    path = others.folder / "tones.py"
    others.write(path.read_text(encoding="utf-8").replace("cores=2", "cores=1"), "tones")
    others.run("train", "tones", "--threads", 3, "--no-evaluate")
    assert device_model(others) == device_model(tones)


def test_files_that_cannot_be_read_and_odd_ones_are_told_before_the_training(tmp_path):
    workspace = make(tmp_path)
    (workspace.folder / "data" / "low" / "00.wav").write_bytes(b"no sound")
    write_wav(workspace.folder / "data" / "high" / "00.wav", [0.0] * 4000)
    write_wav(workspace.folder / "data" / "high" / "01.wav", tone(1200, 0.4), rate=8000)
    result = workspace.run("train", "tones", status=1)
    assert "low/00.wav: not a readable sound file: not a sound" in result.stderr
    (workspace.folder / "data" / "low" / "00.wav").unlink()
    result = workspace.run("train", "tones", "--epochs", 1, "--no-evaluate")
    told = result.stdout + result.stderr
    assert "silent (1): high/00.wav" in told
    assert "not recorded at 16000 Hz, so resampled (1): high/01.wav" in told
