"""Checks of the exercises in sequences/sequence-to-sequence."""

import math

import torch

from ..._device import device
from .. import register
from .._compare import draws, number, same, several
from .._limit import TimeUp, at_most

PAD, BOS, EOS = 0, 1, 2


@register("sequence-to-sequence-shift")
def _(teacher) -> None:
    for time, lengths in [(5, [5, 2, 4]), (1, [1]), (3, [0, 3]), (7, [6, 1, 7, 3])]:
        lengths = torch.tensor(lengths, device=device())
        draw = torch.Generator().manual_seed(time)
        targets = torch.randint(3, 19, (len(lengths), time), generator=draw).to(device())
        wanted_reads = torch.full((len(lengths), time + 1), PAD, device=device())
        wanted_says = wanted_reads.clone()
        for row, n in enumerate(lengths.tolist()):
            wanted_reads[row, 0], wanted_says[row, n] = BOS, EOS
            wanted_reads[row, 1:n + 1] = wanted_says[row, :n] = targets[row, :n]
        before = targets.clone()
        got = teacher(targets, lengths)
        assert torch.equal(targets, before), "the targets were changed in place"
        got = several(got, 2, "return the pair (reads, says)")
        for name, value, wanted, hint in (
            ("what the decoder reads", got[0], wanted_reads, "BOS, the row, and PAD behind it"),
            ("what it must say", got[1], wanted_says, "the row, EOS right behind its last symbol, then PAD"),
        ):
            assert isinstance(value, torch.Tensor), f"{name} must be a tensor, not {value!r}"
            assert value.shape == wanted.shape, (
                f"{name} must have shape {tuple(wanted.shape)}, not {tuple(value.shape)}"
            )
            assert torch.equal(value, wanted), f"{name} is wrong for lengths {lengths.tolist()}: {hint}"


@register("sequence-to-sequence-beam-step")
def _(beam_step) -> None:
    for batch, k, symbols, width in [(3, 2, 5, 2), (1, 1, 7, 4), (2, 3, 2, 6), (2, 4, 11, 1)]:
        totals = -draws(batch, k).abs()
        log_p = draws(batch, k, symbols, seed=1).log_softmax(2)
        grown = totals[..., None] + log_p
        wanted = grown.flatten(1).sort(1, descending=True).values[:, :width]
        got = beam_step(totals, log_p, width)
        got = several(got, 3, "return (log-probabilities, beginnings, symbols)")
        same(got[0], wanted, "the log-probabilities",
             "add each beginning's own to its symbols', and take the best over all of them, best first")
        rows = torch.arange(batch, device=device())[:, None]
        for name, index, limit in (("beginnings", got[1], k), ("symbols", got[2], symbols)):
            assert isinstance(index, torch.Tensor) and index.shape == wanted.shape, (
                f"the {name} must be a tensor of shape {tuple(wanted.shape)}"
            )
            assert not index.is_floating_point(), f"the {name} must be whole numbers"
            assert ((index >= 0) & (index < limit)).all(), f"the {name} must be in 0..{limit - 1}"
        same(grown[rows, got[1], got[2]], wanted, "what beginnings and symbols point to",
             "a place in the flat list is beginning * V + symbol")


@register("sequence-to-sequence-brevity")
def _(brevity_penalty) -> None:
    for candidates, references, wanted, hint in [
        (["abcd"], [["abcde"]], math.exp(1 - 5 / 4), "too short by a fifth"),
        (["abcdef"], [["abcd"]], 1.0, "too long is not punished here"),
        (["abcd", "xy"], [["abcd"], ["wxyz"]], math.exp(1 - 8 / 6), "lengths are added up over the set first"),
        (["abcd"], [["ab", "abcde", "abcdefghi"]], math.exp(1 - 5 / 4), "the nearest reference counts"),
        (["abcd"], [["abcde", "abc"]], 1.0, "of two equally near, the shorter one"),
        (["", ""], [["ab"], ["cd"]], 0.0, "nothing was said"),
        (["abcde", "a"], [["ab"], ["abcd"]], 1.0, "lengths are added up over the set first"),
    ]:
        got = brevity_penalty([list(c) for c in candidates], [[list(r) for r in each] for each in references])
        assert got is not None, "brevity_penalty returned None: does it end in a return statement?"
        got = number(got, "brevity_penalty")
        assert math.isclose(got, wanted, rel_tol=1e-9), (
            f"brevity_penalty({candidates}, {references}) gave {got:.4f}, expected {wanted:.4f}: {hint}"
        )


@register("sequence-to-sequence-capacity")
def _(capacity) -> None:
    for arguments, wanted, hint in [
        ((2, 1, 8), 8, "a byte tells 256 strings of 8 bits apart"),
        ((10, 32, 32), 308, "2¹⁰²⁴ is a number of 309 digits"),
        ((3, 1, 1), 0, "two contexts cannot tell three strings apart"),
        ((8, 1, 9), 3, "8³ = 2⁹ exactly"),
        ((2**20, 5, 40), 10, "exact powers must not be lost to rounding"),
    ]:
        got = capacity(*arguments)
        assert got == wanted, f"capacity{arguments} gave {got!r}, expected {wanted}: {hint}"
    endless = "with one symbol there is one string of each length, so no length is too long: return math.inf"
    try:
        got = at_most(2, lambda: capacity(1, 3, 8))
    except TimeUp:
        raise AssertionError(f"capacity(1, 3, 8) does not come to an end: {endless}") from None
    assert got == math.inf, f"capacity(1, 3, 8) gave {got!r}: {endless}"
    whole = capacity(2**53 + 1, 1, 106)
    assert whole == 1, f"capacity(2**53 + 1, 1, 106) gave {whole!r}, expected 1: compare whole numbers"
