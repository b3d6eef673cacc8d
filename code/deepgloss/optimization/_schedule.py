"""A function of the step as a schedule of PyTorch's."""

from collections.abc import Callable
from functools import partial

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from .._arguments import shown


class Schedule(LRScheduler):
    """Sets an optimizer's learning rates by a function of the step.

    After k calls of ``step()`` a group whose rate was η has the rate ``function(k, η, **options)``; so has
    the optimizer from the start, with k = 0. :func:`deepgloss.train.fit` takes it as ``scheduler``.

    Args:
        optimizer: whose rates are set.
        function: of step and rate, such as :func:`cosine_lr`.
        options: its other arguments.

    Raises:
        TypeError: ``optimizer`` is none, or ``function`` cannot be called.

    Example::

        Schedule(optimizer, cosine_lr, steps=300)
    """

    def __init__(self, optimizer: Optimizer, function: Callable[..., float], **options) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"optimizer must be a torch.optim.Optimizer, not {shown(optimizer)}")
        if not callable(function):
            raise TypeError(f"function must be a function of step and rate, not {shown(function)}")
        self.function = partial(function, **options)
        super().__init__(optimizer)

    def get_lr(self) -> list[float]:
        """The rates of the groups at this step."""
        return [self.function(self.last_epoch, lr) for lr in self.base_lrs]

    def state_dict(self) -> dict:
        """Where the schedule has come to; the function is not saved."""
        return {name: value for name, value in super().state_dict().items() if name != "function"}
