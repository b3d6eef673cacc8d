"""The loss of support vector regression."""

import torch

from .._arguments import number
from .._precision import in_float32
from ._hinge import check_power, hinge
from ._reduction import Loss, check_pair, reduce


def check_epsilon(epsilon: float) -> None:
    """Refuse a tube of negative width, or of none that is a number.

    Raises:
        ValueError: ``epsilon`` is negative or NaN.
    """
    if not number("epsilon", epsilon, nan=True) >= 0:
        raise ValueError(f"epsilon must be at least 0, not {epsilon!r}")


@in_float32(autocast="loss")
def epsilon_insensitive_loss(
    input: torch.Tensor,
    target: torch.Tensor,
    epsilon: float = 0.1,
    p: int = 1,
    reduction: str = "mean",
) -> torch.Tensor:
    r"""Error beyond a tube of half-width ε, elementwise.

    .. math::
        \ell = \max(0,\ |t - y| - \varepsilon)^p, \qquad
        \frac{\partial \ell}{\partial y} = \begin{cases}
            \operatorname{sign}(y - t)\, p\, (|t - y| - \varepsilon)^{p-1}
              & |t - y| > \varepsilon \\
            0 & |t - y| \le \varepsilon \end{cases}

    On the edge of the tube the derivative is 0 by convention, which for ``p=1`` is one of the
    subgradients; with ε = 0 that is the derivative 0 of the absolute error at :math:`y = t`, as
    PyTorch has it. The second derivative is 0 for ``p=1``, and for ``p=2`` it is 2 beyond the
    tube and 0 elsewhere. NaN stays NaN.

    Args:
        input: predictions :math:`y`, real numbers of any shape.
        target: targets :math:`t`, with the shape of ``input``.
        epsilon: half the width of the tube, ≥ 0, in the units of the targets.
        p: 1, or 2 for the squared loss beyond the tube.
        reduction: 'none' | 'mean' | 'sum'.

    Returns:
        Losses ≥ 0, with the shape of ``input`` for 'none', else a scalar.

    Raises:
        TypeError: ``input`` or ``target`` is no tensor of floating-point numbers.
        ValueError: the shapes differ, ``epsilon`` is negative, ``p`` is not 1 or 2, or
            ``reduction`` is none of the three.

    Source: Vapnik (1995); Smola and Schölkopf (2004), equation 4.
    """
    check_pair(input, target)
    check_epsilon(epsilon)
    check_power(p)
    return reduce(hinge((input - target).abs() - epsilon, p), reduction)


class EpsilonInsensitiveLoss(Loss):
    """:func:`epsilon_insensitive_loss` as a module.

    Args:
        epsilon: half the width of the tube, ≥ 0.
        p: 1, or 2 for the squared loss beyond the tube.
        reduction: 'none' | 'mean' | 'sum'.

    Raises:
        ValueError: ``epsilon`` is negative, ``p`` is not 1 or 2, or ``reduction`` is none of the
            three.
    """

    def __init__(self, epsilon: float = 0.1, p: int = 1, reduction: str = "mean"):
        super().__init__(reduction)
        check_epsilon(epsilon)
        check_power(p)
        self.epsilon, self.p = epsilon, p

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of predictions of any shape against targets of the same shape."""
        return epsilon_insensitive_loss(
            input, target, self.epsilon, self.p, self.reduction
        )

    def extra_repr(self) -> str:
        """Tube, power and reduction, for ``repr``."""
        return f"epsilon={self.epsilon}, p={self.p}, {super().extra_repr()}"
