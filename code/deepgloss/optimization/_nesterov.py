"""Nesterov's accelerated gradient as he wrote it: the gradient is taken where the velocity leads to."""

import math
from collections.abc import Callable

import torch

from .._arguments import shown, whole
from .._precision import in_float32, widened
from ._hyperparameters import alike, not_negative, positive
from ._rule import Batch, Rule


@in_float32
def lookahead_point(w: torch.Tensor, v: torch.Tensor, momentum: float = 0.9) -> torch.Tensor:
    r"""Where the velocity alone leads to: :math:`\theta = w + \mu v`.

    This is the change of variables between Nesterov's form and PyTorch's. With a constant step size η,
    ``torch.optim.SGD(nesterov=True)`` stores θ in place of w, and −v/η as its buffer:

    .. math::
        \theta_{t+1} = w_{t+1} + \mu v_{t+1} = \theta_t - \eta\,(g_t + \mu b_{t+1}), \qquad
        b_{t+1} = \mu b_t + g_t, \qquad g_t = \nabla L(\theta_t)

    Args:
        w, v: weights and velocity, of one shape and type.
        momentum: μ ≥ 0.

    Raises:
        TypeError, ValueError: tensors that do not fit, or a momentum that is none.

    Source: Sutskever et al. (2013), section 2; Bengio, Boulanger-Lewandowski and Pascanu (2013), section 3.5.
    """
    alike(w=w, v=v)
    not_negative("momentum", momentum)
    return w + momentum * v


@in_float32
def nesterov_step(w: torch.Tensor, v: torch.Tensor, gradient: Callable[[torch.Tensor], torch.Tensor], lr: float = 1e-3,
                  momentum: float = 0.9) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Weights and velocity after one step of Nesterov's accelerated gradient.

    .. math::
        v_t = \mu v_{t-1} - \eta\, \nabla L(w_{t-1} + \mu v_{t-1}), \qquad w_t = w_{t-1} + v_t

    Args:
        w, v: weights and velocity, of one shape and type; v starts at zero.
        gradient: gives the gradient at a point, of the point's shape.
        lr: step size η > 0.
        momentum: μ ≥ 0.

    Returns:
        The new w and v; nothing is changed in place.

    Raises:
        TypeError: tensors are not of floating-point numbers of one type, or ``gradient`` is no function that
            gives such a tensor.
        ValueError: shapes differ, or a hyperparameter is outside its range.

    Source: Nesterov (1983); in this form Sutskever et al. (2013), equations 3 and 4.
    """
    alike(w=w, v=v)
    positive("lr", lr), not_negative("momentum", momentum)
    if not callable(gradient):
        raise TypeError(f"gradient must be a function of a point, not {shown(gradient)}")
    g = gradient(w + momentum * v)
    alike(w=w, **{"what gradient gives": g})
    v = momentum * v - lr * g
    return w + v, v


def nesterov_momentum(count: int) -> torch.Tensor:
    r"""Nesterov's own momenta for the first steps on a convex function, which grow towards 1.

    .. math::
        \mu_k = \frac{a_k - 1}{a_{k+1}}, \qquad a_1 = 1, \qquad a_{k+1} = \frac{1 + \sqrt{1 + 4 a_k^2}}{2}

    :math:`\mu_k` belongs to step k + 1; the first step has no velocity yet, so its momentum does not matter.
    Used so, with η = 1/L, the loss is at most :math:`2L|w_0 - w^*|^2 / (k + 1)^2` above its minimum
    after k steps, where L bounds the curvature; gradient descent's bound falls with 1/k alone.

    Args:
        count: how many, at least 0.

    Returns:
        :math:`\mu_1, \mu_2, \ldots` (count,), in float64 on the CPU; the first is 0.

    Raises:
        TypeError, ValueError: ``count`` is no such integer.

    Source: Nesterov (1983); the bound in this form: Beck and Teboulle (2009), theorem 4.4.
    """
    found, a = [], 1.0
    for _ in range(whole("count", count, 0)):
        following = (1 + math.sqrt(1 + 4 * a * a)) / 2
        found.append((a - 1) / following)
        a = following
    return torch.tensor(found, dtype=torch.float64)


class Nesterov(Rule):
    r"""Nesterov's accelerated gradient: the gradient is taken at the point that the velocity leads to.

    .. math::
        v_t = \mu v_{t-1} - \eta\, \nabla L(w_{t-1} + \mu v_{t-1}), \qquad w_t = w_{t-1} + v_t

    Parameters hold w between steps, and :math:`w + \mu v` while the closure runs, so :meth:`step` needs a
    closure that computes loss and gradients. ``SGD(nesterov=True)`` needs none: it stores
    :math:`\theta = w + \mu v`, and with a constant step size gives the same θ at every step
    (:func:`lookahead_point`).

    A parameter without a gradient is left alone. Of parameters in half precision, v and the step are
    kept and computed in float32; the point that the closure sees and the new w are rounded.

    Args:
        params: tensors to update, or parameter groups.
        lr: step size :math:`\eta` > 0.
        momentum: :math:`\mu` >= 0. A group's ``"momentum"`` may change from step to step, as with
            :func:`nesterov_momentum`.
        weight_decay: :math:`\lambda` >= 0; the gradient of :math:`\tfrac12 \lambda |w|^2`, taken at the same
            point, is added.
        maximize: climb instead.
        foreach: whether PyTorch's kernels for lists of tensors are used; else :func:`nesterov_step`, one
            parameter after the other.

    Raises:
        TypeError: a hyperparameter is of a wrong kind, or a parameter is complex, integer or sparse.
        ValueError: a hyperparameter is outside its range, in the defaults or in a group.

    Source: Nesterov (1983); Sutskever et al. (2013), equations 3 and 4.
    """

    keeps = ("v",)
    ranges = {"momentum": not_negative}
    sparse = "torch.optim.SGD without momentum"

    def __init__(self, params, lr: float = 1e-3, momentum: float = 0.9, weight_decay: float = 0.0, *,
                 maximize: bool = False, foreach: bool = True) -> None:
        super().__init__(params, lr=lr, momentum=momentum, weight_decay=weight_decay, maximize=maximize, foreach=foreach)

    @torch.no_grad()
    def step(self, closure: Callable | None = None):
        """Move to where the velocity leads, let the closure compute gradients there, update, return its loss.

        Parameters are back where they were when the closure or this method raises an error.

        Raises:
            TypeError: there is no closure, or a gradient is sparse.
        """
        if closure is None:
            raise TypeError("closure must be a function that computes the loss and its gradients, not None: Nesterov "
                            "takes them at w + momentum * v; SGD(nesterov=True) steps without one")
        moved = [(w, w.clone(), group["momentum"]) for group in self.param_groups for w in group["params"]
                 if "v" in self.state.get(w, ())]
        for w, _, momentum in moved:
            w.copy_(lookahead_point(widened(w), self.state[w]["v"], momentum))
        try:
            with torch.enable_grad():
                loss = closure()
        finally:
            for w, before, _ in moved:
                w.copy_(before)
        self.follow_gradients()
        return loss

    def decayed(self, batch: Batch, group: dict) -> Batch:
        """Add the penalty's gradient at the point where the loss's was taken."""
        points = torch._foreach_add(batch.w, batch.state["v"], alpha=group["momentum"])
        return super().decayed(batch._replace(w=points), group)._replace(w=batch.w)

    def update(self, batch: Batch, group: dict) -> None:
        """:func:`nesterov_step` in place, with gradients that are there already."""
        v = batch.state["v"]
        torch._foreach_mul_(v, group["momentum"])
        torch._foreach_add_(v, batch.g, alpha=-group["lr"])
        torch._foreach_add_(batch.w, v)

    def plain(self, w, g, state, batch, group):
        """:func:`nesterov_step` of one parameter."""
        return nesterov_step(w, state["v"], lambda point: g, group["lr"], group["momentum"])
