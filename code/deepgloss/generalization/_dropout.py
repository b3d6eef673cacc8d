"""Dropout: in training a random set of numbers is 0, in two forms that differ in when they make up for it."""

import torch
from torch import nn

from .._arguments import flag, floats, real
from .._precision import in_float32


def _kept(shape, p: float, like: torch.Tensor) -> torch.Tensor:
    """True with probability 1 − p. Drawn on the CPU, from the global generator, as PyTorch's float32 masks are."""
    where = "meta" if like.is_meta else "cpu"
    return torch.empty(shape, device=where, dtype=torch.float32).bernoulli_(1 - p).bool().to(like.device)


@in_float32
def _scaled(input, kept, share):
    # Not a product with the mask: an infinite number that is dropped is 0.
    return torch.where(kept, input / share, 0)


def dropout(input: torch.Tensor, p: float = 0.5, training: bool = True) -> torch.Tensor:
    r"""Inverted dropout: what is kept in training is divided by the probability of being kept; inference does nothing.

    .. math::
        y_i = \frac{m_i}{1 - p}\, x_i, \qquad m_i \sim \operatorname{Bernoulli}(1 - p), \qquad
        \mathbb E[y_i] = x_i, \quad \operatorname{Var}[y_i] = \frac{p}{1 - p}\, x_i^2

    On the CPU the masks are those of :func:`torch.nn.functional.dropout` from the same seed, and other devices get the
    same. Half types are computed in float32 and rounded once.

    Args:
        input: x, of any shape.
        p: probability that a number is dropped, in [0, 1].
        training: whether any is.

    Returns:
        y, of the input's shape and type; the input itself where nothing is dropped.

    Raises:
        TypeError: ``input`` is no tensor of floating-point numbers, or an option of a wrong kind.
        ValueError: p is outside [0, 1].

    Source: Srivastava and others (2014), section 10, where the form that scales in training is named.
    """
    floats("input", input)
    p = real("p", p, 0, 1)
    if not flag("training", training) or not p:
        return input
    return _scaled(input, _kept(input.shape, p, input), (1 - p) or 1.0)


def original_dropout(input: torch.Tensor, p: float = 0.5, training: bool = True) -> torch.Tensor:
    r"""Dropout as it was first: nothing is scaled in training, and inference multiplies by the probability of being kept.

    .. math::
        y_i = \begin{cases} m_i x_i, \; m_i \sim \operatorname{Bernoulli}(1 - p) & \text{in training} \\
        (1 - p)\, x_i & \text{at inference} \end{cases}

    Arguments and errors are those of :func:`dropout`, and so are the masks.

    Source: Hinton and others (2012), for p = ½; Srivastava and others (2014), section 4.
    """
    floats("input", input)
    p = real("p", p, 0, 1)
    if not flag("training", training):
        return input * (1 - p)
    return _scaled(input, _kept(input.shape, p, input), 1.0)


def spatial_dropout(input: torch.Tensor, p: float = 0.5, training: bool = True) -> torch.Tensor:
    """:func:`dropout` of whole channels: neighbors in a feature map say nearly the same and are dropped together.

    Args:
        input: (N, C, …).
        p, training: as there.

    Returns:
        A tensor of the input's shape and type.

    Raises:
        TypeError, ValueError: as there; or the input has fewer than two axes.

    Source: Tompson and others (2015), who call it SpatialDropout.
    """
    if floats("input", input).ndim < 2:
        raise ValueError(f"input must have shape (N, C, …), not {tuple(input.shape)}")
    p = real("p", p, 0, 1)
    if not flag("training", training) or not p:
        return input
    return _scaled(input, _kept((*input.shape[:2], *[1] * (input.ndim - 2)), p, input), (1 - p) or 1.0)


class Dropout(nn.Module):
    """:func:`dropout` as a layer, a drop-in for :class:`torch.nn.Dropout`; evaluation mode makes it the identity.

    Args:
        p: probability that a number is dropped, in [0, 1].

    Raises:
        TypeError, ValueError: p is no such number.
    """

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = real("p", p, 0, 1)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """Of the same shape."""
        return dropout(input, self.p, self.training)

    def extra_repr(self) -> str:
        return f"p={self.p}"


class Dropout1d(Dropout):
    """:func:`spatial_dropout` along one axis, (N, C, L), a drop-in for :class:`torch.nn.Dropout1d`."""

    axes = 1

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """Of the same shape."""
        if floats("input", input).ndim != self.axes + 2:
            raise ValueError(f"input must have {self.axes + 2} axes, (N, C, …), not shape {tuple(input.shape)}")
        return spatial_dropout(input, self.p, self.training)


class Dropout2d(Dropout1d):
    """:func:`spatial_dropout` of feature maps, (N, C, H, W), a drop-in for :class:`torch.nn.Dropout2d`."""

    axes = 2
