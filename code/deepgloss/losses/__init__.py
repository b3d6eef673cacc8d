"""Loss functions: a pure function for each, and a module around it."""

from .._arguments import check_options
from ._absolute_error import L1Loss, l1_loss
from ._binary_cross_entropy import BCEWithLogitsLoss, binary_cross_entropy_with_logits
from ._cross_entropy import CrossEntropyLoss, cross_entropy
from ._epsilon_insensitive import EpsilonInsensitiveLoss, epsilon_insensitive_loss
from ._hinge import HingeLoss, OneAgainstRestLoss, hinge_loss, one_against_rest_loss
from ._huber import HuberLoss, SmoothL1Loss, huber_loss, smooth_l1_loss
from ._multi_margin import (
    CrammerSingerLoss,
    MultiMarginLoss,
    crammer_singer_loss,
    multi_margin_loss,
)
from ._negative_log_likelihood import NLLLoss, nll_loss
from ._squared_error import MSELoss, mse_loss

__all__ = [
    "BCEWithLogitsLoss",
    "CrammerSingerLoss",
    "CrossEntropyLoss",
    "EpsilonInsensitiveLoss",
    "HingeLoss",
    "HuberLoss",
    "L1Loss",
    "MSELoss",
    "MultiMarginLoss",
    "NLLLoss",
    "OneAgainstRestLoss",
    "SmoothL1Loss",
    "binary_cross_entropy_with_logits",
    "crammer_singer_loss",
    "cross_entropy",
    "epsilon_insensitive_loss",
    "hinge_loss",
    "huber_loss",
    "l1_loss",
    "mse_loss",
    "multi_margin_loss",
    "nll_loss",
    "one_against_rest_loss",
    "smooth_l1_loss",
]

check_options(globals())
