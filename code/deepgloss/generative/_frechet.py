"""The Fréchet distance of two sets of features, and how far it may be off."""

import torch

from .._arguments import generator, same_type, whole, whole_seed
from ._arguments import finite, table


def frechet_distance(a: torch.Tensor, b: torch.Tensor) -> float:
    r"""The squared Fréchet distance of the Gaussians that have the means and covariances of two sets of features.

    .. math:: \lVert \mu_a - \mu_b \rVert^2 + \operatorname{tr}\big(C_a + C_b - 2 (C_a C_b)^{1/2}\big)

    With centered features A and B, scaled so that :math:`C_a = A^\top A`, the trace of the root is the sum of the
    singular values of :math:`A B^\top`, without a root of a matrix: nothing breaks where a covariance is singular.

    The distance of finite sets is too large on average, by about a constant over the number of examples, and the
    constant depends on the model: compare sets of one size, and set the distance between two halves of the data beside
    it (:func:`frechet_halves`). With Inception's features it is the Fréchet inception distance, FID.

    Args:
        a: features, (N, D), N ≥ 2; computed in float64 on the CPU, whatever their type.
        b: others, (M, D), M ≥ 2.

    Returns:
        The distance, at least 0.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or types differ.
        ValueError: shapes do not fit, or a number is not finite.

    Source: Heusel and others (2017), equation 6, from Dowson and Landau (1982); the bias, Bińkowski and others (2018),
    section 4.
    """
    return _distance(*features(a, b))


def frechet_bootstrap(a: torch.Tensor, b: torch.Tensor, draws: int = 100, seed: int = 0) -> torch.Tensor:
    """Fréchet distances of sets drawn with replacement from two sets: their spread is an error bar.

    Their mean is no better estimate: drawing again adds to the bias.

    Args:
        a, b: as for :func:`frechet_distance`.
        draws: how many.
        seed: of the draws; ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        (draws), float64, on the CPU.

    Raises:
        TypeError, ValueError: as there, or a number is out of range.

    Source: Efron and Tibshirani (1993), chapter 6.
    """
    a, b = features(a, b)
    draw = generator(whole_seed(seed))
    found = []
    for _ in range(whole("draws", draws)):
        one, two = (x[torch.randint(len(x), (len(x),), generator=draw)] for x in (a, b))
        found.append(_distance(one, two))
    return torch.tensor(found, dtype=torch.float64)


def frechet_halves(x: torch.Tensor, splits: int = 10, seed: int = 0) -> torch.Tensor:
    """Fréchet distances between random halves of one set: what the distance is where nothing differs.

    Args:
        x: features, (N, D), N ≥ 4; of an odd number one is left out each time.
        splits: how many.
        seed: of the splits; ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        (splits), float64, on the CPU. Compare a set of N // 2 examples with as many others.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.
    """
    finite("x", table("x", x, 4))
    x, draw, half = x.detach().cpu().double(), generator(whole_seed(seed)), len(x) // 2
    found = []
    for _ in range(whole("splits", splits)):
        order = torch.randperm(len(x), generator=draw)
        found.append(_distance(x[order[:half]], x[order[half:2 * half]]))
    return torch.tensor(found, dtype=torch.float64)


def features(a, b) -> tuple[torch.Tensor, torch.Tensor]:
    """Two sets of features, checked, in float64 on the CPU."""
    finite("a", table("a", a, 2))
    finite("b", table("b", b, 2))
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"b must have {a.shape[1]} columns as a has, not {b.shape[1]}")
    same_type(a=a, b=b)
    return a.detach().cpu().double(), b.detach().cpu().double()


def _distance(a: torch.Tensor, b: torch.Tensor) -> float:
    means = a.mean(0), b.mean(0)
    a, b = ((x - mean) / (len(x) - 1) ** 0.5 for x, mean in zip((a, b), means))
    total = a.square().sum() + b.square().sum()
    # Triangles of the same covariances are D by D, where there are more examples than features.
    a, b = (torch.linalg.qr(x, mode="r")[1] if len(x) > x.shape[1] else x for x in (a, b))
    shared = torch.linalg.svdvals(a @ b.mT).sum()
    return max(((means[0] - means[1]).square().sum() + total - 2 * shared).item(), 0.0)
