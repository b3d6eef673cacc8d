"""Batch normalization that disappears: at inference it is part of the linear map before it."""

import copy

import torch
from torch import nn

from .._arguments import floats, real, same_type
from .._precision import in_float32
from ._batch_norm_layers import BatchNorm


def fold_batch_norm(weight: torch.Tensor, bias: torch.Tensor | None, mean: torch.Tensor, var: torch.Tensor,
                    gamma: torch.Tensor | None = None, beta: torch.Tensor | None = None,
                    eps: float = 1e-5) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Weight and bias of the one map that does what a linear map or a convolution and batch normalization do.

    .. math::
        s_c = \frac{\gamma_c}{\sqrt{\sigma_c^2 + \varepsilon}}, \qquad
        W'_c = s_c W_c, \qquad b'_c = s_c (b_c - \mu_c) + \beta_c

    Args:
        weight: W, (C, …), of a fully connected layer (C, in) or of a convolution (C, in, taps…).
        bias: b, (C,), or None for 0.
        mean, var: μ and σ², the running statistics, (C,).
        gamma, beta: γ and β, (C,), or None for 1 and 0.
        eps: ε ≥ 0.

    Returns:
        W' and b', of the type of ``weight``.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes do not fit, or ε is negative.

    Source: Jacob and others (2018), who fold in training, too.
    """
    if floats("weight", weight).ndim < 2:
        raise ValueError(f"weight must have shape (C, in, …), not {tuple(weight.shape)}")
    given = {"bias": bias, "mean": mean, "var": var, "gamma": gamma, "beta": beta}
    given = {name: value for name, value in given.items() if value is not None or name in ("mean", "var")}
    for name, value in given.items():
        if floats(name, value).shape != weight.shape[:1]:
            raise ValueError(f"{name} must have shape {tuple(weight.shape[:1])}, not {tuple(value.shape)}")
    same_type(weight=weight, **given)
    return _folded(weight, bias, mean, var, gamma, beta, real("eps", eps, 0))


@in_float32
def _folded(weight, bias, mean, var, gamma, beta, eps):
    scale = (var + eps).rsqrt() if gamma is None else gamma * (var + eps).rsqrt()
    shift = -mean * scale if bias is None else (bias - mean) * scale
    return weight * scale.view(-1, *[1] * (weight.ndim - 1)), shift if beta is None else shift + beta


def folded(layer: nn.Module, norm: nn.Module) -> nn.Module:
    """A copy of a layer that does what the layer and the batch normalization after it do in evaluation mode.

    Args:
        layer: a fully connected layer or a convolution, of PyTorch or of this book; its output has a channel for
            each entry of the first axis of its weight, which a transposed convolution's has not.
        norm: the batch normalization behind it, with running statistics.

    Returns:
        A layer of the same kind, with a bias, in evaluation mode; it shares nothing with the given one.

    Raises:
        TypeError: one of them is no such layer.
        ValueError: the channels do not fit, or there are no running statistics.
    """
    if not isinstance(norm, (BatchNorm, nn.modules.batchnorm._BatchNorm)):
        raise TypeError(f"norm must be a batch normalization, not {type(norm).__name__}")
    if norm.running_mean is None:
        raise ValueError("norm must have running statistics, not track_running_stats=False")
    kind = type(layer).__name__
    if not isinstance(getattr(layer, "weight", None), torch.Tensor) or not hasattr(layer, "bias") or "Transpose" in kind \
            or not (hasattr(layer, "out_features") or hasattr(layer, "out_channels")):
        raise TypeError(f"layer must be a fully connected layer or a convolution, not {kind}")
    if len(layer.weight) != norm.num_features:
        raise ValueError(f"layer must have {norm.num_features} outputs as norm has channels, not {len(layer.weight)}")
    new = copy.deepcopy(layer).eval()
    with torch.no_grad():
        # In double precision where there is one: the statistics may lie far from 1, and are rounded once.
        wide = torch.float32 if layer.weight.device.type == "mps" else torch.float64
        parts = (None if x is None else x.detach().to(wide) for x in (
            layer.weight, layer.bias, norm.running_mean, norm.running_var, norm.weight, norm.bias))
        for name, value in zip(("weight", "bias"), fold_batch_norm(*parts, norm.eps)):
            setattr(new, name, nn.Parameter(value.to(layer.weight.dtype)))
    return new
