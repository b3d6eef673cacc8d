"""Hinge losses of the margin between the true class and the others: their sum, their largest."""

import torch

from .._arguments import real
from .._precision import in_float32, loss_type, widened
from ._classes import check_class_weight, check_weight
from ._hinge import HingeLoss, check_power, hinge
from ._labels import check_scores
from ._reduction import reduce


def multi_margin_loss(
    input: torch.Tensor,
    target: torch.Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: torch.Tensor | None = None,
    reduction: str = "mean",
) -> torch.Tensor:
    r"""Multi-class hinge loss of Weston and Watkins, divided by the number of classes.

    .. math::
        \ell_n = \frac{w_c}{K} \sum_{k \ne c} \max(0,\ m - y_{nc} + y_{nk})^p, \qquad c = c_n

    The same function as :func:`torch.nn.functional.multi_margin_loss`, the derivative 0 at the
    kinks included. Departures: NaN among the scores gives NaN, where PyTorch counts it as no
    violation; the margin does not round away among large scores; it works in half precision and
    has second derivatives; the mean of no examples is NaN and their sum 0.

    Args:
        input: scores :math:`y`, of shape (N, classes) or (classes,); K is the number of classes.
        target: labels :math:`c`, integers, of shape (N,) or ().
        p: 1 or 2.
        margin: the distance :math:`m` by which the true class should lead.
        weight: factors :math:`w` by class, (classes,); None for 1.
        reduction: 'none' | 'mean' | 'sum', over the examples. The mean divides by N, whatever
            the weights: other than in a weighted cross-entropy.

    Returns:
        Losses, with the shape of ``target`` for 'none', else a scalar.

    Raises:
        TypeError: ``input`` or ``weight`` is no tensor of floating-point numbers, or ``target``
            none of labels.
        ValueError: the shapes do not fit, a label is out of range, ``p`` is not 1 or 2, or
            ``reduction`` is none of the three.

    Source: Weston and Watkins (1999), whose slack is the same sum, without 1/K.
    """
    target, margin = check_scores(input, target), real("margin", margin)
    check_power(p)
    check_class_weight(weight, input)
    dtype, input = loss_type(input), widened(input)
    label = target.unsqueeze(-1)
    # The difference first: among large scores, a margin added to one of them would round away.
    shortfall = (input - input.gather(-1, label)).add_(margin)
    # The true class is no rival of its own.
    losses = hinge(shortfall.scatter_(-1, label, 0.0), p).sum(-1) / input.shape[-1]
    if weight is not None:
        losses = weight.to(input.dtype)[target] * losses
    return reduce(losses, reduction).to(dtype)


@in_float32(autocast="loss")
def crammer_singer_loss(
    input: torch.Tensor,
    target: torch.Tensor,
    p: int = 1,
    margin: float = 1.0,
    reduction: str = "mean",
) -> torch.Tensor:
    r"""Multi-class hinge loss of Crammer and Singer: the strongest rival counts alone.

    .. math::
        \ell_n = \max\big(0,\ m - y_{nc} + \max_{k \ne c} y_{nk}\big)^p, \qquad c = c_n

    With ``p=1`` and ``margin=1`` its mean is scikit-learn's :func:`sklearn.metrics.hinge_loss`.
    Of rivals that tie, the first takes the whole derivative, which is one of the subgradients; at
    the kink it is 0. NaN stays NaN.

    Args:
        input: scores :math:`y`, of shape (N, classes) or (classes,).
        target: labels :math:`c`, integers, of shape (N,) or ().
        p: 1 or 2.
        margin: the distance :math:`m` by which the true class should lead.
        reduction: 'none' | 'mean' | 'sum', over the examples.

    Returns:
        Losses ≥ 0, with the shape of ``target`` for 'none', else a scalar.

    Raises:
        TypeError: ``input`` is no tensor of floating-point numbers, or ``target`` none of labels.
        ValueError: the shapes do not fit, a label is out of range, ``p`` is not 1 or 2, or
            ``reduction`` is none of the three.

    Source: Crammer and Singer (2001), equation 2.
    """
    target, margin = check_scores(input, target), real("margin", margin)
    check_power(p)
    label = target.unsqueeze(-1)
    rival = input.detach().scatter(-1, label, float("-inf")).argmax(-1, keepdim=True)
    alone = rival == label                                  # no rival above −∞
    lead = input.gather(-1, label) - input.gather(-1, rival)
    lead = lead.masked_fill(alone, float("inf")).squeeze(-1)
    return reduce(hinge(margin - lead, p), reduction)


class MultiMarginLoss(HingeLoss):
    """:func:`multi_margin_loss` as a module.

    Args:
        p: 1 or 2.
        margin: by which the true class should lead.
        weight: factors by class, (classes,), kept as a buffer that moves with the module.
        reduction: 'none' | 'mean' | 'sum'.

    Raises:
        ValueError: ``p`` is not 1 or 2, or ``reduction`` is none of the three.
    """

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: torch.Tensor | None = None,
        reduction: str = "mean",
    ):
        super().__init__(p, margin, reduction)
        self.register_buffer("weight", check_weight(weight))

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of scores (N, classes) against labels (N,)."""
        return multi_margin_loss(
            input, target, self.p, self.margin, self.weight, self.reduction
        )


class CrammerSingerLoss(HingeLoss):
    """:func:`crammer_singer_loss` as a module, with the arguments of :class:`HingeLoss`."""

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of scores (N, classes) against labels (N,)."""
        return crammer_singer_loss(input, target, self.p, self.margin, self.reduction)
