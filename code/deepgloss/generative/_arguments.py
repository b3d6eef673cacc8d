"""What the functions of this part ask of examples, networks and generators."""

from collections.abc import Callable, Sequence

import torch
from torch import nn

from .. import _alike
from .._arguments import floats, readable, same_type, shown, whole
from .._precision import autocast_type


def examples(name: str, value, least: int = 1) -> torch.Tensor:
    """A batch of at least ``least`` examples of floating-point numbers, (N, …)."""
    given = floats(name, value)
    if not given.ndim or len(given) < least:
        what = f"at least {least} example{'s' * (least > 1)}"
        raise ValueError(f"{name} must have shape (N, …) with {what}, not {tuple(given.shape)}")
    return given


def table(name: str, value, least: int = 1) -> torch.Tensor:
    """At least ``least`` rows of floating-point numbers, (N, D), with D above 0."""
    given = floats(name, value)
    if given.ndim != 2 or len(given) < least or not given.shape[1]:
        what = f"at least {least} row{'s' * (least > 1)}"
        raise ValueError(f"{name} must have shape (N, D) with {what} and D above 0, not {tuple(given.shape)}")
    return given


def finite(name: str, value: torch.Tensor) -> torch.Tensor:
    """A tensor without infinity or NaN."""
    if readable(value) and not value.isfinite().all():
        raise ValueError(f"{name} must hold finite numbers, not infinite ones or NaN")
    return value


def alike(name: str, value, like_name: str, like: torch.Tensor) -> torch.Tensor:
    """Floating-point numbers of the same shape and type as others."""
    return _alike.alike(name, floats(name, value), like_name, like)


def broadcast(**tensors) -> torch.Size:
    """The common shape of floating-point numbers of one type that broadcast with the first of them."""
    (first, like), *rest = tensors.items()
    shape = floats(first, like).shape
    for name, value in rest:
        try:
            shape = torch.broadcast_shapes(shape, floats(name, value).shape)
        except RuntimeError:
            raise ValueError(f"{name} must have a shape that broadcasts with {tuple(shape)}, not {tuple(value.shape)}") from None
    same_type(**tensors)
    return shape


def module(name: str, value) -> nn.Module:
    """A network or a layer."""
    if not isinstance(value, nn.Module):
        raise TypeError(f"{name} must be a torch.nn.Module, not {shown(value)}")
    return value


def input_of(network: nn.Module, name: str, value) -> torch.Tensor:
    """Floating-point numbers of the type of a network's parameters, or any where autocast converts them."""
    given = floats(name, value)
    for weight in network.parameters():
        if weight.is_floating_point() and autocast_type(given.device) is None:
            same_type(weight=weight, **{name: given})
        break
    return given


def function(name: str, value) -> Callable:
    """What can be called."""
    if not callable(value):
        raise TypeError(f"{name} must be callable, not {shown(value)}")
    return value


def cpu_generator(value, name: str = "generator") -> torch.Generator | None:
    """A generator on the CPU, or None for PyTorch's global one."""
    if value is not None and (not isinstance(value, torch.Generator) or value.device.type != "cpu"):
        raise TypeError(f"{name} must be a torch.Generator on the CPU or None, not {shown(value)}")
    return value


def normal_like(x: torch.Tensor, generator: torch.Generator | None, *front: int) -> torch.Tensor:
    """Standard normal numbers of the shape (*front, *x.shape), the same on every device."""
    return torch.randn((*front, *x.shape), generator=generator).to(x.device, x.dtype)


def whole_tuple(name: str, values, least: int = 1) -> tuple[int, ...]:
    """Several integers of at least 1."""
    if not isinstance(values, Sequence) or isinstance(values, (str, bytes)):
        raise TypeError(f"{name} must be a sequence of integers, such as (1, 8, 8), not {shown(values)}")
    if len(values) < least:
        raise ValueError(f"{name} must hold at least {least} integers, not {shown(values)}")
    return tuple(whole(f"{name}[{k}]", value) for k, value in enumerate(values))
