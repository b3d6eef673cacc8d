"""Resilient backpropagation: signs of gradients, and a step size for every weight."""

import torch

from .._precision import in_float32, widened
from ._hyperparameters import alike, factors, interval
from ._rule import Batch, Rule

ETAS, STEP_SIZES = (0.5, 1.2), (1e-6, 50.0)


@in_float32
def rprop_step(w: torch.Tensor, g: torch.Tensor, sign: torch.Tensor, size: torch.Tensor,
               etas: tuple[float, float] = ETAS, step_sizes: tuple[float, float] = STEP_SIZES,
               ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    r"""Weights, signs and step sizes after one step of Rprop.

    .. math::
        \Delta_t = \begin{cases}
            \min(\eta^+ \Delta_{t-1}, \Delta_{\max}) & \text{if } s_{t-1} \operatorname{sign}(g_t) > 0 \\
            \max(\eta^- \Delta_{t-1}, \Delta_{\min}) & \text{if } s_{t-1} \operatorname{sign}(g_t) < 0 \\
            \Delta_{t-1} & \text{else}
        \end{cases} \qquad w_t = w_{t-1} - s_t\, \Delta_t

    where :math:`s_t = \operatorname{sign}(g_t)`, but 0 after a change of sign: such a weight waits for a step.

    Args:
        w, g: weights and their gradient, of one shape and type.
        sign: s, −1, 0 or 1; zeros before the first step.
        size: Δ, the step size of each weight.
        etas: η⁻ in (0, 1) and η⁺ above 1.
        step_sizes: the smallest and the largest Δ.

    Returns:
        The new w, sign and size; nothing is changed in place.

    Raises:
        TypeError: tensors are not of floating-point numbers of one type, or a hyperparameter is of a wrong kind.
        ValueError: shapes differ, or a hyperparameter is outside its range.

    Source: Riedmiller and Braun (1993); without taking steps back, the variant iRprop⁻ of Igel and Hüsken
    (2003), which is PyTorch's.
    """
    alike(w=w, g=g, sign=sign, size=size)
    factors("etas", etas), interval("step_sizes", step_sizes)
    down, up = etas
    agreement = sign * g.sign()
    size = size * torch.where(agreement > 0, up, torch.where(agreement < 0, down, torch.ones_like(size)))
    size = size.clamp(*step_sizes)
    sign = torch.where(agreement < 0, 0.0, g.sign())
    return w - sign * size, sign, size


class Rprop(Rule):
    r"""Rprop: every weight moves by a step size of its own, against the sign of its gradient.

    A step size grows by :math:`\eta^+` while the sign stays, shrinks by :math:`\eta^-` when it changes,
    and the weight then waits for a step; :func:`rprop_step` has the formula. How large a gradient is
    plays no part, so its sign must be right: the method is made for gradients of all the data.

    A parameter without a gradient is left alone. Of parameters in half precision, step sizes and the step
    are kept and computed in float32, and only the new w is rounded. Signs are compared, not multiplied
    gradients, so that gradients whose product is below the smallest number count as well.

    Args:
        params: tensors to update, or parameter groups.
        lr: the first step size of every weight, > 0.
        etas: :math:`(\eta^-, \eta^+)`, with 0 < η⁻ < 1 < η⁺.
        step_sizes: the smallest and the largest step size.
        weight_decay: :math:`\lambda` >= 0; :math:`\lambda w` is added to the gradient.
        maximize: climb instead.
        foreach: whether PyTorch's kernels for lists of tensors are used; else :func:`rprop_step`, one
            parameter after the other.

    Raises:
        TypeError: a hyperparameter is of a wrong kind, or a parameter is complex, integer or sparse.
        ValueError: a hyperparameter is outside its range, in the defaults or in a group.

    Source: Riedmiller and Braun (1993); the variant iRprop⁻ of Igel and Hüsken (2003), which is PyTorch's.
    """

    keeps = ("sign", "size")
    ranges = {"etas": factors, "step_sizes": interval}

    def __init__(self, params, lr: float = 1e-2, etas: tuple[float, float] = ETAS,
                 step_sizes: tuple[float, float] = STEP_SIZES, weight_decay: float = 0.0, *, maximize: bool = False,
                 foreach: bool = True) -> None:
        super().__init__(params, lr=lr, etas=etas, step_sizes=step_sizes, weight_decay=weight_decay, maximize=maximize,
                         foreach=foreach)

    def fresh(self, name: str, w: torch.Tensor, group: dict) -> torch.Tensor:
        """Signs of 0, step sizes of ``lr``."""
        return torch.full_like(widened(w), group["lr"] if name == "size" else 0.0)

    def update(self, batch: Batch, group: dict) -> None:
        """:func:`rprop_step` in place."""
        (down, up), (smallest, largest) = group["etas"], group["step_sizes"]
        signs, sizes = batch.state["sign"], batch.state["size"]
        agreement = torch._foreach_sign(batch.g)
        torch._foreach_mul_(signs, agreement)                # now what agrees, 1, and what does not, −1
        for sign, now, size in zip(signs, agreement, sizes):
            flipped = sign < 0
            size.mul_(torch.ones_like(size).masked_fill_(sign > 0, up).masked_fill_(flipped, down))
            sign.copy_(now).masked_fill_(flipped, 0)
        torch._foreach_clamp_min_(sizes, smallest)
        torch._foreach_clamp_max_(sizes, largest)
        torch._foreach_addcmul_(batch.w, signs, sizes, value=-1)

    def plain(self, w, g, state, batch, group):
        """:func:`rprop_step` of one parameter."""
        return rprop_step(w, g, state["sign"], state["size"], group["etas"], group["step_sizes"])
