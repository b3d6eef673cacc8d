"""Checks of the exercises in learning/data-splits."""

import math

import torch

from .. import register
from .._compare import draws, number, several


@register("data-splits-size")
def _(examples_for) -> None:
    for p, half in ((0.97, 0.01), (0.5, 0.1), (0.9, 0.9), (0.2, 0.03)):
        exact = 1.96**2 * p * (1 - p) / half**2
        wanted = math.ceil(exact)
        got = examples_for(p, half)
        assert got is not None, "examples_for returned None: does it end in a return statement?"
        got = number(got, "the number of examples")
        near_misses = (
            (p * (1 - p) / half**2, "1.96 standard errors must fit into half, not one"),
            (1.96 * p * (1 - p) / half, "the standard error has a square root: square both sides"),
            (1.96**2 * p * (1 - p) / (half / 2) ** 2, "`half` is already half of the interval's width"),
            (1.96**2 * p * (1 - p) / (2 * half) ** 2, "`half` reaches to each side: it is not the whole width"),
            (1.96**2 * p / half**2, "the variance of a 0 or 1 is p(1 − p)"),
        )
        advice = "with one example less the error would be larger than `half`: round up" if abs(got - exact) < 1 else next(
            (text for value, text in near_misses if abs(got - value) < 1), "set 1.96·√(p(1 − p)/n) equal to `half` and solve for n")
        assert got == wanted, f"for p = {p:g} and half = {half:g} came {got:g}, expected {wanted}: {advice}"


@register("data-splits-groups")
def _(group_folds) -> None:
    for groups, k in (([4, 4, 7, 7, 7, 1], 3), ([0], 1), ([5] * 11 + [2] * 3 + [9, 1, 9, 5, 0, -3], 4), ([8, 3, 8, 3, 8], 2)):
        given = list(groups)
        got = group_folds(given, k)
        assert got is not None, "group_folds returned None: does it end in a return statement?"
        assert given == groups, "the list of groups was changed: work on a copy"
        folds = [_places(fold, len(groups), f"fold {j}")
                 for j, fold in enumerate(several(got, k, f"for groups {groups} and k = {k}, return a list of k lists"))]
        assert all(folds), f"for groups {groups} and k = {k} a fold is empty: give each fold at least one group, in turn"
        seen = sorted(place for fold in folds for place in fold)
        assert seen == list(range(len(groups))), (
            f"for groups {groups} the folds hold the places {seen}: each of 0..{len(groups) - 1} must occur exactly once "
            "(places in the list, not numbers of groups)")
        where = {}
        for j, fold in enumerate(folds):
            for place in fold:
                assert where.setdefault(groups[place], j) == j, (
                    f"group {groups[place]} is in folds {where[groups[place]]} and {j}: assign whole groups to folds, not examples")


def _places(fold, n: int, what: str) -> list[int]:
    places = fold.tolist() if hasattr(fold, "tolist") else fold
    assert isinstance(places, (list, tuple, set, range)), f"{what} must be a list of places, not {type(fold).__name__}"
    numbers = [number(place, f"each place of {what}") for place in places]
    assert all(place == int(place) and 0 <= place < n for place in numbers), f"{what} must hold whole numbers in 0..{n - 1}"
    return [int(place) for place in numbers]


@register("data-splits-best")
def _(tries) -> None:
    for n, p, score in ((50, 0.7, 0.8), (2, 0.5, 0.6), (20, 0.8, 0.9), (50, 0.7, 0.6), (30, 0.5, 0.75)):
        wanted, means = _tries(n, p, score)
        got = tries(n, p, score)
        assert got is not None, "tries returned None: does it end in a return statement?"
        got = number(got, "the number of settings")
        advice = "(1/n)·Σ (1 − F(j)^K) over j = 0 … n − 1, where F(j) adds up the probabilities of 0 to j right answers"
        if got == wanted - 1:
            advice = f"with {got:g} settings the mean is still below the score: take the first K that reaches it"
        elif score <= p:
            advice = "one setting already reaches the score on average"
        elif got == _first(1 - (1 - _above(n, p, score)) ** k for k in range(1, 1001)):
            advice = "that is a chance of one half to reach the score once; asked is the mean of the best score"
        assert got == wanted, f"for n = {n}, p = {p:g} and score = {score:g} came {got:g}, expected {wanted}: {advice}"


def _tries(n: int, p: float, score: float) -> tuple[int, list[float]]:
    pmf = [math.comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(n + 1)]
    at_most = [math.fsum(pmf[:j + 1]) for j in range(n)]
    means = []
    while not means or means[-1] < score:
        means.append(sum(1 - f ** (len(means) + 1) for f in at_most) / n)
    return len(means), means


def _above(n: int, p: float, score: float) -> float:
    least = math.ceil(score * n - 1e-9)
    return sum(math.comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(least, n + 1))


def _first(chances) -> int | None:
    return next((k for k, chance in enumerate(chances, 1) if chance >= 0.5), None)


@register("data-splits-leak")
def _(honest) -> None:
    for n, columns, k in ((23, 5, 3), (31, 7, 5)):
        x = draws(n, columns, seed=n)
        # the column that a part of the examples would choose is not the one that all would
        y = (x[:, 0] + 0.3 * draws(n, seed=n + 1) > 0).long()
        place = torch.arange(n, device=x.device)
        folds = [(place[place % k != j], place[place % k == j]) for j in range(k)]
        shown, fitted = [], []

        def choose(x, y):
            shown.append((x, y))
            return (x * (2 * y[:, None] - 1)).mean(0).abs().topk(2).indices

        def fit(x, y):
            fitted.append((x, y))
            middle = [x[y == label].mean(0) for label in (0, 1)]
            return lambda new: ((new - middle[1]).norm(dim=1) < (new - middle[0]).norm(dim=1)).long()

        wanted, wanted_fits = [], []
        for train, held in folds:
            kept = choose(x[train], y[train])
            wanted_fits.append((x[train][:, kept], y[train]))
            wanted.append((fit(*wanted_fits[-1])(x[held][:, kept]) == y[held]).float().mean().item())
        calls, shown, fitted = list(shown), [], []
        got = honest(x.clone(), y.clone(), [(a.clone(), b.clone()) for a, b in folds], choose, fit)
        assert got is not None, "honest returned None: does it end in a return statement?"
        assert all(len(part) < n for part, _ in shown), (
            "choose was shown all examples: what is held out must not take part in the choice, so call it in each fold, on "
            "the training part")
        assert len(shown) == k, f"choose was called {len(shown)} times for {k} folds: once for each fold is asked for"
        for j, ((part, labels), (train_x, train_y)) in enumerate(zip(shown, calls)):
            assert part.shape == train_x.shape and torch.equal(part, train_x) and torch.equal(labels, train_y), (
                f"in fold {j} choose was not shown the training part of this fold, x[train] and y[train]")
        assert len(fitted) == k, f"fit was called {len(fitted)} times for {k} folds: once for each fold is asked for"
        for j, ((part, labels), (train_x, train_y)) in enumerate(zip(fitted, wanted_fits)):
            assert part.shape == train_x.shape and torch.equal(part, train_x) and torch.equal(labels, train_y), (
                f"in fold {j} fit must get the training part with the chosen columns, shape {tuple(train_x.shape)}; "
                f"it got {tuple(part.shape)}")
        got = number(got, "the mean score")
        mean = sum(wanted) / k
        total = "one number per fold, then their mean" if abs(got / k - mean) < 1e-6 else (
            "a share of right answers is asked for, not of wrong ones" if abs(1 - got - mean) < 1e-6 else
            "judge on the held-out part of each fold, with the chosen columns, and take the mean over the folds")
        assert abs(got - mean) < 1e-5, f"the mean score is {got:g}, expected {mean:g}: {total}"
