"""Checks of the exercises in generalization/early-stopping."""

import copy
import math

import torch

from .. import register
from ..._device import device
from .._compare import number, several


@register("early-stopping-rule")
def _(stop_at) -> None:
    falling = [5.0, 4.0, 3.0, 2.0]
    bumpy = [0.8, 0.6, 0.65, 0.55, 0.58, 0.62, 0.3]
    for scores, patience, min_delta, wanted in (
            (bumpy, 2, 0.0, (5, 3)), (bumpy, 1, 0.0, (2, 1)), (bumpy, 3, 0.0, (6, 6)), (bumpy, 3, 0.1, (4, 1)),
            (falling, 1, 0.0, (3, 3)), ([1.0], 4, 0.0, (0, 0)), ([1.0, 1.0, 1.0], 2, 0.0, (2, 0)),
            ([1.0, 0.9, 0.8, 0.7], 3, 0.25, (3, 3)), ([0.5, 0.4, 0.6], 5, 0.0, (2, 1))):
        arguments = (list(scores), patience) + ((min_delta,) if min_delta else ())
        parts = several(stop_at(*arguments), 2, "return the check at which to stop and that of the best score")
        got = tuple(number(part, "a check") for part in parts)
        case = f"for {scores}, patience {patience}, min_delta {min_delta:g}"
        assert got[1] == wanted[1], (
            f"{case} the best check is {got[1]:g}, expected {wanted[1]}: of the scores seen before the stop, the last that was "
            "below the best so far minus min_delta; equal scores are no improvement")
        assert got[0] == wanted[0], (
            f"{case} the stop is at {got[0]:g}, expected {wanted[0]}: the first check that is patience checks after the best, "
            "else the last check, all counted from 0")


@register("early-stopping-penalty")
def _(penalty) -> None:
    for curvature, lr, steps in ((0.5, 0.5, 3), (1.0, 0.1, 20), (0.01, 0.5, 100), (1e-4, 0.5, 7), (1.8, 0.5, 4), (1.0, 0.3, 1),
                                 (0.0, 0.2, 10)):
        got = number(penalty(curvature, lr, steps), "λ")
        left = (1 - lr * curvature) ** steps
        wanted = curvature * left / (1 - left) if curvature else 1 / (lr * steps)
        case = f"for curvature {curvature:g}, η = {lr:g}, t = {steps}"
        assert math.isclose(got, wanted, rel_tol=1e-4, abs_tol=1e-12), (
            f"{case} λ is {got:g}, expected {wanted:g}: " + (
                "1 / (ηt) is the limit for small curvatures only" if math.isclose(got, 1 / (lr * steps), rel_tol=1e-6)
                else "solve μ / (μ + λ) = 1 − (1 − ημ)ᵗ for λ; at curvature 0 it tends to 1 / (ηt)"))


@register("early-stopping-class")
def _(BestWeights) -> None:
    for patience, scores, stops, best in (
            (2, [3.0, 1.0, 2.0, 0.5, math.nan, 0.5], [False, False, False, False, False, True], 3),
            (1, [1.0, 2.0], [False, True], 0), (3, [2.0, 1.0], [False, False], 1)):
        model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2)).to(device())
        watch, kept = BestWeights(patience), None
        for k, (score, wanted) in enumerate(zip(scores, stops)):
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter.fill_(float(k + 1))
                for buffer in model.buffers():
                    buffer.fill_(k + 1)
            got = watch.step(score, model)
            assert bool(got) == wanted, (
                f"after the scores {scores[:k + 1]} with patience {patience}, step must return {wanted}: count the calls since "
                "the last new best; NaN is none, and neither is an equal score")
            if k == best:
                kept = copy.deepcopy(model.state_dict())
        watch.restore(model)
        for name, value in model.state_dict().items():
            assert torch.equal(value, kept[name]), (
                f"after restore, {name} is {value.flatten()[0].item():g} and not {kept[name].flatten()[0].item():g}: keep a "
                "copy of the whole state_dict at each new best; the tensors in it are those that training goes on to change. restore "
                "changes the model; what it returns does not matter")


@register("early-stopping-loss")
def _(stop_loss) -> None:
    for scores, alpha, wanted in (
            ([0.8, 0.6, 0.65, 0.55, 0.58, 0.62, 0.3], 10, (5, 3)), ([0.8, 0.6, 0.65, 0.55, 0.58, 0.62, 0.3], 5, (2, 1)),
            ([0.8, 0.6, 0.65, 0.55, 0.58, 0.62, 0.3], 20, (6, 6)), ([1.0, 1.5, 0.5], 50, (2, 2)), ([1.0, 1.5, 0.5], 49, (1, 0)),
            ([4.0, 2.0, 3.0, 1.0], 40, (2, 1)), ([5.0, 4.0, 3.0], 0, (2, 2)), ([2.0, 1.0, 1.0, 1.0], 0, (3, 1)),
            ([2.0, 1.0, 1.25], 0, (2, 1)), ([1.0], 3, (0, 0)), ([0.25, 0.375, 0.125], 30, (1, 0))):
        parts = several(stop_loss(list(scores), alpha), 2, "return the check at which to stop and that of the lowest loss up to there")
        got = tuple(number(part, "a check") for part in parts)
        case = f"for {scores}, alpha {alpha:g}"
        assert got == wanted, (
            f"{case} the answer is {got[0]:g} and {got[1]:g}, expected {wanted[0]} and {wanted[1]}: alpha is in percent of the lowest "
            "loss among the checks so far, later ones are not known yet; exactly alpha percent above does not stop; without a stop, "
            "the last check; of equal losses, the first")
