"""The negative log-likelihood of labels, from log-probabilities."""

import torch

from .._precision import loss_type, widened
from ._classes import (
    check_class_weight,
    check_ignored,
    check_labels,
    check_scores,
    check_weight,
    class_dim,
    label_weights,
)
from ._reduction import Loss, check_reduction, reduce


def nll_loss(
    input: torch.Tensor,
    target: torch.Tensor,
    weight: torch.Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> torch.Tensor:
    r"""Negative log-likelihood of labels under given log-probabilities.

    .. math:: \ell_n = -w_{y_n} \, x_{n, y_n}, \qquad x_{n,k} = \ln p_{n,k}

    The logarithm is not taken here, and nothing is normalized: probabilities or logits in place
    of log-probabilities raise no error and give numbers without a meaning. The same function as
    :func:`torch.nn.functional.nll_loss`.

    Args:
        input: log-probabilities :math:`x`, (C,) or (N, C, d₁, …).
        target: labels :math:`y` in 0, …, C − 1 or ``ignore_index``, () or (N, d₁, …).
        weight: what each class counts for, (C,); None for 1.
        ignore_index: the label of examples that count for nothing.
        reduction: 'none' | 'mean' | 'sum'. The mean divides by the sum of the weights
            :math:`w_{y_n}` that were used, so that it is NaN if all examples are ignored.

    Returns:
        The losses in nats, with the shape of ``target`` for 'none', else a scalar.

    Labels on the meta device, or in a graph of torch.compile or torch.export, are not looked at.

    Raises:
        TypeError: ``input`` or ``weight`` holds no floating-point numbers, or ``target`` no
            integers.
        ValueError: the shapes do not fit, a label is no class, or ``reduction`` is none of the
            three. PyTorch raises an :class:`IndexError` for such a label on the CPU, and on CUDA
            stops the process.
    """
    check_scores(input)
    target = check_labels(input, target, check_ignored(ignore_index))
    check_class_weight(weight, input)
    check_reduction(reduction)
    dtype, input = loss_type(input), widened(input)
    labels, ignored, weights = label_weights(input, target, weight, ignore_index)
    dim = class_dim(input)
    picked = input.gather(dim, labels.unsqueeze(dim)).squeeze(dim)
    losses = (-weights * picked).masked_fill(ignored, 0)
    return reduce(losses, reduction, weights.sum()).to(dtype)


class NLLLoss(Loss):
    """:func:`nll_loss` as a module.

    Args:
        weight: as there, kept as a buffer that moves with the module.
        ignore_index: as there.
        reduction: 'none' | 'mean' | 'sum'.
    """

    def __init__(
        self,
        weight: torch.Tensor | None = None,
        *,
        ignore_index: int = -100,
        reduction: str = "mean",
    ):
        super().__init__(reduction)
        self.register_buffer("weight", check_weight(weight))
        self.ignore_index = check_ignored(ignore_index)

    def extra_repr(self) -> str:
        """The settings, for ``repr``."""
        return f"ignore_index={self.ignore_index}, {super().extra_repr()}"

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of log-probabilities (N, C, d₁, …) for labels (N, d₁, …)."""
        return nll_loss(
            input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction
        )
