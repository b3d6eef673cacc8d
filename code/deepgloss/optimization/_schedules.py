"""Learning rates as functions of the step, which is counted from 0."""

import math
from bisect import bisect_right

from .._arguments import choice, flag, integer, number, real, share, shown, whole
from ._hyperparameters import not_negative, positive


def step_lr(step: float, lr: float, step_size: int, gamma: float = 0.1) -> float:
    r"""A rate that falls by a factor every so many steps: :math:`\eta\,\gamma^{\lfloor t / s \rfloor}`.

    Args:
        step: t ≥ 0.
        lr: η > 0, the rate at the start.
        step_size: s ≥ 1.
        gamma: γ > 0.

    Raises:
        TypeError, ValueError: an argument is no such number.

    Source: the same numbers as ``torch.optim.lr_scheduler.StepLR``.
    """
    _check(step, lr, gamma=gamma)
    return lr * gamma ** (step // whole("step_size", step_size))


def multi_step_lr(step: float, lr: float, milestones, gamma: float = 0.1) -> float:
    r"""A rate that falls by a factor at each milestone: :math:`\eta\,\gamma^k` after k of them.

    Args:
        step: t ≥ 0.
        lr: η > 0, the rate at the start.
        milestones: steps, in any order; one that stands there twice counts twice.
        gamma: γ > 0.

    Raises:
        TypeError, ValueError: an argument is none.

    Source: the same numbers as ``torch.optim.lr_scheduler.MultiStepLR``.
    """
    _check(step, lr, gamma=gamma)
    if not isinstance(milestones, (list, tuple, range)):
        raise TypeError(f"milestones must be a list of integers, not {shown(milestones)}")
    return lr * gamma ** bisect_right(sorted(integer("milestones", milestone) for milestone in milestones), step)


def exponential_lr(step: float, lr: float, gamma: float) -> float:
    r"""A rate that falls by a factor at every step: :math:`\eta\,\gamma^t`.

    Args:
        step: t ≥ 0.
        lr: η > 0, the rate at the start.
        gamma: γ > 0.

    Raises:
        TypeError, ValueError: an argument is no such number.

    Source: the same numbers as ``torch.optim.lr_scheduler.ExponentialLR``.
    """
    _check(step, lr, gamma=gamma)
    return lr * gamma**step


def cosine_lr(step: float, lr: float, steps: int, lr_min: float = 0.0) -> float:
    r"""A rate that falls along half a cosine.

    .. math:: \eta_t = \eta_{\min} + \tfrac12 (\eta - \eta_{\min}) \Bigl(1 + \cos \frac{\pi t}{T}\Bigr)

    Beyond T it rises again, as the cosine does.

    Args:
        step: t ≥ 0.
        lr: η > 0, the rate at the start.
        steps: T ≥ 1.
        lr_min: the lowest rate, ≥ 0.

    Raises:
        TypeError, ValueError: an argument is no such number.

    Source: Loshchilov and Hutter (2017), equation 5; the same numbers as
    ``torch.optim.lr_scheduler.CosineAnnealingLR``.
    """
    _check(step, lr)
    not_negative("lr_min", lr_min)
    return lr_min + (lr - lr_min) * (1 + math.cos(math.pi * step / whole("steps", steps))) / 2


def warm_restarts_lr(step: float, lr: float, steps: int, growth: int = 1, lr_min: float = 0.0) -> float:
    r"""A rate that falls along half a cosine, again and again, each time over more steps.

    Args:
        step: t ≥ 0.
        lr: η > 0, the rate at each restart.
        steps: those of the first fall, ≥ 1.
        growth: how many times as long each fall is as the one before, an integer ≥ 1.
        lr_min: the lowest rate, ≥ 0.

    Raises:
        TypeError, ValueError: an argument is no such number.

    Source: Loshchilov and Hutter (2017), equation 5; the same numbers as
    ``torch.optim.lr_scheduler.CosineAnnealingWarmRestarts``.
    """
    _check(step, lr)
    steps, growth = whole("steps", steps), whole("growth", growth)
    if growth == 1:
        return cosine_lr(step % steps, lr, steps, lr_min)
    while step >= steps:
        step, steps = step - steps, steps * growth
    return cosine_lr(step, lr, steps, lr_min)


def linear_warmup_lr(step: float, lr: float, steps: int, start: float = 1 / 3) -> float:
    r"""A rate that rises in a line from a share of it, and then stays: :math:`\eta\,(s + (1 - s) \min(t / T, 1))`.

    Args:
        step: t ≥ 0.
        lr: η > 0, the rate at the end.
        steps: T ≥ 1.
        start: s in (0, 1], the share at the start.

    Raises:
        TypeError, ValueError: an argument is no such number.

    Source: Goyal et al. (2017), section 2.2; the same numbers as ``torch.optim.lr_scheduler.LinearLR``.
    """
    _check(step, lr, start=start)
    real("start", start, 0, 1)
    return lr * (start + (1 - start) * min(step / whole("steps", steps), 1))


def one_cycle_lr(step: float, lr: float, steps: int, rise: float = 0.3, anneal: str = "cos", start: float = 25.0,
                 end: float = 1e4, three_phase: bool = False) -> float:
    r"""A rate that rises to its peak and falls far below where it began.

    Args:
        step: t in 0..steps; at ``steps`` the last rate, that of step ``steps`` − 1, stays.
        lr: η > 0, the rate at the peak.
        steps: T ≥ 1, how many there are.
        rise: the share of the steps in which it rises, in (0, 1).
        anneal: ``"cos"`` or ``"linear"``, how it goes from one rate to the next.
        start: it begins at η/start.
        end: it ends at η/(start · end).
        three_phase: fall to η/start as fast as it rose, and only then to the end.

    Raises:
        TypeError: an argument is of a wrong kind.
        ValueError: it is out of range; ``step`` is beyond ``steps``.

    Source: Smith and Topin (2019), section 3; the same numbers as ``torch.optim.lr_scheduler.OneCycleLR``.
    """
    _check(step, lr, start=start, end=end)
    lowest, last = lr / start, lr / start / end
    between = [(lowest, lr), (lr, lowest), (lowest, last)] if flag("three_phase", three_phase) else [
        (lowest, lr), (lr, last)]
    return _cycle(step, steps, rise, anneal, between)


def one_cycle_momentum(step: float, steps: int, rise: float = 0.3, anneal: str = "cos", low: float = 0.85,
                       high: float = 0.95, three_phase: bool = False) -> float:
    r"""The momentum that goes with :func:`one_cycle_lr`: low where the rate is high.

    Args:
        step, steps, rise, anneal, three_phase: as there.
        low, high: the momentum at the peak, and at both ends, ≥ 0.

    Raises:
        TypeError, ValueError: as there.

    Source: Smith and Topin (2019); the same numbers as ``torch.optim.lr_scheduler.OneCycleLR``.
    """
    _step(step)
    not_negative("low", low), not_negative("high", high)
    between = [(high, low), (low, high), (high, high)] if flag("three_phase", three_phase) else [(high, low), (low, high)]
    return _cycle(step, steps, rise, anneal, between)


def plateau_lr(losses, lr: float, factor: float = 0.1, patience: int = 10, threshold: float = 1e-4, cooldown: int = 0,
               lr_min: float = 0.0, mode: str = "min", relative: bool = True, eps: float = 1e-8) -> list[float]:
    r"""Rates that fall by a factor when the loss has stopped falling.

    A loss counts as better where it is below the best by a share ``threshold`` of it. After more than
    ``patience`` losses in a row that are none better the rate is multiplied by ``factor``.

    Args:
        losses: one after the other, numbers.
        lr: η > 0, the rate at the start.
        factor: in (0, 1).
        patience: how many losses may be no better, ≥ 0.
        threshold: ≥ 0.
        cooldown: how many losses are not counted after a fall, ≥ 0.
        lr_min: the lowest rate, ≥ 0.
        mode: ``"max"`` where larger is better.
        relative: whether ``threshold`` is a share of the best, or a difference.
        eps: a fall of no more than this is left out.

    Returns:
        The rate after each loss.

    Raises:
        TypeError, ValueError: an argument is none.

    Source: the same numbers as ``torch.optim.lr_scheduler.ReduceLROnPlateau``.
    """
    positive("lr", lr), not_negative("threshold", threshold), not_negative("lr_min", lr_min), not_negative("eps", eps)
    factor, patience, cooldown = share("factor", factor), whole("patience", patience, 0), whole("cooldown", cooldown, 0)
    sign = 1 if choice("mode", mode, ("min", "max")) == "min" else -1
    relative = flag("relative", relative)
    if isinstance(losses, (str, bytes)) or not hasattr(losses, "__iter__"):
        raise TypeError(f"losses must be a sequence of numbers, not {shown(losses)}")
    best, bad, resting, rates = sign * math.inf, 0, 0, []
    for loss in losses:
        loss = float(number("losses", loss, nan=True))
        bound = best * (1 - sign * threshold) if relative else best - sign * threshold
        if sign * loss < sign * bound:
            best, bad = loss, 0
        else:
            bad += 1
        if resting:
            resting, bad = resting - 1, 0
        if bad > patience:
            lower = max(lr * factor, lr_min)
            lr = lower if lr - lower > eps else lr
            resting, bad = cooldown, 0
        rates.append(lr)
    return rates


def _cycle(step, steps, rise, anneal, between) -> float:
    steps, rise = whole("steps", steps), share("rise", rise)
    choice("anneal", anneal, ("cos", "linear"))
    if step > steps:
        raise ValueError(f"step must be at most steps, {steps}, not {shown(step)}")
    ends = [rise * steps - 1, *([2 * rise * steps - 2] if len(between) == 3 else []), steps - 1]
    phase = next((k for k, end in enumerate(ends) if step <= end), len(ends) - 1)
    (first, last), begin, end = between[phase], ends[phase - 1] if phase else 0.0, ends[phase]
    done = min((step - begin) / (end - begin), 1) if end > begin else 1.0
    if anneal == "linear":
        return first + (last - first) * done
    return last + (first - last) / 2 * (1 + math.cos(math.pi * done))


def _check(step, lr, **factors) -> None:
    _step(step)
    positive("lr", lr)
    for name, factor in factors.items():
        positive(name, factor)


def _step(step) -> None:
    if not 0 <= number("step", step) < math.inf:
        raise ValueError(f"step must be a number of at least 0, not {shown(step)}")
