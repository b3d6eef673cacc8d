"""Dropout that stays on at inference: predictions that differ show how sure a network is."""

import torch
from torch import nn

from .._arguments import shown, whole
from ._dropout import Dropout


def monte_carlo(model: nn.Module, x: torch.Tensor, samples: int = 30) -> torch.Tensor:
    """Predictions with as many random masks; all layers but those of dropout are in evaluation mode.

    The mean over the first axis is the prediction, the spread says how far the thinned networks disagree. Masks are
    drawn from PyTorch's global generator, which :func:`deepgloss.seed` seeds.

    Args:
        model: has layers of dropout, of this book or of PyTorch.
        x: its input.
        samples: how many.

    Returns:
        The predictions, one per sample along a new first axis, without gradients; the model is left as it was.

    Raises:
        TypeError: the model is none, or ``samples`` no integer.
        ValueError: the model has no layer of dropout.

    Source: Gal and Ghahramani (2016), section 4.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, not {shown(model)}")
    count = whole("samples", samples)
    modes = {module: module.training for module in model.modules()}
    drops = [module for module in modes if isinstance(module, (Dropout, nn.modules.dropout._DropoutNd))]
    if not drops:
        raise ValueError("model must have a layer of dropout")
    try:
        model.eval()
        for module in drops:
            module.train()
        with torch.no_grad():
            return torch.stack([model(x) for _ in range(count)])
    finally:
        for module, mode in modes.items():
            module.training = mode
