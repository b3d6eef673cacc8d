"""Checks of the exercises in generative/variational-autoencoder."""

import math

import torch

from .. import register
from .._compare import draws, near, number, same, several


@register("variational-autoencoder-divergence")
def _(divergence) -> None:
    for n, d in ((7, 3), (1, 5), (11, 1)):
        mean, log_var, other_mean, other_log_var = (draws(n, d, seed=k) for k in range(4))
        cases = [(mean, log_var, other_mean, other_log_var), (mean, log_var, mean, log_var),
                 (mean, log_var, 0 * mean, 0 * mean), (0 * mean, 0 * mean, other_mean, other_log_var)]
        for one in cases:
            m, lv, o, olv = one
            wanted = (torch.expm1(lv - olv) - (lv - olv) + (m - o).square() * (-olv).exp()).sum(1) / 2
            got = divergence(*(part.clone() for part in one))
            advice = "it is the expectation of log q − log p under q; with a standard normal p it must be equation (6), summed over the d numbers"
            if isinstance(got, torch.Tensor) and got.shape == wanted.shape:
                turned = (torch.expm1(olv - lv) + lv - olv + (m - o).square() * (-lv).exp()).sum(1) / 2
                plain = (torch.expm1(lv - olv) - (lv - olv) + (m - o).square()).sum(1) / 2
                advice = ("the two distributions have changed places: the draws come from the first" if near(got, turned)
                          else "the squared distance of the means is measured in units of the second variance" if near(got, plain)
                          else "the sum over the d numbers is wanted, not their mean" if near(got * d, wanted)
                          else "one half is missing" if near(got, 2 * wanted) else advice)
            elif isinstance(got, torch.Tensor) and got.shape == (n, d):
                advice = "sum over the d numbers of the code"
            same(got, wanted, f"for {n} examples and {d} numbers the divergence", advice)


@register("variational-autoencoder-variance")
def _(best_fit) -> None:
    for n, pixels, scale in ((7, 5, 1.0), (3, 64, 0.1), (1, 2, 30.0)):
        x, mean = draws(n, pixels, seed=n), draws(n, pixels, seed=pixels)
        mean = x + scale * (mean - x)
        parts = several(best_fit(x.clone(), mean.clone()), 2, "return a pair, the variance and the mean log-density")
        variance, density = (number(part, what) for part, what in zip(parts, ("the variance", "the mean log-density")))
        wanted = (x - mean).square().mean().item()
        hint = ("s² is wanted, not s" if math.isclose(variance**2, wanted, rel_tol=1e-5)
                else "the mean over all pixels and pictures is wanted, not a sum" if math.isclose(variance, wanted * pixels, rel_tol=1e-5)
                or math.isclose(variance, wanted * pixels * n, rel_tol=1e-5)
                else "set the derivative of equation (9) with respect to s² to zero: errors are measured from the decoder's means")
        assert math.isclose(variance, wanted, rel_tol=1e-5), f"for {n} pictures of {pixels} pixels s² is {variance:g}, expected {wanted:g}: {hint}"
        highest = -pixels / 2 * (1 + math.log(2 * math.pi * wanted))
        hint = ("the log-density is wanted, not minus it" if math.isclose(density, -highest, rel_tol=1e-5)
                else "sum over the pixels of a picture" if math.isclose(density * pixels, highest, rel_tol=1e-5)
                else "take the mean over the pictures, not the sum" if n > 1 and math.isclose(density, n * highest, rel_tol=1e-5)
                else "at the best s² the first term of equation (9) is n/2 in the mean; the second stays as it is, with 2π")
        assert math.isclose(density, highest, rel_tol=1e-5, abs_tol=1e-5), (
            f"for {n} pictures of {pixels} pixels the mean log-density is {density:g}, expected {highest:g}: {hint}")


@register("variational-autoencoder-weights")
def _(weighted_bound) -> None:
    for k, n, level in ((1, 5, 0.0), (7, 3, -5000.0), (13, 2, 5000.0), (2, 11, -60.0)):
        log_joint, log_q = level + 3 * draws(k, n, seed=k), draws(k, n, seed=n)
        log_w = log_joint - log_q
        wanted = log_w.logsumexp(0) - math.log(k)
        got = weighted_bound(log_joint.clone(), log_q.clone())
        advice = "the logarithm of the mean over the K draws, of p(x | z) p(z) / q(z | x)"
        if isinstance(got, torch.Tensor) and got.shape == wanted.shape:
            advice = ("it is not finite: subtract the largest log-weight before you exponentiate, or use logsumexp" if not got.isfinite().all()
                      else "the mean of the logarithms is the plain bound: here the mean stands inside the logarithm" if k > 1 and near(got, log_w.mean(0))
                      else "the mean is wanted, not the sum: divide by K" if k > 1 and near(got, log_w.logsumexp(0))
                      else "log q is subtracted, since the weights have q in the denominator" if near(got, (log_joint + log_q).logsumexp(0) - math.log(k))
                      else advice)
        elif isinstance(got, torch.Tensor) and got.shape == (k,) and k != n:
            advice = "draws lie along the first axis: average over it, one number for each picture is left"
        same(got, wanted, f"for {k} draws and {n} pictures near {level:g} the bound", advice)


@register("variational-autoencoder-awake")
def _(awake) -> None:
    basis = torch.linalg.qr(draws(5, 5, seed=1))[0]
    sides = draws(400, 5, seed=2)
    sides = torch.linalg.qr(sides - sides.mean(0))[0] * 20          # covariance I with the divisor 400
    for values, variance, beta, d, wanted, hint in (
            ((0.4, 0.3, 0.2, 0.15, 0.1), 0.25, 1.0, 5, 2,
             "those of the covariance, with the divisor N, that exceed s² count; neither is squared, and no root is taken"),
            ((4, 2, 1, 0.5, 0.1), 0.7, 1.0, 4, 3, "directions with an eigenvalue above s² stay"),
            ((4, 2, 1, 0.5, 0.1), 0.7, 2.0, 4, 2, "β multiplies s²"),
            ((4, 2, 1, 0.5, 0.1), 0.7, 0.2, 5, 4, "β multiplies s²"),
            ((4, 2, 1, 0.5, 0.1), 0.05, 1.0, 2, 2, "the code has only d numbers"),
            ((4, 2, 1, 0.5, 0.1), 5.0, 1.0, 3, 0, "where no eigenvalue exceeds s², none is in use")):
        x = sides @ (basis * torch.tensor(values).to(basis).sqrt()).mT + 3
        got = number(awake(x.clone(), variance, beta, d), "the count")
        assert got == wanted, (
            f"for eigenvalues {values}, s² = {variance}, β = {beta} and d = {d} there are {got:g} in use, expected {wanted}: {hint}; x is not centered")
