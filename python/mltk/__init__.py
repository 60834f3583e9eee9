"""Machine learning for microcontrollers: specifications of models, and what is done with them."""

import os

__version__ = "0.21.0"

#: Folder of this package.
MLTK_DIR = os.path.dirname(os.path.abspath(__file__)).replace("\\", "/")
#: Folder that holds this package.
MLTK_ROOT_DIR = os.path.dirname(MLTK_DIR)

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")


def disable_tensorflow():
    """Do nothing: there is no TensorFlow to disable. Scripts written for MLTK 0.20 may call it."""


def _install_stand_ins():
    from mltk.compat import install

    install()


_install_stand_ins()
