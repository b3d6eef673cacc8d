"""Checks of the exercises in generalization/overfitting."""

import math

import torch

from .. import register
from ..._device import device
from .._compare import draws, near, number, same, several


@register("overfitting-memorized")
def _(memorized) -> None:
    labels, true = [3, 1, 4, 1, 5, 9], [3, 1, 2, 6, 5, 8]
    for predictions, wanted, what in (([3, 1, 4, 1, 5, 9], 1, "the labels themselves"), (true, 0, "the true labels"),
                                      ([0, 0, 4, 1, 0, 0], 2 / 3, "two of three wrong labels, and nothing else right"),
                                      ([3, 1, 7, 7, 5, 7], 0, "neither the wrong labels nor the true ones in their place")):
        got = number(memorized(*(torch.tensor(row, device=device()) for row in (predictions, labels, true))), "the share")
        assert math.isclose(got, wanted, abs_tol=1e-6), (
            f"for predictions that are {what} the share is {got:g}, expected {wanted:g}: count only examples whose label is "
            "wrong, and divide by their number; repeated means equal to that label")
    true = torch.tensor(true, device=device())
    got = number(memorized(true.clone(), true.clone(), true), "the share")
    assert got == 0, f"where no label is wrong the share must be 0, not {got:g}"


@register("overfitting-gap")
def _(expected_gap) -> None:
    full = draws(11, 3)
    cases = [(full, 0.5, 3, "independent columns"), (torch.cat([full, full[:, :2]], 1), 0.5, 3, "two columns that are copies"),
             (draws(5, 13), 2.0, 5, "more columns than rows"), (draws(7, 1), 0.0, 1, "no noise")]
    for phi, noise, dimensions, what in cases:
        got, wanted = number(expected_gap(phi.clone(), noise), "the gap"), 2 * noise**2 * dimensions / len(phi)
        case = f"for {what}, phi of shape {tuple(phi.shape)} and noise {noise:g}, the gap is {got:g}, expected {wanted:g}"
        if math.isclose(got, wanted, rel_tol=1e-5, abs_tol=1e-9):
            continue
        if math.isclose(got, wanted / 2, rel_tol=1e-5):
            raise AssertionError(f"{case}: this is the variance alone, half of the gap")
        if math.isclose(got, 2 * noise * dimensions / len(phi), rel_tol=1e-5):
            raise AssertionError(f"{case}: the variance of the noise is the square of its standard deviation")
        if math.isclose(got, 2 * noise**2 * phi.shape[1] / len(phi), rel_tol=1e-5):
            raise AssertionError(f"{case}: H projects on as many dimensions as the rank of phi, here {dimensions}")
        raise AssertionError(f"{case}: 2σ² times the dimensions, divided by the rows of phi")


@register("overfitting-parts")
def _(parts) -> None:
    for samples, points in ((5, 7), (2, 3), (11, 1)):
        predictions, truth = draws(samples, points, seed=samples), draws(points, seed=1)
        got = several(parts(predictions.clone(), truth.clone()), 2, "return the squared bias and the variance")
        bias, variance = (number(part, what) for part, what in zip(got, ("the squared bias", "the variance")))
        mean = predictions.mean(0)
        wanted = (mean - truth).square().mean().item(), (predictions - mean).square().mean().item()
        case = f"for {samples} samples at {points} points"
        assert math.isclose(bias, wanted[0], rel_tol=1e-4, abs_tol=1e-7), (
            f"{case} the squared bias is {bias:g}, expected {wanted[0]:g}: take the mean over the samples at each point, then "
            "the square of its distance to the truth, then the mean over the points")
        assert math.isclose(variance, wanted[1], rel_tol=1e-4, abs_tol=1e-7), (
            f"{case} the variance is {variance:g}, expected {wanted[1]:g}: the mean squared distance to the mean prediction of "
            "the same point, divided by S and not by S − 1")


@register("overfitting-shortest")
def _(shortest) -> None:
    for n, p in ((3, 7), (5, 5), (1, 4)):
        phi, y = draws(n, p, seed=p), draws(n, seed=n)
        got = shortest(phi.clone(), y.clone())
        wanted = (torch.linalg.pinv(phi.cpu()) @ y.cpu()).to(phi)              # pinv asks a device for float64
        if isinstance(got, torch.Tensor) and got.shape == wanted.shape and not near(got, wanted, 1e-4, 1e-6):
            fits = near(phi @ got.to(phi), y, 1e-4, 1e-5)
            assert not fits, (f"for phi of shape {(n, p)} the weights fit the targets, but they are not the shortest: theirs is "
                              f"{got.norm():g} long, the shortest {wanted.norm():g}; take a combination of the rows, Φᵀa")
        if not (isinstance(got, torch.Tensor) and got.shape == wanted.shape and got.dtype == wanted.dtype
                and near(got.to(wanted), wanted, 1e-4, 1e-6)):
            same(got, wanted, f"the weights for phi of shape {(n, p)}", "w = Φᵀa, where (ΦΦᵀ) a = y")
