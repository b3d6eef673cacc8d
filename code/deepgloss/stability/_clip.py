"""Gradients that are kept in bounds, all together by their norm or number by number."""

import math
import numbers
from collections.abc import Iterable

import torch

from .._arguments import flag, floats, number, real, shown
from .._precision import widened


def grad_norm(gradients: Iterable[torch.Tensor], norm_type: float = 2.0) -> torch.Tensor:
    r"""The norm of all gradients as one long vector.

    .. math:: \lVert g \rVert_p = \Bigl(\sum_k |g_k|^p\Bigr)^{1/p}

    Args:
        gradients: tensors of any shapes on one device.
        norm_type: p > 0; ``math.inf`` is the largest size.

    Returns:
        A single number, float32 where the gradients are of half types; 0 of no gradient.

    Raises:
        TypeError: one is no tensor of floating-point numbers, or p no number.
        ValueError: p is not above 0.
    """
    gradients, p = _listed(gradients), _norm_type(norm_type)
    if not gradients:
        return torch.tensor(0.0)
    # the largest size of no number at all is not defined; its sum of squares is 0
    parts = [torch.linalg.vector_norm(widened(g), p if g.numel() else 2) for g in gradients]
    return torch.linalg.vector_norm(torch.stack(parts), p)


def clip_grad_norm(gradients: Iterable[torch.Tensor], max_norm: float,
                   norm_type: float = 2.0) -> tuple[list[torch.Tensor], torch.Tensor]:
    r"""Shorten gradients that together are longer than a threshold; their direction stays.

    .. math::
        g \leftarrow g \cdot \min\left(1, \frac{c}{\lVert g \rVert_p + 10^{-6}}\right)

    Args:
        gradients: tensors of any shapes on one device.
        max_norm: c ≥ 0.
        norm_type: p > 0; ``math.inf`` is the largest size.

    Returns:
        The new gradients, in a list, and the norm of the old ones. Where that is NaN or infinite, the new ones are
        NaN or 0, as PyTorch's are.

    Raises:
        TypeError: one is no tensor of floating-point numbers, or a setting no number.
        ValueError: a setting is out of range.

    Source: Pascanu, Mikolov and Bengio (2013), algorithm 1; the 10⁻⁶ is that of
    :func:`torch.nn.utils.clip_grad_norm_`.
    """
    gradients, limit = _listed(gradients), _limit("max_norm", max_norm)
    total = grad_norm(gradients, norm_type)
    share = (limit / (total + 1e-6)).clamp(max=1)
    return [(widened(g) * share).to(g.dtype) for g in gradients], total


def clip_grad_norm_(parameters: torch.Tensor | Iterable[torch.Tensor], max_norm: float, norm_type: float = 2.0,
                    error_if_nonfinite: bool = False, foreach: bool | None = None) -> torch.Tensor:
    """:func:`clip_grad_norm` of the gradients of parameters, in place, as :func:`torch.nn.utils.clip_grad_norm_` does.

    Args:
        parameters: a tensor or tensors; those without a gradient are left out.
        max_norm, norm_type: as there.
        error_if_nonfinite: refuse a norm that is NaN or infinite; without, all gradients become NaN or 0.
        foreach: multiply all gradients in one call, faster where they are many; None does so on CUDA.

    Returns:
        The norm before.

    Raises:
        TypeError, ValueError: as there.
        RuntimeError: the norm is NaN or infinite, and ``error_if_nonfinite`` is set; no gradient has changed then.
    """
    held, limit = _held(parameters), _limit("max_norm", max_norm)
    flag("error_if_nonfinite", error_if_nonfinite)
    together = _together(foreach, held)
    with torch.no_grad():
        total = grad_norm(held, norm_type)
        if error_if_nonfinite and not total.isfinite():
            raise RuntimeError(f"the norm of the gradients is {total.item()}, so they cannot be clipped: "
                               "look for what made it so, or set error_if_nonfinite=False")
        share = (limit / (total + 1e-6)).clamp(max=1)
        if together and held:
            torch._foreach_mul_(held, share)
        else:
            for g in held:
                g.mul_(share)
    return total


def clip_grad_value(gradients: Iterable[torch.Tensor], clip_value: float) -> list[torch.Tensor]:
    r"""Put every number of gradients into an interval; unlike :func:`clip_grad_norm` this turns their direction.

    .. math:: g_k \leftarrow \max(-c, \min(c, g_k))

    Args:
        gradients: tensors of any shapes.
        clip_value: c ≥ 0.

    Returns:
        The new gradients, in a list.

    Raises:
        TypeError: one is no tensor of floating-point numbers, or c no number.
        ValueError: c is negative or NaN.

    Source: Pascanu, Mikolov and Bengio (2013), who tell that the second of them did so before.
    """
    gradients, limit = _listed(gradients), _limit("clip_value", clip_value)
    return [g.clamp(*_bounds(g, limit)) for g in gradients]


def clip_grad_value_(parameters: torch.Tensor | Iterable[torch.Tensor], clip_value: float,
                     foreach: bool | None = None) -> None:
    """:func:`clip_grad_value` of the gradients of parameters, in place, as :func:`torch.nn.utils.clip_grad_value_` does.

    Args:
        parameters: a tensor or tensors; those without a gradient are left out.
        clip_value: c ≥ 0.
        foreach: treat all gradients in one call; None does so on CUDA.

    Raises:
        TypeError, ValueError: as there.
    """
    held, limit = _held(parameters), _limit("clip_value", clip_value)
    together = _together(foreach, held)
    with torch.no_grad():
        if together and held:
            low, high = zip(*(_bounds(g, limit) for g in held))
            torch._foreach_clamp_min_(held, low)
            torch._foreach_clamp_max_(held, high)
        else:
            for g in held:
                g.clamp_(*_bounds(g, limit))


def _listed(gradients) -> list[torch.Tensor]:
    if isinstance(gradients, (torch.Tensor, str)) or not isinstance(gradients, Iterable):
        raise TypeError(f"gradients must be a sequence of tensors, not {shown(gradients)}")
    return [floats(f"gradients[{k}]", g) for k, g in enumerate(gradients)]


def _held(parameters) -> list[torch.Tensor]:
    """The gradients of parameters."""
    parameters = [parameters] if isinstance(parameters, torch.Tensor) else parameters
    if isinstance(parameters, str) or not isinstance(parameters, Iterable):
        raise TypeError(f"parameters must be a tensor or a sequence of tensors, not {shown(parameters)}")
    return [p.grad for k, p in enumerate(parameters) if floats(f"parameters[{k}]", p).grad is not None]


def _together(foreach, held) -> bool:
    if foreach is not None:
        return flag("foreach", foreach)
    return bool(held) and held[0].is_cuda


def _norm_type(value) -> float:
    if not number("norm_type", value) > 0:
        raise ValueError(f"norm_type must be above 0, not {shown(value)}")
    return float(value)


def _bounds(g, limit: float) -> tuple[float, float]:
    """The interval, in numbers that the type of a gradient can hold."""
    high = limit if limit <= torch.finfo(g.dtype).max else math.inf
    return -high, high


def _limit(name: str, value) -> float:
    return math.inf if isinstance(value, numbers.Real) and value == math.inf else real(name, value, 0)
