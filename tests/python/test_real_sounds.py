"""Models of real sounds: spoken digits of Debian's voice prompts (8 kHz WAV) and percussion (44.1 kHz FLAC).

The digits come with the package asterisk-core-sounds-en-wav (tools/setup.sh), the percussion with tools/fetch_percussion.sh.
"""

import os
from pathlib import Path

import pytest

from mltk.core.preprocess.utils.audio import read_audio_file, resample, write_audio_file

np = pytest.importorskip("numpy")

VOICE = Path("/usr/share/asterisk/sounds/en_US_f_Allison/digits")
PERCUSSION = Path(os.environ.get("MLTK_PERCUSSION", Path(__file__).parents[2] / "build" / "percussion")) / "samples"

needs_voice = pytest.mark.skipif(not VOICE.is_dir(), reason=f"no voice prompts in {VOICE}: tools/setup.sh installs them")
needs_percussion = pytest.mark.skipif(
    not PERCUSSION.is_dir(), reason="no percussion: tools/fetch_percussion.sh build/percussion fetches it"
)

SPECIFICATION = """
    import tensorflow as tf
    from mltk.core.preprocess.audio.audio_feature_generator import AudioFeatureGeneratorSettings
    from mltk.core.preprocess.audio.parallel_generator import ParallelAudioDataGenerator

    my_model.dataset = {folder!r}
    my_model.classes = {classes!r}
    my_model.batch_size = 8
    my_model.epochs = {epochs}
    my_model.optimizer = tf.keras.optimizers.Adam(0.003)
    my_model.loss = "categorical_crossentropy"
    my_model.metrics = ["accuracy"]
    my_model.class_weights = "balanced"
    my_model.checkpoint["monitor"] = "val_loss"
    my_model.tflite_converter["optimizations"] = ["DEFAULT"]
    my_model.tflite_converter["inference_input_type"] = "int8"
    my_model.tflite_converter["inference_output_type"] = "int8"
    my_model.tflite_converter["representative_dataset"] = "generate"

    settings = AudioFeatureGeneratorSettings(
        sample_rate_hz=8000, sample_length_ms={length_ms}, window_size_ms=30, window_step_ms=20, filterbank_n_channels=32,
        filterbank_upper_band_limit=3800.0,
    )
    settings.quantize_dynamic_scale_enable = True
    my_model.datagen = ParallelAudioDataGenerator(
        dtype="int8", frontend_settings=settings, cores=1, validation_split={split}, validation_augmentation_enabled=False,
        trim_threshold_db=30, speed_range=(0.9, 1.1), pitch_range=(-1, 1), loudness_range=(0.5, 1.2),
        noise_colors=["white", "none"], noise_color_range=(0.0, 0.001), offset_range={offset},
    )

    def build(model):
        keras_model = tf.keras.Sequential([
            tf.keras.layers.Conv2D(12, 5, strides=2, input_shape=model.input_shape),
            tf.keras.layers.BatchNormalization(momentum=0.8),
            tf.keras.layers.ReLU(),
            tf.keras.layers.Conv2D(16, 3, strides=2, activation="relu"),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(model.n_classes, activation="softmax"),
        ])
        keras_model.compile(loss=model.loss, optimizer=model.optimizer, metrics=model.metrics)
        return keras_model
    my_model.build_model_function = build
"""


def accuracies(model) -> tuple:
    """Trained, of the float and of the int8 model on the validation sounds."""
    from mltk.core import evaluate_model, train_model

    train_model(model, verbose=False)
    return tuple(evaluate_model(model, tflite=tflite)["overall_accuracy"] for tflite in (False, True))


def specification(folder, classes, **settings) -> str:
    return SPECIFICATION.format(folder=str(folder), classes=classes, **settings)


@needs_voice
def test_prompts_are_decoded_and_resampled():
    sound, rate = read_audio_file(str(VOICE / "7.wav"), return_sample_rate=True)
    assert rate == 8000 and 0.2 < len(sound) / rate < 2 and 0.1 < np.abs(sound).max() < 1
    high = resample(sound, orig_sr=8000, target_sr=16000)
    power = np.abs(np.fft.rfft(high)) ** 2
    # Nothing is above what 8000 Hz could hold, and the sound is as loud.
    assert power[: len(power) // 2].sum() > 1e4 * power[len(power) * 11 // 20 :].sum()
    assert np.sqrt((high**2).mean()) == pytest.approx(np.sqrt((sound**2).mean()), rel=0.02)


@needs_voice
def test_a_network_learns_spoken_digits(make_model, tmp_path):
    classes = "zero one two three four five six seven eight nine".split()
    random = np.random.default_rng(1)
    for digit, label in enumerate(classes):
        sound = read_audio_file(str(VOICE / f"{digit}.wav"))
        # The prompt itself is the first file, so that of the validation; the others are quieter, half of them noisy, at 16 kHz.
        write_audio_file(str(tmp_path / "data" / label / "0.wav"), sound, 8000)
        for take in range(1, 9):
            high = resample(sound, orig_sr=8000, target_sr=16000)
            noisy = random.uniform(0.3, 0.9) * high + random.normal(0, 0.0003 * (take % 2), len(high))
            write_audio_file(str(tmp_path / "data" / label / f"{take}.wav"), noisy.astype(np.float32), 16000)
    body = specification(tmp_path / "data", classes, epochs=8, length_ms=700, split=0.1, offset=(0.0, 0.2))
    model = make_model(body, mixin="AudioDatasetMixin")
    float_accuracy, int8_accuracy = accuracies(model)
    assert model.class_counts["validation"] == dict.fromkeys(classes, 1)
    assert float_accuracy >= 0.9 and int8_accuracy >= 0.9


@needs_percussion
def test_a_network_tells_drums_and_hats_apart(make_model, tmp_path):
    kinds = {"drum": "bd_", "hat": "hat_"}
    for label, prefix in kinds.items():
        (tmp_path / "data" / label).mkdir(parents=True)
        for path in PERCUSSION.glob(f"{prefix}*.flac"):
            (tmp_path / "data" / label / path.name).symlink_to(path)
    body = specification(tmp_path / "data", list(kinds), epochs=8, length_ms=300, split=0.25, offset=(0.0, 0.1))
    model = make_model(body, mixin="AudioDatasetMixin")
    float_accuracy, int8_accuracy = accuracies(model)
    assert model.class_counts["validation"] == {"drum": 4, "hat": 6}
    assert float_accuracy >= 0.9 and int8_accuracy >= 0.9
