"""Piecewise linear functions as networks: by depth, which multiplies pieces, and by width, which adds them."""

import torch
from torch import nn

from .._arguments import floats, same_type, whole


def sawtooth_network(layers: int, *, dtype: torch.dtype = torch.float64) -> nn.Sequential:
    r"""A network whose output on [0, 1] has 2^(layers − 1) teeth, from two ReLU units a layer.

    .. math::
        t(x) = 2\,\mathrm{ReLU}(x) - 4\,\mathrm{ReLU}(x - \tfrac12), \qquad f = t \circ t \circ \dots \circ t

    Each layer bends the interval once more: the tent map goes up to 1 and back to 0, so whatever follows it is
    run through twice.

    Args:
        layers: hidden layers, 1..40.
        dtype: of the weights; with float64 all values at multiples of 2^(−52) are exact.

    Returns:
        Linear layers and ReLUs, from (N, 1) to (N, 1), on the CPU, with 6·layers + 1 parameters.

    Raises:
        TypeError: ``layers`` is no integer.
        ValueError: it is out of range.

    Source: Telgarsky (2016), who calls t the mirror map.
    """
    layers = whole("layers", layers, 1, 40)
    parts = []
    for k in range(layers):
        linear = nn.Linear(2 if k else 1, 2, dtype=dtype)
        # The tent of the layer before is 2a − 4b; both units take it, one of them less ½.
        weight = [[2.0, -4.0]] * 2 if k else [[1.0]] * 2
        parts += [_filled(linear, weight, [0.0, -0.5]), nn.ReLU()]
    return nn.Sequential(*parts, _filled(nn.Linear(2, 1, dtype=dtype), [[2.0, -4.0]], [0.0]))


def interpolating_network(x: torch.Tensor, y: torch.Tensor) -> nn.Sequential:
    r"""One hidden layer of ReLU units that passes through given points, straight between neighbors.

    .. math::
        f(t) = y_0 + \sum_{k=0}^{K-2} (s_k - s_{k-1})\,\mathrm{ReLU}(t - x_k), \qquad
        s_k = \frac{y_{k+1} - y_k}{x_{k+1} - x_k}, \quad s_{-1} = 0

    Each unit bends the line once, where its input passes 0, by the change of slope that is wanted there. Left of
    the first point the function is constant, right of the last it goes straight on.

    Args:
        x: where, (K), K ≥ 2, strictly increasing.
        y: the values there, (K).

    Returns:
        Linear, ReLU, Linear, from (N, 1) to (N, 1), with K − 1 hidden units and 3K − 2 parameters.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes do not fit, there are fewer than two points, or ``x`` does not increase.
    """
    if floats("x", x).ndim != 1 or len(x) < 2:
        raise ValueError(f"x must have shape (K,) with at least two points, not {tuple(x.shape)}")
    if floats("y", y).shape != x.shape:
        raise ValueError(f"y must have shape {tuple(x.shape)}, not {tuple(y.shape)}")
    same_type(x=x, y=y)
    if not (x[1:] > x[:-1]).all():
        raise ValueError("x must increase from each point to the next")
    slopes = (y[1:] - y[:-1]) / (x[1:] - x[:-1])                    # (K − 1)
    bends = torch.cat([slopes[:1], slopes[1:] - slopes[:-1]])
    hidden = nn.Linear(1, len(slopes), dtype=x.dtype, device=x.device)
    out = nn.Linear(len(slopes), 1, dtype=x.dtype, device=x.device)
    return nn.Sequential(_filled(hidden, torch.ones_like(slopes)[:, None], -x[:-1]), nn.ReLU(),
                         _filled(out, bends[None], y[:1]))


def _filled(linear: nn.Linear, weight, bias) -> nn.Linear:
    with torch.no_grad():
        linear.weight.copy_(torch.as_tensor(weight))
        linear.bias.copy_(torch.as_tensor(bias))
    return linear
