"""Layer normalization: each example gets the mean and the variance over its own features taken out."""

import torch

from .._arguments import flag, floats, real, same_type
from .._precision import in_float32
from ._affine import Affine
from ._arguments import ends_in, fitting, trailing
from ._standardize import check_grad, normalized, pulled_back


def layer_norm(input: torch.Tensor, normalized_shape: int | tuple[int, ...], weight: torch.Tensor | None = None,
               bias: torch.Tensor | None = None, eps: float = 1e-5) -> torch.Tensor:
    r"""Standardize the last axes, each example by itself, then scale and shift every feature.

    .. math::
        y_i = \gamma_i \, \frac{x_i - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta_i, \qquad
        \mu = \frac1D \sum_i x_i, \quad \sigma^2 = \frac1D \sum_i (x_i - \mu)^2

    The same function as :func:`torch.nn.functional.layer_norm`. Training and inference do not differ, and a batch may
    hold one example. Half types are computed in float32 and rounded once; parameters may be float32 beside them.

    Args:
        input: x, (…, \*normalized_shape).
        normalized_shape: of the axes that are averaged over, D numbers in all; a size, where it is the last axis alone.
        weight: γ, of that shape, or None for 1.
        bias: β, of that shape, or None for 0.
        eps: ε ≥ 0.

    Returns:
        y, of the input's shape and type.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, their types do not fit, or a size is no integer.
        ValueError: the shapes do not fit, or ε is negative.

    Source: Ba, Kiros and Hinton (2016), equation 3, and equation 4 for γ and β.
    """
    shape = trailing("normalized_shape", normalized_shape)
    dims = ends_in(input, shape)
    parameters = (fitting(name, value, shape, input) for name, value in (("weight", weight), ("bias", bias)))
    return normalized(input, dims, real("eps", eps, 0), *parameters)[0]


def layer_norm_vjp(x: torch.Tensor, weight: torch.Tensor, grad: torch.Tensor,
                   eps: float = 1e-5) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    r"""Gradients through :func:`layer_norm`.

    .. math::
        \frac{\partial L}{\partial \beta} = \sum_n \delta_n, \qquad
        \frac{\partial L}{\partial \gamma} = \sum_n \delta_n \odot \hat x_n, \qquad
        \frac{\partial L}{\partial x_i} = \frac{1}{\sqrt{\sigma^2 + \varepsilon}} \left(
        g_i - \frac1D \sum_j g_j - \hat x_i \, \frac1D \sum_j g_j \hat x_j \right), \quad g = \gamma \odot \delta

    The sums for γ and β go over examples n, those for x over the features of one example.

    Args:
        x: the input, (…, \*shape of ``weight``).
        weight: γ, whose axes are those that are averaged over, D numbers.
        grad: δ, the gradient with respect to the output, of the shape of ``x``.
        eps: ε ≥ 0.

    Returns:
        The gradients with respect to ``x``, γ and β, each of its tensor's shape.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes do not fit, or ε is negative.

    Source: Ba, Kiros and Hinton (2016), supplementary material; derived as for :func:`batch_norm_vjp`.
    """
    shape = tuple(floats("weight", weight).shape)
    if not shape or floats("x", x).shape[x.ndim - len(shape):] != shape:
        raise ValueError(f"x must end in the shape of weight, {shape}, with at least one axis, not be {tuple(x.shape)}")
    check_grad(x, grad, "x")
    same_type(x=x, weight=weight)
    return _gradients(x, weight, grad, real("eps", eps, 0))


@in_float32
def _gradients(x, weight, grad, eps):
    before = x.ndim - weight.ndim
    for_x, normal = pulled_back(x, tuple(range(before, x.ndim)), grad * weight, eps)
    examples = [y.reshape(-1, *weight.shape).sum(0) if weight.numel() else weight for y in (grad * normal, grad)]
    return for_x, *examples


class LayerNorm(Affine):
    r""":func:`layer_norm` as a layer, a drop-in for :class:`torch.nn.LayerNorm`.

    Args:
        normalized_shape: of the last axes, which are averaged over; a size, where it is the last one alone.
        eps: ε ≥ 0.
        elementwise_affine: whether there are γ and β.
        bias: whether there is β; read only with ``elementwise_affine``.
        device, dtype: of the parameters.

    Attributes:
        weight: γ, of ``normalized_shape``, or None; 1 at first.
        bias: β, of that shape, or None; 0 at first.

    Raises:
        TypeError: a size is no integer, or an option of a wrong kind.
        ValueError: a size is negative, there is none, or ε is negative.
    """

    def __init__(self, normalized_shape: int | tuple[int, ...], eps: float = 1e-5, elementwise_affine: bool = True,
                 bias: bool = True, device=None, dtype=None) -> None:
        super().__init__()
        self.normalized_shape, self.eps = trailing("normalized_shape", normalized_shape), real("eps", eps, 0)
        self.elementwise_affine = flag("elementwise_affine", elementwise_affine)
        self.add_parameters(self.normalized_shape, elementwise_affine, bias, device, dtype)
        self.reset_parameters()

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """A tensor whose last axes are ``normalized_shape``; the result has its shape."""
        return layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
                f"bias={self.bias is not None}")
