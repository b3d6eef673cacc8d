"""The fully connected layer, and one whose matrix is a product of two thin ones."""

import torch
from torch import nn

from .._arguments import floats, same_type, whole
from .._precision import autocast_type, rounded_once
from ._init import fill, kaiming_uniform_


def linear(input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    r"""Every output is a weighted sum of all inputs, plus a bias.

    .. math:: y = x W^\top + b

    The same function as :func:`torch.nn.functional.linear`. Half types, and what autocast makes of others, are
    computed in float32 and rounded once.

    Args:
        input: x, (…, in).
        weight: W, (out, in).
        bias: b, (out,), or None.

    Returns:
        (…, out).

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes do not fit.
    """
    if floats("weight", weight).ndim != 2:
        raise ValueError(f"weight must have shape (out, in), not {tuple(weight.shape)}")
    _check_input(input, weight.shape[1])
    named = {"input": input, "weight": weight}
    if bias is not None:
        named["bias"] = floats("bias", bias)
        if bias.shape != weight.shape[:1]:
            raise ValueError(f"bias must have shape {tuple(weight.shape[:1])}, not {tuple(bias.shape)}")
    if autocast_type(input.device) is None:
        same_type(**named)
    return rounded_once(_affine, input, weight, bias, autocast="product")


def _affine(x, weight, bias):
    y = x @ weight.mT
    return y if bias is None else y + bias


def _check_input(input: torch.Tensor, size: int) -> None:
    if not floats("input", input).ndim or input.shape[-1] != size:
        raise ValueError(f"input must end in an axis of {size}, not have shape {tuple(input.shape)}")


class Linear(nn.Module):
    r"""A fully connected layer, y = x Wᵀ + b, with the parameters of :class:`torch.nn.Linear`.

    Args:
        in_features: numbers in an example.
        out_features: units.
        bias: whether there is a b; without it the layer is linear, with it affine.
        device, dtype: of the parameters.

    Attributes:
        weight: W, (out_features, in_features).
        bias: b, (out_features,), or None.

    Raises:
        TypeError: a size is no integer.
        ValueError: it is below 1.
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, device=None, dtype=None) -> None:
        super().__init__()
        self.in_features, self.out_features = whole("in_features", in_features), whole("out_features", out_features)
        self.weight = nn.Parameter(torch.empty(out_features, in_features, device=device, dtype=dtype))
        _add_bias(self, bias)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        r"""Draw weight and bias from U(−1/√in, 1/√in), as PyTorch does.

        The variance of the weights is 1 / (3 in): a third of what linear units need, a sixth of what ReLU needs.
        """
        kaiming_uniform_(self.weight, a=5**0.5)
        _draw_bias(self)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """(…, in_features) to (…, out_features)."""
        return linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class LowRankLinear(nn.Module):
    r"""A fully connected layer whose matrix is a product, W = U D, of rank at most r.

    It has r (in + out) weights in place of in · out, fewer as long as r < in · out / (in + out).

    Args:
        in_features: numbers in an example.
        out_features: units.
        rank: r, at most the smaller of the two.
        bias: whether there is a b.
        device, dtype: of the parameters.

    Attributes:
        down: D, (rank, in_features).
        up: U, (out_features, rank).
        bias: b, (out_features,), or None.

    Raises:
        TypeError: a size is no integer.
        ValueError: it is below 1, or the rank above both sizes.

    Source: Denil and others (2013), on weights that factorize.
    """

    def __init__(self, in_features: int, out_features: int, rank: int, bias: bool = True,
                 device=None, dtype=None) -> None:
        super().__init__()
        self.in_features, self.out_features = whole("in_features", in_features), whole("out_features", out_features)
        self.rank = whole("rank", rank, 1, min(self.in_features, self.out_features))
        self.down = nn.Parameter(torch.empty(rank, in_features, device=device, dtype=dtype))
        self.up = nn.Parameter(torch.empty(out_features, rank, device=device, dtype=dtype))
        _add_bias(self, bias)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the factors so that the entries of W have the variance 1 / (3 in) of :class:`Linear`, and b as there."""
        kaiming_uniform_(self.down, a=5**0.5)
        kaiming_uniform_(self.up, nonlinearity="linear")
        _draw_bias(self)

    @classmethod
    def from_linear(cls, layer: nn.Module, rank: int) -> "LowRankLinear":
        """The closest layer of that rank: the largest singular values of the weight, shared evenly by both factors.

        Args:
            layer: :class:`Linear` or PyTorch's own.
            rank: at most the smaller size of its weight.

        Raises:
            TypeError: it is no linear layer, or the rank no integer.
            ValueError: the rank is below 1 or too large, or a weight is NaN or infinite.

        Source: Eckart and Young (1936).
        """
        if not isinstance(layer, (Linear, nn.Linear)):
            raise TypeError(f"layer must be Linear, not {type(layer).__name__}")
        weight, bias = layer.weight.detach(), layer.bias
        if not weight.isfinite().all():
            raise ValueError("layer must have finite weights, not NaN or infinity")
        low = cls(layer.in_features, layer.out_features, rank, bias is not None, weight.device, weight.dtype)
        u, s, vt = torch.linalg.svd(weight.cpu().double(), full_matrices=False)
        root = s[:rank].sqrt()
        with torch.no_grad():
            low.up.copy_(u[:, :rank] * root)
            low.down.copy_(root[:, None] * vt[:rank])
            if bias is not None:
                low.bias.copy_(bias)
        return low

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """(…, in_features) to (…, out_features), through ``rank`` numbers."""
        _check_input(input, self.in_features)
        if autocast_type(input.device) is None:
            same_type(input=input, down=self.down)
        return rounded_once(lambda x, down, up, bias: _affine(_affine(x, down, None), up, bias),
                            input, self.down, self.up, self.bias, autocast="product")

    def extra_repr(self) -> str:
        return (f"in_features={self.in_features}, out_features={self.out_features}, rank={self.rank}, "
                f"bias={self.bias is not None}")


def _add_bias(layer: nn.Module, bias: bool) -> None:
    """An empty bias beside the first parameter, of its device and type, or None."""
    like = next(layer.parameters())
    layer.register_parameter("bias", nn.Parameter(like.new_empty(layer.out_features)) if bias else None)


def _draw_bias(layer: nn.Module) -> None:
    """A bias from U(−1/√in, 1/√in), drawn on the CPU."""
    if layer.bias is not None:
        fill(layer.bias, (3 * layer.in_features) ** -0.5, uniform=True)
