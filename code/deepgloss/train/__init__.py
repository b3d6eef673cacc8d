"""The training loop that the chapters share, and the numbers a trained model is judged by."""

from ._evaluate import Scores, accuracy, evaluate, predict
from ._fit import fit
from ._history import History, NonFiniteError

__all__ = ["History", "NonFiniteError", "Scores", "accuracy", "evaluate", "fit", "predict"]
