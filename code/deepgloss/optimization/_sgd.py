"""Stochastic gradient descent, with momentum."""

import torch

from .._arguments import flag
from .._precision import in_float32
from ._hyperparameters import alike, any_finite, not_negative, positive
from ._rule import Batch, Rule


@in_float32
def sgd_step(w: torch.Tensor, g: torch.Tensor, v: torch.Tensor | None = None, lr: float = 1e-3, momentum: float = 0.0,
             dampening: float = 0.0, nesterov: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Weights and velocity after one step of gradient descent with momentum.

    .. math::
        v_t = \mu v_{t-1} + (1 - \tau)\, g_t, \qquad w_t = w_{t-1} - \eta\, v_t

    with :math:`v_1 = g_1`. Without momentum :math:`v_t = g_t`. With ``nesterov`` the step is
    :math:`g_t + \mu v_t` in place of :math:`v_t`.

    Args:
        w, g: weights and their gradient, of one shape and type.
        v: the velocity; None before the first step.
        lr: step size η > 0.
        momentum: μ ≥ 0, how much of the velocity stays.
        dampening: τ, by how much the gradient is scaled down.
        nesterov: look ahead, in PyTorch's form.

    Returns:
        The new w and v; nothing is changed in place.

    Raises:
        TypeError: tensors are not of floating-point numbers of one type, or a hyperparameter is of a wrong kind.
        ValueError: shapes differ, or a hyperparameter is outside its range.

    Source: Polyak (1964); in this form, with a velocity in units of the gradient, PyTorch's
    ``torch.optim.SGD``, after Sutskever et al. (2013).
    """
    alike(w=w, g=g, optional={"v": v})
    positive("lr", lr), not_negative("momentum", momentum), any_finite("dampening", dampening)
    if not momentum:
        v = g
    else:
        v = g if v is None else momentum * v + (1 - dampening) * g
    return w - lr * (g + momentum * v if flag("nesterov", nesterov) else v), v


class SGD(Rule):
    r"""Stochastic gradient descent, with momentum: each step goes along a velocity that gradients push.

    .. math::
        v_t = \mu v_{t-1} + (1 - \tau)\, g_t, \qquad w_t = w_{t-1} - \eta\, v_t

    with :math:`v_1 = g_1`; without momentum :math:`v_t = g_t`. With ``nesterov``, the step is
    :math:`g_t + \mu v_t`: Nesterov's method in the variable :math:`w + \mu v`, as
    :class:`deepgloss.optimization.Nesterov` says.

    A parameter without a gradient is left alone. Of parameters in half precision, v and the step are
    kept and computed in float32, and only the new w is rounded.

    Args:
        params: tensors to update, or parameter groups.
        lr: step size :math:`\eta` > 0.
        momentum: :math:`\mu` >= 0; 0.9 is the usual choice.
        dampening: :math:`\tau`, by how much a gradient is scaled down on its way into the velocity.
        weight_decay: :math:`\lambda` >= 0; :math:`\lambda w` is added to the gradient.
        nesterov: look ahead; needs momentum, and no dampening.
        maximize: climb instead.
        foreach: whether PyTorch's kernels for lists of tensors are used; else :func:`sgd_step`, one
            parameter after the other.

    Raises:
        TypeError: a hyperparameter is of a wrong kind, or a parameter is complex, integer or sparse.
        ValueError: a hyperparameter is outside its range, in the defaults or in a group.

    Source: Robbins and Monro (1951); Polyak (1964); Sutskever et al. (2013).
    """

    keeps = ("v",)
    ranges = {"momentum": not_negative, "dampening": any_finite, "nesterov": flag}
    sparse = "torch.optim.SGD"

    def __init__(self, params, lr: float = 1e-3, momentum: float = 0.0, dampening: float = 0.0, weight_decay: float = 0.0,
                 nesterov: bool = False, *, maximize: bool = False, foreach: bool = True) -> None:
        super().__init__(params, lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay,
                         nesterov=nesterov, maximize=maximize, foreach=foreach)

    def check(self, group: dict) -> None:
        """Nesterov's form needs a velocity, and one that is not dampened."""
        if group["nesterov"] and not (group["momentum"] > 0 and group["dampening"] == 0):
            raise ValueError("nesterov must come with momentum above 0 and dampening 0, not with "
                             f"momentum {group['momentum']} and dampening {group['dampening']}")

    def buffers(self, group: dict) -> tuple[str, ...]:
        """The velocity, where there is momentum."""
        return self.keeps if group["momentum"] else ()

    def update(self, batch: Batch, group: dict) -> None:
        """:func:`sgd_step` in place."""
        momentum, lr, step = group["momentum"], group["lr"], batch.g
        if momentum:
            v = batch.state["v"]
            torch._foreach_mul_(v, momentum)
            torch._foreach_add_(v, batch.g, alpha=1 if batch.new else 1 - group["dampening"])
            if group["nesterov"]:                            # g + μv in two parts: no room for a sum is needed
                torch._foreach_add_(batch.w, batch.g, alpha=-lr)
                lr = lr * momentum
            step = v
        torch._foreach_add_(batch.w, step, alpha=-lr)

    def plain(self, w, g, state, batch, group):
        """:func:`sgd_step` of one parameter."""
        v = None if batch.new else state.get("v")
        w, v = sgd_step(w, g, v, **{name: group[name] for name in ("lr", "momentum", "dampening", "nesterov")})
        return (w, v) if group["momentum"] else (w,)
