"""Checks of the exercises in learning/unsupervised-learning."""

import math

import torch

from ..._device import device
from .. import register
from .._compare import draws, near, number, same


@register("unsupervised-learning-step")
def _(step) -> None:
    by_hand = (torch.tensor([[1.0], [2.0], [3.0], [8.0], [9.0], [10.0]]), torch.tensor([[1.0], [2.0]]))
    tie = (torch.tensor([[0.0, 0.0], [4.0, 0.0], [8.0, 0.0]]), torch.tensor([[2.0, 0.0], [6.0, 0.0]]))
    lonely = (torch.tensor([[0.0, 1.0], [2.0, 1.0]]), torch.tensor([[1.0, 1.0], [50.0, 50.0]]))
    cases = [("for the lead's example ", *by_hand), ("with an example as near to both centers ", *tie),
             ("with a center that has no examples ", *lonely)]
    cases += [(f"for {n} examples ", draws(n, d, seed=n), draws(k, d, seed=n + 1)) for n, k, d in ((53, 3, 2), (101, 7, 5))]
    for case, x, centers in cases:
        x, centers = x.to(device()), centers.to(device())
        wanted, last, farthest = (_moved(x, centers, pick) for pick in (_first, _last, lambda d: d.argmax(1)))
        got = step(x.clone(), centers.clone())
        assert got is not None, "step returned None: does it end in a return statement?"
        advice = "all N × K squared distances, the nearest center of each example, then the mean of each center's examples"
        if isinstance(got, torch.Tensor) and got.shape == wanted.shape:
            if not near(got.to(wanted), wanted, rtol=1e-4, atol=1e-5):
                if not got.isfinite().all() or "no examples" in case:
                    advice = "the mean of no examples is no number: such a center stays where it is"
                elif near(got.to(wanted), centers):
                    advice = "these are the centers that came in: return the means"
                elif near(got.to(wanted), farthest):
                    advice = "these are the means of the examples farthest from each center"
                elif near(got.to(wanted), last):
                    advice = "of two centers equally near the first counts"
        if isinstance(got, torch.Tensor) and got.shape == wanted.shape and near(got.to(wanted), wanted, rtol=1e-4, atol=1e-5):
            got = wanted if got.dtype == wanted.dtype and got.device == wanted.device else got
        same(got, wanted, f"{case}the centers", advice)


def _first(distances: torch.Tensor) -> torch.Tensor:
    return distances.argmin(1)


def _last(distances: torch.Tensor) -> torch.Tensor:
    return distances.shape[1] - 1 - distances.flip(1).argmin(1)


def _moved(x: torch.Tensor, centers: torch.Tensor, pick) -> torch.Tensor:
    labels = pick(torch.stack([(x - center).square().sum(1) for center in centers], dim=1))
    return torch.stack([x[labels == k].mean(0) if (labels == k).any() else centers[k] for k in range(len(centers))])


@register("unsupervised-learning-components")
def _(components_needed) -> None:
    for n, inputs, offset in ((11, 3, 0.0), (53, 7, 5.0), (101, 17, -20.0)):
        x = draws(n, inputs, seed=n) * (0.7 ** torch.arange(inputs, device=device()))
        x = x @ torch.linalg.qr(draws(inputs, inputs, seed=n + 9)).Q + offset           # no input is a component
        sizes = torch.linalg.svdvals(x - x.mean(0)).tolist()
        raw = torch.linalg.svdvals(x).tolist()
        single = sorted(x.var(0).tolist(), reverse=True)
        for share in (0.2, 0.55, 0.8, 0.95, 0.999):
            wanted = _needed([s * s for s in sizes], share)
            got = components_needed(x.clone(), share)
            assert got is not None, "components_needed returned None: does it end in a return statement?"
            got = number(got, "the number of components")
            rivals = (
                (_needed([s * s for s in raw], share), "subtract the mean first"),
                (_needed(sizes, share), "a variance is the square of a singular value"),
                (_needed(single, share), "these are the variances of single inputs: a component mixes all of them"),
                (_needed([s * s for s in reversed(sizes)], share), "take the largest variances first"),
                (wanted - 1, "these capture less than the share: one more is needed"),
                (wanted + 1, "one fewer captures the share already"),
            )
            advice = next((text for value, text in rivals if value == got),
                          "add up the variances, largest first, until their share of the total is reached")
            assert got == wanted, (
                f"for {n} examples of {inputs} numbers and a share of {share:g} came {got:g}, expected {wanted}: {advice}")


def _needed(variances: list[float], share: float) -> int:
    """How many of the variances, in order, reach a share of their sum."""
    captured = 0.0
    for d, variance in enumerate(variances, 1):
        captured += variance
        if captured >= share * sum(variances):
            return d
    return len(variances)


@register("unsupervised-learning-area")
def _(area_under) -> None:
    mixed = [round(value, 1) for value in draws(23, seed=1).tolist()], [round(value + 0.8, 1) for value in draws(7, seed=2).tolist()]
    for normal, strange in (([1.0, 2.0, 3.0], [4.0, 5.0]), ([1, 2, 3], [2]), ([3], [1]), ([2, 2], [2, 2, 2]), mixed):
        pairs = [(a, n) for a in strange for n in normal]
        above, ties = sum(a > n for a, n in pairs), sum(a == n for a, n in pairs)
        wanted = (above + ties / 2) / len(pairs)
        got = area_under(list(normal), list(strange))
        assert got is not None, "area_under returned None: does it end in a return statement?"
        got = number(got, "the area")
        rivals = ((1 - wanted, "an anomaly should score higher, not lower"), (above / len(pairs), "equal scores count one half"),
                  ((above + ties) / len(pairs), "equal scores count one half"),
                  (above + ties / 2, "divide by the number of pairs"),
                  ((above + ties / 2) / (len(normal) + len(strange)), "divide by the number of pairs, not of scores"))
        advice = next((text for value, text in rivals if math.isclose(got, value, abs_tol=1e-6)),
                      "count the pairs of an anomaly and a normal example in which the anomaly scores higher")
        assert math.isclose(got, wanted, abs_tol=1e-6), (
            f"for {len(normal)} normal scores and {len(strange)} of anomalies the area is {got:g}, expected {wanted:g}: {advice}")


@register("unsupervised-learning-exact")
def _(least_cost) -> None:
    many = [round(value, 6) for value in (draws(1999, seed=3).exp() * 3).tolist()]
    cases = [[1, 2, 3, 8, 9, 10], [10, 1, 9, 2, 8, 3], [0, 1], [5, 5, 5], [0, 0, 0, 0, 0, 0, 1, 9], [0, 4, 5, 6, 7, 100], [-9, -1, 0, 0, 0, 0, 0, 0],
             [1e6 + value for value in (1.3, 2.1, 3.2, 8.4, 9.9)], many]
    for values in cases:
        ordered = sorted(values)
        wanted = _cut(ordered)
        got = least_cost(list(values))
        assert got is not None, "least_cost returned None: does it end in a return statement?"
        got = number(got, "the cost")
        half, gap = len(ordered) // 2, max(range(1, len(ordered)), key=lambda k: ordered[k] - ordered[k - 1])
        rivals = [(_cut(list(values)), "the numbers come in any order: sort them, then cut between neighbors"),
                  (_spread(ordered[:half]) + _spread(ordered[half:]), "the best cut need not be in the middle: try every one"),
                  (_spread(ordered[:gap]) + _spread(ordered[gap:]), "the best cut need not be the widest gap: try every one"),
                  (_spread(ordered), "that is the cost of one cluster"),
                  (_cut([float(torch.tensor(value)) for value in ordered]), "single precision has seven digits: compute in double"),
                  (wanted / len(values), "the cost adds up squared distances, it is no mean")]
        advice = next((text for value, text in rivals if math.isclose(got, value, rel_tol=1e-5, abs_tol=1e-8)),
                      "for every cut between neighbors add both parts' squared distances from their own mean")
        few = f"{values}" if len(values) < 10 else f"{len(values)} numbers"
        assert math.isclose(got, wanted, rel_tol=1e-5, abs_tol=1e-6), (
            f"for {few} came {got:.6g}, expected {wanted:.6g}: {advice}")


def _spread(part: list[float]) -> float:
    if not part:
        return 0.0
    mean = math.fsum(part) / len(part)
    return math.fsum((value - mean) ** 2 for value in part)


def _cut(values: list[float]) -> float:
    """The least cost of a cut between neighbors, in the order given; sums grow from both ends (Welford)."""
    def growing(values):
        mean = total = 0.0
        for n, value in enumerate(values, 1):
            step = value - mean
            mean += step / n
            total += step * (value - mean)
            yield total

    left, right = list(growing(values)), list(growing(values[::-1]))[::-1]
    return min(a + b for a, b in zip(left, right[1:]))
