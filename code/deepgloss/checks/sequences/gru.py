"""Checks of the exercises in sequences/gru."""

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from ..._device import wide
from .. import register
from .._compare import draws, fill, near, same, several


BY_HAND = "no autograd: the four paths are to be written down"


class _NoAutograd(TorchDispatchMode):
    """Refuses what differentiates by itself, backward or forward."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        assert not func.name().endswith("_backward"), BY_HAND
        return func(*args, **(kwargs or {}))


def _refuse(tensor):
    """What autograd calls with each tensor that it keeps for the way back."""
    raise AssertionError(BY_HAND)


@register("gru-keras")
def _(from_keras) -> None:
    for d, n in [(3, 5), (4, 2), (1, 3)]:
        cell = fill(nn.GRUCell(d, n, dtype=wide()))
        order = [1, 0, 2]
        columns = [p.unflatten(0, (3, n))[order].flatten(0, 1) for p in cell.parameters()]
        kernel, recurrent = (w.T.contiguous() for w in columns[:2])
        bias = torch.stack(columns[2:])
        kept = [p.clone() for p in (kernel, recurrent, bias)]
        got = from_keras(kernel, recurrent, bias)
        got = several(got, 4, "return (weight_ih, weight_hh, bias_ih, bias_hh)")
        assert all(map(torch.equal, kept, (kernel, recurrent, bias))), (
            "the arguments were changed in place"
        )
        advice = ("PyTorch has the reset gate first, Keras the update gate", "transposed",
                  "each row of the bias is reordered like the columns, and none is dropped")
        same(got[0], cell.weight_ih, "weight_ih", f"{advice[0]}; {advice[1]}")
        same(got[1], cell.weight_hh, "weight_hh", f"{advice[0]}; {advice[1]}")
        same(got[2], cell.bias_ih, "bias_ih", advice[2])
        same(got[3], cell.bias_hh, "bias_hh", advice[2])


@register("gru-merge")
def _(merge) -> None:
    for d, n in [(3, 5), (2, 1)]:
        cell = fill(nn.GRUCell(d, n, dtype=wide()))
        x, h = draws(7, d, seed=11), draws(7, n, seed=12)
        wanted = cell(x, h)
        b_ih, b_hh = cell.bias_ih.clone(), cell.bias_hh.clone()
        got = merge(b_ih, b_hh)
        got = several(got, 2, "return the pair (b_ih, b_hh)")
        assert torch.equal(b_ih, cell.bias_ih) and torch.equal(b_hh, cell.bias_hh), (
            "the arguments were changed in place"
        )
        for bias, name in zip(got, ("b_ih", "b_hh")):
            assert isinstance(bias, torch.Tensor) and bias.shape == b_ih.shape, (
                f"{name} must have shape {tuple(b_ih.shape)}"
            )
        cell.bias_ih.copy_(got[0])
        cell.bias_hh.copy_(got[1])
        same(cell(x, h), wanted, "the network", "what stands behind the reset gate must stay there")
        assert not got[1][:2 * n].any(), "more can be moved: two blocks add their biases anyway"


@register("gru-minimal")
def _(mgu) -> None:
    d, n, batch = 3, 5, 7
    x, h = draws(batch, d), draws(batch, n, seed=1)
    w, u, b = draws(2 * n, d, seed=2), draws(2 * n, n, seed=3), draws(2 * n, seed=4)
    shut, wide = b.clone(), b.clone()
    shut[:n], wide[:n] = -100.0, 100.0
    for bias, hint in (
        (shut, "with a closed gate (f = 0) the state is kept"),
        (wide, "with an open gate (f = 1) the unit is a plain recurrent one"),
        (b, "f scales the old state before it meets U_n, and mixes old state and candidate"),
    ):
        before = h.clone()
        got = mgu(x, h, w, u, bias)
        assert got is not None, "mgu returned None: does it end in a return statement?"
        assert torch.equal(h, before), "the old state was changed in place"
        f = torch.sigmoid(x @ w[:n].T + bias[:n] + h @ u[:n].T)
        candidate = torch.tanh(x @ w[n:].T + bias[n:] + (f * h) @ u[n:].T)
        same(got, torch.lerp(h, candidate, f), "the new state", hint)


@register("gru-jacobian")
def _(jacobian) -> None:
    for d, n in [(3, 5), (2, 1)]:
        cell = fill(nn.GRUCell(d, n, dtype=wide()))
        x, h = draws(d, seed=11), draws(n, seed=12)
        weights = cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh
        wanted = torch.autograd.functional.jacobian(lambda state: cell(x, state), h)
        try:
            with _NoAutograd(), torch.autograd.graph.saved_tensors_hooks(_refuse, _refuse):
                got = jacobian(x, h, *weights)
        except RuntimeError as error:  # torch.func takes no such hooks
            assert "saved tensor hooks" not in str(error), BY_HAND
            raise
        assert got is not None, "jacobian returned None: does it end in a return statement?"
        advice = "four paths: directly through z, and through the inputs of r, z and the candidate"
        if isinstance(got, torch.Tensor) and got.shape == wanted.shape and near(got.T, wanted):
            advice = "it is transposed; row i belongs to the new unit i"
        same(got, wanted, "the Jacobian", advice)
