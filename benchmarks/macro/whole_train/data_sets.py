"""Data to learn from, in the layout that the specifications expect: clothes (Fashion-MNIST), spoken words of many synthetic
voices, heartbeats and machine sounds.

    python data_sets.py FOLDER [NAME ...]

Needs mltk, and Debian's packages dataset-fashion-mnist, flite and espeak-ng. FOLDER then serves as MLTK_CACHE_DIR.
"""

import functools
import gzip
import itertools
import json
import pickle
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

CLOTHES = Path("/usr/share/datasets/fashion-mnist")
RATE = 16000


@functools.cache
def clothes(part: str):
    """Pictures [n, 28, 28] of uint8 and labels [n] of Fashion-MNIST; `part` is "train" or "t10k"."""
    with gzip.open(CLOTHES / f"{part}-images-idx3-ubyte.gz") as file:
        pictures = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
    with gzip.open(CLOTHES / f"{part}-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    return pictures, labels


def note_download(cache: Path, url: str, checksum: str, folder: str = None, remove_root_dir: bool = False):
    """The note that MLTK leaves beside what it downloaded, so that neither program downloads again."""
    name = url.rpartition("/")[2]
    archive = cache / "downloads" / name
    target = cache / folder if folder else archive
    details = {
        "url": url,
        "retval": str(target),
        "archive_path": str(archive),
        "file_hash": checksum,
        "file_hash_algorithm": "auto",
        "remove_root_dir": remove_root_dir,
    }
    place = target if folder else archive.parent
    (place / f"{name}-mltk.json").write_text(json.dumps(details))


KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
#: File of Fashion-MNIST -> checksum that MLTK's data set module asks for.
FASHION_MNIST = {
    "train-images-idx3-ubyte.gz": "95978B76B6897F6CA69A25145D01716EFB615989",
    "train-labels-idx1-ubyte.gz": "09814CFEF5A041118CEACE42F8DAE995319D331A",
    "t10k-images-idx3-ubyte.gz": "5EDDA96C6D8C36FF915115A0E8136D370A021576",
    "t10k-labels-idx1-ubyte.gz": "9CAAD14E1AFF9ADAC77D3744963212D36AF15BEE",
}


def fashion_mnist(cache: Path, train: int = 20000, test: int = 5000):
    downloads = cache / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    for part, count in [("train", train), ("t10k", test)]:
        pictures, labels = clothes(part)
        images = struct.pack(">iiii", 2051, count, 28, 28) + pictures[:count].tobytes()
        (downloads / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(images, 1))
        (downloads / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(struct.pack(">ii", 2049, count) + labels[:count].tobytes(), 1))
    for name, checksum in FASHION_MNIST.items():
        note_download(cache, KERAS + name, checksum)


def mnist(cache: Path, train: int = 34000, test: int = 2000):
    """Clothes in the place of MNIST's digits, which no package has; more than 30,000, as siamese_contrastive wants."""
    (cache / "downloads").mkdir(parents=True, exist_ok=True)
    (x_train, y_train), (x_test, y_test) = clothes("train"), clothes("t10k")
    np.savez(cache / "downloads/mnist.npz", x_train=x_train[:train], y_train=y_train[:train], x_test=x_test[:test], y_test=y_test[:test])
    note_download(cache, KERAS + "mnist.npz", "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1")


def enlarge(picture: np.ndarray, size: int) -> np.ndarray:
    """A square picture in another size, linear between pixels."""
    places = np.linspace(0, picture.shape[0] - 1, size)
    known = np.arange(picture.shape[0])
    rows = np.stack([np.interp(places, known, row) for row in picture.astype(float)])
    return np.stack([np.interp(places, known, column) for column in rows.T], axis=1).round().astype(np.uint8)


def cifar10(cache: Path):
    """Clothes of 32 x 32 in three shades, in CIFAR-10's files of 10,000."""
    folder = cache / "datasets/cifar10"
    folder.mkdir(parents=True, exist_ok=True)
    shade = np.array([1.0, 0.8, 0.6])[:, None]
    parts = [(f"data_batch_{i + 1}", "train", slice(i * 10000, (i + 1) * 10000)) for i in range(5)]
    for name, part, rows in [*parts, ("test_batch", "t10k", slice(0, 4000))]:
        pictures, labels = (array[rows] for array in clothes(part))
        padded = np.pad(pictures, ((0, 0), (2, 2), (2, 2))).reshape(len(pictures), 1, -1)
        data = (padded * shade).astype(np.uint8).reshape(len(pictures), -1)
        with open(folder / name, "wb") as file:
            pickle.dump({b"data": data, b"labels": labels.tolist()}, file)
    note_download(
        cache,
        "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
        "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
        "datasets/cifar10",
        remove_root_dir=True,
    )


def rock_paper_scissors(cache: Path, count: int = 300):
    """Ankle boots, shirts and bags of 96 x 96 in the place of hands."""
    from mltk import _core

    root = cache / "datasets/rock_paper_scissors/v1"
    pictures, labels = clothes("train")
    for name, label in {"rock": 9, "paper": 6, "scissor": 8}.items():
        (root / name).mkdir(parents=True, exist_ok=True)
        for index, picture in enumerate(pictures[labels == label][:count]):
            (root / name / f"{index:04}.jpg").write_bytes(_core.encode_jpeg(enlarge(picture, 96)[..., None]))
    note_download(
        cache,
        "https://github.com/SiliconLabs/mltk_assets/raw/master/datasets/rock_paper_scissors.7z",
        "1CE48F66F7FF999958550147D75ABA8DA185280C",
        "datasets/rock_paper_scissors/v1",
        remove_root_dir=True,
    )


WORDS = "up down left right yes no on off stop go one two three four five six".split()


def voices():
    """Commands that say a word, {text} and {file}, one for each voice."""
    for voice, stretch in itertools.product(["awb", "kal16", "kal", "rms", "slt"], [0.8, 0.9, 1.0, 1.1, 1.2, 1.3]):
        yield ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch}", "-t", "{text}", "-o", "{file}"]
    variants = ["m1", "m3", "m7", "f1", "f2", "f4", "klatt2", "Andy", "Annie", "linda", "michel", "steph", "travis", "grandma"]
    for index, (accent, variant) in enumerate(itertools.product(["en-us", "en-gb-scotland", "en-029", "en-gb-x-rp"], variants)):
        speed, pitch = 130 + 17 * index % 60, 35 + 13 * index % 40
        yield ["espeak-ng", "-v", f"{accent}+{variant}", "-s", str(speed), "-p", str(pitch), "-w", "{file}", "{text}"]


def say(command, text: str, file: Path, rate: int = RATE) -> np.ndarray:
    """[rate] float32: a word in the middle of a second, as loud as the others."""
    from mltk.core.preprocess.utils import audio

    subprocess.run([part.format(text=text, file=file) for part in command], check=True, capture_output=True)
    sound, source = audio.read_audio_file(str(file), return_sample_rate=True)
    sound = audio.resample(np.asarray(sound), source, rate)[:rate]
    start = (rate - len(sound)) // 2
    return np.pad(sound / max(np.abs(sound).max(), 1e-3) * 0.6, (start, rate - len(sound) - start)).astype(np.float32)


def write_words(root: Path, words, takes: int = 3):
    """Files of each word by every voice; takes after the first have some noise, another loudness and another place."""
    from mltk.core.preprocess.utils import audio

    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        for word, (speaker, command) in itertools.product(words, enumerate(voices())):
            (root / word).mkdir(parents=True, exist_ok=True)
            sound = say(command, word, Path(folder) / "word.wav")
            for take in range(takes):
                shifted = np.roll(sound, int(random.integers(-2400, 2400)) if take else 0)
                noisy = shifted * random.uniform(0.3, 1.0) + random.normal(0, 0.02 * take, len(sound))
                name = f"{speaker * 2654435761 % 2**32:08x}_nohash_{take}.wav"
                audio.write_audio_file(str(root / word / name), np.clip(noisy, -1, 1).astype(np.float32), RATE)


def speech_commands(cache: Path):
    from mltk.core.preprocess.utils import audio

    root = cache / "datasets/speech_commands/v2"
    write_words(root, WORDS)
    random = np.random.default_rng(2)
    (root / "_background_noise_").mkdir()
    for index, smooth in enumerate([1, 4, 16]):
        noise = np.convolve(random.normal(0, 1, 20 * RATE), np.ones(smooth) / smooth, "same")
        audio.write_audio_file(str(root / f"_background_noise_/{index}.wav"), (noise * 0.05 / noise.std()).clip(-1, 1).astype(np.float32), RATE)
    note_download(
        cache,
        "http://download.tensorflow.org/data/speech_commands_v0.02.tar.gz",
        "4264eb9753e38eef2ec1d15dfac8441f09751ca9",
        "datasets/speech_commands/v2",
    )


def heartbeat(random, time: np.ndarray, period: float, wide: bool = False, atrial: bool = True) -> np.ndarray:
    """One beat, centred at 0 s: the waves P, Q, R, S and T as bells."""
    width = 2.6 if wide else 1.0
    waves = [(-0.18, 0.12 * atrial, 0.025), (-0.03, -0.12, 0.010 * width), (0, 1.0, 0.011 * width), (0.03 * width, -0.25, 0.012 * width)]
    waves.append((0.28 * np.sqrt(period), -0.3 if wide else 0.3, 0.05))
    return sum(
        size * random.normal(1, 0.12) * np.exp(-((time - place * random.normal(1, 0.04)) ** 2) / (2 * spread**2))
        for place, size, spread in waves
    )


def heart(random, kind: str, seconds: float = 10, rate: int = 360) -> np.ndarray:
    """A recording of a heart: "1 NSR" regular, "2 APB" with early beats, "4 AFIB" irregular, "7 PVC" with early, wide beats."""
    time = np.arange(int(seconds * rate)) / rate
    period = random.uniform(0.65, 1.0)
    signal, at = np.zeros(len(time)), random.uniform(0, period)
    while at < seconds + period:
        early = kind in ("2 APB", "7 PVC") and random.random() < 0.3
        wide = early and kind == "7 PVC"
        signal += heartbeat(random, time - at, period, wide, atrial=kind != "4 AFIB" and not wide)
        step = random.uniform(0.5, 1.5) if kind == "4 AFIB" else random.normal(1, 0.03)
        at += period * step * (0.65 if early else 1)
    wander = 0.1 * np.sin(2 * np.pi * (random.uniform(0.1, 0.4) * time + random.random()))
    signal += wander + random.normal(0, 0.05, len(time))
    return (signal / np.abs(signal).max() * 0.9).astype(np.float32)


def ekg_waveforms(cache: Path, count: int = 50):
    from mltk.core.preprocess.utils import audio

    random = np.random.default_rng(3)
    root = cache / "datasets/ekg_waveforms/v1"
    for kind in ["1 NSR", "2 APB", "4 AFIB", "7 PVC"]:
        (root / kind).mkdir(parents=True, exist_ok=True)
        for index in range(count):
            audio.write_audio_file(str(root / kind / f"{index:03}.wav"), heart(random, kind), 360)
    note_download(
        cache,
        "https://github.com/sldriedler/mltk_assets/raw/master/datasets/ekg_waveforms.zip",
        "8221333C8ECEF29843D05B6385A4F47074820480",
        "datasets/ekg_waveforms/v1",
        remove_root_dir=True,
    )


def heartbeats(count: int = 5000, values: int = 140):
    """Beats [count, values] and labels, 1 for a normal one."""
    random = np.random.default_rng(4)
    time = np.linspace(-0.35, 0.6, values)
    labels = (random.random(count) < 0.6).astype(int)
    beats = [
        heartbeat(random, time, random.uniform(0.65, 1.0), wide=not normal and random.random() < 0.7, atrial=bool(normal))
        for normal in labels
    ]
    return np.stack(beats) + random.normal(0, 0.08, (count, values)), labels


def ecg(cache: Path):
    (cache / "datasets").mkdir(parents=True, exist_ok=True)
    beats, labels = heartbeats()
    np.savetxt(cache / "datasets/ecg500.csv", np.column_stack([beats, labels]), delimiter=",", fmt="%.5f")


def machine_spectrogram(random, normal: bool, height: int = 160, width: int = 128) -> np.ndarray:
    """[height, width, 1] uint8: the hum of a motor with its overtones over time; a broken one has another pitch between them."""
    frequency = np.arange(width)
    base = random.normal(14, 0.4) + 0.6 * np.sin(np.arange(height) / random.uniform(8, 20))[:, None]
    level = sum(np.exp(-((frequency - base * k) ** 2) / 3.0) * 0.8**k for k in range(1, 8))
    if not normal:
        level = level + random.uniform(0.1, 0.5) * np.exp(-((frequency - base * random.uniform(1.3, 4.7)) ** 2) / 4.0)
    level = 60 + 150 * level * random.uniform(0.8, 1.0) - 0.2 * frequency
    return np.clip(level + random.normal(0, 8, (height, width)), 0, 255).astype(np.uint8)[..., None]


def toyadmos(cache: Path):
    from mltk import _core

    random = np.random.default_rng(5)
    root = cache / "datasets/toyadmos/preprocessed/v1"
    for name, count in [("normal", 1000), ("abnormal", 300)]:
        (root / name).mkdir(parents=True, exist_ok=True)
        for index in range(count):
            (root / name / f"{index:04}.png").write_bytes(_core.encode_png(machine_spectrogram(random, name == "normal")))
    note_download(
        cache,
        "https://github.com/sldriedler/mltk_assets/raw/master/datasets/features_toy_car_all.7z",
        "8FC5779A38694EB17E75AD21EF457BD39E6EF937",
        "datasets/toyadmos/preprocessed/v1",
        remove_root_dir=True,
    )


#: Specification -> what lays out its data in a cache folder. The four last are those of this folder.
DATA_SETS = {
    "image_example1": rock_paper_scissors,
    "audio_example1": speech_commands,
    "tflite_micro_speech": speech_commands,
    "basic_example": mnist,
    "basic_tf_dataset_example": fashion_mnist,
    "autoencoder_example": ecg,
    "anomaly_detection": toyadmos,
    "image_classification": cifar10,
    "siamese_contrastive": mnist,
    "conv1d_example": ekg_waveforms,
    "fashion": fashion_mnist,
    "pictures": rock_paper_scissors,
    "words": speech_commands,
    "vectors": ecg,
}


if __name__ == "__main__":
    for name in sys.argv[2:] or DATA_SETS:
        DATA_SETS[name](Path(sys.argv[1]).absolute())
