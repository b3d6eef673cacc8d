"""What a grid's arguments say about each of its cells."""

import numpy as np
import torch

from ._numbers import number


def texts_of(values, form) -> tuple[np.ndarray, np.ndarray]:
    """What is written in each cell, and the numbers behind it (NaN where there is none)."""
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu().tolist()
    cells = np.array(values, dtype=object)
    if cells.ndim != 2 or not cells.size:
        raise ValueError(f"values must be a matrix (R, C), not of shape {cells.shape}")
    texts = np.vectorize(lambda v: "" if v is None else v if isinstance(v, str) else number(v, form),
                         otypes=[object])(cells)
    return texts, np.vectorize(lambda v: np.nan if v is None or isinstance(v, str) else float(v))(cells)


def like(name: str, given, numbers: np.ndarray, default) -> np.ndarray:
    """What is given for each cell, or one default for all."""
    if given is None:
        return np.full(numbers.shape, default)
    given = np.asarray(given.detach().cpu() if isinstance(given, torch.Tensor) else given)
    if given.shape != numbers.shape:
        raise ValueError(f"{name} must have the values' shape {numbers.shape}, not {given.shape}")
    return given


def window_of(window, shape) -> np.ndarray:
    """True for the cells of a window."""
    seen = np.zeros(shape, bool)
    if window is not None:
        chosen = [np.atleast_1d(np.arange(size)[list(at) if isinstance(at, range) else at])
                  for at, size in zip(window, shape)]
        seen[np.ix_(*chosen)] = True
    return seen
