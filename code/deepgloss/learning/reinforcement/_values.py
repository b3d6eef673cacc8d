"""What states and actions are worth: the Bellman equations, solved and iterated."""

import torch

from ..._arguments import floats, real, same_type, whole
from ._mdp import MDP


def action_values(mdp: MDP, values: torch.Tensor, discount: float) -> torch.Tensor:
    r"""What each action is worth if the state it leads to is worth what ``values`` says.

    .. math::
        q(s, a) = \sum_{s'} p(s' \mid s, a) \bigl( r(s, a, s') + \gamma\, v(s') \bigr)

    Args:
        mdp: the decision process.
        values: v, (S).
        discount: γ in [0, 1].

    Returns:
        q, (S, A).

    Raises:
        TypeError: ``mdp`` is no :class:`MDP`, or ``values`` no tensor of floating-point numbers.
        ValueError: ``values`` has another shape, or ``discount`` is out of range.

    Source: Sutton and Barto (2018), equation 4.10.
    """
    gamma = real("discount", discount, 0, 1)
    if floats("values", values).shape != (process(mdp).states,):
        raise ValueError(f"values must have shape {(mdp.states,)}, not {tuple(values.shape)}")
    return (mdp.transitions * (mdp.rewards + gamma * values)).sum(-1)


def policy_values(mdp: MDP, policy: torch.Tensor, discount: float) -> torch.Tensor:
    r"""The expected return from each state under a policy, by solving Bellman's linear system.

    .. math::
        v = (I - \gamma P_\pi)^{-1} r_\pi, \qquad
        P_\pi(s, s') = \sum_a \pi(a \mid s)\, p(s' \mid s, a)

    Terminal states are worth 0 and take no part. Gradients flow to the policy.

    Args:
        mdp: the decision process.
        policy: π, probabilities of actions in each state, of the type of the process, (…, S, A).
        discount: γ in [0, 1].

    Returns:
        v, (…, S).

    Raises:
        TypeError: ``mdp`` is no :class:`MDP`, or ``policy`` no tensor of the type of its probabilities.
        ValueError: ``policy`` has another shape or is no distribution; or γ is 1 and an episode may never end.

    Source: Sutton and Barto (2018), equation 4.4.
    """
    gamma = real("discount", discount, 0, 1)
    if floats("policy", policy).shape[-2:] != (process(mdp).states, mdp.actions):
        raise ValueError(f"policy must end in the shape {(mdp.states, mdp.actions)}, not be {tuple(policy.shape)}")
    same_type(transitions=mdp.transitions, policy=policy)
    if not (policy >= 0).all() or not torch.allclose(policy.sum(-1), policy.new_ones(()), atol=1e-5):
        raise ValueError("policy must be probabilities that add up to 1 in each state")
    going = ~mdp.terminal
    p = torch.einsum("...sa,sat->...st", policy, mdp.transitions)[..., going, :][..., going]
    r = torch.einsum("...sa,sa->...s", policy, (mdp.transitions * mdp.rewards).sum(-1))[..., going]
    found, trouble = torch.linalg.solve_ex(torch.eye(p.shape[-1], dtype=p.dtype, device=p.device) - gamma * p, r)
    if trouble.any() or (gamma == 1 and not _ends(p.detach())):
        raise ValueError("discount must be below 1: under this policy an episode may never end")
    values = found.new_zeros(*found.shape[:-1], mdp.states)
    return values.index_copy(-1, going.nonzero()[:, 0], found)


def _ends(p: torch.Tensor) -> bool:
    """Whether episodes end from every state: what is left after many steps goes to 0."""
    return bool((torch.linalg.matrix_power(p, 2 * p.shape[-1]).sum(-1) < 1 - 1e-12).all())


def value_iteration(mdp: MDP, discount: float, *, tolerance: float = 1e-8, max_sweeps: int = 10_000) -> torch.Tensor:
    r"""Optimal values, by applying Bellman's optimality equation again and again, from 0.

    .. math::
        v_{k+1}(s) = \max_a \sum_{s'} p(s' \mid s, a) \bigl( r(s, a, s') + \gamma\, v_k(s') \bigr)

    Ends when no value can be off by more than ``tolerance``, as the change of the last sweep, times
    γ / (1 − γ), says; with γ = 1, when that change itself is below it.

    Args:
        mdp: the decision process.
        discount: γ in [0, 1].
        tolerance: above 0.
        max_sweeps: at most so many.

    Returns:
        The values before the first sweep and after each, (sweeps + 1, S); the last row is the answer.

    Raises:
        TypeError: ``mdp`` is no :class:`MDP`, or a number is none.
        ValueError: a number is out of range.
        RuntimeError: ``max_sweeps`` were not enough.

    Source: Bellman (1957); Sutton and Barto (2018), section 4.4.
    """
    gamma, tolerance = real("discount", discount, 0, 1), real("tolerance", tolerance)
    if tolerance <= 0:
        raise ValueError(f"tolerance must be above 0, not {tolerance:g}")
    max_sweeps = whole("max_sweeps", max_sweeps)
    history = [process(mdp).transitions.new_zeros(mdp.states)]
    for _ in range(max_sweeps):
        history.append(action_values(mdp, history[-1], gamma).amax(1))
        change = (history[-1] - history[-2]).abs().max().item()
        if change * (gamma / (1 - gamma) if gamma < 1 else 1) <= tolerance:
            return torch.stack(history)
    raise RuntimeError(f"after {max_sweeps} sweeps values still change by {change:.3g}: raise max_sweeps or lower discount")


def greedy_policy(values: torch.Tensor) -> torch.Tensor:
    """The policy that takes the action of largest value in each state; the first of several.

    Args:
        values: of actions, at least one, (S, A).

    Returns:
        Probabilities, 0 and 1, of the type of ``values``, (S, A).

    Raises:
        TypeError: ``values`` is no tensor of floating-point numbers.
        ValueError: it has no two axes, or no action.
    """
    if floats("values", values).ndim != 2 or not values.shape[1]:
        raise ValueError(f"values must have shape (states, actions), not {tuple(values.shape)}")
    return torch.zeros_like(values).scatter(1, values.argmax(1, keepdim=True), 1.0)


def process(mdp: MDP) -> MDP:
    """``mdp``, if it is one."""
    if not isinstance(mdp, MDP):
        raise TypeError(f"mdp must be an MDP, not {type(mdp).__name__}")
    return mdp
