"""Small sets of data, laid out in a cache folder as the stock specifications expect them.

Pictures, sounds and series are made up: each class has a shape of its own, so that a network can learn it. What a specification
downloads is found here instead, since a folder that is not empty is taken as it is.
"""

import functools
import gzip
import io
import json
import pickle
import struct
import wave
from pathlib import Path

import numpy as np

from mltk import _core

RATE = 16000


def _random(*key) -> np.random.Generator:
    return np.random.default_rng([sum(str(part).encode()) for part in key])


def picture(kind: int, index: int, height: int, width: int, depth: int) -> np.ndarray:
    """A grating whose direction and width tell its kind, with noise; uint8."""
    random = _random("picture", kind, index)
    y, x = np.mgrid[:height, :width]
    angle = kind * np.pi / 5
    grating = np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / (6 + 3 * kind) + random.uniform(0, 6))
    noisy = 128 + 70 * grating[..., None] + random.normal(0, 20, (height, width, depth))
    return np.clip(noisy, 0, 255).astype(np.uint8)


def word(kind: int, index: int, seconds: float = 1.0, rate: int = RATE) -> np.ndarray:
    """Two tones that glide as the kind of word tells, between silences, with noise; float32 in -1..1."""
    random = _random("word", kind, index)
    count = int(seconds * rate)
    time = np.arange(count) / rate
    start, length = random.uniform(0.1, 0.25) * seconds, random.uniform(0.45, 0.6) * seconds
    inside = np.clip((time - start) / length, 0, 1)
    low = 250 + 90 * kind * random.uniform(0.95, 1.05)
    glide = 1 + (0.5 if kind % 2 else -0.3) * inside
    phase = 2 * np.pi * np.cumsum(low * glide) / rate
    envelope = np.sin(np.pi * inside)
    sound = envelope * (0.4 * np.sin(phase) + 0.2 * np.sin(2.5 * phase)) + random.normal(0, 0.002, count)
    return sound.astype(np.float32)


def write_wav(path: Path, sound: np.ndarray, rate: int = RATE):
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


def write_pictures(folder: Path, classes, count: int, height: int, width: int, depth: int, extension: str = "png"):
    for kind, name in enumerate(classes):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for index in range(count):
            encode = _core.encode_png if extension == "png" else _core.encode_jpeg
            (folder / name / f"{index:03}.{extension}").write_bytes(encode(picture(kind, index, height, width, depth)))


def rock_paper_scissors(cache: Path, version: str, classes):
    write_pictures(cache / "datasets" / "rock_paper_scissors" / version, classes, 24, 96, 96, 1, "jpg")


SPEECH_COMMANDS = (
    "up down left right yes no on off stop go bed cat one two three four five six seven eight nine".split()
)


def speech_commands(cache: Path, folder: str = "datasets/speech_commands/v2", words=tuple(SPEECH_COMMANDS), count: int = 30):
    root = cache / folder
    for kind, name in enumerate(words):
        for index in range(count):
            write_wav(root / name / f"{index:08x}_nohash_0.wav", word(kind, index))
    noise = _random("noise").normal(0, 0.05, 4 * RATE)
    write_wav(root / "_background_noise_" / "white_noise.wav", noise)


def ekg_waveforms(cache: Path):
    for kind, name in enumerate(["1 NSR", "2 APB", "4 AFIB", "7 PVC"]):
        for index in range(6):
            write_wav(cache / "datasets/ekg_waveforms/v1" / name / f"{index}.wav", word(kind, index, 10.0, 360), 360)


def digits(count: int, classes: int = 10):
    """Pictures 28x28 and their labels; every class among the first ones."""
    labels = (np.arange(count) % classes).astype(np.uint8)
    kinds = [picture(kind, 0, 28, 28, 1)[..., 0] for kind in range(classes)]
    noise = _random("digits").integers(-20, 20, (64, 28, 28))
    pictures = np.stack([np.clip(kinds[label] + noise[i % 64], 0, 255) for i, label in enumerate(labels)])
    return pictures.astype(np.uint8), labels


def write_download(cache: Path, name: str, url: str, file_hash: str, content: bytes):
    """A file in the folder of downloads, with the note that says it was checked."""
    folder = cache / "downloads"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    details = {
        "url": url + name,
        "retval": str(folder / name),
        "archive_path": str(folder / name),
        "file_hash": file_hash,
        "file_hash_algorithm": "auto",
        "remove_root_dir": False,
    }
    (folder / f"{name}-mltk.json").write_text(json.dumps(details))


KERAS_DATA_SETS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


def mnist(cache: Path):
    x_train, y_train = digits(30100)
    x_test, y_test = digits(200)
    file = io.BytesIO()
    np.savez(file, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    checksum = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
    write_download(cache, "mnist.npz", KERAS_DATA_SETS, checksum, file.getvalue())


#: Checksums of Fashion-MNIST's files: pictures, labels.
FASHION_MNIST = {
    "train": ("95978B76B6897F6CA69A25145D01716EFB615989", "09814CFEF5A041118CEACE42F8DAE995319D331A"),
    "t10k": ("5EDDA96C6D8C36FF915115A0E8136D370A021576", "9CAAD14E1AFF9ADAC77D3744963212D36AF15BEE"),
}


def fashion_mnist(cache: Path):
    for part, count in [("train", 600), ("t10k", 100)]:
        pictures, labels = digits(count)
        for kind, header, data, checksum in [
            ("images-idx3", struct.pack(">iiii", 2051, count, 28, 28), pictures, FASHION_MNIST[part][0]),
            ("labels-idx1", struct.pack(">ii", 2049, count), labels, FASHION_MNIST[part][1]),
        ]:
            content = gzip.compress(header + data.tobytes())
            write_download(cache, f"{part}-{kind}-ubyte.gz", KERAS_DATA_SETS, checksum, content)


def cifar10(cache: Path, batch: int = 10000):
    folder = cache / "datasets" / "cifar10"
    folder.mkdir(parents=True, exist_ok=True)
    kinds = np.stack([picture(kind, 0, 32, 32, 3).transpose(2, 0, 1).ravel() for kind in range(10)])
    for name, count in [*((f"data_batch_{i}", batch) for i in range(1, 6)), ("test_batch", 100)]:
        labels = np.arange(count) % 10
        with open(folder / name, "wb") as file:
            pickle.dump({b"data": kinds[labels], b"labels": labels.tolist()}, file)


def magic_wand(cache: Path):
    folder = cache / "datasets/accelerator/tflm_magic_wand"
    (folder / "person_split").mkdir(parents=True, exist_ok=True)
    for part, count in [("train", 4), ("valid", 2), ("test", 2)]:
        with open(folder / "person_split" / part, "w", encoding="utf-8") as file:
            for kind, gesture in enumerate(["wing", "ring", "slope", "negative"]):
                for index in range(count):
                    time = np.arange(60)[:, None] / 20
                    series = 300 * np.sin(time * (1 + kind) + np.arange(3)) + _random(part, gesture, index).normal(0, 20, (60, 3))
                    line = {"gesture": gesture, "accel_ms2_xyz": series.round(1).tolist(), "name": f"person{index}"}
                    file.write(json.dumps(line) + "\n")
    (folder / "processing_complete.txt").write_text("done\n")


def toyadmos(cache: Path):
    root = cache / "datasets/toyadmos/preprocessed/v1"
    write_pictures(root, ["normal", "abnormal"], 24, 160, 128, 1)


def speech_spectrograms(cache: Path):
    classes = "down go left no off on right stop up yes unknown _background_noise_".split()
    write_pictures(cache / "datasets/speech_commands/preprocessed/v1", classes, 24, 50, 10, 1)


def visual_wake_words(cache: Path, count: int = 130):
    root = cache / "datasets/mscoco14/preprocessed/v1"
    write_pictures(root, ["person", "non_person"], count, 96, 96, 3, "jpg")


def ecg(cache: Path):
    """Lines of 140 values and a label, 1 for a normal heart."""
    path = cache / "datasets" / "ecg500.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    random = _random("ecg")
    time = np.arange(140) / 140
    labels = random.integers(0, 2, 400)
    shapes = np.stack([np.sin(2 * np.pi * time) - 2 * np.exp(-((time - 0.2) ** 2) / 0.002), np.sin(6 * np.pi * time)])
    rows = shapes[1 - labels] + random.normal(0, 0.1, (400, 140))
    np.savetxt(path, np.column_stack([rows, labels]), delimiter=",", fmt="%.5f")


#: Ambience that the keyword specifications mix in, by the names of both ways to load it.
AMBIENCE = ["360", "364", "444", "1386", "447", "453"] + [
    "mixkit-very-crowded-pub-or-party-loop-360",
    "mixkit-big-crowd-talking-loop-364",
    "mixkit-restaurant-crowd-talking-ambience-444",
    "mixkit-keyboard-typing-1386",
    "mixkit-office-ambience-447",
    "mixkit-hotel-lobby-with-dining-area-ambience-453",
    "crowd-talking-1",
]


def keyword_folder(cache: Path, folder: str, words, count: int = 120, other: int = 260):
    """Keywords of many speakers, other words, sounds, impulse responses and noise in one folder."""
    root = cache / "datasets" / folder
    for kind, name in enumerate(words):
        for index in range(count):
            write_wav(root / name / f"{index:08x}_nohash_0.wav", word(kind, index))
    (root / ".clean_stats.txt").write_text("done\n")
    for index in range(other):
        sound = word(20 + index % 7, index)
        write_wav(root / "_unknown" / "mlcommons_keywords" / f"word{index % 40}" / f"common_voice_en_{index}.wav", sound)
        write_wav(root / "_unknown" / "mlcommons_voice" / f"common_voice_en_{index}.wav", sound)
        write_wav(root / "_unknown" / "unknown" / f"gcp_word{index}+voice{index}.wav", sound)
    for index in range(10):
        write_wav(root / "_unknown" / "esc-50" / "audio" / f"1-{index}-A-0.wav", _random("esc", index).normal(0, 0.1, RATE))
    for index in range(3):
        response = np.exp(-np.arange(4000) / 400) * _random("response", index).normal(0, 0.3, 4000)
        write_wav(root / "_ir_responses_" / "Audio" / f"h{index:03}.wav", response)
        write_wav(root / "_ir_responses_" / f"h{index:03}.wav", response)
    noise = _random("ambience").normal(0, 0.05, 5 * RATE)
    write_wav(root / "_background_noise_" / "brd2601" / "brd2601_background_audio.wav", noise / 10)
    write_wav(root / "_background_noise_" / "pacman" / "recorded_pacman_game_play.wav", noise)
    for name in AMBIENCE:
        write_wav(root / "_background_noise_" / "ambient" / f"{name}.wav", noise)


def keywords_of_two_stages(cache: Path):
    """Cleaned speech commands with more other words, for the specifications with a teacher."""
    folder = "speech_commands/v2_cleaned"
    keyword_folder(cache, folder, SPEECH_COMMANDS, count=60, other=0)
    for index in range(40):
        write_wav(cache / "datasets" / folder / "_on_off_unknown" / "unknown" / f"{index}.wav", word(20, index))


def pacman(cache: Path):
    speech_commands(cache)
    write_wav(cache / "datasets/recorded_pacman_game_play" / "recorded_pacman_game_play.wav", _random("game").normal(0, 0.05, 5 * RATE))


def cleaned_speech_commands(cache: Path):
    """With the note that says that they are cleaned; enough for a batch of 100 in the validation too."""
    folder = "datasets/speech_commands/v2_cleaned"
    speech_commands(cache, folder, count=110)
    (cache / folder / ".clean_stats.txt").write_text("done\n")


def fingerprints(cache: Path, persons: int = 8):
    """Ridges whose direction, width and bend tell a finger; in the folder that the specification names, beside it."""
    root = cache.parent / "your-fingerprint-dataset-directory-or-download-url"
    y, x = np.mgrid[:192, :192] / 192 - 0.5
    for person in range(persons):
        for number, finger in enumerate(["left/thumb", "left/index", "right/thumb"]):
            folder = root / f"p{person}" / finger
            folder.mkdir(parents=True)
            own = _random("finger", person, finger)
            angle, width, bend = own.uniform(0, np.pi), own.uniform(16, 26), own.uniform(-2, 2)
            for index in range(3):
                shift = _random("finger", person, number, index).uniform(-0.02, 0.02, 2)
                across = (x + shift[0]) * np.cos(angle) + (y + shift[1]) * np.sin(angle) + bend * (x * x + y * y)
                ridges = 128 + 100 * np.sin(2 * np.pi * width * across)
                (folder / f"raw_{index}.jpg").write_bytes(_core.encode_jpeg(ridges.astype(np.uint8)[..., None]))


#: Specification -> what lays out its data.
LAYOUTS = {
    "image_example1": functools.partial(rock_paper_scissors, version="v1", classes=["rock", "paper", "scissor"]),
    "rock_paper_scissors": functools.partial(
        rock_paper_scissors, version="v2", classes=["rock", "paper", "scissor", "_unknown_"]
    ),
    "audio_example1": speech_commands,
    "audio_tf_dataset": speech_commands,
    "tflite_micro_speech": speech_commands,
    "keyword_spotting_mobilenetv2": speech_commands,
    "keyword_spotting_on_off": speech_commands,
    "keyword_spotting_with_transfer_learning": speech_commands,
    "conv1d_example": ekg_waveforms,
    "siamese_contrastive": mnist,
    "basic_example": mnist,
    "basic_tf_dataset_example": fashion_mnist,
    "image_classification": cifar10,
    "binary_classification": cifar10,
    "tflite_micro_magic_wand": magic_wand,
    "anomaly_detection": toyadmos,
    "keyword_spotting": speech_spectrograms,
    "visual_wake_words": visual_wake_words,
    "image_tf_dataset": visual_wake_words,
    "autoencoder_example": ecg,
    "keyword_spotting_on_off_v3": functools.partial(keyword_folder, folder="on_off", words=["on", "off"], count=260),
    "keyword_spotting_alexa": functools.partial(keyword_folder, folder="alexa", words=["alexa"], count=600, other=700),
    "keyword_spotting_pacman_v3": functools.partial(
        keyword_folder, folder="direction_commands", words=["left", "right", "up", "down", "stop", "go"]
    ),
    "keyword_spotting_numbers": functools.partial(
        keyword_folder,
        folder="keyword_spotting_numbers",
        words="zero one two three four five six seven eight nine".split(),
    ),
    "keyword_spotting_on_off_v2": keywords_of_two_stages,
    "keyword_spotting_pacman_v2": keywords_of_two_stages,
    "keyword_spotting_pacman": pacman,
    "kws_bc_resnet": cleaned_speech_commands,
    "fingerprint_signature_generator": fingerprints,
}
