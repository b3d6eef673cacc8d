"""Adam."""

import torch
from torch.optim import Optimizer


class Adam(Optimizer):
    r"""Adam: momentum on the gradient, RMS scaling of the step, both bias-corrected.

    .. math::
        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \qquad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2

    .. math::
        w_t = w_{t-1} - \eta\, \frac{m_t / (1-\beta_1^t)}{\sqrt{v_t / (1-\beta_2^t)} + \varepsilon}

    A parameter without a gradient is left alone, and its :math:`t` does not advance.

    Args:
        params: tensors to update, or parameter groups.
        lr: step size :math:`\eta` > 0.
        betas: decay rates :math:`(\beta_1, \beta_2)`, each in [0, 1).
        eps: :math:`\varepsilon` >= 0, keeps the division finite.

    Raises:
        ValueError: a hyperparameter is outside its range, in the defaults or in a group.

    Source: Kingma and Ba (2015), algorithm 1.
    """

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps))

    def add_param_group(self, param_group):
        """Add a group of parameters, with hyperparameters of its own where it names them."""
        group = {**self.defaults, **param_group}
        lr, betas, eps = group["lr"], group["betas"], group["eps"]
        if not lr > 0:
            raise ValueError(f"lr must be positive, not {lr}")
        if len(betas) != 2 or not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"betas must be two numbers in [0, 1), not {betas}")
        if not eps >= 0:
            raise ValueError(f"eps must not be negative, not {eps}")
        super().add_param_group(param_group)

    @torch.no_grad()
    def step(self, closure=None):
        """Update every parameter that has a gradient; return the closure's loss, if any.

        Raises:
            TypeError: a gradient is sparse, which the rule's averages cannot be.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for w in group["params"]:
                if w.grad is not None and w.grad.is_sparse:
                    raise TypeError("Adam takes dense gradients; torch.optim.SparseAdam sparse ones")
        for group in self.param_groups:
            lr, (beta1, beta2), eps = group["lr"], group["betas"], group["eps"]
            for w in group["params"]:
                if w.grad is None:
                    continue
                state = self.state[w]
                if not state:
                    state.update(t=0, m=torch.zeros_like(w), v=torch.zeros_like(w))
                state["t"] += 1
                g, t, m, v = w.grad, state["t"], state["m"], state["v"]
                m.lerp_(g, 1 - beta1)
                v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
                # √v̂ + ε, with the correction taken under the root: one pass over memory less
                scale = v.sqrt().div_((1 - beta2**t) ** 0.5).add_(eps)
                w.addcdiv_(m, scale, value=-lr / (1 - beta1**t))
        return loss
