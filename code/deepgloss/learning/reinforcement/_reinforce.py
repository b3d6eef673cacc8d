"""REINFORCE: make actions more probable by as much as what followed was better than expected."""

import torch

from ..._arguments import flag, floats, integers, real, same_type, whole, whole_seed
from ..._arguments import generator as draws_from
from ..._budget import budget
from ..._precision import in_float32
from ._episodes import discounted_returns, rollout
from ._mdp import shape_of


@in_float32
def mean_of_others(returns: torch.Tensor) -> torch.Tensor:
    r"""For each episode the mean return of the other ones: a baseline that knows nothing of the episode itself.

    .. math::
        b_i = \frac{1}{n - 1} \sum_{j \ne i} G_j

    Args:
        returns: G, of n ≥ 2 episodes along the last axis, (…, n).

    Returns:
        b, (…, n).

    Raises:
        TypeError: ``returns`` is no tensor of floating-point numbers.
        ValueError: there are fewer than two episodes.

    Source: Ahmadian et al. (2024), the baseline of RLOO.
    """
    if not floats("returns", returns).ndim or returns.shape[-1] < 2:
        raise ValueError(f"returns must hold at least two episodes, not be of shape {tuple(returns.shape)}")
    return (returns.sum(-1, keepdim=True) - returns) / (returns.shape[-1] - 1)


@in_float32
def reinforce_loss(logits: torch.Tensor, actions: torch.Tensor, advantages: torch.Tensor) -> torch.Tensor:
    r"""A number whose gradient is REINFORCE's estimate of the policy gradient, with the sign turned.

    .. math::
        -\frac1n \sum_{i=1}^n \sum_t A_{t,i} \log \pi(a_{t,i} \mid s_{t,i})

    Args:
        logits: of the policy, (T, …, n, actions).
        actions: those taken, integers from 0 to actions − 1, (T, …, n).
        advantages: A, returns less a baseline, 0 where an episode is over, (T, …, n); taken as constants.

    Returns:
        The loss, summed over all axes, divided by n.

    Raises:
        TypeError: one of them is no tensor of the right kind, or the types differ.
        ValueError: the shapes do not fit.

    Source: Williams (1992), section 5; Sutton and Barto (2018), section 13.4.
    """
    floats("logits", logits), integers("actions", actions), floats("advantages", advantages)
    if not logits.ndim or logits.shape[:-1] != actions.shape or advantages.shape != actions.shape or not actions.ndim:
        raise ValueError(f"actions and advantages must have shape {tuple(logits.shape[:-1])}, with at least one axis, not "
                         f"{tuple(actions.shape)} and {tuple(advantages.shape)}")
    same_type(logits=logits, advantages=advantages)
    taken = logits.log_softmax(-1).gather(-1, actions.long()[..., None])[..., 0]
    return -(advantages.detach() * taken).sum() / actions.shape[-1]


def reinforce(policy: torch.nn.Module, environment, optimizer: torch.optim.Optimizer, *, updates: int,
              episodes: int | tuple[int, ...] = 16, steps: int = 500, discount: float = 1.0, baseline: bool = True,
              seed: int = 0) -> torch.Tensor:
    """Improve a policy by REINFORCE: play some episodes, take one step of the optimizer, again and again.

    Several learners can learn side by side: with ``episodes=(7, 16)`` the policy gets states (7, 16, …) and
    answers with the logits of seven learners. They share nothing, as long as the optimizer keeps their
    parameters apart, as all of PyTorch's do that work number by number.

    Args:
        policy: from states to logits, as :func:`rollout` takes it.
        environment: as :func:`rollout` takes it.
        optimizer: of the policy's parameters.
        updates: steps of the optimizer, times ``DEEPGLOSS_BUDGET``, see :func:`deepgloss.budget`.
        episodes: of each update, and learners before it.
        steps: where episodes are cut off.
        discount: γ in [0, 1]. Below 1, the factor :math:`\\gamma^t` of the theorem is left out, as is usual.
        baseline: subtract :func:`mean_of_others` from the return of each step.
        seed: of first states and actions; ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        The mean return, not discounted, of each update's episodes, before the update, (updates, \\*learners).

    Raises:
        TypeError, ValueError: an argument is out of range; with a baseline, fewer than two episodes.

    Source: Williams (1992); Sutton and Barto (2018), section 13.4.
    """
    updates, steps, gamma = budget(whole("updates", updates)), whole("steps", steps), real("discount", discount, 0, 1)
    shape = shape_of(episodes)
    if flag("baseline", baseline) and shape[-1] < 2:
        raise ValueError("episodes must be at least 2 for a baseline: one is measured by the others")
    draws, means = draws_from(whole_seed(seed)), []
    for _ in range(updates):
        played = rollout(policy, environment, shape, steps=steps, generator=draws)
        means.append(played.rewards.sum(0).mean(-1))
        returns = discounted_returns(played.rewards, gamma)
        advantages = (returns - mean_of_others(returns) if baseline else returns) * played.going
        logits = policy(played.states)
        loss = reinforce_loss(logits, played.actions, advantages.to(logits.dtype))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.stack(means)
