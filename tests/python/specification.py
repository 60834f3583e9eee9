"""Text that the tests' specifications begin with."""

HEADER = """\
import mltk.core as mltk_core
class MyModel(
    mltk_core.MltkModel, mltk_core.TrainMixin, mltk_core.{mixin}, mltk_core.EvaluateClassifierMixin
):
    pass
my_model = MyModel()
"""
#: Line of the first statement behind the header.
BODY_LINE = HEADER.count("\n") + 1
