"""Ports."""

import socket
from typing import Iterable, Optional

_TYPES = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}


def find_listening_port(
    port_range: Optional[Iterable[int]] = None,
    host: str = "localhost",
    socket_type: str = "tcp",
    default_port: Optional[int] = None,
) -> int:
    """A port that no program listens at; -1 when all of `port_range` are taken.

    Args:
        port_range: first and last port to try; None lets the system choose
        socket_type: `tcp` or `udp`
        default_port: tried first
    """
    if socket_type not in _TYPES:
        raise ValueError(f"socket_type is {socket_type!r}, expected one of {', '.join(_TYPES)}")
    first, last = port_range if port_range is not None else (0, 0)
    candidates = ([] if default_port is None else [default_port]) + list(range(first, last + 1))
    for port in candidates:
        free = test_port(host, port, _TYPES[socket_type])
        if free != -1:
            return free
    return -1


def test_port(host: str, port: int, socket_protocol: int) -> int:
    """`port` if it is free, a free one for 0; else -1."""
    with socket.socket(socket.AF_INET, socket_protocol) as listener:
        try:
            listener.bind((host, port))
        except OSError:
            return -1
        return listener.getsockname()[1]
