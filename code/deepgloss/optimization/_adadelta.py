"""AdaDelta."""

import torch

from .._precision import in_float32
from ._hyperparameters import alike, memory, not_negative, positive
from ._rule import Batch, Rule


@in_float32
def adadelta_step(w: torch.Tensor, g: torch.Tensor, h: torch.Tensor, s: torch.Tensor, lr: float = 1.0, rho: float = 0.9,
                  eps: float = 1e-6) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    r"""Weights and running means after one step of AdaDelta.

    .. math::
        h_t = \rho h_{t-1} + (1 - \rho)\, g_t^2, \qquad
        d_t = \frac{\sqrt{s_{t-1} + \varepsilon}}{\sqrt{h_t + \varepsilon}}\, g_t

    .. math::
        s_t = \rho s_{t-1} + (1 - \rho)\, d_t^2, \qquad w_t = w_{t-1} - \eta\, d_t

    Args:
        w, g: weights and their gradient, of one shape and type.
        h: running mean of squared gradients; zeros before the first step.
        s: running mean of squared steps; zeros before the first step.
        lr: a factor η > 0; the paper has none.
        rho: ρ in [0, 1), how much of the means stays. The paper has 0.95.
        eps: ε ≥ 0, inside the roots; with 0 nothing ever moves.

    Returns:
        The new w, h and s; nothing is changed in place.

    Raises:
        TypeError: tensors are not of floating-point numbers of one type, or a hyperparameter is of a wrong kind.
        ValueError: shapes differ, or a hyperparameter is outside its range.

    Source: Zeiler (2012), algorithm 1.
    """
    alike(w=w, g=g, h=h, s=s)
    positive("lr", lr), memory("rho", rho), not_negative("eps", eps)
    h = rho * h + (1 - rho) * g * g
    step = (s + eps).sqrt() / (h + eps).sqrt() * g
    return w - lr * step, h, rho * s + (1 - rho) * step * step


class Adadelta(Rule):
    r"""AdaDelta: each weight's step is as large, compared with its gradient, as its last steps were.

    .. math::
        h_t = \rho h_{t-1} + (1 - \rho)\, g_t^2, \qquad
        d_t = \frac{\sqrt{s_{t-1} + \varepsilon}}{\sqrt{h_t + \varepsilon}}\, g_t

    .. math::
        s_t = \rho s_{t-1} + (1 - \rho)\, d_t^2, \qquad w_t = w_{t-1} - \eta\, d_t

    A step has the unit of a weight whatever the unit of the loss. A parameter without a gradient is left
    alone. Of parameters in half precision, means and the step are kept and computed in float32, and only
    the new w is rounded.

    Args:
        params: tensors to update, or parameter groups.
        lr: a factor :math:`\eta` > 0; the paper has none.
        rho: :math:`\rho` in [0, 1), how much of the means stays. The paper has 0.95.
        eps: :math:`\varepsilon` >= 0, inside the roots: it decides how steps begin.
        weight_decay: :math:`\lambda` >= 0; :math:`\lambda w` is added to the gradient.
        maximize: climb instead.
        foreach: whether PyTorch's kernels for lists of tensors are used; else :func:`adadelta_step`, one
            parameter after the other.

    Raises:
        TypeError: a hyperparameter is of a wrong kind, or a parameter is complex, integer or sparse.
        ValueError: a hyperparameter is outside its range, in the defaults or in a group.

    Source: Zeiler (2012), algorithm 1.
    """

    keeps = ("h", "s")
    ranges = {"rho": memory, "eps": not_negative}

    def __init__(self, params, lr: float = 1.0, rho: float = 0.9, eps: float = 1e-6, weight_decay: float = 0.0, *,
                 maximize: bool = False, foreach: bool = True) -> None:
        super().__init__(params, lr=lr, rho=rho, eps=eps, weight_decay=weight_decay, maximize=maximize, foreach=foreach)

    def update(self, batch: Batch, group: dict) -> None:
        """:func:`adadelta_step` in place."""
        g, h, s, rho = batch.g, batch.state["h"], batch.state["s"], group["rho"]
        torch._foreach_mul_(h, rho)
        torch._foreach_addcmul_(h, g, g, value=1 - rho)
        scale, step = torch._foreach_add(h, group["eps"]), torch._foreach_add(s, group["eps"])
        torch._foreach_sqrt_(scale)
        torch._foreach_sqrt_(step)
        torch._foreach_div_(step, scale)
        torch._foreach_mul_(step, g)
        torch._foreach_mul_(s, rho)
        torch._foreach_addcmul_(s, step, step, value=1 - rho)
        torch._foreach_add_(batch.w, step, alpha=-group["lr"])

    def plain(self, w, g, state, batch, group):
        """:func:`adadelta_step` of one parameter."""
        return adadelta_step(w, g, **state, **{name: group[name] for name in ("lr", "rho", "eps")})
