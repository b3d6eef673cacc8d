"""The multilayer perceptron, and one whose weights are built by hand to follow a curve."""

from collections.abc import Callable, Sequence

import torch
from torch import nn

from .._arguments import floats, readable, real, same_type, shown, whole
from .._precision import autocast_type


class MLP(nn.Sequential):
    r"""Linear layers in a row, with an activation between each and the next.

    .. math::
        h_0 = x, \qquad h_l = \varphi(W_l h_{l-1} + b_l) \quad (0 < l < L), \qquad y = W_L h_{L-1} + b_L

    No activation follows the last layer. Weights and biases start as those of :class:`torch.nn.Linear`, and
    the state has the names of a :class:`torch.nn.Sequential` of the same layers.

    Args:
        sizes: numbers in an example, units of each hidden layer, numbers in an output: at least two.
        activation: makes φ, a class such as :class:`torch.nn.ReLU` or a function without arguments that
            gives a module; called once for each hidden layer.

    Raises:
        TypeError: ``sizes`` is no sequence of integers, or ``activation`` makes no module.
        ValueError: there are fewer than two sizes, or one is below 1.

    Source: Rumelhart, Hinton and Williams (1986), equations 1 and 2, with any φ in the place of the sigmoid.
    """

    def __init__(self, sizes: Sequence[int], activation: Callable[[], nn.Module] = nn.ReLU) -> None:
        super().__init__()
        if not isinstance(sizes, Sequence) or isinstance(sizes, (str, bytes)):
            raise TypeError(f"sizes must be a sequence of integers, such as (64, 32, 10), not {shown(sizes)}")
        if len(sizes) < 2:
            raise ValueError(f"sizes must hold at least two integers, inputs and outputs, not {shown(sizes)}")
        self.sizes = tuple(whole(f"sizes[{k}]", size) for k, size in enumerate(sizes))
        if not callable(activation) or isinstance(activation, nn.Module):
            raise TypeError("activation must make a module, such as torch.nn.ReLU (without parentheses), "
                            f"not {shown(activation)}")
        for k, (inputs, outputs) in enumerate(zip(self.sizes, self.sizes[1:])):
            if k:
                self.append(_made(activation))
            self.append(nn.Linear(inputs, outputs))

    def __getitem__(self, index):
        """A layer or activation, or, for a slice, several in a :class:`torch.nn.Sequential`."""
        return nn.Sequential(*list(self)[index]) if isinstance(index, slice) else super().__getitem__(index)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Outputs (…, sizes[-1]) for inputs (…, sizes[0])."""
        return super().forward(self._checked(x))

    def propagate(self, x: torch.Tensor) -> list[torch.Tensor]:
        """What each layer holds in forward propagation: x, h₁, …, h_{L−1}, y, of shapes (…, sizes[l])."""
        held = [self._checked(x)]
        for k, module in enumerate(self):
            if k % 2:
                held[-1] = module(held[-1])             # the activation, in the place of its weighted sums
            else:
                held.append(module(held[-1]))
        return held

    def _checked(self, x: torch.Tensor) -> torch.Tensor:
        if not floats("x", x).ndim or x.shape[-1] != self.sizes[0]:
            raise ValueError(f"x must end in an axis of {self.sizes[0]}, not have shape {tuple(x.shape)}")
        if autocast_type(x.device) is None:
            same_type(weight=self[0].weight, x=x)
        return x


def _made(activation: Callable) -> nn.Module:
    try:
        bend = activation()
    except TypeError as error:
        raise TypeError("activation must make a module without arguments, such as torch.nn.ReLU, "
                        f"not as {shown(activation)}: {error}") from error
    if not isinstance(bend, nn.Module):
        raise TypeError(f"activation must make a module, such as torch.nn.ReLU, not {shown(bend)}")
    return bend


def bump_mlp(values: torch.Tensor, low: float = 0.0, high: float = 1.0) -> MLP:
    r"""A network of one hidden layer that goes through n + 1 values: one bump for each, made of three ReLUs.

    With knots :math:`k_i = \mathrm{low} + i\Delta`, :math:`\Delta = (\mathrm{high} - \mathrm{low})/n`, and
    :math:`r_i(x) = \mathrm{ReLU}((x - k_i)/\Delta)`, the i-th bump is 1 at its knot, 0 from the neighboring ones on,
    and straight in between:

    .. math::
        \Lambda_i = r_{i-1} - 2 r_i + r_{i+1}, \qquad y = \sum_{i=0}^n v_i \Lambda_i
          = \sum_{j=-1}^{n+1} (v_{j-1} - 2 v_j + v_{j+1})\, r_j

    with :math:`v = 0` beyond the ends. If the values are those of a function with :math:`|f''| \le M`, then
    :math:`|y - f| \le M\Delta^2/8` in [low, high], but for rounding: up to n + 3 terms, each as large as 2n times
    the largest value, cancel. In float32, a thousand values that jump about are followed to some hundredths
    only; in float64, to 1e-10.

    Args:
        values: v, (n + 1,), n ≥ 1.
        low: where the first value belongs.
        high: where the last one does; above ``low``.

    Returns:
        An :class:`MLP` of sizes (1, n + 3, 1), in the type and on the device of ``values``.

    Raises:
        TypeError: ``values`` is no tensor of floating-point numbers, or a limit no number.
        ValueError: ``values`` has another shape or holds infinity or NaN, or ``high`` is not above ``low``, or
            a weight or bias does not fit into the type.

    Source: piecewise linear interpolation, de Boor (1978), chapter III, as a sum of ReLUs.
    """
    if floats("values", values).ndim != 1 or len(values) < 2:
        raise ValueError(f"values must have shape (n + 1,) with n at least 1, not {tuple(values.shape)}")
    if readable(values) and not values.isfinite().all():
        raise ValueError("values must be finite")
    low, high = real("low", low), real("high", high)
    if high <= low:
        raise ValueError(f"high must be above low, {low:g}, not {high:g}")
    n = len(values) - 1
    v = values.detach()
    slope, start = n / (high - low), low * (n / (high - low))
    if max(slope, abs(start) + n + 1) > torch.finfo(v.dtype).max or slope == 0:
        raise ValueError(f"the knots from {low:g} to {high:g} are too far apart or too close for {v.dtype}")
    padded = nn.functional.pad(v, (2, 2))                                       # v₋₂, …, v_{n+2}
    bends = padded[:-2] - 2 * padded[1:-1] + padded[2:]
    if readable(values) and not bends.isfinite().all():
        raise ValueError(f"values are too large for {v.dtype}: v_(j-1) - 2 v_j + v_(j+1) must be finite")
    network = MLP((1, n + 3, 1)).to(v)
    knots = torch.arange(-1, n + 2, device=v.device, dtype=torch.float64 if v.device.type == "cpu" else v.dtype)
    with torch.no_grad():
        network[0].weight.fill_(slope)
        network[0].bias.copy_(-(knots + start))
        network[2].weight.copy_(bends[None])
        network[2].bias.zero_()
    return network
