"""Checks of the exercises in the chapter on recurrent neural networks."""

import math

import torch
from torch import nn

from ..._device import device, precise, wide
from .. import register
from .._compare import draws, near


@register("recurrent-neural-network-parameters")
def _(rnn_parameters) -> None:
    cases = [
        ((3, 5, 1, False), "an input matrix, a recurrent matrix and two biases"),
        ((1, 1, 1, False), "PyTorch has two biases"),
        ((3, 5, 2, False), "the second layer reads the first one's hidden states"),
        ((3, 5, 1, True), "each direction has weights of its own"),
        ((3, 5, 3, True), "above a bidirectional layer, inputs are twice as wide"),
        ((11, 7, 4, True), "above a bidirectional layer, inputs are twice as wide"),
    ]
    for (inputs, hidden, layers, both), hint in cases:
        wanted = sum(p.numel() for p in nn.RNN(inputs, hidden, layers, bidirectional=both).parameters())
        got = rnn_parameters(inputs, hidden, layers, both)
        assert got == wanted, (
            f"rnn_parameters({inputs}, {hidden}, {layers}, {both}) gave {got!r}, expected {wanted}: {hint}"
        )
    assert rnn_parameters(3, 5) == 50, "one layer and one direction are the default"


@register("recurrent-neural-network-jordan")
def _(jordan) -> None:
    for seed, (time, batch, d, n, k) in enumerate(((1, 2, 3, 5, 2), (5, 3, 2, 7, 3), (11, 1, 1, 4, 1))):
        x, w_x, w_y = draws(time, batch, d, seed=seed), draws(n, d, seed=7), draws(n, k, seed=8)
        b, v, c = draws(n, seed=9), draws(k, n, seed=10), draws(k, seed=11)
        wanted, y = [], torch.zeros(batch, k, dtype=wide(), device=device())
        for x_t in x:
            y = torch.tanh(x_t @ w_x.T + y @ w_y.T + b) @ v.T + c
            wanted.append(y)
        wanted = torch.stack(wanted)
        got = jordan(x, w_x, w_y, b, v, c)
        assert isinstance(got, torch.Tensor) and got.shape == wanted.shape, (
            f"jordan should return a tensor of shape {tuple(wanted.shape)}, not "
            f"{tuple(got.shape) if isinstance(got, torch.Tensor) else got!r}"
        )
        assert near(got[0], wanted[0]), "the first output is wrong already: y₀ is zero, and c is added to V h"
        assert near(got, wanted), (
            "the first output is right, later ones are not: what comes back is the output y, with c and without a tanh"
        )


@register("recurrent-neural-network-reach")
def _(reach) -> None:
    turn = torch.tensor([[0.0, -1.0], [1.0, 0.0]], dtype=torch.float64, device=precise())
    upper = torch.tensor([[0.0, 0.9], [0.0, 0.0]], dtype=torch.float64, device=precise())
    cases = [
        (0.5 * turn, 0.25, 2, "0.5² is 0.25, and 0.5³ is less"),
        (0.5 * turn, 0.3, 1, "0.5² is below 0.3"),
        (0.5 * turn, 0.6, 0, "a single step leaves no more than half"),
        (0.9 * turn, 1e-3, 65, "0.9⁶⁵ is still above 0.001"),
        (0.1 * turn, 1e-3, 3, "an exact power must not be lost to rounding"),
        (turn, 0.5, math.inf, "a norm of 1 rules nothing out"),
        (1.5 * turn, 0.5, math.inf, "a norm above 1 rules nothing out"),
        (upper, 0.5, 6, "the spectral norm is 0.9, though all eigenvalues are 0"),
        (0 * turn, 0.5, 0, "nothing passes a zero matrix"),
    ]
    for w_hh, share, wanted, hint in cases:
        got = reach(w_hh, share)
        assert got == wanted, f"for the matrix {w_hh.tolist()} and {share} it gave {got!r}, expected {wanted}: {hint}"


@register("recurrent-neural-network-bptt")
def _(last_gradient) -> None:
    for seed, (time, d, n) in enumerate(((1, 3, 5), (2, 1, 4), (7, 2, 6))):
        x, e = draws(time, d, seed=seed), draws(n, seed=seed + 20)
        weights = [part.requires_grad_() for part in
                   (draws(n, d, seed=3), draws(n, n, seed=4), draws(n, seed=5))]
        w_ih, w_hh, b = weights
        h = torch.zeros(n, dtype=wide(), device=device())
        for x_t in x:
            h = (w_ih @ x_t + w_hh @ h + b).clamp(min=0)
        wanted = torch.autograd.grad((e * h).sum(), weights, materialize_grads=True)
        with torch.no_grad():
            got = last_gradient(x, e, *(part.detach().clone() for part in weights))
        assert isinstance(got, (tuple, list)) and len(got) == 3, (
            f"last_gradient should return three gradients, not {got!r}"
        )
        for name, ours, right in zip(("w_ih", "w_hh", "b"), got, wanted):
            ours = torch.as_tensor(ours, dtype=wide(), device=device())
            assert ours.shape == right.shape, (
                f"the gradient by {name} should have the shape {tuple(right.shape)}, not {tuple(ours.shape)}"
            )
            advice = "all steps add up; each passes on Wᵀδ, and only through units that are above zero"
            if ours.ndim == 2 and ours.shape[0] == ours.shape[1] and near(ours.T, right):
                advice = "it is transposed: rows belong to δ, columns to the state before"
            assert near(ours, right, atol=1e-9), (
                f"the gradient by {name} over {time} steps is off: {advice}"
            )
