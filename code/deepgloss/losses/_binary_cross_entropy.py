"""Binary cross-entropy, from logits."""

import torch
from torch.autograd import Function

from .._precision import in_float32
from ..activations._softmax import LOG2_E
from ._reduction import Loss, check_floats, check_pair, reduce


class _LogisticLoss(Function):
    """(1 − t)·x + ln(1 + exp(−x)), where exp sees no positive number; its derivative σ(x) − t."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x, t):
        # exp2 is several times faster than exp on some processors.
        rounding = x.abs().mul_(-LOG2_E).exp2_().log1p_()           # ln(1 + exp(−|x|))
        return (1 - t).mul_(x).sub_(x.clamp(max=0)).add_(rounding)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def backward(ctx, gradient):
        x, t = ctx.saved_tensors
        for_x = (torch.sigmoid(x) - t) * gradient if ctx.needs_input_grad[0] else None
        for_t = -x * gradient if ctx.needs_input_grad[1] else None
        return for_x, for_t

    @staticmethod
    def jvp(ctx, tangent_x, tangent_t):
        x, t = ctx.saved_tensors
        result = torch.zeros_like(x)
        if tangent_x is not None:
            result = result + (torch.sigmoid(x) - t) * tangent_x
        return result if tangent_t is None else result - x * tangent_t


@in_float32(autocast="loss")
def binary_cross_entropy_with_logits(
    input: torch.Tensor,
    target: torch.Tensor,
    weight: torch.Tensor | None = None,
    *,
    reduction: str = "mean",
    pos_weight: torch.Tensor | None = None,
) -> torch.Tensor:
    r"""Binary cross-entropy of logits, elementwise.

    .. math::
        \ell = -w \,\big[\, p\, t \ln \sigma(x) + (1 - t) \ln (1 - \sigma(x)) \,\big]
             = w \,\big[\, (1 - t)\, x + (1 + (p - 1)\, t) \ln (1 + e^{-x}) \,\big]

    It is computed without the sigmoid, which would round to 0 or 1 in the tails and its logarithm
    to :math:`-\infty` or 0. The same function as
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

    Source: Cox (1958), who maximizes the likelihood whose negative logarithm this is.
    """
    check_pair(input, target)
    for name, factors in (("weight", weight), ("pos_weight", pos_weight)):
        if factors is not None:
            _check_broadcast(name, factors, input)
    losses = _LogisticLoss.apply(input, target)
    if pos_weight is not None:
        # At t = 1 the loss is ln(1 + e⁻ˣ), the part that is to count p times.
        losses = losses + (pos_weight - 1) * target * _LogisticLoss.apply(
            input, torch.ones_like(input)
        )
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
        *,
        reduction: str = "mean",
        pos_weight: torch.Tensor | None = None,
    ):
        super().__init__(reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of logits of any shape against targets of the same shape."""
        return binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )
