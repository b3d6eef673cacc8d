"""What every activation function asks of its input."""

import math
from numbers import Real

import torch

from .._arguments import number, shown


def check_real(x: torch.Tensor, name: str = "x") -> None:
    """Refuse what is no tensor of real numbers.

    Raises:
        TypeError: ``x`` is no tensor, or its numbers are complex or Boolean.
    """
    if not isinstance(x, torch.Tensor):
        raise TypeError(f"{name} must be a tensor, not {type(x).__name__}")
    if x.is_complex() or x.dtype == torch.bool:
        raise TypeError(f"{name} must hold real numbers, floating-point or integer, not {x.dtype}")


def check_floating(x: torch.Tensor, name: str = "x") -> None:
    """Refuse what is no tensor of floating-point numbers.

    Raises:
        TypeError: ``x`` is no tensor, or its numbers are integer, complex or Boolean.
    """
    if not isinstance(x, torch.Tensor):
        raise TypeError(f"{name} must be a tensor, not {type(x).__name__}")
    if not x.is_floating_point():
        raise TypeError(f"{name} must hold floating-point numbers, not {x.dtype}")


def finite(name: str, value) -> float:
    """A setting as a float.

    Raises:
        TypeError: ``value`` is no number.
        ValueError: it is infinite or NaN.
    """
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, not {shown(value)}")
    if not math.isfinite(number(name, value, nan=True)):
        raise ValueError(f"{name} must be finite, not {value}")
    return float(value)
