"""What hyperparameters may be, and what a step's tensors must have in common."""

import math

import torch

from .._arguments import floats, number, same_type, shown


def positive(name: str, value) -> None:
    """Refuse what is no finite number above 0."""
    if not number(name, value, nan=True) > 0:
        raise ValueError(f"{name} must be positive, not {shown(value)}")
    _finite(name, value)


def not_negative(name: str, value) -> None:
    """Refuse what is no finite number of at least 0."""
    if not number(name, value, nan=True) >= 0:
        raise ValueError(f"{name} must not be negative, not {shown(value)}")
    _finite(name, value)


def any_finite(name: str, value) -> None:
    """Refuse what is no finite number."""
    number(name, value)
    _finite(name, value)


def memory(name: str, value) -> None:
    """Refuse what is no decay rate of a running mean."""
    if not 0 <= number(name, value, nan=True) < 1:
        raise ValueError(f"{name} must be in [0, 1), not {shown(value)}")


def memories(name: str, value) -> None:
    """Refuse what is no pair of decay rates."""
    wanted = f"{name} must be two numbers in [0, 1), not {shown(value)}"
    for part in _two(value, wanted):
        if not 0 <= number(name, part, nan=True) < 1:
            raise ValueError(wanted)


def factors(name: str, value) -> None:
    """Refuse what is no pair of a factor below and one above 1."""
    wanted = f"{name} must be two numbers, one in (0, 1) and one above 1, not {shown(value)}"
    down, up = (number(name, part, nan=True) for part in _two(value, wanted))
    if not 0 < down < 1 < up < math.inf:
        raise ValueError(wanted)


def interval(name: str, value) -> None:
    """Refuse what is no pair of a smallest and a largest step."""
    wanted = f"{name} must be two numbers, 0 < smallest <= largest, not {shown(value)}"
    low, high = (number(name, part, nan=True) for part in _two(value, wanted))
    if not 0 < low <= high < math.inf:
        raise ValueError(wanted)


def alike(*, optional: dict[str, torch.Tensor | None] | None = None, **tensors: torch.Tensor) -> None:
    """Refuse tensors of a step that are not of floating-point numbers, of one type and one shape.

    Among the optional ones may be None: a state that there is not.
    """
    tensors |= {name: x for name, x in (optional or {}).items() if x is not None}
    for name, x in tensors.items():
        floats(name, x)
    same_type(**tensors)
    (first, like), *rest = tensors.items()
    for name, x in rest:
        if x.shape != like.shape:
            raise ValueError(f"{name} must have shape {tuple(like.shape)} as {first} has, not {tuple(x.shape)}")


def _finite(name: str, value) -> None:
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite, not {shown(value)}")


def _two(value, wanted: str) -> tuple:
    if not isinstance(value, (tuple, list)):
        raise TypeError(wanted)
    if len(value) != 2:
        raise ValueError(wanted)
    return tuple(value)
