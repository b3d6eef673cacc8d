"""AdaGrad."""

import torch

from .._arguments import whole
from .._precision import in_float32, widened
from ._hyperparameters import alike, not_negative, positive
from ._rule import Batch, Rule


@in_float32
def adagrad_step(w: torch.Tensor, g: torch.Tensor, h: torch.Tensor, t: int = 1, lr: float = 1e-2, lr_decay: float = 0.0,
                 eps: float = 1e-10) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Weights and sums of squares after one step of AdaGrad.

    .. math::
        h_t = h_{t-1} + g_t^2, \qquad
        w_t = w_{t-1} - \frac{\eta}{1 + (t - 1)\,\delta}\, \frac{g_t}{\sqrt{h_t} + \varepsilon}

    Args:
        w, g: weights and their gradient, of one shape and type.
        h: sums of squares; zeros before the first step.
        t: which step this is, from 1; with ``lr_decay`` alone it matters.
        lr: step size η > 0.
        lr_decay: δ ≥ 0.
        eps: ε ≥ 0, keeps the division finite.

    Returns:
        The new w and h; nothing is changed in place.

    Raises:
        TypeError: tensors are not of floating-point numbers of one type, or a hyperparameter is of a wrong kind.
        ValueError: shapes differ, or a hyperparameter is outside its range.

    Source: Duchi, Hazan and Singer (2011), figure 1 with diagonal matrices; the decay of η is PyTorch's.
    """
    alike(w=w, g=g, h=h)
    positive("lr", lr), not_negative("lr_decay", lr_decay), not_negative("eps", eps)
    h = h + g * g
    return w - lr / (1 + (whole("t", t) - 1) * lr_decay) * g / (h.sqrt() + eps), h


class Adagrad(Rule):
    r"""AdaGrad: each weight's steps are divided by the root of the sum of its squared gradients.

    .. math::
        h_t = h_{t-1} + g_t^2, \qquad
        w_t = w_{t-1} - \frac{\eta}{1 + (t - 1)\,\delta}\, \frac{g_t}{\sqrt{h_t} + \varepsilon}

    A parameter without a gradient is left alone, and its :math:`t` does not advance. Of parameters in
    half precision, h and the step are kept and computed in float32, and only the new w is rounded:
    a sum of squares ends at 65,504 in float16, and stops growing at 256 of its terms in bfloat16.

    Args:
        params: tensors to update, or parameter groups.
        lr: step size :math:`\eta` > 0.
        lr_decay: :math:`\delta` >= 0, by which the step size falls besides.
        weight_decay: :math:`\lambda` >= 0; :math:`\lambda w` is added to the gradient.
        initial_accumulator_value: :math:`h_0` >= 0.
        eps: :math:`\varepsilon` >= 0, keeps the division finite.
        maximize: climb instead.
        foreach: whether PyTorch's kernels for lists of tensors are used; else :func:`adagrad_step`, one
            parameter after the other.

    Raises:
        TypeError: a hyperparameter is of a wrong kind, or a parameter is complex, integer or sparse.
        ValueError: a hyperparameter is outside its range, in the defaults or in a group.

    Source: Duchi, Hazan and Singer (2011), figure 1 with diagonal matrices.
    """

    keeps = ("h",)
    ranges = {"lr_decay": not_negative, "initial_accumulator_value": not_negative, "eps": not_negative}
    sparse = "torch.optim.Adagrad"

    def __init__(self, params, lr: float = 1e-2, lr_decay: float = 0.0, weight_decay: float = 0.0,
                 initial_accumulator_value: float = 0.0, eps: float = 1e-10, *, maximize: bool = False,
                 foreach: bool = True) -> None:
        super().__init__(params, lr=lr, lr_decay=lr_decay, weight_decay=weight_decay,
                         initial_accumulator_value=initial_accumulator_value, eps=eps, maximize=maximize, foreach=foreach)

    def fresh(self, name: str, w: torch.Tensor, group: dict) -> torch.Tensor:
        """The sums' initial value."""
        return torch.full_like(widened(w), group["initial_accumulator_value"])

    def update(self, batch: Batch, group: dict) -> None:
        """:func:`adagrad_step` in place."""
        h = batch.state["h"]
        torch._foreach_addcmul_(h, batch.g, batch.g)
        scale = torch._foreach_sqrt(h)
        torch._foreach_add_(scale, group["eps"])
        torch._foreach_addcdiv_(batch.w, batch.g, scale, value=-group["lr"] / (1 + (batch.t - 1) * group["lr_decay"]))

    def plain(self, w, g, state, batch, group):
        """:func:`adagrad_step` of one parameter."""
        return adagrad_step(w, g, state["h"], batch.t, group["lr"], group["lr_decay"], group["eps"])
