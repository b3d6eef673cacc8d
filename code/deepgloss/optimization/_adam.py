"""Adam, AMSGrad and AdamW."""

import torch

from .._arguments import flag, whole
from .._precision import in_float32
from ._hyperparameters import alike, memories, not_negative, positive
from ._rule import Batch, Rule

BETAS, EPS = (0.9, 0.999), 1e-8


@in_float32
def adam_step(w: torch.Tensor, g: torch.Tensor, m: torch.Tensor, v: torch.Tensor, t: int, lr: float = 1e-3,
              betas: tuple[float, float] = BETAS, eps: float = EPS) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    r"""Weights and running means after one step of Adam.

    .. math::
        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \qquad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2

    .. math::
        w_t = w_{t-1} - \eta\, \frac{m_t / (1-\beta_1^t)}{\sqrt{v_t / (1-\beta_2^t)} + \varepsilon}

    Args:
        w, g: weights and their gradient, of one shape and type.
        m, v: running means of gradients and of their squares; zeros before the first step.
        t: which step this is, from 1.
        lr: step size η > 0.
        betas: β₁ and β₂ in [0, 1).
        eps: ε ≥ 0, keeps the division finite.

    Returns:
        The new w, m and v; nothing is changed in place.

    Raises:
        TypeError: tensors are not of floating-point numbers of one type, or a hyperparameter is of a wrong kind.
        ValueError: shapes differ, or a hyperparameter is outside its range.

    Source: Kingma and Ba (2015), algorithm 1.
    """
    return _adam(w, g, m, v, None, t, lr, betas, eps)


@in_float32
def amsgrad_step(w: torch.Tensor, g: torch.Tensor, m: torch.Tensor, v: torch.Tensor, largest: torch.Tensor, t: int,
                 lr: float = 1e-3, betas: tuple[float, float] = BETAS, eps: float = EPS,
                 ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    r"""Weights and running means after one step of AMSGrad: Adam with the largest v that there was.

    .. math::
        \hat v_t = \max(\hat v_{t-1}, v_t), \qquad
        w_t = w_{t-1} - \eta\, \frac{m_t / (1-\beta_1^t)}{\sqrt{\hat v_t / (1-\beta_2^t)} + \varepsilon}

    As in PyTorch, the maximum is taken before the bias is corrected; the paper corrects none.

    Args:
        w, g: weights and their gradient, of one shape and type.
        m, v: running means of gradients and of their squares; zeros before the first step.
        largest: :math:`\hat v`; zeros before the first step.
        t: which step this is, from 1.
        lr, betas, eps: as in :func:`adam_step`.

    Returns:
        The new w, m, v and ``largest``; nothing is changed in place.

    Raises:
        TypeError, ValueError: as in :func:`adam_step`.

    Source: Reddi, Kale and Kumar (2018), algorithm 2.
    """
    alike(largest=largest)
    return _adam(w, g, m, v, largest, t, lr, betas, eps)


@in_float32
def adamw_step(w: torch.Tensor, g: torch.Tensor, m: torch.Tensor, v: torch.Tensor, t: int, lr: float = 1e-3,
               betas: tuple[float, float] = BETAS, eps: float = EPS, weight_decay: float = 1e-2,
               ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    r"""Weights and running means after one step of AdamW: Adam's step from :math:`(1 - \eta\lambda)\, w`.

    Args:
        w, g: weights and their gradient, of one shape and type.
        m, v: running means of gradients and of their squares; zeros before the first step.
        t: which step this is, from 1.
        lr, betas, eps: as in :func:`adam_step`.
        weight_decay: λ ≥ 0.

    Returns:
        The new w, m and v; nothing is changed in place.

    Raises:
        TypeError, ValueError: as in :func:`adam_step`.

    Source: Loshchilov and Hutter (2019), algorithm 2; with η in the decay, as PyTorch has it.
    """
    alike(w=w)
    positive("lr", lr), not_negative("weight_decay", weight_decay)
    return _adam((1 - lr * weight_decay) * w, g, m, v, None, t, lr, betas, eps)


def _adam(w, g, m, v, largest, t, lr, betas, eps) -> tuple[torch.Tensor, ...]:
    alike(w=w, g=g, m=m, v=v, optional={"largest": largest})
    positive("lr", lr), memories("betas", betas), not_negative("eps", eps)
    (beta1, beta2), t = betas, whole("t", t)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    kept = [m, v] if largest is None else [m, v, torch.maximum(largest, v)]
    return w - lr * (m / (1 - beta1**t)) / ((kept[-1] / (1 - beta2**t)).sqrt() + eps), *kept


class Adam(Rule):
    r"""Adam: momentum on the gradient, RMS scaling of the step, both bias-corrected.

    .. math::
        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \qquad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2

    .. math::
        w_t = w_{t-1} - \eta\, \frac{m_t / (1-\beta_1^t)}{\sqrt{v_t / (1-\beta_2^t)} + \varepsilon}

    A parameter without a gradient is left alone, and its :math:`t` does not advance.

    Of parameters in half precision, m, v and the step are kept and computed in float32, and only the
    new w is rounded. In float16 itself ε = 10⁻⁸ is 0, and so is the :math:`v_1` of a gradient below
    0.005: :class:`torch.optim.Adam` makes NaN of a gradient 0 and −∞ of a gradient 10⁻³ there, on the
    CPU and on CUDA without ``fused=True``. Rounding w still loses steps of less than half a unit in
    its last place; with long training in mind, keep parameters in float32 and let autocast round.

    Args:
        params: tensors to update, or parameter groups.
        lr: step size :math:`\eta` > 0.
        betas: decay rates :math:`(\beta_1, \beta_2)`, each in [0, 1).
        eps: :math:`\varepsilon` >= 0, keeps the division finite.
        weight_decay: :math:`\lambda` >= 0; :math:`\lambda w` is added to the gradient. :class:`AdamW` shrinks
            weights themselves.
        amsgrad: divide by the largest v that there was, as :func:`amsgrad_step` does.
        maximize: climb instead.
        foreach: whether PyTorch's kernels for lists of tensors are used; else :func:`adam_step`, one
            parameter after the other.

    Raises:
        TypeError: a hyperparameter is of a wrong kind, or a parameter is complex, integer or sparse.
        ValueError: a hyperparameter is outside its range, in the defaults or in a group.

    Source: Kingma and Ba (2015), algorithm 1; Reddi, Kale and Kumar (2018), algorithm 2.
    """

    keeps = ("m", "v", "largest")
    ranges = {"betas": memories, "eps": not_negative, "amsgrad": flag}

    def __init__(self, params, lr: float = 1e-3, betas: tuple[float, float] = BETAS, eps: float = EPS,
                 weight_decay: float = 0.0, amsgrad: bool = False, *, maximize: bool = False, foreach: bool = True) -> None:
        super().__init__(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad,
                         maximize=maximize, foreach=foreach)

    def buffers(self, group: dict) -> tuple[str, ...]:
        """Means of gradients and of their squares, and the largest of the latter with ``amsgrad``."""
        return self.keeps if group["amsgrad"] else self.keeps[:2]

    def update(self, batch: Batch, group: dict) -> None:
        """:func:`adam_step` in place."""
        g, m, v, t, (beta1, beta2) = batch.g, batch.state["m"], batch.state["v"], batch.t, group["betas"]
        torch._foreach_lerp_(m, g, 1 - beta1)
        torch._foreach_mul_(v, beta2)
        torch._foreach_addcmul_(v, g, g, value=1 - beta2)
        if group["amsgrad"]:
            v = batch.state["largest"]
            torch._foreach_maximum_(v, batch.state["v"])
        # √v̂ + ε, with the correction taken under the root: one pass over memory less
        scale = torch._foreach_sqrt(v)
        torch._foreach_div_(scale, (1 - beta2**t) ** 0.5)
        torch._foreach_add_(scale, group["eps"])
        torch._foreach_addcdiv_(batch.w, m, scale, value=-group["lr"] / (1 - beta1**t))

    def plain(self, w, g, state, batch, group):
        """:func:`adam_step` or :func:`amsgrad_step` of one parameter."""
        step = amsgrad_step if group["amsgrad"] else adam_step
        return step(w, g, **state, t=batch.t, **{name: group[name] for name in ("lr", "betas", "eps")})


class AdamW(Adam):
    r"""AdamW: Adam whose weight decay shrinks the weights themselves, and does not pass through the means.

    .. math::
        w_t = (1 - \eta\lambda)\, w_{t-1} - \eta\, \frac{m_t / (1-\beta_1^t)}{\sqrt{v_t / (1-\beta_2^t)} + \varepsilon}

    All else is as in :class:`Adam`, but for the default of ``weight_decay``, which is :math:`\lambda` = 0.01.

    Raises:
        TypeError, ValueError: as :class:`Adam` does.

    Source: Loshchilov and Hutter (2019), algorithm 2; with η in the decay, as PyTorch has it.
    """

    def __init__(self, params, lr: float = 1e-3, betas: tuple[float, float] = BETAS, eps: float = EPS,
                 weight_decay: float = 1e-2, amsgrad: bool = False, *, maximize: bool = False, foreach: bool = True) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize, foreach=foreach)

    def decayed(self, batch: Batch, group: dict) -> Batch:
        """Shrink the weights, and leave the gradients alone."""
        torch._foreach_mul_(batch.w, 1 - group["lr"] * group["weight_decay"])
        return batch
