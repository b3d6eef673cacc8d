"""Losses."""

import torch
import torch.nn.functional as F
from torch import nn

from deepgloss import losses as L

from .entries import Entry, simple


def pairs(x, n, length):
    return x(n, length), x(n, length)


def signs(x, n, length):
    return x(n, length), 2.0 * x.ids(2, n, length) - 1


def shares(x, n, length):
    return x(n, length), x.share(n, length)


def labels(x, n, length):
    return x(n, 7), x.ids(7, n)


def places(x, n, length):
    return x(n, 7, length), x.ids(7, n, length)


FUNCTIONS = (
    ("mse_loss", "MSELoss", pairs, F.mse_loss), ("l1_loss", "L1Loss", pairs, F.l1_loss),
    ("huber_loss", "HuberLoss", pairs, F.huber_loss), ("smooth_l1_loss", "SmoothL1Loss", pairs, F.smooth_l1_loss),
    ("epsilon_insensitive_loss", "EpsilonInsensitiveLoss", pairs, None), ("hinge_loss", "HingeLoss", signs, None),
    ("binary_cross_entropy_with_logits", "BCEWithLogitsLoss", shares, F.binary_cross_entropy_with_logits),
    ("cross_entropy", "CrossEntropyLoss", places, F.cross_entropy), ("nll_loss", "NLLLoss", places, F.nll_loss),
    ("multi_margin_loss", "MultiMarginLoss", labels, F.multi_margin_loss),
    ("crammer_singer_loss", "CrammerSingerLoss", labels, None),
    ("one_against_rest_loss", "OneAgainstRestLoss", labels, None),
)
# Nothing above an optimizer asks for the derivative by a target.
ENTRIES = {}
for name, module, inputs, theirs in FUNCTIONS:
    more = {"zero": None if inputs is labels else True, "fixed": (1,)}
    their_module = getattr(nn, module, None)
    ENTRIES[name] = Entry(simple(getattr(L, name)), inputs, theirs and simple(theirs), **more)
    ENTRIES[module] = Entry(getattr(L, module), inputs, their_module, **more)
