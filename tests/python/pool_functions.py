"""Functions that worker processes of the tests import."""

import os
import signal
import time

import numpy as np


def double(value):
    print("printed by a worker, must not get between the messages")
    return np.float32(2 * value)


def read_batch(paths):
    result = np.zeros(len(paths), np.float32)
    for i, path in enumerate(paths):
        if path.endswith(b"3.txt"):
            raise ValueError("the third is bad")
        result[i] = len(path)
    return result


def several(value):
    return np.arange(value, value + 2), str(value).encode()


def process_id(value):
    time.sleep(0.01 * (5 - value % 5))
    return np.array([value, os.getpid()], np.int64)


def die(value):
    if value == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return value


def hang(value):
    with open(value.decode(), "w", encoding="utf-8") as file:
        file.write(str(os.getpid()))
    time.sleep(600)
