"""What normalizations ask of their axes and parameters."""

import torch

from .._arguments import floats, shown, whole
from .._precision import HALF_TYPES, autocast_type


def axes(name: str, value, ndim: int) -> tuple[int, ...]:
    """One axis, or several different ones, of a tensor, in order; below 0 they count from the end."""
    given = value if isinstance(value, (tuple, list)) else (value,)
    if not given or not ndim:
        raise ValueError(f"{name} must be one or more of {ndim} axes, not {shown(value)}")
    found = sorted(whole(name, axis, -ndim, ndim - 1) % ndim for axis in given)
    if len(set(found)) < len(found):
        raise ValueError(f"{name} must be different axes, not {shown(value)}")
    return tuple(found)


def trailing(name: str, value) -> tuple[int, ...]:
    """The shape of the last axes: a tuple of sizes, or the size of one."""
    sizes = value if isinstance(value, (tuple, list)) else (value,)
    if not sizes:
        raise ValueError(f"{name} must be at least one size, not {shown(value)}")
    return tuple(whole(name, size, 0) for size in sizes)


def ends_in(input: torch.Tensor, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The places of the last axes, if they have that shape."""
    if floats("input", input).ndim < len(shape) or tuple(input.shape[input.ndim - len(shape):]) != shape:
        raise ValueError(f"input must end in normalized_shape={shape}, not have shape {tuple(input.shape)}")
    return tuple(range(input.ndim - len(shape), input.ndim))


def channels(input: torch.Tensor, least: int = 2) -> int:
    """How many channels are in axis 1."""
    if floats("input", input).ndim < least:
        raise ValueError(f"input must have at least {least} axes, (N, C, …), not shape {tuple(input.shape)}")
    return input.shape[1]


def fitting(name: str, value: torch.Tensor | None, shape: tuple[int, ...], input: torch.Tensor) -> torch.Tensor | None:
    """A parameter, if it has that shape and the type of the input, or float32 beside a half type."""
    if value is None:
        return None
    if floats(name, value).shape != shape:
        raise ValueError(f"{name} must have shape {tuple(shape)}, not {tuple(value.shape)}")
    mixed = value.dtype == torch.float32 and input.dtype in HALF_TYPES
    if value.dtype != input.dtype and not mixed and autocast_type(input.device) is None:
        raise TypeError(f"{name} must be {input.dtype} as input is, not {value.dtype}")
    return value


def over_channels(value: torch.Tensor | None, ndim: int) -> torch.Tensor | None:
    """A number for each channel, (C,), in a shape that broadcasts over (N, C, …)."""
    return None if value is None else value.view(-1, *[1] * (ndim - 2))
