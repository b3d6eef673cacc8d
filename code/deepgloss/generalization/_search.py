"""Search for hyperparameters: on a grid, at random, and with most of the budget for what looks best early on."""

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import torch

from .._arguments import generator, number, pair, real, shown, whole, whole_seed


class Trial(NamedTuple):
    """One call of the function that is searched.

    Attributes:
        config: the hyperparameters, by name.
        budget: what it was given, such as epochs.
        score: what came out; less is better.
    """

    config: dict
    budget: int
    score: float


class LogUniform(NamedTuple):
    """Numbers whose logarithm is uniform, for learning rates and penalties.

    Attributes:
        low: the least, above 0.
        high: the largest.
    """

    low: float
    high: float


def grid(space: Mapping[str, Sequence]) -> list[dict]:
    """All combinations of some values for each hyperparameter, the last one varying first.

    Raises:
        TypeError: it is no mapping from names to sequences.
        ValueError: a hyperparameter has no value.
    """
    _check_space(space)
    for name, values in space.items():
        if isinstance(values, str) or not isinstance(values, Sequence):
            raise TypeError(f"space[{name!r}] must be a sequence of values, not {shown(values)}")
    return [dict(zip(space, values)) for values in itertools.product(*space.values())]


def draw_configs(space: Mapping, count: int, seed: int = 0) -> list[dict]:
    """Random hyperparameters, each drawn by itself.

    Args:
        space: for each name a pair (low, high) of numbers, uniform; a :class:`LogUniform`; or a list of values.
        count: how many.
        seed: of the draws; ``DEEPGLOSS_SHIFT`` is added to it.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.
    """
    _check_space(space)
    draws = generator(whole_seed(seed))
    ranges = {name: _range(name, values) for name, values in space.items()}
    return [{name: _drawn(kind, torch.rand((), generator=draws, dtype=torch.float64).item())
             for name, kind in ranges.items()} for _ in range(whole("count", count))]


def grid_search(function: Callable[[dict, int], float], space: Mapping[str, Sequence], budget: int) -> list[Trial]:
    """Score every combination of a grid.

    Args:
        function: takes a configuration and a budget, and gives a score; less is better.
        space: some values for each name.
        budget: of each call.

    Returns:
        The trials, in the grid's order. The best is ``min(trials, key=lambda t: t.score)``.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.
    """
    return _scored(function, grid(space), budget)


def random_search(function: Callable[[dict, int], float], space: Mapping, trials: int, budget: int,
                  seed: int = 0) -> list[Trial]:
    """Score random configurations: where few hyperparameters matter, each gets as many values as there are trials.

    Args:
        function, budget: as for :func:`grid_search`.
        space, seed: as for :func:`draw_configs`.
        trials: how many.

    Returns:
        The trials, in the order of their draws.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Bergstra and Bengio (2012).
    """
    return _scored(function, draw_configs(space, whole("trials", trials), seed), budget)


def successive_halving(function: Callable[[dict, int], float], configs: Sequence[dict], budget: int,
                       factor: int = 2) -> list[list[Trial]]:
    r"""Score many configurations with a small budget, keep the best share, multiply the budget, and so on until one is left.

    With n configurations and a factor r, each round costs about n · budget, and there are about log n / log r rounds.

    Args:
        function: as for :func:`grid_search`; it starts from the beginning in each round.
        configs: the configurations, at least one, such as :func:`draw_configs` gives.
        budget: of each in the first round.
        factor: r ≥ 2; one of r is kept, rounded up.

    Returns:
        The trials of each round, the best first. The last round holds one.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Jamieson and Talwalkar (2016).
    """
    factor, budget = whole("factor", factor, 2), whole("budget", budget)
    if isinstance(configs, Mapping) or not isinstance(configs, Iterable):
        raise TypeError(f"configs must be several configurations in a list, not {shown(configs)}")
    left = list(configs)
    if not left:
        raise ValueError("configs must hold at least one configuration")
    for k, config in enumerate(left):
        if not isinstance(config, Mapping):
            raise TypeError(f"configs[{k}] must be a mapping from names to values, not {shown(config)}")
    rounds = []
    while True:
        # NaN is worse than any number.
        trials = sorted(_scored(function, left, budget), key=lambda t: (math.isnan(t.score), t.score))
        rounds.append(trials)
        if len(trials) == 1:
            return rounds
        left = [trial.config for trial in trials[:math.ceil(len(trials) / factor)]]
        budget *= factor


def _scored(function, configs, budget) -> list[Trial]:
    if not callable(function):
        raise TypeError(f"function must be a function of a configuration and a budget, not {shown(function)}")
    budget = whole("budget", budget)
    return [Trial(dict(config), budget, float(number("the score that function gives", function(dict(config), budget), nan=True)))
            for config in configs]


def _check_space(space) -> None:
    if not isinstance(space, Mapping) or not space:
        raise TypeError(f"space must be a mapping from names to values, not {shown(space)}")
    for name, values in space.items():
        if isinstance(values, Sequence) and not len(values):
            raise ValueError(f"space[{name!r}] must hold at least one value")


def _range(name: str, values):
    """A range whose ends are checked, or a list of values."""
    label = f"space[{name!r}]"
    if isinstance(values, list):
        return values
    low, high = pair(label, values)
    low, high = real(f"{label}[0]", low), real(f"{label}[1]", high)
    if low > high or isinstance(values, LogUniform) and low <= 0:
        raise ValueError(f"{label} must be low ≤ high, and above 0 where logarithms are drawn, not {shown(values)}")
    return LogUniform(low, high) if isinstance(values, LogUniform) else (low, high)


def _drawn(kind, share: float):
    """A value at a share of the way through a range or a list."""
    if isinstance(kind, list):
        return kind[min(int(share * len(kind)), len(kind) - 1)]
    low, high = kind
    return low * (high / low) ** share if isinstance(kind, LogUniform) else low + (high - low) * share
