"""What exercises that ask for an optimizer have in common."""

import inspect
from collections.abc import Iterator

import torch

from .._compare import draws


def check_optimizer_class(answer, name: str) -> None:
    """Refuse an answer that is no optimizer of PyTorch's kind."""
    assert inspect.isclass(answer) and issubclass(answer, torch.optim.Optimizer), (
        f"{name} must be a class derived from torch.optim.Optimizer")


def start() -> torch.Tensor:
    """The weight (3,) before the first step of :func:`driven`."""
    return draws(3, seed=1)


def driven(kind: type[torch.optim.Optimizer], **settings) -> Iterator[tuple]:
    """Six steps with gradients of their own, the learning rate lowered before the fourth, for the right rule to follow.

    Yields after each step ``(step, lr, g, weight, state)``: its number from 0, its learning rate, the gradient (3,), the
    weight (3,) that it led to, and what the optimizer keeps of it. The first starts from :func:`start`. A second parameter
    never gets a gradient and must stay where it is.
    """
    p, frozen = torch.nn.Parameter(start()), torch.nn.Parameter(draws(3, seed=2))
    untouched = frozen.detach().clone()
    optimizer = kind([p, frozen], lr=0.5, **settings)
    for step in range(6):
        lr = 0.5 if step < 3 else 0.125
        optimizer.param_groups[0]["lr"] = lr
        g = draws(3, seed=10 + step)
        p.grad = g.clone()
        optimizer.step()
        assert torch.equal(p.grad, g), "step() must not change the gradients"
        yield step, lr, g, p.detach(), optimizer.state[p]
    assert torch.equal(frozen.detach(), untouched), "a parameter without a gradient must stay where it is"
