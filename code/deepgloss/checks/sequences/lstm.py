"""Checks of the exercises in the part on sequences."""

import math

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from ..._device import wide
from .. import register
from .._compare import draws, fill, near, number, same, several


@register("lstm-parameters")
def _(lstm_parameters) -> None:
    for sizes in [(3, 5, 1, False), (3, 5, 1, True), (3, 5, 3, False), (7, 2, 2, True), (1, 1, 4, True)]:
        d, h, layers, bidirectional = sizes
        wanted = sum(p.numel() for p in nn.LSTM(d, h, layers, bidirectional=bidirectional).parameters())
        got = lstm_parameters(*sizes)
        assert got is not None, "lstm_parameters returned None: does it end in a return statement?"
        advice = "four blocks of rows, two weight matrices and two biases a layer and direction"
        if layers > 1:
            advice = "upper layers read the hidden states below, both directions' if there are two"
        assert got == wanted, f"lstm_parameters{sizes} gave {got}, expected {wanted}: {advice}"


@register("lstm-half-life")
def _(forget_bias) -> None:
    for half_life in (0.5, 1, 6.6, 69, 1e6):
        got = forget_bias(half_life)
        assert got is not None, "forget_bias returned None: does it end in a return statement?"
        got = number(got, "forget_bias")
        # log sigmoid(b) = -log(1 + exp(-b)), without the cancellation of 1 - f
        left = math.exp(-half_life * math.log1p(math.exp(-got)))
        assert math.isclose(left, 0.5, rel_tol=1e-6), (
            f"with forget_bias({half_life:g}) = {got:.6g} the cell keeps {left:.4g} after "
            f"{half_life:g} steps; f must solve f ** half_life = 1/2, and the bias sigmoid(b) = f"
        )


@register("lstm-peephole")
def _(peephole_step) -> None:
    d, h, batch = 3, 5, 7
    x, state, cell = draws(batch, d), draws(batch, h, seed=1), draws(batch, h, seed=2)
    w_ih, w_hh, b = draws(4 * h, d, seed=3), draws(4 * h, h, seed=4), draws(4 * h, seed=5)
    nothing = torch.zeros_like(cell[0])
    peeps = [draws(h, seed=6), draws(h, seed=7), draws(h, seed=8)]
    advice = {
        (): "without peepholes it must be an ordinary LSTM, gates in the order i, f, g, o",
        (0,): "p_i multiplies the old cell, before the sigmoid",
        (1,): "p_f multiplies the old cell, before the sigmoid",
        (2,): "p_o multiplies the new cell, before the sigmoid",
        (0, 1, 2): "each gate has a peephole of its own",
    }
    before = cell.clone()
    for used, hint in advice.items():
        p = [peeps[k] if k in used else nothing for k in range(3)]
        got = peephole_step(x, state, cell, w_ih, w_hh, b, *p)
        got = several(got, 2, "return the pair (h, c)")
        assert torch.equal(cell, before), "the old cell was changed in place"
        a = x @ w_ih.T + state @ w_hh.T + b
        i = torch.sigmoid(a[:, :h] + p[0] * cell)
        f = torch.sigmoid(a[:, h:2 * h] + p[1] * cell)
        c = f * cell + i * torch.tanh(a[:, 2 * h:3 * h])
        o = torch.sigmoid(a[:, 3 * h:] + p[2] * c)
        same(got[1], c, "c", hint)
        same(got[0], o * torch.tanh(c), "h", hint)


@register("lstm-gate-order")
def _(from_tensorflow) -> None:
    for d, h, bonus in [(3, 5, 1.0), (4, 2, 0.0), (1, 3, 2.5)]:
        layer = fill(nn.LSTM(d, h, dtype=wide()))
        i, f, g, o = torch.cat([layer.weight_ih_l0, layer.weight_hh_l0], 1).split(h)
        kernel = torch.cat([i, g, f, o]).T.contiguous()
        i, f, g, o = (layer.bias_ih_l0 + layer.bias_hh_l0).split(h)
        bias = torch.cat([i, g, f - bonus, o])
        kept = kernel.clone(), bias.clone()
        got = from_tensorflow(kernel, bias, bonus)
        got = several(got, 4, "return (weight_ih, weight_hh, bias_ih, bias_hh)")
        assert torch.equal(kernel, kept[0]) and torch.equal(bias, kept[1]), (
            "the arguments were changed in place"
        )
        w_ih, w_hh, b_ih, b_hh = got
        same(w_ih, layer.weight_ih_l0, "weight_ih",
              "the first d rows of the kernel, transposed, with candidate and forget gate swapped")
        same(w_hh, layer.weight_hh_l0, "weight_hh",
              "the last rows of the kernel, transposed, with candidate and forget gate swapped")
        assert b_ih.shape == b_hh.shape == bias.shape, f"both biases must have shape {tuple(bias.shape)}"
        same(b_ih + b_hh, layer.bias_ih_l0 + layer.bias_hh_l0, "the sum of the biases",
              f"PyTorch adds both, and the forget block needs {bonus} more, once")
    w, b = draws(4, 4), draws(4)
    assert near(from_tensorflow(w, b)[2] + from_tensorflow(w, b)[3],
                          b[[0, 2, 1, 3]] + torch.tensor([0, 1.0, 0, 0]).to(b)), (
        "forget_bias is 1 unless the caller says otherwise"
    )


@register("lstm-final-states")
def _(final_states) -> None:
    for d, h, lengths in [(3, 5, [4, 11, 1, 7]), (2, 3, [6, 6]), (2, 2, [1])]:
        layer = fill(nn.LSTM(d, h, bidirectional=True, dtype=wide()))
        x, lengths = draws(max(lengths), len(lengths), d), torch.tensor(lengths)
        packed, (wanted, _) = layer(pack_padded_sequence(x, lengths, enforce_sorted=False))
        output, lengths = pad_packed_sequence(packed)
        got = final_states(output, lengths)
        assert got is not None, "final_states returned None: does it end in a return statement?"
        assert isinstance(got, torch.Tensor) and got.shape == wanted.shape, (
            f"h_n must be a tensor of {tuple(wanted.shape)}: directions, batch, hidden"
        )
        same(got[0], wanted[0], "the forward state",
              "it stands at each sequence's own last step, lengths - 1, not at the last row")
        same(got[1], wanted[1], "the backward state",
              "the backward half reads from the end, so it has read everything at step 0")
