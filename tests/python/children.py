"""Programs that tests start."""

import signal
import subprocess
import sys


def start_python(code: str, **arguments) -> subprocess.Popen:
    """Start Python on `code`, such that it hears Ctrl-C: programs that a background job starts would not."""

    def hear_ctrl_c():
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return subprocess.Popen([sys.executable, "-c", code], preexec_fn=hear_ctrl_c, **arguments)
