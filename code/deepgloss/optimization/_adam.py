"""Adam."""

import torch
from torch.optim import Optimizer

from .._precision import HALF_TYPES, widened


class Adam(Optimizer):
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
                    state.update(t=0, m=torch.zeros_like(widened(w)), v=torch.zeros_like(widened(w)))
                state["t"] += 1
                g, t, m, v = widened(w.grad), state["t"], state["m"], state["v"]
                m.lerp_(g, 1 - beta1)
                v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
                # √v̂ + ε, with the correction taken under the root: one pass over memory less
                scale = v.sqrt().div_((1 - beta2**t) ** 0.5).add_(eps)
                wide = widened(w).addcdiv_(m, scale, value=-lr / (1 - beta1**t))
                if wide is not w:
                    w.copy_(wide)
        return loss

    def load_state_dict(self, state_dict):
        """Go on from a saved state; the averages of parameters in half precision stay in float32."""
        super().load_state_dict(state_dict)
        numbers = (number for group in state_dict["param_groups"] for number in group["params"])
        for number, w in zip(numbers, (w for group in self.param_groups for w in group["params"])):
            if w.dtype in HALF_TYPES and w in self.state:       # PyTorch has rounded them to w's type
                saved = state_dict["state"][number]
                self.state[w] |= {name: saved[name].to(w.device, torch.float32, copy=True) for name in ("m", "v")}
