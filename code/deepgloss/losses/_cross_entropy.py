"""Cross-entropy over classes, from logits."""

import torch
from torch.autograd import Function

from .._arguments import real
from .._precision import loss_type, widened
from ..activations import log_softmax
from ..activations._softmax import LOG2_E
from ._classes import (
    along_classes,
    check_class_weight,
    check_ignored,
    check_labels,
    check_scores,
    check_weight,
    class_dim,
    label_weights,
)
from ._reduction import Loss, check_reduction, reduce


class _LabelCrossEntropy(Function):
    r"""−ln softmax(x)[y] along dimension 1, for x (N, C, …) and y (N, 1, …).

    With the largest logit m taken off, e = exp(x − m) and s = Σ e, the loss is ln s − (x_y − m)
    and its gradient e/s − [k = y]. The loss does not depend on m, which therefore counts as a
    constant. e and s are outputs as well, so that the gradient can be differentiated again.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(x, y):
        largest = x.amax(1, keepdim=True)
        picked = x.gather(1, y) - largest
        # exp2 is several times faster than exp on some processors.
        e = (x - largest).mul_(LOG2_E).exp2_()
        s = e.sum(1, keepdim=True)
        return s.log() - picked, s, e

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(inputs[1], *output[1:])
        ctx.save_for_forward(inputs[1], *output[1:])

    @staticmethod
    def backward(ctx, gradient, gradient_s, gradient_e):
        y, s, e = ctx.saved_tensors
        scale = 0 if gradient is None else gradient / s
        if gradient_s is not None:
            scale = scale + gradient_s
        if gradient_e is not None:
            scale = scale + gradient_e
        result = e * scale
        return result if gradient is None else result.scatter_add_(1, y, -gradient), None

    @staticmethod
    def jvp(ctx, tangent, _):
        y, s, e = ctx.saved_tensors
        tangent_e = e * tangent
        tangent_s = tangent_e.sum(1, keepdim=True)
        return tangent_s / s - tangent.gather(1, y), tangent_s, tangent_e


class _TargetCrossEntropy(Function):
    r"""−Σ q ln softmax(x) along dimension 1, for x and q of one shape, given Q = Σ q.

    With z = x − max x, e = exp(z) and s = Σ e it is Q·ln s − Σ q z, its gradient Q·e/s − q. As
    above, e and s are outputs so that the gradient can be differentiated again.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(x, q, total):
        e = x - x.amax(1, keepdim=True)
        picked = (q * e).sum(1, keepdim=True)
        e = e.mul_(LOG2_E).exp2_()
        s = e.sum(1, keepdim=True)
        return total * s.log() - picked, s, e

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(*inputs[1:], *output[1:])
        ctx.save_for_forward(*inputs[1:], *output[1:])

    @staticmethod
    def backward(ctx, gradient, gradient_s, gradient_e):
        q, total, s, e = ctx.saved_tensors
        scale = 0 if gradient is None else gradient * total / s
        if gradient_s is not None:
            scale = scale + gradient_s
        if gradient_e is not None:
            scale = scale + gradient_e
        result = e * scale
        if gradient is not None:
            result = result.addcmul_(q, gradient, value=-1)
        return result, None, None

    @staticmethod
    def jvp(ctx, tangent, *_):
        q, total, s, e = ctx.saved_tensors
        tangent_e = e * tangent
        tangent_s = tangent_e.sum(1, keepdim=True)
        slope = total * tangent_s / s - (q * tangent).sum(1, keepdim=True)
        return slope, tangent_s, tangent_e


def cross_entropy(
    input: torch.Tensor,
    target: torch.Tensor,
    weight: torch.Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> torch.Tensor:
    r"""Cross-entropy between target distributions and the softmax of logits.

    .. math::
        \ell_n = -\sum_{k=1}^{C} w_k\, t'_{n,k} \ln p_{n,k}, \qquad
        p_n = \operatorname{softmax}(x_n), \qquad
        t'_{n,k} = (1 - \alpha)\, t_{n,k} + \frac{\alpha}{C}

    where :math:`t_n` is a distribution over the classes, given as such or as a label :math:`y_n`,
    :math:`t_{n,k} = [k = y_n]`. The logarithm of the softmax is taken as a whole, so that logits
    of any size give finite losses. Half types are computed in float32 and rounded once. The same
    function as :func:`torch.nn.functional.cross_entropy`.

    Args:
        input: logits :math:`x`, (C,) or (N, C, d₁, …).
        target: integers are labels :math:`y` in 0, …, C − 1 or ``ignore_index``, () or
            (N, d₁, …); floating-point numbers are distributions :math:`t`, with the shape of
            ``input``.
        weight: what each class counts for, (C,); None for 1.
        ignore_index: the label of examples that count for nothing.
        reduction: 'none' | 'mean' | 'sum'. For labels the mean divides by the sum of the weights
            :math:`w_{y_n}`, so that it is NaN if all examples are ignored; for distributions, by
            the number of examples :math:`N d_1 \cdots`, whatever the weights.
        label_smoothing: the share :math:`\alpha` of the target that is spread evenly over all
            classes, in [0, 1].

    Returns:
        The losses in nats, (N, d₁, …) for 'none', else a scalar.

    Labels on the meta device, or in a graph of torch.compile or torch.export, are not looked at.

    Raises:
        TypeError: ``input`` or ``weight`` holds no floating-point numbers, or ``target`` neither
            these nor integers.
        ValueError: the shapes do not fit, a label is no class, ``ignore_index`` is a class while
            the targets are distributions, or ``label_smoothing`` or ``reduction`` is out of range.

    Source: Bridle (1990), section 3, for the softmax with this loss; Szegedy et al. (2016),
    section 7, for label smoothing.
    """
    check_scores(input)
    check_reduction(reduction)
    check_class_weight(weight, input)
    label_smoothing = _check_smoothing(label_smoothing)
    ignore_index = check_ignored(ignore_index)
    if not isinstance(target, torch.Tensor):
        raise TypeError(f"target must be a tensor, not {type(target).__name__}")
    dtype = loss_type(input)
    if target.is_floating_point():
        _check_distributions(input, target, ignore_index)
        losses = _soft(widened(input), widened(target), weight, label_smoothing)
        return reduce(losses, reduction).to(dtype)
    target = check_labels(input, target, ignore_index)
    input = widened(input)
    labels, ignored, weights = label_weights(input, target, weight, ignore_index)
    losses = weights * _hard(input, labels)
    if label_smoothing > 0:
        evenly = torch.full_like(input, 1 / input.shape[class_dim(input)])
        smooth = _soft(input, evenly, weight)
        losses = (1 - label_smoothing) * losses + label_smoothing * smooth
    return reduce(losses.masked_fill(ignored, 0), reduction, weights.sum()).to(dtype)


def _hard(input: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The loss of every label, without weights."""
    if input.ndim == 1:
        return _hard(input[None], labels[None])[0]
    return _LabelCrossEntropy.apply(input, labels.unsqueeze(1))[0].squeeze(1)


def _soft(input, target, weight, label_smoothing=0.0) -> torch.Tensor:
    """The loss for every target distribution."""
    dim = class_dim(input)
    if label_smoothing > 0:
        target = target * (1 - label_smoothing) + label_smoothing / input.shape[dim]
    if weight is not None:
        target = target * along_classes(weight, input)
    if target.requires_grad or input.ndim == 1:
        return -(target * log_softmax(input, dim)).sum(dim)
    total = target.sum(1, keepdim=True)
    return _TargetCrossEntropy.apply(input, target, total)[0].squeeze(1)


def _check_smoothing(label_smoothing: float) -> float:
    return real("label_smoothing", label_smoothing, 0, 1)


def _check_distributions(input, target, ignore_index: int) -> None:
    if target.shape != input.shape:
        raise ValueError(
            f"target must have the shape of input, {tuple(input.shape)}, for probabilities, "
            f"not {tuple(target.shape)}; labels must be integers"
        )
    if ignore_index >= 0:
        raise ValueError(
            f"ignore_index must be negative where the targets are probabilities, not {ignore_index}"
        )


class CrossEntropyLoss(Loss):
    """:func:`cross_entropy` as a module.

    Args:
        weight: as there, kept as a buffer that moves with the module.
        ignore_index: as there.
        reduction: 'none' | 'mean' | 'sum'.
        label_smoothing: as there.
    """

    def __init__(
        self,
        weight: torch.Tensor | None = None,
        *,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ):
        super().__init__(reduction)
        self.label_smoothing = _check_smoothing(label_smoothing)
        self.register_buffer("weight", check_weight(weight))
        self.ignore_index = check_ignored(ignore_index)

    def extra_repr(self) -> str:
        """The settings, for ``repr``."""
        return (f"ignore_index={self.ignore_index}, label_smoothing={self.label_smoothing}, "
                + super().extra_repr())

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of logits (N, C, d₁, …) for labels (N, d₁, …) or distributions."""
        return cross_entropy(
            input, target, self.weight, ignore_index=self.ignore_index,
            reduction=self.reduction, label_smoothing=self.label_smoothing,
        )
