"""The command line as a user has it: the installed `mltk` in a process of its own, on the digits data."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

DIGITS = Path(__file__).parents[2] / "examples" / "digits"
EXECUTABLE = Path(sys.prefix) / "bin" / "mltk"
COMMAND = [str(EXECUTABLE)] if EXECUTABLE.exists() else [sys.executable, "-m", "mltk"]


class Workspace:
    """A folder with a copy of the digits specification, and a log folder of its own."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.logs = folder / "cache" / "models"
        self.environment = dict(os.environ, MLTK_CACHE_DIR=str(folder / "cache"), PYTHONDONTWRITEBYTECODE="1")
        self.environment.pop("MLTK_MODEL_PATHS", None)
        text = (DIGITS / "digits.py").read_text(encoding="utf-8")
        self.specification = self.write(text, "digits")

    def write(self, text: str, name: str) -> Path:
        """Write a specification NAME.py that reads the digits in the repository."""
        path = self.folder / f"{name}.py"
        path.write_text(
            text.replace('os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")', repr(str(DIGITS / "data"))),
            encoding="utf-8",
        )
        os.utime(path, (1_700_000_000, 1_700_000_000))
        return path

    def edit(self, old: str, new: str, name: str = "digits"):
        """Replace a line's text in the specification."""
        text = self.specification.read_text(encoding="utf-8")
        assert old in text
        return self.write(text.replace(old, new), name)

    def run(self, *arguments, status: int = 0, before=None, **environment) -> subprocess.CompletedProcess:
        """Run `mltk ARGUMENTS` here and check the exit status. `before` is called in the new process."""
        result = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            cwd=self.folder,
            env=dict(self.environment, **environment),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            preexec_fn=before,
        )
        assert result.returncode == status, f"status {result.returncode}\n{result.stdout}\n{result.stderr}"
        return result

    def start(self, *arguments) -> subprocess.Popen:
        """Start `mltk ARGUMENTS`; its progress arrives line by line."""
        return subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            cwd=self.folder,
            env=dict(self.environment, PYTHONUNBUFFERED="1"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def clear(self):
        shutil.rmtree(self.folder / "cache", ignore_errors=True)
