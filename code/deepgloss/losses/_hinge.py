"""The hinge loss of a margin, and of several outputs, each against the rest."""

import torch

from .._arguments import real
from .._precision import in_float32
from ..activations import relu
from ._labels import check_scores
from ._reduction import Loss, check_pair, reduce


def check_power(p: int) -> None:
    """Refuse any power of the hinge but 1 and 2.

    Raises:
        ValueError: ``p`` is neither.
    """
    if p not in (1, 2):
        raise ValueError(f"p must be 1 or 2, not {p!r}")


def hinge(shortfall: torch.Tensor, p: int) -> torch.Tensor:
    """max(0, shortfall)ᵖ, elementwise, with derivative 0 where the shortfall is 0."""
    return relu(shortfall) if p == 1 else relu(shortfall).square()


@in_float32(autocast="loss")
def hinge_loss(
    input: torch.Tensor,
    target: torch.Tensor,
    p: int = 1,
    margin: float = 1.0,
    reduction: str = "mean",
) -> torch.Tensor:
    r"""Hinge loss of scores against targets of ±1, elementwise.

    .. math::
        \ell = \max(0,\ m - t y)^p, \qquad
        \frac{\partial \ell}{\partial y} = \begin{cases}
            -t\, p\, (m - t y)^{p-1} & t y < m \\ 0 & t y \ge m \end{cases}

    At the kink, :math:`t y = m`, the derivative is 0 by convention, which for ``p=1`` is one of
    the subgradients. The second derivative is 0 for ``p=1``, and for ``p=2`` it is 2 where
    :math:`t y < m`. NaN stays NaN.

    PyTorch has this loss under another name: ``margin_ranking_loss(input, 0, target, margin)``
    gives the same values; at the kink its derivative is −t.

    Args:
        input: scores :math:`y`, real numbers of any shape.
        target: targets :math:`t`, each −1 or 1, with the shape of ``input``. Their values are not
            checked.
        p: 1, or 2 for the squared hinge loss.
        margin: the :math:`m` from which on a score costs nothing.
        reduction: 'none' | 'mean' | 'sum'.

    Returns:
        Losses ≥ 0, with the shape of ``input`` for 'none', else a scalar.

    Raises:
        TypeError: ``input`` or ``target`` is no tensor of floating-point numbers.
        ValueError: the shapes differ, ``p`` is not 1 or 2, or ``reduction`` is none of the three.

    Source: Cortes and Vapnik (1995), section 3, where it is the slack of the soft margin.
    """
    check_pair(input, target)
    check_power(p)
    margin = real("margin", margin)
    return reduce(hinge(margin - target * input, p), reduction)


@in_float32(autocast="loss")
def one_against_rest_loss(
    input: torch.Tensor,
    target: torch.Tensor,
    p: int = 1,
    margin: float = 1.0,
    reduction: str = "mean",
) -> torch.Tensor:
    r"""Sum of the hinge losses of all classes, each against the rest.

    .. math::
        \ell_n = \sum_k \max(0,\ m - t_{nk}\, y_{nk})^p, \qquad
        t_{nk} = \begin{cases} 1 & k = c_n \\ -1 & k \ne c_n \end{cases}

    Args:
        input: scores :math:`y`, of shape (N, classes) or (classes,).
        target: labels :math:`c`, integers, of shape (N,) or ().
        p: 1 or 2.
        margin: the :math:`m` of every class.
        reduction: 'none' | 'mean' | 'sum', over the examples.

    Returns:
        Losses ≥ 0, with the shape of ``target`` for 'none', else a scalar.

    Raises:
        TypeError: ``input`` is no tensor of floating-point numbers, or ``target`` none of labels.
        ValueError: the shapes do not fit, a label is out of range, ``p`` is not 1 or 2, or
            ``reduction`` is none of the three.

    Source: Rifkin and Klautau (2004), with the separate machines of the K classes as one sum.
    """
    target, margin = check_scores(input, target), real("margin", margin)
    check_power(p)
    signs = torch.full_like(input, -1.0).scatter(-1, target.unsqueeze(-1), 1.0)
    return reduce(hinge(margin - signs * input, p).sum(-1), reduction)


class HingeLoss(Loss):
    """:func:`hinge_loss` as a module.

    Args:
        p: 1, or 2 for the squared hinge loss.
        margin: from which on a score costs nothing.
        reduction: 'none' | 'mean' | 'sum'.

    Raises:
        ValueError: ``p`` is not 1 or 2, or ``reduction`` is none of the three.
    """

    def __init__(self, p: int = 1, margin: float = 1.0, reduction: str = "mean"):
        super().__init__(reduction)
        check_power(p)
        self.p, self.margin = p, real("margin", margin)

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of scores of any shape against targets of ±1 of the same shape."""
        return hinge_loss(input, target, self.p, self.margin, self.reduction)

    def extra_repr(self) -> str:
        """Power, margin and reduction, for ``repr``."""
        return f"p={self.p}, margin={self.margin}, {super().extra_repr()}"


class OneAgainstRestLoss(HingeLoss):
    """:func:`one_against_rest_loss` as a module, with the arguments of :class:`HingeLoss`."""

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of scores (N, classes) against labels (N,)."""
        return one_against_rest_loss(input, target, self.p, self.margin, self.reduction)
