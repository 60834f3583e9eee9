"""Messages between a pool and its workers: a length of 8 bytes, then a pickle."""

import pickle
import struct

_LENGTH = struct.Struct("<Q")

#: Set in workers: a specification that is imported there makes its pools again, which must not start.
SUBPROCESS_VARIABLE = "MLTK_PROCESS_POOL_SUBPROCESS"


def send(file, message):
    """Write a message."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    file.write(_LENGTH.pack(len(data)))
    file.write(data)
    file.flush()


def receive(file):
    """The next message; raises EOFError when the other side is gone."""
    return pickle.loads(_read(file, _LENGTH.unpack(_read(file, _LENGTH.size))[0]))


def _read(file, size: int) -> bytes:
    data = file.read(size)
    if len(data) != size:
        raise EOFError
    return data
