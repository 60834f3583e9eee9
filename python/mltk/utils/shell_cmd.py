"""Run a program and keep what it prints."""

import logging
import subprocess
from typing import IO, Callable, Iterable, Optional, Tuple, Union


def run_shell_cmd(
    cmd: Union[str, Iterable],
    cwd: Optional[str] = None,
    env: Optional[dict] = None,
    outfile: Optional[IO] = None,
    line_processor: Optional[Callable[[str], str]] = None,
    logger: Optional[logging.Logger] = None,
) -> Tuple[int, str]:
    """Run a program to its end.

    Args:
        cmd: a line for the shell, or the program and its arguments
        outfile: gets each line as it is printed
        line_processor: called with each line; what it returns takes the line's place
        logger: gets the command, as a debug message

    Returns:
        the exit status, -1 when there is no such program; all that it printed
    """
    arguments = cmd if isinstance(cmd, str) else [str(word) for word in cmd]
    if logger is not None:
        logger.debug(arguments if isinstance(arguments, str) else " ".join(arguments))
    try:
        process = subprocess.Popen(
            arguments,
            shell=isinstance(arguments, str),
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except FileNotFoundError as error:
        return -1, str(error)
    lines = []
    with process:
        for line in process.stdout:
            if line_processor is not None:
                line = line_processor(line)
            if line and outfile is not None:
                outfile.write(line)
            lines.append(line or "")
    return process.returncode, "".join(lines)
