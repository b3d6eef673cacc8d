"""Checks of the exercises in learning/reinforcement-learning."""

import time

import torch

from ..._device import precise
from ...learning import policy_values, switched_corridor
from .. import register
from .._compare import number, same, several


@register("reinforcement-learning-returns")
def _(returns) -> None:
    assert len(_listed(returns([], 0.9))) == 0, "an empty list of rewards has an empty list of returns"
    for rewards in ([2], [0, 0, 2], [1, -1, 0.5, 3, 0, -2], [1.0] * 7):
        for gamma in (0.5, 0.9, 0.0, 1.0):
            wanted = _returns(rewards, gamma)
            got = returns(list(rewards), gamma)
            assert got is not None, "returns returned None: does it end in a return statement?"
            parts = several(got, len(rewards), "return the list of G, one for each reward")
            found = [number(part, "a return") for part in parts]
            near_misses = (
                (wanted[::-1], "they are in reverse order: G₀ comes first"),
                (_running(rewards, gamma), "these are sums of the rewards up to each step: a return is of what is to come"),
                ([gamma * g for g in wanted], "the next reward counts in full: γ begins with the one after it"),
                ([gamma**t * g for t, g in enumerate(wanted)], "each G starts counting anew at its own step"),
                (_returns(rewards, 1.0), "later rewards count less: multiply by γ at every step"),
            )
            if max(abs(a - b) for a, b in zip(found, wanted)) > 1e-9:
                advice = next((text for value, text in near_misses if max(abs(a - b) for a, b in zip(found, value)) < 1e-9),
                              "go from the end: G = reward + γ · (the G after it)")
                raise AssertionError(f"for rewards {rewards} and γ = {gamma:g} came {found}, expected {wanted}: {advice}")
    began = time.perf_counter()
    many = returns([1.0] * 20_000, 0.9)
    assert abs(number(many[0], "a return") - 10) < 1e-6, "for 20,000 rewards of 1 and γ = 0.9 the first return is 10"
    assert time.perf_counter() - began < 5, "20,000 rewards took longer than five seconds: compute each return from the next"


def _listed(got):
    assert hasattr(got, "__len__"), f"return a list, not {got!r}"
    return got


def _returns(rewards, gamma):
    found, later = [], 0.0
    for reward in reversed(rewards):
        later = reward + gamma * later
        found.append(later)
    return found[::-1]


def _running(rewards, gamma):
    return [sum(gamma**k * x for k, x in enumerate(rewards[:t + 1])) for t in range(len(rewards))]


@register("reinforcement-learning-q-update")
def _(q_update) -> None:
    advice = "Q(s, a) + α (r + γ max Q(s′, ·) − Q(s, a))"
    for seed, (states, actions) in enumerate(((3, 2), (7, 5), (2, 4))):
        table = torch.randn(states, actions, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(precise())
        for done in (False, True):
            for s, a, s_next, alpha, gamma in ((0, 1, 1, 0.1, 0.9), (1, 0, 1, 0.5, 1.0), (1, 1, 0, 1.0, 0.3)):
                before = table.clone()
                got = q_update(table, s, a, 1.5, s_next, done, alpha, gamma)
                assert got is not None, "q_update returned None: does it end in a return statement?"
                assert torch.equal(table, before), "Q itself was changed: take a copy with Q.clone() first"
                future = 0.0 if done else gamma * before[s_next].max()
                wanted = before.clone()
                wanted[s, a] = before[s, a] + alpha * (1.5 + future - before[s, a])
                text = advice
                if isinstance(got, torch.Tensor) and got.shape == wanted.shape:
                    value, old = got[s, a].item(), before[s, a].item()
                    best, mean = before[s_next].max().item(), before[s_next].mean().item()
                    near_misses = (
                        (old + alpha * (1.5 + gamma * best - old), "after the last step nothing comes: the future of a terminal state is 0"),
                        (1.5 + (0 if done else gamma * best), "move a share α of the way only"),
                        (old + alpha * (1.5 + (0 if done else gamma * before[s_next, a].item()) - old),
                         "the future is that of the best action in s′, not of the same action"),
                        (old + alpha * (1.5 + (0 if done else gamma * mean) - old), "the best action counts, not the average"),
                        (old + alpha * (1.5 + (0 if done else best) - old), "the future is multiplied by γ"),
                        (old + alpha * (1.5 + (0 if done else gamma * best)), "the step leads from Q(s, a) to its target: subtract Q(s, a)"),
                    )
                    text = next((words for number_, words in near_misses
                                 if abs(number_ - value) < 1e-9 and abs(number_ - wanted[s, a].item()) > 1e-9), advice)
                same(got, wanted, "the new table", text)


@register("reinforcement-learning-evaluate")
def _(evaluate) -> None:
    for seed, (states, actions) in enumerate(((2, 1), (5, 3), (11, 2))):
        gen = torch.Generator().manual_seed(seed)
        drawn = [torch.rand(*shape, generator=gen, dtype=torch.float64) + 0.01
                 for shape in ((states, actions, states), (states, actions))]
        P, policy = ((x / x.sum(-1, keepdim=True)).to(precise()) for x in drawn)
        R = torch.randn(states, actions, states, generator=gen, dtype=torch.float64).to(precise())
        for gamma in (0.0, 0.7, 0.999):
            step, reward = torch.einsum("sa,sat->st", policy, P), torch.einsum("sa,sat,sat->s", policy, P, R)
            eye = torch.eye(states, dtype=P.dtype, device=P.device)
            wanted = torch.linalg.solve(eye - gamma * step, reward)
            got = evaluate(P.clone(), R.clone(), policy.clone(), gamma)
            assert got is not None, "evaluate returned None: does it end in a return statement?"
            uniform = torch.linalg.solve(eye - gamma * P.mean(1), (P * R).sum(2).mean(1))
            near_misses = (
                (reward, "this is the mean reward of one step: the values of what follows are missing"),
                (torch.linalg.solve(eye - step, reward) if gamma else wanted, "the next value is multiplied by γ"),
                (uniform, "actions are weighed by the policy, not equally"),
                (torch.linalg.solve(eye - gamma * step, torch.einsum("sa,sat->s", policy, R)),
                 "rewards are weighed by the probability of the next state as well"),
                (torch.linalg.solve(eye - gamma * step.T, reward), "the matrix is turned: row s holds what follows on s"),
            )
            advice = "solve (I − γ P_π) v = r_π, where P_π and r_π average over actions by the policy"
            if isinstance(got, torch.Tensor) and got.shape == wanted.shape and got.is_floating_point():
                advice = next((text for value, text in near_misses
                               if not torch.allclose(value, wanted) and torch.allclose(value, got.to(value))), advice)
            same(got, wanted, f"the values for γ = {gamma:g}", advice)


@register("reinforcement-learning-blind")
def _(best_blind) -> None:
    corridor, grid = switched_corridor(), torch.linspace(0, 1, 10_001, dtype=torch.float64)
    worth = lambda p, gamma: policy_values(  # noqa: E731
        corridor, torch.stack([1 - p, p], -1)[:, None].expand(-1, 4, -1), gamma)[:, 0]
    for gamma in (0.2, 0.5, 0.9, 0.99):
        got = best_blind(gamma)
        assert got is not None, "best_blind returned None: does it end in a return statement?"
        p = number(got, "the probability")
        assert 0 <= p <= 1, f"for γ = {gamma:g} came {p:g}: a probability lies between 0 and 1"
        values = worth(grid, gamma)
        wanted, best = grid[values.argmax()].item(), values.max().item()
        value = worth(torch.tensor([p], dtype=torch.float64), gamma).item()
        advice = ("this is the probability of going left" if abs(1 - p - wanted) < 2e-3 and abs(wanted - 0.5) > 0.01 else
                  "that is the best without a discount: it changes with γ" if abs(p - (2 - 2**0.5)) < 2e-3 else
                  "more than half, since right is right in two of three cells" if abs(p - 0.5) < 1e-6 else
                  "try many p, take policy_values at the first cell, and keep the p of the largest")
        assert value > best - 1e-4, (
            f"for γ = {gamma:g} going right with probability {p:.4f} is worth {value:.5f}, with {wanted:.4f} it is "
            f"{best:.5f}: {advice}")
