"""Episodes: an agent acts in an environment, and what came of it is written down."""

from typing import NamedTuple

import torch

from ..._arguments import floats, real, whole
from ..._precision import in_float32
from ._mdp import drawn, shape_of


class Episodes(NamedTuple):
    """Several episodes side by side, step by step; T is the length of the longest."""

    states: torch.Tensor
    """Before each action, (T, \\*episodes, …)."""
    actions: torch.Tensor
    """``int64``, (T, \\*episodes)."""
    rewards: torch.Tensor
    """0 once an episode is over, (T, \\*episodes)."""
    going: torch.Tensor
    """Whether an episode was not yet over, Boolean, (T, \\*episodes)."""


@torch.no_grad()
def rollout(policy, environment, episodes: int | tuple[int, ...], *, steps: int, generator: torch.Generator,
            greedy: bool = False) -> Episodes:
    """Play episodes side by side until all are over, or for some steps at most.

    Args:
        policy: takes states (\\*episodes, …) and gives logits (\\*episodes, actions), whose softmax are the
            probabilities of actions. ``reinforce`` also shows it all steps at once, (T, \\*episodes, …).
        environment: :class:`CartPole`, an :class:`MDP`, or whatever has their ``begin``, ``step`` and ``actions``.
        episodes: how many, or a shape.
        steps: where episodes are cut off.
        generator: of the CPU; draws first states, actions, and what ``step`` draws.
        greedy: take the action of the largest logit instead of a random one.

    Returns:
        The episodes.

    Raises:
        TypeError: ``steps`` or ``episodes`` are no integers, ``generator`` is no generator, or ``policy``
            gives no floating-point numbers.
        ValueError: they are below 1; or logits have another shape, or are not a number.
    """
    shape, steps = shape_of(episodes), whole("steps", steps)
    if not isinstance(generator, torch.Generator):
        raise TypeError(f"generator must be a torch.Generator, not {type(generator).__name__}")
    state = environment.begin(shape, generator)
    going = torch.ones(shape, dtype=torch.bool, device=state.device)
    record = []
    for _ in range(steps):
        logits = floats("the logits of policy", policy(state))
        if logits.shape != (*shape, environment.actions):
            raise ValueError(f"policy must give logits of shape {(*shape, environment.actions)}, not {tuple(logits.shape)}")
        if logits.isnan().any():
            raise ValueError("policy gives logits that are not a number: did learning diverge?")
        action = logits.argmax(-1) if greedy else drawn(logits.softmax(-1), generator)
        after, reward, over = environment.step(state, action, generator)
        record.append((state, action, reward * going, going))
        going = going & ~over
        if not going.any():
            break
        state = after
    return Episodes(*map(torch.stack, zip(*record)))


@in_float32
def discounted_returns(rewards: torch.Tensor, discount: float = 1.0) -> torch.Tensor:
    r"""What is still to come at each step, later rewards counting less.

    .. math::
        G_t = r_{t+1} + \gamma\, r_{t+2} + \gamma^2 r_{t+3} + \dots = r_{t+1} + \gamma\, G_{t+1}

    Args:
        rewards: of each step; row t holds :math:`r_{t+1}`, what the action of step t brought, (T, …).
        discount: γ in [0, 1].

    Returns:
        G, (T, …).

    Raises:
        TypeError: ``rewards`` is no tensor of floating-point numbers.
        ValueError: it has no axis, or ``discount`` is out of range.

    Source: Sutton and Barto (2018), equations 3.8 and 3.9.
    """
    gamma = real("discount", discount, 0, 1)
    if not floats("rewards", rewards).ndim:
        raise ValueError("rewards must have at least one axis, the steps, not shape ()")
    if not len(rewards):
        return rewards.clone()
    returns = [rewards[-1]]
    for reward in rewards[:-1].flip(0).unbind():
        returns.append(reward + gamma * returns[-1])
    return torch.stack(returns[::-1])
