"""Learning from data: what it means to learn from examples, and how one sees whether it worked."""

from .._arguments import check_options
from ._labels import shuffle_labels
from ._learning_curve import LearningCurve, learning_curve
from ._least_squares import least_squares

__all__ = ["LearningCurve", "learning_curve", "least_squares", "shuffle_labels"]

check_options(globals())
