"""Data sets that need no download."""

from typing import NamedTuple

import torch
from sklearn.datasets import load_digits

from .._device import device


class Split(NamedTuple):
    """Inputs and targets of the two halves of a data set."""

    train_x: torch.Tensor
    train_y: torch.Tensor
    test_x: torch.Tensor
    test_y: torch.Tensor


def digits(*, images: bool = False, test_share: float = 0.25, seed: int = 0) -> Split:
    """The 1,797 handwritten digits of the UCI collection, shuffled once and split.

    Args:
        images: give inputs as ``(N, 1, 8, 8)`` pictures instead of ``(N, 64)`` rows.
        test_share: the share of examples kept for the test set, in (0, 1).
        seed: the shuffle's seed.

    Returns:
        ``float32`` inputs in [0, 1] and ``int64`` labels in 0..9, on :func:`device`.

    Source: Alpaydin and Kaynak (1998), UCI Machine Learning Repository, by way of scikit-learn.
    """
    if not 0 < test_share < 1:
        raise ValueError(f"test_share must be in (0, 1), not {test_share}")
    raw = load_digits()
    x = torch.tensor(raw.data, dtype=torch.float32) / 16
    y = torch.tensor(raw.target)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(seed))
    cut = round(len(x) * (1 - test_share))
    x = x[order].reshape(-1, 1, 8, 8) if images else x[order]
    y = y[order]
    parts = x[:cut], y[:cut], x[cut:], y[cut:]
    return Split(*(part.to(device()) for part in parts))
