"""Optimizers written out from their update rules.

Each is a :class:`torch.optim.Optimizer`, so learning-rate schedules, parameter groups and
checkpoints work as they do with PyTorch's own.
"""

from ._adam import Adam
from ._race import Race, race

__all__ = ["Adam", "Race", "race"]
