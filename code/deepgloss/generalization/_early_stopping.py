"""Stop training when a validation score no longer improves, and go back to the best weights."""

import copy
import math

import torch
from torch import nn

from .._arguments import choice, number, real, shown, whole


class EarlyStopping:
    """Watches a score, keeps a copy of the best weights, and says when to stop.

    Args:
        patience: checks in a row without an improvement after which to stop, at least 1.
        min_delta: how much better than the best a score must be to count, at least 0.
        mode: ``"min"`` for losses, ``"max"`` for accuracies.

    Attributes:
        best: the best score so far, or None.
        best_check: the check at which it came, from 0, or None.
        checks: how many there were.
        waited: checks since the best one.

    Raises:
        TypeError, ValueError: a setting is out of range.

    Source: Prechelt (1998), on stopping criteria; the form with patience: Goodfellow, Bengio and Courville (2016), algorithm 7.1.
    """

    def __init__(self, patience: int = 10, min_delta: float = 0.0, mode: str = "min") -> None:
        self.patience, self.min_delta = whole("patience", patience), real("min_delta", min_delta, 0)
        self.mode = choice("mode", mode, ("min", "max"))
        self.best: float | None = None
        self.best_check: int | None = None
        self.checks = self.waited = 0
        self._weights: dict | None = None

    def __call__(self, score: float, model: nn.Module | None = None) -> bool:
        """Take in a score; whether to stop. Where it is the best, a copy of the model's weights and buffers is kept.

        NaN is no improvement.
        """
        score = float(number("score", score, nan=True))
        if model is not None and not isinstance(model, nn.Module):
            raise TypeError(f"model must be a torch.nn.Module or None, not {shown(model)}")
        sign = 1 if self.mode == "min" else -1
        better = not math.isnan(score) and (self.best is None or sign * score < sign * self.best - self.min_delta)
        if better:
            self.best, self.best_check, self.waited = score, self.checks, 0
            if model is not None:
                self._weights = {name: value.detach().clone() if isinstance(value, torch.Tensor) else copy.deepcopy(value)
                                 for name, value in model.state_dict().items()}
        else:
            self.waited += 1
        self.checks += 1
        return self.waited >= self.patience

    def restore(self, model: nn.Module) -> None:
        """Give a model the best weights.

        Raises:
            RuntimeError: none were kept.
        """
        if self._weights is None:
            raise RuntimeError("no weights were kept: give the model together with each score")
        model.load_state_dict(self._weights)

    def state_dict(self) -> dict:
        """All of it but the settings, to go on later."""
        return {"best": self.best, "best_check": self.best_check, "checks": self.checks, "waited": self.waited,
                "weights": copy.deepcopy(self._weights)}

    def load_state_dict(self, state_dict: dict) -> None:
        """Go on from a state."""
        missing = self.state_dict().keys() - state_dict.keys()
        if missing:
            raise ValueError(f"state_dict must have {', '.join(sorted(missing))}")
        self.best, self.best_check = state_dict["best"], state_dict["best_check"]
        self.checks, self.waited = state_dict["checks"], state_dict["waited"]
        self._weights = copy.deepcopy(state_dict["weights"])
