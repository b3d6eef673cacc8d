"""Checks of the exercises in sequences/sequence-modeling."""

import torch

from ..._device import device, wide
from .. import register
from .._compare import draws, same, several


@register("sequence-modeling-sees")
def _(sees) -> None:
    for wiring, inputs, outputs, delay, hint in [
        ("in step", 4, 4, 0, "output t knows the inputs up to t, itself included"),
        ("in step", 6, 4, 2, "with a delay of 2, the first output has read three inputs"),
        ("in step", 3, 1, 2, "with a delay of 2, the first output has read three inputs"),
        ("both directions", 5, 5, 0, "two chains together have read everything"),
        ("after", 2, 7, 0, "a decoder begins when everything was read"),
        ("after", 5, 3, 0, "a decoder begins when everything was read"),
    ]:
        wanted = torch.ones(outputs, inputs, dtype=torch.bool)
        if wiring == "in step":
            wanted = torch.arange(inputs) <= torch.arange(outputs)[:, None] + delay
        got = sees(wiring, inputs, outputs, delay)
        where = f"sees({wiring!r}, {inputs}, {outputs}, {delay})"
        assert isinstance(got, torch.Tensor), f"{where} must be a tensor, not {got!r}"
        assert got.dtype == torch.bool, f"{where} must be boolean, not {got.dtype}"
        assert got.shape == wanted.shape, (
            f"{where} must have shape {tuple(wanted.shape)}, a row for each output, not {tuple(got.shape)}"
        )
        assert torch.equal(got.cpu(), wanted), f"{where} is wrong: {hint}"
    for arguments in [("in step", 4, 4, 1), ("both directions", 4, 3, 0), ("sideways", 4, 4, 0)]:
        try:
            sees(*arguments)
        except ValueError:
            continue
        raise AssertionError(f"sees{arguments} must raise ValueError")


@register("sequence-modeling-autocorrelation")
def _(autocorrelations) -> None:
    for x, lags, hint in [
        (draws(17), 5, "subtract the mean, and divide by the sum of all squares"),
        (draws(17, seed=1) + 100, 5, "the mean must not count"),
        (draws(5, seed=2), 4, "the last lag leaves one product"),
        (draws(3, seed=3), 6, "behind the series' end there are no products: 0"),
        (torch.full((7,), 2.0, dtype=wide(), device=device()), 3, "a constant has no order, and 0/0 is nan"),
    ]:
        centered = x - x.mean()
        total = centered.square().sum()
        wanted = torch.zeros(lags + 1, dtype=x.dtype, device=x.device)
        for k in range(lags + 1):
            if total > 0 and k < len(x):
                wanted[k] = (centered[:len(x) - k] * centered[k:]).sum() / total
        wanted[0] = 1
        before = x.clone()
        got = autocorrelations(x, lags)
        assert torch.equal(x, before), "the series was changed in place"
        same(got, wanted, f"autocorrelations of {len(x)} values", hint)


@register("sequence-modeling-windows")
def _(windows) -> None:
    series = torch.arange(11.0, device=device())
    for past, ahead, hint in [
        (3, 1, "one step ahead is the very next element"),
        (1, 1, "a window may hold one element"),
        (4, 3, "the target lies `ahead` steps behind the window's last element"),
        (10, 1, "the last window with a target must be there"),
        (9, 2, "the last window with a target must be there"),
    ]:
        got = windows(series, past, ahead)
        got = several(got, 2, "return the pair (x, y)")
        count = 11 - past - ahead + 1
        rows = torch.arange(count, device=device())
        where = f"with past = {past} and ahead = {ahead}"
        same(got[1], series[rows + past + ahead - 1], f"y {where}", hint)
        same(got[0], series[rows[:, None] + torch.arange(past, device=device())], f"x {where}", hint)
    x, y = windows(series, 8, 5)
    assert len(x) == len(y) == 0, "a series too short for a window and its target gives none"


@register("sequence-modeling-mean")
def _(masked_means) -> None:
    for batch, time, lengths in [(3, 5, [5, 2, 1]), (1, 4, [3]), (2, 7, [7, 7])]:
        lengths = torch.tensor(lengths, device=device())
        losses = draws(batch, time, seed=time)
        rows = [row[:n] for row, n in zip(losses, lengths.tolist())]
        by_step, by_sequence = torch.cat(rows).mean(), torch.stack([row.mean() for row in rows]).mean()
        for filling in (0.0, 1e6, torch.inf, torch.nan):
            filled = losses.clone()
            for row, n in zip(filled, lengths.tolist()):
                row[n:] = filling
            got = masked_means(filled, lengths)
            got = several(got, 2, "return (mean over steps, mean over sequences)")
            hint = f"behind the ends stands {filling}, which must not count"
            same(torch.as_tensor(got[0]), by_step, "the mean over steps", hint)
            same(torch.as_tensor(got[1]), by_sequence, "the mean over sequences",
                 "each sequence's own mean first, then their mean; " + hint)
