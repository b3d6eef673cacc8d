"""Optimizers written out from their update rules, schedules of the learning rate, and surfaces to watch them on.

Each optimizer is a :class:`torch.optim.Optimizer`, so learning-rate schedules, parameter groups and
checkpoints work as they do with PyTorch's own. Beside each stands its rule as a function of tensors,
such as :func:`adagrad_step`, which changes nothing in place and is what the optimizer itself runs with
``foreach=False``.
"""

from ._adadelta import Adadelta, adadelta_step
from ._adagrad import Adagrad, adagrad_step
from ._adam import Adam, AdamW, adam_step, adamw_step, amsgrad_step
from ._nesterov import Nesterov, lookahead_point, nesterov_momentum, nesterov_step
from ._noisy import noisy
from ._race import Race, race
from ._range_test import RangeTest, lr_range_test
from ._rmsprop import RMSprop, rmsprop_step
from ._rprop import Rprop, rprop_step
from ._schedule import Schedule
from ._schedules import (
    cosine_lr, exponential_lr, linear_warmup_lr, multi_step_lr, one_cycle_lr, one_cycle_momentum, plateau_lr, step_lr,
    warm_restarts_lr,
)
from ._sgd import SGD, sgd_step
from ._sharpness import extreme_curvatures, hessian_product, sharpness
from ._slice import loss_slice, random_direction
from ._surfaces import SURFACES, Surface, beale, noisy_bowl, ravine, rosenbrock, saddle
from ._trajectory import trajectory

__all__ = [
    "Adadelta", "Adagrad", "Adam", "AdamW", "Nesterov", "RMSprop", "Race", "RangeTest", "Rprop", "SGD", "SURFACES",
    "Schedule", "Surface", "adadelta_step", "adagrad_step", "adam_step", "adamw_step", "amsgrad_step", "beale",
    "cosine_lr", "exponential_lr", "extreme_curvatures", "hessian_product", "linear_warmup_lr", "lookahead_point",
    "loss_slice", "lr_range_test", "multi_step_lr", "nesterov_momentum", "nesterov_step", "noisy", "noisy_bowl",
    "one_cycle_lr", "one_cycle_momentum", "plateau_lr", "race", "random_direction", "ravine", "rmsprop_step",
    "rosenbrock", "rprop_step", "saddle", "sgd_step", "sharpness", "step_lr", "trajectory", "warm_restarts_lr",
]
