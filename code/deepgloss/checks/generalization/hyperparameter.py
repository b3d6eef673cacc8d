"""Checks of the exercises in generalization/hyperparameter."""

import math

import torch

from .. import register
from ..._device import device
from .._compare import near, number, several, tensor


@register("hyperparameter-log-uniform")
def _(on_log_scale) -> None:
    for low, high, shape in ((1e-3, 1.0, (7,)), (0.5, 8.0, (2, 3)), (2.0, 2.0, (5,)), (1e-6, 1e-2, ())):
        u = torch.rand(shape, generator=torch.Generator().manual_seed(3)).to(device())
        if shape == (7,):
            u[0], u[1] = 0.0, 1.0
        got = tensor(on_log_scale(low, high, u.clone()), "the values")
        assert got.shape == u.shape, f"for u of shape {shape} the values must have that shape, not {tuple(got.shape)}"
        wanted = torch.exp(math.log(low) + u * (math.log(high) - math.log(low)))
        if not near(got.to(wanted), wanted, 1e-4):
            advice = ("these are uniform, not their logarithms" if near(got.to(wanted), low + (high - low) * u, 1e-4) else
                      "these are the logarithms: take their exponential" if near(got.to(wanted), wanted.log(), 1e-4) else
                      "log low + u (log high − log low), then the exponential")
            raise AssertionError(f"from {low:g} to {high:g} the values are off: {advice}")


@register("hyperparameter-trials")
def _(trials_needed) -> None:
    for share, confidence in ((0.05, 0.95), (0.01, 0.9), (0.3, 0.2), (0.5, 0.8), (0.5, 0.75), (0.001, 0.99), (0.9, 0.05)):
        got = number(trials_needed(share, confidence), "the number of trials")
        n = 1
        while 1 - (1 - share) ** n < confidence:
            n += 1
        assert got == int(got), f"the number of trials must be whole, not {got:g}: round up"
        assert got == n, (
            f"for share {share:g} and confidence {confidence:g} it is {got:g}, expected {n}: all n trials miss with probability "
            "(1 − share)ⁿ, which must be at most 1 − confidence; at least one trial is needed")


def loss(place: int, updates: int) -> int:
    """A loss of its own for each of up to eleven configurations, whose order changes with the updates."""
    return (7 * place + 5 * updates) % 11


@register("hyperparameter-halving")
def _(halve) -> None:
    for count, updates, factor in ((8, 5, 2), (7, 1, 3), (1, 4, 2), (10, 3, 4), (5, 2, 2)):
        configs, calls = [{"place": k} for k in range(count)], []

        def score(config, given):
            calls.append((config["place"], given))
            return loss(config["place"], given)

        passed = list(configs)
        parts = several(halve(score, passed, updates, factor), 2, "return the configuration and the updates")
        assert passed == configs, "configs was changed: work on a copy"
        left, given, wanted = list(configs), updates, []
        while True:
            left = sorted(left, key=lambda c: loss(c["place"], given))
            wanted += [(c["place"], given) for c in left]
            if len(left) == 1:
                break
            left, given = left[:math.ceil(len(left) / factor)], given * factor
        case = f"for {count} configurations, {updates} updates and factor {factor}"
        rounds = [sum(1 for _, g in calls if g == updates * factor**k) for k in range(10)]
        expected = [sum(1 for _, g in wanted if g == updates * factor**k) for k in range(10)]
        assert rounds == expected, (
            f"{case} the rounds score {[r for r in rounds if r]} configurations, expected {[r for r in expected if r]}: each "
            "that is left once, then keep one of `factor`, rounded up, and multiply the updates; the last round has one")
        assert sorted(calls) == sorted(wanted), (
            f"{case} the wrong ones are kept: those with the smallest losses of the round go on")
        assert parts[0] == left[0], f"{case} the configuration is {parts[0]}, expected {left[0]}: the one that is left"
        assert number(parts[1], "the sum of the updates") == sum(g for _, g in wanted), (
            f"{case} the updates are {parts[1]}, expected {sum(g for _, g in wanted)}: the sum over all calls, in all rounds")
