"""Hashes of files and objects."""

import hashlib
import os
from typing import Optional

_ALGORITHMS = {"md5": "md5", "sha1": "sha1", "sha128": "sha1", "sha256": "sha256", "sha2": "sha256"}


def generate_hash(*args) -> str:
    """MD5 of objects, in hexadecimal: keys and values of dictionaries, items of lists, bytes, the text of others."""
    return hash_object(*args).hexdigest()


def hash_file(path: str, algorithm="md5", include_filename: bool = False) -> Optional[str]:
    """Hash of a file, in hexadecimal; None if it does not exist.

    Args:
        algorithm: `md5`, `sha1`, `sha256`, or an object of `hashlib`
        include_filename: hash the path first
    """
    if not os.path.exists(path):
        return None
    if isinstance(algorithm, str):
        if algorithm.lower() not in _ALGORITHMS:
            raise ValueError(f"{algorithm!r} is not a known hash, expected md5, sha1 or sha256")
        hasher = hashlib.new(_ALGORITHMS[algorithm.lower()])
    elif hasattr(algorithm, "update") and hasattr(algorithm, "hexdigest"):
        hasher = algorithm
    else:
        raise ValueError(f"algorithm is {algorithm!r}, expected md5, sha1, sha256 or an object of hashlib")
    if include_filename:
        hasher.update(path.encode("utf-8"))
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            hasher.update(block)
    return hasher.hexdigest().lower()


def hash_object(*objects, hasher=None):
    """Feed objects to `hasher`, by default a new MD5; returns it."""
    hasher = hasher or hashlib.md5()
    for item in objects:
        if isinstance(item, dict):
            for key, value in item.items():
                hash_object(key, value, hasher=hasher)
        elif isinstance(item, (list, tuple)):
            hash_object(*item, hasher=hasher)
        elif isinstance(item, (bytes, bytearray)):
            hasher.update(item)
        else:
            hasher.update(str(item).encode("utf-8"))
    return hasher
