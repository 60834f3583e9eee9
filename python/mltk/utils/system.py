"""The operating system, its users, processes and signals."""

import getpass
import os
import platform
import signal
import stat
from pathlib import Path
from typing import List, Optional


def get_current_os() -> str:
    """`linux`, `osx` or `windows`."""
    name = platform.system().lower()
    return {"darwin": "osx"}.get(name, name)


def is_windows() -> bool:
    return get_current_os() == "windows"


def is_linux() -> bool:
    return get_current_os() == "linux"


def is_osx() -> bool:
    return get_current_os() == "osx"


def has_admin() -> bool:
    """Whether this process may do everything."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def get_username() -> str:
    """Name of the user's home folder."""
    return os.path.basename(os.path.expanduser("~")) or getpass.getuser()


def raise_signal(sig=signal.SIGINT):
    """Send a signal to this process and to those that it started."""
    send_signal(sig)


def make_path_executable(path: str):
    """Let everyone who may read a file run it."""
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def send_signal(sig=signal.SIGINT, pid: Optional[int] = None):
    """Send a signal to a process and to those that it started.

    Args:
        pid: the process; None is this one, -1 only those that this one started, 0 only this one
    """
    root = os.getpid() if pid in (None, -1, 0) else pid
    for child in [] if pid == 0 else _descendants(root):
        try:
            os.kill(child, sig)
        except ProcessLookupError:
            continue  # it has just ended
    if pid != -1:
        os.kill(root, sig)


def _descendants(pid: int) -> List[int]:
    children = [
        int(child)
        for file in Path(f"/proc/{pid}/task").glob("*/children")
        for child in file.read_text(encoding="ascii").split()
    ]
    return [descendant for child in children for descendant in (*_descendants(child), child)]
