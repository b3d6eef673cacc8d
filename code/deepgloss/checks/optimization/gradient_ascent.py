"""Checks of the exercises in optimization/gradient-ascent."""

import math

import torch

from .. import register
from ..._device import device, wide
from .._compare import draws, near, number, same, tensor


@register("gradient-ascent-coin")
def _(climb) -> None:
    for k, n, lr, steps in ((7, 10, 0.1, 1), (7, 10, 0.1, 0), (2, 9, 0.2, 5), (30, 40, 0.05, 200), (0, 4, 0.5, 3)):
        z = below = 0.0
        for _ in range(steps):
            z += lr * (k - n / (1 + math.exp(-z)))
            below -= lr * (k - n / (1 + math.exp(-below)))
        wanted, downhill = (1 / (1 + math.exp(-logit)) for logit in (z, below))
        got = number(climb(k, n, lr, steps), "the probability")
        case = f"{k} heads in {n} throws, lr = {lr}, {steps} steps"
        assert steps == 0 or not math.isclose(got, downhill, abs_tol=1e-6), (
            f"{case}: {got:.6f} is where descent leads; heads become more probable while k is above n σ(z)")
        assert not math.isclose(got, z, abs_tol=1e-6) or math.isclose(z, wanted, abs_tol=1e-6), (
            f"{case}: {got:.6f} is the logit z; return the probability σ(z)")
        assert math.isclose(got, wanted, abs_tol=1e-6), (
            f"{case}: {got:.6f}, expected {wanted:.6f}: start at z = 0 and add lr (k − n σ(z)) in each step; "
            "k and n are counts, not a mean")


@register("gradient-ascent-reinforce")
def _(reinforce) -> None:
    for arms_count, pulls in ((3, 1), (5, 7), (2, 11)):
        theta, rewards = draws(arms_count, seed=pulls), draws(pulls, seed=3)
        arms = torch.randint(arms_count, (pulls,), generator=torch.Generator().manual_seed(pulls)).to(device())
        for what, baseline in (("baseline 0", 0.0), ("baseline 0.5", 0.5), ("one baseline a pull", draws(pulls, seed=5))):
            slopes = torch.eye(arms_count).to(theta)[arms] - theta.softmax(0)
            terms = (rewards - baseline)[:, None] * slopes
            wanted = terms.mean(0)
            got = tensor(reinforce(theta.clone(), arms.clone(), rewards.clone(), baseline), "the estimate")
            case = f"{pulls} pulls of {arms_count} arms, {what}"
            assert got.shape == wanted.shape, (
                f"{case}: the estimate must have shape {tuple(wanted.shape)}, one number an arm, not {tuple(got.shape)}")
            assert near(wanted, -wanted) or not near(got, -wanted), f"{case}: this one points downhill"
            assert pulls == 1 or not near(got, terms.sum(0)), f"{case}: take the mean over pulls, not the sum"
            same(got, wanted, f"the estimate for {case}",
                 "each pull gives (r − b) times the slopes of log π of its arm: 1 at the arm pulled, less π, at every arm")


@register("gradient-ascent-project")
def _(project) -> None:
    for shape, radius in (((3,), 0.5), ((5, 2), 1.0), ((2, 3, 7), 2.5)):
        x = draws(*shape, seed=len(shape))
        if len(shape) > 1:
            x[0] = 0
        wanted = x * (radius / x.norm(dim=-1, keepdim=True).clamp(min=radius))
        got = tensor(project(x.clone(), radius), "the points")
        case = f"points of shape {shape}, radius {radius}"
        assert got.isfinite().all(), f"{case}: NaN or infinity came back; the origin has length 0"
        assert got.shape == wanted.shape, f"{case}: the shape must stay {shape}, not become {tuple(got.shape)}"
        inside = x.norm(dim=-1) <= radius
        assert near(got[inside], x[inside]), (
            f"{case}: points inside the ball must stay as they are, each judged by its own length")
        same(got, wanted, case, "a point outside keeps its direction and gets the length of the radius, each by itself")


@register("gradient-ascent-endless")
def _(endless) -> None:
    kind = {"device": device(), "dtype": wide()}
    plane = torch.tensor([[1.0, 2.0], [1.0, 1.0], [1.0, -1.0], [1.0, -3.0]], **kind)
    labels = torch.tensor([1.0, 1.0, 0.0, 0.0], **kind)
    slight = torch.tensor([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0], [1.0, -1e-6]], **kind)
    cases = (
        ("a direction that separates the classes", plane, labels, (0.0, 1.0), True,
         "examples of class 1 have x·v above 0, those of class 0 below, so that every one gets more probable"),
        ("the opposite direction", plane, labels, (0.0, -1.0), False, "every example gets less probable"),
        ("labels the other way round", plane, 1 - labels, (0.0, -1.0), True,
         "examples of class 0 need x·v below 0, those of class 1 above"),
        ("one example on the wrong side", plane, torch.tensor([1.0, 1.0, 1.0, 0.0], **kind), (0.0, 1.0), False,
         "far along v the example on the wrong side costs more than the others gain"),
        ("an example with x·v = 0, the others right", plane - torch.tensor([0.0, 1.0], **kind), labels, (0.0, 1.0), True,
         "an example with x·v = 0 stays where it is; the others rise for ever"),
        ("three examples with x·v = 1 and one with −0.000001", slight, torch.ones(4, **kind), (0.0, 1.0), False,
         "the rise lasts long, but far along v the one on the wrong side falls more than the others still gain"),
        ("all examples with x·v = 0", 0 * plane, labels, (0.0, 1.0), False, "nothing changes along v: no rise"),
        ("the zero direction", plane, labels, (0.0, 0.0), False, "there is no rise without a move"),
    )
    for what, X, y, v, wanted, because in cases:
        got = endless(X.clone(), y.clone(), torch.tensor(v, **kind))
        assert number(got, "the answer") in (0, 1), f"the answer must be True or False, not {got!r}"
        assert bool(got) == wanted, f"for {what} the answer must be {wanted}, not {bool(got)}: {because}"
