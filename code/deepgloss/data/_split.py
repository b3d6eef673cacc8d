"""What a data set with a training, a validation and a test part looks like."""

from typing import NamedTuple

import torch

from .._device import device


class Split(NamedTuple):
    """Inputs and targets of the three parts of a data set.

    ``train_x`` fits weights, ``val_x`` chooses between models and stops training, and ``test_x``
    is looked at once, at the end. Inputs are ``float32`` of shape ``(N, ...)``, targets ``int64``
    of shape ``(N,)``, all on :func:`deepgloss.device`. A part may be empty.
    """

    train_x: torch.Tensor
    train_y: torch.Tensor
    val_x: torch.Tensor
    val_y: torch.Tensor
    test_x: torch.Tensor
    test_y: torch.Tensor


def on_device(*parts: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """The parts, moved to :func:`deepgloss.device`."""
    target = device()
    return tuple(part.to(target) for part in parts)
