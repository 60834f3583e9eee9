"""`tf.autograph`: nothing is converted here."""

from mltk.compat.tracing import function as _function

experimental = type("experimental", (), {"do_not_convert": staticmethod(_function)})


def set_verbosity(level, alsologtostdout=False):  # pylint: disable=unused-argument
    """There are no messages."""
