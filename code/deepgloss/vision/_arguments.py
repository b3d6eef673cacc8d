"""What the functions of this part ask of boxes, scores and masks."""

import torch

from .. import _alike
from .._arguments import floats, integers, numbers, readable, shown, whole

FORMATS = ("xyxy", "xywh", "cxcywh")


def boxes(name: str, value, ndim: int | None = None) -> torch.Tensor:
    """A tensor of boxes, floating-point numbers of shape (…, 4)."""
    given = floats(name, value)
    if given.ndim < 1 or given.shape[-1] != 4 or ndim not in (None, given.ndim):
        wanted = "(N, 4)" if ndim == 2 else "(…, 4)"
        raise ValueError(f"{name} must have shape {wanted}, not {tuple(given.shape)}")
    return given


def alike(name: str, value, like_name: str, like: torch.Tensor) -> torch.Tensor:
    """Boxes of the same shape and type as others."""
    return _alike.alike(name, boxes(name, value), like_name, like)


def one_each(name: str, value, count: int, kind=floats) -> torch.Tensor:
    """A number for each of ``count`` boxes."""
    given = kind(name, value)
    if given.shape != (count,):
        raise ValueError(f"{name} must have one number a box, shape ({count},), not {tuple(given.shape)}")
    return given


def masks(name: str, value) -> torch.Tensor:
    """A tensor of masks, (N, H, W), of True and False."""
    if not isinstance(value, torch.Tensor) or value.dtype != torch.bool:
        got = value.dtype if isinstance(value, torch.Tensor) else type(value).__name__
        raise TypeError(f"{name} must be a tensor of True and False, torch.bool, not {got}")
    if value.ndim != 3:
        raise ValueError(f"{name} must have shape (N, H, W), not {tuple(value.shape)}")
    return value


def labels_below(name: str, value, count: int, classes: int) -> torch.Tensor:
    """A class for each of ``count`` boxes, ``int64``, in 0 … classes − 1."""
    given = one_each(name, value, count, integers)
    if count and readable(given) and not 0 <= int(given.min()) <= int(given.max()) < classes:
        raise ValueError(f"{name} must be in 0..{classes - 1}, not {int(given.min())}..{int(given.max())}")
    return given.long()


def scores_matrix(name: str, value) -> torch.Tensor:
    """A table of overlaps, (N, M)."""
    given = numbers(name, value)
    if given.ndim != 2:
        raise ValueError(f"{name} must have shape (N, M), not {tuple(given.shape)}")
    return given


def listed(name: str, values) -> list:
    """Several values as a list; a text or a single number is none."""
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__") or isinstance(values, torch.Tensor) and not values.ndim:
        raise TypeError(f"{name} must be several values in a list or tuple, not {shown(values)}")
    return list(values)


def size(name: str, value) -> tuple[int, int]:
    """Height and width, both at least 1."""
    if not isinstance(value, (tuple, list, torch.Size)) or len(value) != 2:
        raise TypeError(f"{name} must be a height and a width, such as (64, 64), not {shown(value)}")
    return whole(f"{name}[0]", value[0]), whole(f"{name}[1]", value[1])
