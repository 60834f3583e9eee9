"""What MLTK's own tests of the command line import."""

import os
import shutil
import sys
from typing import Optional

from mltk.utils import logger as _logger
from mltk.utils.path import create_user_dir
from mltk.utils.shell_cmd import run_shell_cmd

pytest_results_dir = create_user_dir("pytest_results")


def get_logger(name: str = "utest", console: bool = False):
    """A logger that writes into `pytest_results` of the user's folder."""
    logger = _logger.get_logger(name, level="DEBUG", console=console, log_file=f"{pytest_results_dir}/{name}.log")
    _logger.make_filelike(logger)
    return logger


def run_mltk_command(
    *args,
    update_model_path: bool = False,
    logger=None,
    env: Optional[dict] = None,
    exe_path: Optional[str] = None,
) -> str:
    """Run a command of `mltk`, the one beside Python or else the first on the path.

    Args:
        args: the command and its arguments
        update_model_path: find the specifications that stand beside this file
        exe_path: another program

    Returns:
        all that it printed

    Raises:
        RuntimeError: it failed
    """
    logger = logger or get_logger(f"{args[0] if not args[0].startswith('-') else 'mltk'}_cli_tests")
    env = dict(os.environ if env is None else env, MLTK_UNIT_TEST="1")
    if update_model_path:
        env["MLTK_MODEL_PATHS"] = os.path.dirname(os.path.abspath(__file__))
    command = [exe_path or _executable(), *map(str, args)]
    status, text = run_shell_cmd(command, outfile=logger, env=env, logger=logger)
    if status not in (0, 2):
        raise RuntimeError(f"exit status {status} of {' '.join(command)}\n{text}")
    return text


def _executable() -> str:
    beside = os.path.join(os.path.dirname(os.path.abspath(sys.executable)), "mltk")
    found = beside if os.path.exists(beside) else shutil.which("mltk")
    if not found:
        raise RuntimeError(f"there is no program mltk, neither at {beside} nor on the path")
    return found
