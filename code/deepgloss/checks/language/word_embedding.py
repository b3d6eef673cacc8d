"""Checks of the exercises on word embeddings."""

import torch

from ..._device import device, wide
from .. import register
from .._compare import draws, near, same


@register("word-embedding-counts")
def _(window_counts) -> None:
    for size, window, ids in [
        (5, 1, [0, 1, 2, 3, 4]), (4, 2, [0, 1, 0, 3, 3, 0, 1]), (3, 1, [2, 2]), (3, 9, [0, 2, 1, 2]), (2, 3, [1]),
    ]:
        wanted = torch.zeros(size, size, dtype=wide())
        for i, a in enumerate(ids):
            for j, b in enumerate(ids):
                if i != j and abs(i - j) <= window:
                    wanted[a, b] += 1
        got = window_counts(torch.tensor(ids, device=device()), window, size)
        if isinstance(got, torch.Tensor):
            assert got.shape == wanted.shape, f"the counts must be ({size}, {size}), not {tuple(got.shape)}"
            got = got.to(wide())
            if not torch.equal(got, got.T):
                raise AssertionError("the counts must be symmetric: a pair counts both ways round")
        hint = f"for the words {ids} and a window of {window}: the window has {window} places to either side"
        if window == 2:
            hint += ", and a pair that repeats counts each time"
        same(got, wanted.to(device()), "the matrix of counts", hint)


@register("word-embedding-optimum")
def _(optimal_dots) -> None:
    counts = draws(5, 7).abs() + 0.5
    rows, columns = counts.sum(1, keepdim=True), counts.sum(0)
    for k, power in [(1, 1.0), (5, 1.0), (1, 0.75), (15, 0.0)]:
        weights = columns**power
        wanted = torch.log(counts * weights.sum() / (rows * weights)) - torch.log(torch.tensor(float(k)))
        hint = "with k = 1 and power 1 it is the PMI: X_wc |D| / (X_w X_c), rows for words, columns for contexts"
        if power == 1 and k > 1:
            hint = "k draws of noise take log k off"
        elif power != 1:
            hint = "Q is the sums of the columns, to the power, divided by their sum after the power"
        same(optimal_dots(counts, k, power), wanted, f"the optimum for k = {k}, power = {power}", hint)
    zero = counts.clone()
    zero[1, 2] = 0
    got = optimal_dots(zero, 5, 0.75)
    assert got[1, 2] == -torch.inf and got.isfinite().sum() == got.numel() - 1, (
        "a pair that never occurs must come out as -inf, and no other"
    )


@register("word-embedding-ngrams")
def _(word_parts) -> None:
    for word, low, high in [("where", 3, 3), ("where", 3, 6), ("x", 3, 6), ("is", 2, 4), ("a", 1, 2), ("banana", 2, 3)]:
        marked = f"<{word}>"
        wanted = {marked[i:j] for i in range(len(marked)) for j in range(i + low, len(marked) + 1) if j - i <= high}
        wanted.add(marked)
        got = word_parts(word, low, high)
        assert got is not None, "word_parts returned None: does it end in a return statement?"
        got = set(got)
        call = f"word_parts({word!r}, {low}, {high})"
        assert marked in got, f"{call} lacks {marked!r}: the marked word itself is a part, however long it is"
        extra, missing = sorted(got - wanted), sorted(wanted - got)
        assert not extra, f"{call} has {extra[0]!r}: parts have from {low} to {high} characters, marks included"
        assert not missing, (
            f"{call} lacks {missing[0]!r}: both ends are marked, both sizes are included, and the last part ends "
            "in the last character"
        )


@register("word-embedding-align")
def _(align) -> None:
    source = draws(19, 5)
    rotation = torch.linalg.qr(draws(5, 5, seed=1))[0]
    flip = torch.diag(torch.tensor([1.0, 1, 1, 1, -1], dtype=source.dtype, device=source.device))
    for turn in (rotation, rotation @ flip):
        same(align(source, source @ turn), turn, "Q", "a turned or mirrored copy must be found exactly: source @ Q")
    target = source @ rotation + draws(19, 5, seed=2)
    got = align(source, target)
    eye = torch.eye(5, dtype=source.dtype, device=source.device)
    assert near(got.T @ got, eye, atol=1e-8), (
        "Q must be orthogonal, Qᵀ Q = I: plain least squares would stretch the space and change neighbors"
    )
    u, _, vt = torch.linalg.svd(source.T @ target)
    same(got, u @ vt, "Q", "another orthogonal matrix comes closer to a noisy target")
