"""Binary cross-entropy, from logits."""

import torch
from torch.autograd import Function

from ._reduction import Loss, check_floats, check_pair, reduce


class _Softplus(Function):
    """ln(1 + eˣ), by a formula that overflows nowhere; its derivative is the sigmoid."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return x.clamp(min=0) + x.abs().neg_().exp_().log1p_()

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def backward(ctx, gradient):
        return gradient * torch.sigmoid(*ctx.saved_tensors)

    @staticmethod
    def jvp(ctx, tangent):
        return tangent * torch.sigmoid(*ctx.saved_tensors)


def binary_cross_entropy_with_logits(
    input: torch.Tensor,
    target: torch.Tensor,
    weight: torch.Tensor | None = None,
    reduction: str = "mean",
    pos_weight: torch.Tensor | None = None,
) -> torch.Tensor:
    r"""Binary cross-entropy of logits, elementwise.

    .. math::
        \ell = -w \,\big[\, p\, t \ln \sigma(x) + (1 - t) \ln (1 - \sigma(x)) \,\big]
             = w \,\big[\, (1 - t)\, x + (1 + (p - 1)\, t) \ln (1 + e^{-x}) \,\big]

    The second form is the one computed: it is exact in both tails, where :math:`\sigma(x)` would
    round to 0 or 1 and its logarithm to :math:`-\infty` or 0. The same functions as
    :func:`torch.nn.functional.binary_cross_entropy_with_logits`.

    Args:
        input: the logits :math:`x`, real numbers of any shape.
        target: the targets :math:`t`, in [0, 1], with the shape of ``input``.
        weight: factors :math:`w` that broadcast to that shape; None for 1.
        reduction: 'none' | 'mean' | 'sum'. The mean divides by the number of elements, whatever
            the weights.
        pos_weight: factors :math:`p` for the positive part, which broadcast as well, for instance
            one for each label, of shape (labels,); None for 1.

    Returns:
        The losses in nats, with the shape of ``input`` for 'none', else a scalar.

    Raises:
        TypeError: an argument is no tensor of floating-point numbers.
        ValueError: the shapes do not fit, or ``reduction`` is none of the three.

    Source: Cox (1958), section 2, is the likelihood whose negative logarithm this is.
    """
    check_pair(input, target)
    for name, factors in (("weight", weight), ("pos_weight", pos_weight)):
        if factors is not None:
            _check_broadcast(name, factors, input)
    excess = _Softplus.apply(-input)
    if pos_weight is not None:
        excess = (1 + (pos_weight - 1) * target) * excess
    losses = (1 - target) * input + excess
    if weight is not None:
        losses = weight * losses
    return reduce(losses, reduction)


def _check_broadcast(name: str, factors: torch.Tensor, input: torch.Tensor) -> None:
    check_floats(name, factors)
    try:
        fits = torch.broadcast_shapes(factors.shape, input.shape) == input.shape
    except RuntimeError:
        fits = False
    if not fits:
        raise ValueError(
            f"{name} must broadcast to the shape of input, {tuple(input.shape)}, "
            f"which {tuple(factors.shape)} does not"
        )


class BCEWithLogitsLoss(Loss):
    """:func:`binary_cross_entropy_with_logits` as a module.

    Args:
        weight: as there, kept as a buffer that moves with the module.
        reduction: 'none' | 'mean' | 'sum'.
        pos_weight: as there, kept as a buffer that moves with the module.
    """

    def __init__(
        self,
        weight: torch.Tensor | None = None,
        reduction: str = "mean",
        pos_weight: torch.Tensor | None = None,
    ):
        super().__init__(reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of logits of any shape against targets of the same shape."""
        return binary_cross_entropy_with_logits(
            input, target, self.weight, self.reduction, self.pos_weight
        )
