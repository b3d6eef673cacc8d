"""Bandits: one state, several arms, and the question which to pull next."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from ..._arguments import floats, real, whole, whole_seed
from ..._arguments import generator as draws_from

Strategy = Callable[[torch.Tensor, torch.Tensor, int, torch.Generator], torch.Tensor]
"""Takes the successes and the pulls of each arm so far (runs, arms), the number of pulls t, and a generator;
gives the next arm of each run, ``int64``, (runs)."""


class Pulls(NamedTuple):
    """What came of pulling arms."""

    regret: torch.Tensor
    """What always pulling the best arm would have brought more, on average, up to each step, (runs, steps)."""
    counts: torch.Tensor
    """How often each arm was pulled, ``int64``, (runs, arms)."""
    last: torch.Tensor
    """The arm pulled last, ``int64``, (runs)."""


def play_bandit(strategy: Strategy, chances: torch.Tensor, steps: int, *, seed: int = 0) -> Pulls:
    r"""Let a strategy pull arms that pay 1 or 0, in many runs side by side.

    The first pulls are one of each arm. The regret after T pulls is

    .. math::
        \sum_{t=1}^T \bigl( \max_a p_a - p_{a_t} \bigr)

    It is computed from the chances p, which the strategy does not see.

    Args:
        strategy: such as :func:`epsilon_greedy`, :func:`ucb1` or :func:`thompson`; a setting given for each
            run must be for as many runs as ``chances`` has.
        chances: p, of each arm to pay 1, in [0, 1], (runs, arms).
        steps: pulls in each run.
        seed: of everything drawn; ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        Regret and counts, on the CPU.

    Raises:
        TypeError: ``chances`` is no tensor of floating-point numbers, or ``steps`` no integer.
        ValueError: ``chances`` is no matrix of chances, ``steps`` below 1, or settings are for other runs.

    Source: Auer, Cesa-Bianchi and Fischer (2002), section 1.
    """
    if floats("chances", chances).ndim != 2 or not chances.shape[1] or not ((chances >= 0) & (chances <= 1)).all():
        raise ValueError(f"chances must be numbers in [0, 1] of shape (runs, arms), not of {tuple(chances.shape)}")
    steps, draws, chances = whole("steps", steps), draws_from(whole_seed(seed)), chances.detach().cpu()
    runs, arms = chances.shape
    wins, pulls = torch.zeros(2, runs, arms).unbind()
    every, lost = torch.arange(runs), []
    best = chances.amax(1)
    for t in range(steps):
        arm = torch.full((runs,), t) if t < arms else strategy(wins, pulls, t, draws)
        chance = chances[every, arm]
        wins[every, arm] += (torch.rand(runs, generator=draws) < chance).float()
        pulls[every, arm] += 1
        lost.append(best - chance)
    return Pulls(torch.stack(lost, 1).cumsum(1), pulls.long(), arm)


def epsilon_greedy(epsilon: float | torch.Tensor = 0.1, *, decay: bool = False) -> Strategy:
    """With probability ε a random arm, else the one with the best mean so far.

    Args:
        epsilon: ε in [0, 1], or one for each run, (runs). With ``decay`` any number from 0 on: after t
            pulls of K arms, ε is then ``epsilon`` · K / t, at most 1.
        decay: let ε fall.

    Returns:
        The strategy.

    Raises:
        TypeError, ValueError: ``epsilon`` is out of range.

    Source: Auer, Cesa-Bianchi and Fischer (2002), figure 3, for the decay.
    """
    setting = _setting("epsilon", epsilon, float("inf") if decay else 1.0)

    def choose(wins, pulls, t, draws):
        runs, arms = pulls.shape
        share = _for_each("epsilon", setting, runs) * (arms / t if decay else 1)
        explore = torch.rand(runs, generator=draws) < share
        return torch.where(explore, torch.randint(arms, (runs,), generator=draws), (wins / pulls).argmax(1))

    return choose


def ucb1(width: float | torch.Tensor = 1.0) -> Strategy:
    r"""The arm whose mean could be the largest: the one with the largest upper confidence bound.

    .. math::
        \bar x_a + c \sqrt{\frac{2 \ln t}{n_a}}

    Args:
        width: c, 1 in the paper; at least 0, or one for each run, (runs).

    Returns:
        The strategy.

    Raises:
        TypeError, ValueError: ``width`` is out of range.

    Source: Auer, Cesa-Bianchi and Fischer (2002), figure 1.
    """
    setting = _setting("width", width)

    def choose(wins, pulls, t, draws):
        bonus = (2 * float(np.log(t)) / pulls).sqrt()
        return (wins / pulls + _for_each("width", setting, len(pulls))[:, None] * bonus).argmax(1)

    return choose


def thompson(sharpness: float | torch.Tensor = 1.0) -> Strategy:
    r"""Draw each arm's chance from what is known of it, and pull the arm with the largest draw.

    What is known after some wins and losses is the distribution
    :math:`\mathrm{Beta}(1 + \kappa \cdot \text{wins},\; 1 + \kappa \cdot \text{losses})`.

    Args:
        sharpness: κ, 1 for Bayes' rule; larger trusts the past more. At least 0, or one for each run, (runs).

    Returns:
        The strategy.

    Raises:
        TypeError, ValueError: ``sharpness`` is out of range.

    Source: Thompson (1933); as an algorithm, Chapelle and Li (2011), algorithm 2.
    """
    setting = _setting("sharpness", sharpness)

    def choose(wins, pulls, t, draws):
        beta = np.random.default_rng(int(torch.randint(2**62, (), generator=draws)))
        kappa = _for_each("sharpness", setting, len(pulls))[:, None]
        a, b = 1 + kappa * wins, 1 + kappa * (pulls - wins)
        return torch.from_numpy(beta.beta(a.double().numpy(), b.double().numpy())).argmax(1)

    return choose


def _setting(name: str, value, maximum: float = float("inf")) -> torch.Tensor:
    """A number, or one for each run, as a tensor."""
    if not isinstance(value, torch.Tensor):
        return torch.tensor(real(name, value, 0, maximum))
    if floats(name, value).ndim != 1 or not ((value >= 0) & (value <= maximum) & value.isfinite()).all():
        raise ValueError(f"{name} must be numbers in [0, {maximum:g}] of shape (runs,), not {value}")
    return value.cpu()


def _for_each(name: str, setting: torch.Tensor, runs: int) -> torch.Tensor:
    """A setting of every run, (runs)."""
    if setting.ndim and len(setting) != runs:
        raise ValueError(f"{name} must be one number or one for each of {runs} runs, not {len(setting)}")
    return setting.expand(runs)
