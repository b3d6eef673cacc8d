"""The way an optimizer takes over a surface."""

from collections.abc import Callable

import torch
from torch.optim import Optimizer

from .._arguments import floats, shown, whole


def trajectory(function: Callable[[torch.Tensor], torch.Tensor], start: torch.Tensor,
               optimizer: Callable[[list[torch.Tensor]], Optimizer], steps: int) -> torch.Tensor:
    """Where an optimizer goes on a function.

    Args:
        function: of points (…, n), gives heights (…), such as :func:`rosenbrock`. Of several points the
            optimizer follows each one's own slope.
        start: the first point or points, (…, n).
        optimizer: makes the optimizer of a list of parameters: ``lambda params: SGD(params, lr=0.1)``.
        steps: how many updates, at least 0. ``DEEPGLOSS_BUDGET`` leaves them alone.

    Returns:
        The points, (steps + 1, …, n), detached; ``start`` is not changed.

    Raises:
        TypeError: an argument is of a wrong kind.
        ValueError: ``steps`` is negative.

    Example::

        path = trajectory(beale, torch.tensor([1.0, 1.5]), lambda params: Adam(params, lr=0.1), 100)
    """
    for name, value in (("function", function), ("optimizer", optimizer)):
        if not callable(value):
            raise TypeError(f"{name} must be a function, not {shown(value)}")
    w = floats("start", start).detach().clone().requires_grad_()
    steps, stepper = whole("steps", steps, 0), optimizer([w])
    if not isinstance(stepper, Optimizer):
        raise TypeError(f"optimizer must make a torch.optim.Optimizer, not {shown(stepper)}")

    def closure() -> torch.Tensor:
        stepper.zero_grad()
        height = function(w).sum()
        height.backward()
        return height

    path = [w.detach().clone()]
    for _ in range(steps):
        stepper.step(closure)
        path.append(w.detach().clone())
    return torch.stack(path)                                   # (steps + 1, …, n)
