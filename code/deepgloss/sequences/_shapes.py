"""Complaints about arguments: what came and what is wanted."""

import torch

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
    if value.dtype != like.dtype and autocast_type(value.device) is None:
        raise TypeError(f"{name} must be {like.dtype} as the weights are, not {value.dtype}")


def require_step(gates: int, x, states: dict, w_ih, w_hh, b_ih, b_hh) -> None:
    """Raise unless the arguments of one step of a cell with so many blocks of rows fit together."""
    require_shape("w_hh", w_hh, (None, None))
    size = w_hh.shape[1]
    require_shape("w_hh", w_hh, (gates * size, size))
    require_shape("x", x, (None,) * (x.ndim if isinstance(x, torch.Tensor) and x.ndim else 1))
    require_shape("w_ih", w_ih, (gates * size, x.shape[-1]))
    for name, state in states.items():
        require_shape(name, state, (*x.shape[:-1], size))
    for name, bias in (("b_ih", b_ih), ("b_hh", b_hh)):
        if bias is not None:
            require_shape(name, bias, (gates * size,))
