"""Checks of arguments that the ground floor shares, and its random streams."""

import math
import operator

import numpy as np
import torch


def whole(name: str, value, minimum: int = 1, maximum: int | None = None) -> int:
    """``value`` as an ``int`` in [minimum, maximum]; what is no whole number is a TypeError."""
    wanted = f"an integer of at least {minimum}"
    wanted += f" and at most {maximum}" if maximum is not None else ""
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise TypeError(f"{name} must be {wanted}, not {value!r}")
    if number < minimum or (maximum is not None and number > maximum):
        raise ValueError(f"{name} must be {wanted}, not {number}")
    return number


def real(name: str, value, minimum: float = -math.inf, maximum: float = math.inf) -> float:
    """``value`` as a finite ``float`` in [minimum, maximum]."""
    wanted = f"a number in [{minimum:g}, {maximum:g}]"
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = None
    if number is None or isinstance(value, (bool, str)):
        raise TypeError(f"{name} must be {wanted}, not {value!r}")
    if not math.isfinite(number) or not minimum <= number <= maximum:
        raise ValueError(f"{name} must be {wanted}, not {number:g}")
    return number


def share(name: str, value, *, zero: bool = False) -> float:
    """``value`` as a share in (0, 1), or in [0, 1) where ``zero`` is allowed."""
    number = real(name, value)
    if not (0 < number < 1 or (zero and number == 0)):
        raise ValueError(f"{name} must be in {'[' if zero else '('}0, 1), not {number:g}")
    return number


def whole_range(name: str, value, minimum: int = 1, maximum: int | None = None) -> tuple[int, int]:
    """``value`` as a pair of integers (low, high), both included, with low ≤ high."""
    low, high = pair(name, value)
    low = whole(f"{name}[0]", low, minimum, maximum)
    return low, whole(f"{name}[1]", high, low, maximum)


def pair(name: str, value) -> tuple:
    """``value`` as a tuple of two."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise TypeError(f"{name} must be a pair, such as (1, 2), not {value!r}")
    return tuple(value)


def choice(name: str, value, options) -> str:
    """``value``, if it is one of ``options``."""
    if value not in options:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, options))}, not {value!r}")
    return value


def whole_seed(value) -> int:
    """``value`` as a seed that PyTorch, NumPy and scikit-learn all take: in [0, 2³²)."""
    return whole("seed", value, 0, 2**32 - 1)


def generator(seed: int, *stream: int) -> torch.Generator:
    """A CPU generator for ``seed``; each ``stream`` has one of its own."""
    if stream:
        seed = int(np.random.SeedSequence([seed, *stream]).generate_state(1)[0])
    return torch.Generator().manual_seed(seed)
