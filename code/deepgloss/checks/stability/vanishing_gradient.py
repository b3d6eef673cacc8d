"""Checks of the exercises in stability/vanishing-gradient."""

import math

import torch

from .. import register
from ..._device import device, wide
from .._compare import draws, near, number, tensor


@register("vanishing-gradient-lengths")
def _(backward_lengths) -> None:
    for sizes in ((3, 2), (2, 5, 3, 4), (5, 5, 5)):
        weights = [draws(after, before, seed=k) for k, (before, after) in enumerate(zip(sizes, sizes[1:]))]
        slopes = [draws(size, seed=k + 7).tanh() for k, size in enumerate(sizes[1:])]
        end = draws(sizes[-1], seed=99)
        got = tensor(backward_lengths([w.clone() for w in weights], [s.clone() for s in slopes], end.clone()), "the lengths")
        wanted, slope_late, no_slope = [], [], []
        for kind, found in (("right", wanted), ("late", slope_late), ("none", no_slope)):
            gradient = end
            found.append(gradient.norm())
            for k in reversed(range(len(weights))):
                if kind == "late" and len(slopes[k]) == weights[k].shape[1]:
                    gradient = slopes[k] * (weights[k].T @ gradient)
                elif kind == "none":
                    gradient = weights[k].T @ gradient
                else:
                    gradient = weights[k].T @ (slopes[k] * gradient)
                found.append(gradient.norm())
        wanted, slope_late, no_slope = (torch.stack(found[::-1]) for found in (wanted, slope_late, no_slope))
        assert got.shape == wanted.shape, (
            f"for {len(weights)} layers the lengths must have shape {tuple(wanted.shape)}, not {tuple(got.shape)}: one for "
            "each layer's outputs, and one for the input")
        got = got.to(end)
        if not near(got, wanted):
            advice = ("they stand in the wrong order: the input's comes first" if near(got, wanted.flip(0)) else
                      "the slopes are missing" if near(got, no_slope) else
                      "the slope belongs to the layer's output, so it comes before the transposed matrix"
                      if near(got, slope_late) else "δ of the layer before is Wᵀ(φ′ ⊙ δ)")
            raise AssertionError(f"for layers of {', '.join(map(str, sizes))} units the lengths are off: {advice}")


def _mean_square(slope, std: float) -> float:
    """E[φ′(z)²] for normal z, by the trapezoidal rule."""
    u = torch.linspace(-9, 9, 20_001)
    density = torch.exp(-u**2 / 2) / math.sqrt(2 * math.pi)
    return torch.trapezoid(slope((std * u).to(device())).cpu().square() * density, u).item()


@register("vanishing-gradient-gain")
def _(right_gain) -> None:
    functions = {
        "tanh": lambda z: 1 - z.tanh().square(), "the sigmoid": lambda z: z.sigmoid() * (-z).sigmoid(),
        "ReLU": lambda z: (z > 0).to(z), "a line of slope −3": lambda z: torch.full_like(z, -3.0),
    }
    for name, slope in functions.items():
        for std in (3.0, 1.0, 0.1):
            got = number(right_gain(slope, std), "the gain")
            square = _mean_square(slope, std)
            wanted = 1 / math.sqrt(square)
            if not math.isclose(got, wanted, rel_tol=0.0101):
                one = 1 / math.sqrt(_mean_square(slope, 1.0))
                advice = ("this is the gain for a standard deviation of 1" if math.isclose(got, one, rel_tol=0.02) else
                          "this is a², the gain is its root" if math.isclose(got, wanted**2, rel_tol=0.02) else
                          "the mean of the squares counts, and not the square of the mean slope: a = 1 / √E[φ′(z)²]")
                raise AssertionError(f"for {name} and std = {std:g} the gain is {got:.4g}, expected {wanted:.4g}: {advice}")


@register("vanishing-gradient-reach")
def _(reach) -> None:
    turn = [[0.6, -0.8], [0.8, 0.6]]
    cases = (
        ("half the identity", [[0.5, 0.0], [0.0, 0.5]], 0.1, 4),
        ("a turn by 53° times 0.9", [[0.9 * a for a in row] for row in turn], 0.1, 22),
        ("[[0.5, 10], [0, 0.5]], whose norm is 10", [[0.5, 10.0], [0.0, 0.5]], 0.01, 15),
        ("[[0.9, 5], [0, 0.9]], whose powers grow for nine steps", [[0.9, 5.0], [0.0, 0.9]], 0.01, 105),
        ("[[0, 5], [0, 0]], whose square is 0", [[0.0, 5.0], [0.0, 0.0]], 0.5, 2),
        ("the number −0.95", [[-0.95]], 0.001, 135),
        ("a turn by 53°, whose radius is 1", turn, 0.5, math.inf),
        ("[[1.2, 0], [0, 0.1]]", [[1.2, 0.0], [0.0, 0.1]], 0.5, math.inf),
    )
    for name, rows, floor, wanted in cases:
        W = torch.tensor(rows, device=device(), dtype=wide())
        got = number(reach(W, floor), "the reach")
        radius = torch.linalg.eigvals(W.cpu()).abs().max().item()
        by_radius = 1 + math.floor(math.log(floor) / math.log(radius)) if 0 < radius < 0.99 else None
        if got != wanted:
            advice = ("there is no such q: return math.inf where the radius is 1 or more" if wanted == math.inf else
                      "some powers still shrink after they have grown: the spectral radius decides, and no norm"
                      if got == math.inf else
                      "the radius alone does not say it: compute the norm of the power"
                      if by_radius == got else "the first q whose norm is below floor, where W⁰ is the identity")
            raise AssertionError(f"for {name} and floor = {floor:g} the reach is {got:g}, expected {wanted:g}: {advice}")


@register("vanishing-gradient-paths")
def _(short_paths) -> None:
    for depth, factor, longest in ((1, 0.5, 0), (3, 1.0, 1), (10, 0.25, 2), (10, 0.25, 10), (54, 0.3, 17), (20, 2.0, 5)):
        got = number(short_paths(depth, factor, longest), "the share")
        terms = [math.comb(depth, m) * factor**m for m in range(depth + 1)]
        wanted = sum(terms[:longest + 1]) / sum(terms)
        if not math.isclose(got, wanted, rel_tol=1e-4):
            fewer = sum(terms[:longest]) / sum(terms)
            counts = sum(math.comb(depth, m) for m in range(longest + 1)) / 2**depth
            advice = ("terms with exactly `longest` layers count as well" if math.isclose(got, fewer, rel_tol=1e-4,
                                                                                          abs_tol=1e-12) else
                      "this is the share of the number of terms; each weighs factor ** m" if math.isclose(
                          got, counts, rel_tol=1e-4) else
                      "this is the sum, not yet its share of the whole" if math.isclose(
                          got, wanted * sum(terms), rel_tol=1e-4) else "comb(depth, m) terms have m layers")
            raise AssertionError(f"for depth {depth}, factor {factor:g} and longest {longest} the share is {got:.4g}, "
                                 f"expected {wanted:.4g}: {advice}")
