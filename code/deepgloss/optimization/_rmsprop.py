"""RMSprop."""

import torch

from .._arguments import flag
from .._precision import in_float32
from ._hyperparameters import alike, memory, not_negative, positive
from ._rule import Batch, Rule


@in_float32
def rmsprop_step(w: torch.Tensor, g: torch.Tensor, h: torch.Tensor, mean: torch.Tensor | None = None,
                 v: torch.Tensor | None = None, lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8,
                 momentum: float = 0.0) -> tuple[torch.Tensor, ...]:
    r"""Weights and running means after one step of RMSprop.

    .. math::
        h_t = \gamma h_{t-1} + (1 - \gamma)\, g_t^2, \qquad
        w_t = w_{t-1} - \eta\, \frac{g_t}{\sqrt{h_t} + \varepsilon}

    Centered, a variance :math:`h_t - \bar g_t^2` takes the place of :math:`h_t`, with the running mean
    :math:`\bar g_t = \gamma \bar g_{t-1} + (1 - \gamma)\, g_t`. With momentum,
    :math:`v_t = \mu v_{t-1} + g_t / (\sqrt{h_t} + \varepsilon)` and :math:`w_t = w_{t-1} - \eta v_t`.

    Args:
        w, g: weights and their gradient, of one shape and type.
        h: running mean of squares; zeros before the first step.
        mean: running mean of gradients; given, the step is centered.
        v: velocity; given, the step has momentum.
        lr: step size η > 0.
        alpha: γ in [0, 1), how much of the means stays.
        eps: ε ≥ 0, keeps the division finite.
        momentum: μ ≥ 0; nothing without ``v``.

    Returns:
        The new w and h, then of ``mean`` and ``v`` what was given; nothing is changed in place.

    Raises:
        TypeError: tensors are not of floating-point numbers of one type, or a hyperparameter is of a wrong kind.
        ValueError: shapes differ, or a hyperparameter is outside its range.

    Source: Tieleman and Hinton (2012), lecture 6.5; centered, Graves (2013), equations 38 to 45.
    """
    alike(w=w, g=g, h=h, optional={"mean": mean, "v": v})
    positive("lr", lr), memory("alpha", alpha), not_negative("eps", eps), not_negative("momentum", momentum)
    h = alpha * h + (1 - alpha) * g * g
    kept, spread = [h], h
    if mean is not None:
        mean = alpha * mean + (1 - alpha) * g
        kept.append(mean)
        spread = (h - mean * mean).clamp(min=0)
    step = g / (spread.sqrt() + eps)
    if v is not None:
        step = momentum * v + step
        kept.append(step)
    return w - lr * step, *kept


class RMSprop(Rule):
    r"""RMSprop: each weight's steps are divided by the root of a running mean of its squared gradients.

    .. math::
        h_t = \gamma h_{t-1} + (1 - \gamma)\, g_t^2, \qquad
        w_t = w_{t-1} - \eta\, \frac{g_t}{\sqrt{h_t} + \varepsilon}

    :func:`rmsprop_step` has the formulas with a centered mean and with momentum.

    A parameter without a gradient is left alone. Of parameters in half precision, means and the step are
    kept and computed in float32, and only the new w is rounded. A centered variance that rounding takes
    below 0 counts as 0; :class:`torch.optim.RMSprop` makes NaN of it.

    Args:
        params: tensors to update, or parameter groups.
        lr: step size :math:`\eta` > 0.
        alpha: :math:`\gamma` in [0, 1), how much of the mean stays. Hinton's lecture has 0.9.
        eps: :math:`\varepsilon` >= 0, keeps the division finite.
        weight_decay: :math:`\lambda` >= 0; :math:`\lambda w` is added to the gradient.
        momentum: :math:`\mu` >= 0.
        centered: divide by a standard deviation, not by a root mean square.
        maximize: climb instead.
        foreach: whether PyTorch's kernels for lists of tensors are used; else :func:`rmsprop_step`, one
            parameter after the other.

    Raises:
        TypeError: a hyperparameter is of a wrong kind, or a parameter is complex, integer or sparse.
        ValueError: a hyperparameter is outside its range, in the defaults or in a group.

    Source: Tieleman and Hinton (2012), lecture 6.5; centered, Graves (2013), equations 38 to 45.
    """

    keeps = ("h", "mean", "v")
    ranges = {"alpha": memory, "eps": not_negative, "momentum": not_negative, "centered": flag}

    def __init__(self, params, lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8, weight_decay: float = 0.0,
                 momentum: float = 0.0, centered: bool = False, *, maximize: bool = False, foreach: bool = True) -> None:
        super().__init__(params, lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum,
                         centered=centered, maximize=maximize, foreach=foreach)

    def buffers(self, group: dict) -> tuple[str, ...]:
        """The mean of squares; the mean where it is centered; the velocity where there is momentum."""
        return ("h", *(["mean"] if group["centered"] else []), *(["v"] if group["momentum"] else []))

    def update(self, batch: Batch, group: dict) -> None:
        """:func:`rmsprop_step` in place."""
        g, h, alpha = batch.g, batch.state["h"], group["alpha"]
        torch._foreach_mul_(h, alpha)
        torch._foreach_addcmul_(h, g, g, value=1 - alpha)
        if group["centered"]:
            mean = batch.state["mean"]
            torch._foreach_lerp_(mean, g, 1 - alpha)
            scale = torch._foreach_addcmul(h, mean, mean, value=-1)
            torch._foreach_clamp_min_(scale, 0)
            torch._foreach_sqrt_(scale)
        else:
            scale = torch._foreach_sqrt(h)
        torch._foreach_add_(scale, group["eps"])
        if group["momentum"]:
            v = batch.state["v"]
            torch._foreach_mul_(v, group["momentum"])
            torch._foreach_addcdiv_(v, g, scale)
            torch._foreach_add_(batch.w, v, alpha=-group["lr"])
        else:
            torch._foreach_addcdiv_(batch.w, g, scale, value=-group["lr"])

    def plain(self, w, g, state, batch, group):
        """:func:`rmsprop_step` of one parameter."""
        return rmsprop_step(w, g, **state, **{name: group[name] for name in ("lr", "alpha", "eps", "momentum")})
