"""A script may import tensorflow before mltk; no program that does without mltk sees the stand-in."""

import site
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not any((Path(folder) / "mltk.pth").exists() for folder in site.getsitepackages()),
    reason="mltk is not installed in this environment",
)


def run(folder, text, *arguments):
    script = folder / "script.py"
    script.write_text(text)
    return subprocess.run([sys.executable, *arguments, str(script)], capture_output=True, text=True, check=False)


def test_a_specification_gets_the_stand_in_whatever_it_imports_first(tmp_path):
    result = run(tmp_path, "import tensorflow as tf\nfrom tensorflow import keras\nimport mltk.core\nprint(keras.__name__)")
    assert result.stdout == "tensorflow.keras\n", result.stderr


def test_options_of_python_are_no_scripts(tmp_path):
    result = run(tmp_path, "import tensorflow as tf\nfrom mltk.core import MltkModel\nprint(tf.__name__)", "-X", "dev", "-u")
    assert result.stdout == "tensorflow\n", result.stderr


def test_other_programs_do_not_see_it(tmp_path):
    result = run(tmp_path, "import sys\nprint([f for f in sys.meta_path if 'mltk' in str(f)], 'mltk' in sys.modules)")
    assert result.stdout == "[] False\n", result.stderr
