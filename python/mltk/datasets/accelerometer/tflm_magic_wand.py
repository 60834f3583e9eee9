"""Gestures drawn with a wand (wing, ring, slope) and other movements: accelerations of three axes.

The data of TensorFlow Lite Micro's magic wand; a row is a sequence of (x, y, z).
"""

import csv
import json
import os
import random
from typing import Dict, List

from mltk.data_api import Dataset
from mltk.utils.archive_downloader import download_verify_extract
from mltk.utils.path import write_file

DOWNLOAD_URL = "http://download.tensorflow.org/models/tflite/magic_wand/data.tar.gz"
VERIFY_SHA1 = "5F130F7A65DB62E17E7DE62D635AB7AE0F929047"

LABEL_NAME = "gesture"
DATA_NAME = "accel_ms2_xyz"

_GESTURES = ("wing", "ring", "slope")
_PEOPLE = ("hyw", "shiyun", "tangsy", "dengyl", "zhangxy", "pengxl", "liucx", "jiangyh", "xunkai")
#: Who is in which subset: nobody is in two.
_SUBSETS = {
    "train": ("hyw", "shiyun", "tangsy", "dengyl", "jiangyh", "xunkai") + tuple(f"negative{i}" for i in (3, 4, 5, 6)),
    "valid": ("lsj", "pengxl", "negative2", "negative7"),
    "test": ("liucx", "zhangxy", "negative1", "negative8"),
}
#: Shares of the training and the validation data in a split by chance.
_RANDOM_SHARES = (0.6, 0.2)
_NEGATIVE_LENGTH = 120
_SYNTHETIC_LENGTH = 128
#: Speeds and amplitudes of augmented sequences, as (numerator, denominator).
_FACTORS = ((3, 2), (5, 3), (2, 3), (3, 4), (9, 5), (6, 5), (4, 5))


def prepare_data() -> str:
    """Download the recordings and split them, once; returns the folder.

    `data/complete_data` and `person_split/{train,valid,test}` there have a JSON object a line.
    """
    folder = download_verify_extract(
        url=DOWNLOAD_URL,
        dest_subdir="datasets/accelerator/tflm_magic_wand",
        file_hash=VERIFY_SHA1,
        show_progress=True,
        clean_dest_dir=False,
    )
    done = f"{folder}/processing_complete.txt"
    if os.path.exists(done):
        return folder
    chance = random.Random(30)
    sequences = _read_recordings(folder) + _synthetic_negatives(chance)
    _write_sequences(f"{folder}/data/complete_data", sequences)
    chance.shuffle(sequences)
    for subset, names in _SUBSETS.items():
        _write_sequences(f"{folder}/person_split/{subset}", [item for item in sequences if item["name"] in names])
    first = int(_RANDOM_SHARES[0] * len(sequences))
    second = first + int(_RANDOM_SHARES[1] * len(sequences))
    parts = (sequences[:first], sequences[first:second], sequences[second:])
    for subset, part in zip(_SUBSETS, parts):
        _write_sequences(f"{folder}/data/{subset}", part)
    write_file(done, "")
    return folder


def load_data(seq_length: int = 128, person: bool = True) -> "DataLoader":
    """The sequences; `person` keeps each person in one subset, else the split is by chance."""
    folder = f"{prepare_data()}/{'person_split' if person else 'data'}"
    return DataLoader(f"{folder}/train", f"{folder}/valid", f"{folder}/test", seq_length=seq_length)


class DataLoader:
    """Sequences of the three subsets, the training ones augmented 25 times.

    Attributes:
        dim: values of a moment
        label2id: {gesture: class id}
        train_data, valid_data, test_data: lists of sequences; after `format()`, a `tf.data.Dataset` of
            ([seq_length, 3] float32, int32)
        train_len, valid_len, test_len: number of them
    """

    def __init__(self, train_data_path: str, valid_data_path: str, test_data_path: str, seq_length: int):
        self.dim = 3
        self.seq_length = seq_length
        self.label2id = {"wing": 0, "ring": 1, "slope": 2, "negative": 3}
        self.train_data, self.train_label, self.train_len = self.get_data_file(train_data_path, "train")
        self.valid_data, self.valid_label, self.valid_len = self.get_data_file(valid_data_path, "valid")
        self.test_data, self.test_label, self.test_len = self.get_data_file(test_data_path, "test")

    def get_data_file(self, data_path: str, data_type: str):
        """(sequences, labels, number of them) of a file; those of type `train` are augmented."""
        import numpy as np

        with open(data_path, encoding="utf-8") as file:
            items = [json.loads(line) for line in file]
        data = [np.asarray(item[DATA_NAME], dtype=np.float32) for item in items]
        labels = [item[LABEL_NAME] for item in items]
        if data_type == "train":
            augmented = [_augment(sequence) for sequence in data]
            labels = [label for label, made in zip(labels, augmented) for _ in made]
            data = [sequence for made in augmented for sequence in made]
        return data, labels, len(labels)

    def pad(self, data, seq_length: int, dim: int) -> list:
        """Two arrays [seq_length, dim]: the sequence at the end, and at the begin; noise around its edge elsewhere."""
        import numpy as np

        length = min(len(data), seq_length)
        before = (np.random.rand(seq_length, dim) - 0.5) * 20 + data[0]
        before[seq_length - length :] = data[:length]
        after = (np.random.rand(seq_length, dim) - 0.5) * 20 + data[-1]
        after[:length] = data[:length]
        return [before, after]

    def format(self):
        """Make data sets of the lists."""
        self.train_len, self.train_data = self._dataset(self.train_data, self.train_label)
        self.valid_len, self.valid_data = self._dataset(self.valid_data, self.valid_label)
        self.test_len, self.test_data = self._dataset(self.test_data, self.test_label)

    def _dataset(self, data, labels):
        import numpy as np

        padded = [part for sequence in data for part in self.pad(sequence, self.seq_length, self.dim)]
        features = np.asarray(padded, dtype=np.float32).reshape(-1, self.seq_length, self.dim)
        class_ids = np.repeat([self.label2id[label] for label in labels], 2).astype(np.int32)
        return len(class_ids), Dataset.from_tensor_slices((features, class_ids))


def _read_recordings(folder: str) -> List[Dict]:
    sequences = []
    for gesture in _GESTURES:
        for name in _PEOPLE:
            path = f"{folder}/{gesture}/output_{gesture}_{name}.txt"
            sequences += [_item(gesture, name, rows) for rows in _gestures(path)]
    for number in range(1, 6):
        rows = [row for row in _rows(f"{folder}/negative/output_negative_{number}.txt") if row is not None]
        for begin in range(0, len(rows), _NEGATIVE_LENGTH):
            sequences.append(_item("negative", f"negative{number}", rows[begin : begin + _NEGATIVE_LENGTH]))
    return sequences


def _gestures(path: str) -> List[list]:
    """The recordings of a file; a line of dashes begins each."""
    recordings: List[list] = [[]]
    for row in _rows(path):
        if row is not None:
            recordings[-1].append(row)
        elif recordings[-1]:
            recordings.append([])
    return [rows for rows in recordings if rows]


def _rows(path: str):
    """(x, y, z), or None where a recording begins."""
    with open(path, encoding="utf-8", newline="") as file:
        for line in csv.reader(file):
            if len(line) == 3:
                yield None if line[2] == "-" else [float(value) for value in line]


def _item(gesture: str, name: str, rows: list) -> Dict:
    return {LABEL_NAME: gesture, DATA_NAME: rows, "name": name}


def _synthetic_negatives(chance: random.Random) -> List[Dict]:
    """Movements along a line, noise, and rest: a hundred of each, for three made-up people."""
    sequences = []
    for drift, jitter in ((10, 6), (None, 1000), (0, 40)):
        for number in range(100):
            name = "negative8" if number > 80 else "negative7" if number > 60 else "negative6"
            start = [0.0] * 3 if drift is None else [_around(chance, 2000) for _ in range(3)]
            step = [_around(chance, drift or 0) for _ in range(3)]
            rows = [
                [start[axis] + moment * step[axis] + _around(chance, jitter) for axis in range(3)]
                for moment in range(_SYNTHETIC_LENGTH)
            ]
            sequences.append(_item("negative", name, rows))
    return sequences


def _around(chance: random.Random, width: float) -> float:
    return (chance.random() - 0.5) * width


def _augment(sequence) -> list:
    """The sequence, shifted, noisy, at other speeds and amplitudes."""
    import numpy as np

    made = [sequence]
    made += [sequence + np.float32((random.random() - 0.5) * 200) for _ in range(5)]
    for _ in range(5):
        noise = [[5 * random.random() for _ in range(3)] for _ in range(len(sequence))]
        made.append(sequence + np.asarray(noise, dtype=np.float32))
    faster = [_at_speed(sequence, *factor) for factor in _FACTORS]
    made += [other for other in faster if len(other) > 0]  # a short sequence has no samples at high speeds
    made += [sequence * np.float32(a / b) for a, b in _FACTORS]
    return made


def _at_speed(sequence, numerator: int, denominator: int):
    """The sequence at numerator / denominator of its speed, interpolated."""
    import numpy as np

    whole = np.arange(int(len(sequence) / numerator) - 1) * numerator
    part = np.arange(denominator)
    at = (whole[:, None] + part).reshape(-1)
    share = np.tile(part / denominator, len(whole))[:, None].astype(np.float32)
    return sequence[at] * (1 - share) + sequence[at + 1] * share


def _write_sequences(path: str, sequences: List[Dict]):
    write_file(path, "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in sequences))
