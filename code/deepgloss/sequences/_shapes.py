"""Complaints about arguments: what came and what is wanted."""

import torch

from .._arguments import readable
from .._precision import autocast_type


def require_shape(name: str, value, wanted: tuple) -> None:
    """Raise unless ``value`` is a tensor of the wanted shape; None stands for any length."""
    if not isinstance(value, torch.Tensor):
        raise TypeError(f"{name} must be a tensor, not {type(value).__name__}")
    fits = value.ndim == len(wanted) and all(w in (None, s) for s, w in zip(value.shape, wanted))
    if not fits:
        shape = str(tuple("any" if w is None else w for w in wanted)).replace("'", "")
        raise ValueError(f"{name} must have shape {shape}, not {tuple(value.shape)}")


def require_float(name: str, value: torch.Tensor, like: torch.Tensor) -> None:
    """Raise unless ``value`` has the weights' dtype."""
    # Under autocast, PyTorch casts both sides itself.
    if not value.is_floating_point():
        raise TypeError(f"{name} must hold floating-point numbers, not {value.dtype}")
    if value.dtype != like.dtype and autocast_type(value.device) is None:
        raise TypeError(f"{name} must be {like.dtype} as the weights are, not {value.dtype}")


def require_ids(name: str, ids, below: int) -> None:
    """Raise unless ``ids`` is a tensor ``(B, T)`` of integers in 0..below−1, as an embedding takes them."""
    if not isinstance(ids, torch.Tensor) or ids.dtype not in (torch.int32, torch.int64):
        got = ids.dtype if isinstance(ids, torch.Tensor) else type(ids).__name__
        raise TypeError(f"{name} must be a tensor of int64 or int32, not {got}")
    if ids.dim() != 2:
        raise ValueError(f"{name} must be (B, T), not {tuple(ids.shape)}")
    if readable(ids) and ids.numel():
        low, high = (int(number) for number in ids.aminmax())
        if low < 0 or high >= below:
            raise ValueError(f"{name} must be in 0..{below - 1}, not {low if low < 0 else high}")


def require_step(gates: int, x, states: dict, w_ih, w_hh, b_ih, b_hh) -> None:
    """Raise unless the arguments of one step of a cell with so many blocks of rows fit together."""
    require_shape("w_hh", w_hh, (None, None))
    require_float("w_hh", w_hh, w_hh)
    size = w_hh.shape[1]
    require_shape("w_hh", w_hh, (gates * size, size))
    require_shape("x", x, (None,) * (x.ndim if isinstance(x, torch.Tensor) and x.ndim else 1))
    require_shape("w_ih", w_ih, (gates * size, x.shape[-1]))
    for name, state in states.items():
        require_shape(name, state, (*x.shape[:-1], size))
    for name, bias in (("b_ih", b_ih), ("b_hh", b_hh)):
        if bias is not None:
            require_shape(name, bias, (gates * size,))
    for name, tensor in {"x": x, **states, "w_ih": w_ih, "b_ih": b_ih, "b_hh": b_hh}.items():
        if tensor is not None:
            require_float(name, tensor, w_hh)
