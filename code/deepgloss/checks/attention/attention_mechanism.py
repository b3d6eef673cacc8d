"""Checks of the exercises in attention/attention-mechanism."""

import math

import torch

from ..._device import wide
from .. import register
from .._compare import draws, number, same, several


@register("attention-mechanism-lead")
def _(lead) -> None:
    for share, keys in [(0.5, 2), (0.5, 11), (0.9, 2), (0.9, 101), (0.25, 4), (0.1, 3), (0.999, 10**6)]:
        got = lead(share, keys)
        where = f"lead({share}, {keys})"
        assert got is not None, f"{where} is None: does the function end in a return statement?"
        weight = 1 / (1 + (keys - 1) * math.exp(-min(max(number(got, where), -700.0), 700.0)))
        assert math.isclose(weight, share, rel_tol=1e-6), (
            f"{where} gives the key a weight of {weight:.4g}: solve e^z / (e^z + keys − 1) = share for z; "
            "the others have e⁰ = 1 each, and a share below their mean needs a negative lead"
        )


@register("attention-mechanism-additive")
def _(additive) -> None:
    for batch, size, lengths in [(3, 7, (7, 2, 1)), (2, 5, (5, 5)), (1, 3, (1,))]:
        query, keys = draws(batch, 5), draws(batch, size, 11, seed=1)
        w_q, w_k, v = draws(13, 5, seed=2), draws(13, 11, seed=3), draws(13, seed=4)
        n = torch.tensor(lengths, device=query.device)
        got = additive(query, keys, n, w_q, w_k, v)
        got = several(got, 2, "return the pair (context, weights)")
        context, weights = torch.zeros_like(keys[:, 0]), torch.zeros_like(keys[..., 0])
        for row, length in enumerate(lengths):
            scores = torch.stack([v @ (w_q @ query[row] + w_k @ key).tanh() for key in keys[row, :length]])
            weights[row, :length] = scores.softmax(0)
            context[row] = weights[row] @ keys[row]
        where = f"for lengths {lengths}"
        if isinstance(got[1], torch.Tensor) and got[1].shape == weights.shape:
            outside = torch.arange(size, device=n.device) >= n[:, None]
            assert not got[1][outside].any(), f"the weights {where}: what stands behind a length gets exactly 0"
        same(got[1], weights, f"the weights {where}",
             "score v'tanh(W_q q + W_k k), softmax over the keys of each row up to its length")
        same(got[0], context, f"the context {where}", "the mean of the keys themselves, not of what W_k makes of them")


@register("attention-mechanism-local")
def _(local) -> None:
    positions = torch.tensor([0.0, 2.3, 4.0, 8.9, 10.0], dtype=wide())
    for width, lengths in [(2, (11, 11, 11, 11, 11)), (1, (1, 5, 5, 10, 11)), (4, (3, 4, 6, 9, 11))]:
        scores = draws(5, 11)
        p, n = positions.to(scores.device), torch.tensor(lengths, device=scores.device)
        wanted = torch.zeros_like(scores)
        for row, length in enumerate(lengths):
            window = [j for j in range(length) if abs(j - positions[row]) <= width]
            kept = scores[row, window].softmax(0)
            for j, weight in zip(window, kept):
                wanted[row, j] = weight * math.exp(-(j - float(positions[row])) ** 2 / (2 * (width / 2) ** 2))
        got = local(scores, p, n, width)
        where = f"width {width}, lengths {lengths}"
        if isinstance(got, torch.Tensor) and got.shape == wanted.shape:
            assert not got.isnan().any(), f"the weights for {where} hold nan: every window here holds a position"
            total, right = got.sum(1), wanted.sum(1)
            assert (total - 1).abs().max() > 1e-6 or (right - 1).abs().max() < 1e-6, (
                f"the weights for {where} add up to 1: the bell comes behind the softmax, and nothing is divided again"
            )
            outside = wanted == 0
            assert not got[outside].any(), (
                f"the weights for {where}: outside of the window, and behind the length, they are exactly 0"
            )
        same(got, wanted, f"the weights for {where}",
             "softmax over the window alone, then times exp(−(j − p)² / 2σ²) with σ = width / 2")


@register("attention-mechanism-reinforce")
def _(reinforce) -> None:
    scores, losses = draws(7), draws(7, seed=1)
    weights = scores.softmax(0)
    choices = torch.multinomial(weights.cpu(), 200, replacement=True,
                                generator=torch.Generator().manual_seed(0)).to(scores.device)
    for picked in (choices, choices[:1]):
        for baseline in (0.0, 1.5, -0.5):
            wanted = torch.zeros_like(scores)
            for j in picked.tolist():
                step = -weights
                step[j] += 1
                wanted += (losses[j] - baseline) * step / len(picked)
            got = reinforce(scores, losses[picked], picked, baseline)
            same(got, wanted, f"the estimate from {len(picked)} draws with baseline {baseline}",
                 "the mean over the draws of (loss − baseline) times (one-hot of the choice − weights)")
