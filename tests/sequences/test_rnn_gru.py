"""Plain recurrent networks and gated recurrent units against PyTorch's own, values and gradients."""

import copy

import pytest
import torch
from comparing import draws
from deepgloss.sequences import GRU, LSTM, RNN, GRUCell, RNNCell, gru_step, rnn_step, set_update_bias
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import deepgloss as dg

D, H, B, T = 3, 5, 7, 11
TIGHT = {"rtol": 1e-10, "atol": 1e-12}
KINDS = {
    "tanh": (RNN, nn.RNN, RNNCell, nn.RNNCell, {}),
    "relu": (RNN, nn.RNN, RNNCell, nn.RNNCell, {"nonlinearity": "relu"}),
    "gru": (GRU, nn.GRU, GRUCell, nn.GRUCell, {}),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def pair(kind, *sizes, dtype=torch.float64, **options):
    """Our layer and PyTorch's with the same weights."""
    ours, theirs, _, _, fixed = KINDS[kind]
    torch.manual_seed(0)
    oracle = theirs(*sizes, dtype=dtype, **fixed, **options).to(dg.device())
    layer = ours(*sizes, dtype=dtype, **fixed, **options).to(dg.device())
    layer.load_state_dict(oracle.state_dict())
    return layer, oracle


def outcome(layer, x, state=None):
    """Output, final state, and the gradients of all parameters, the input and the state."""
    leaves = [part.detach().clone().requires_grad_() for part in (x, state) if part is not None]
    output, final = layer(leaves[0], leaves[1] if state is not None else None)
    weighted = sum((part * draws(*part.shape, seed=k, dtype=part.dtype)).sum()
                   for k, part in enumerate((output, final)))
    return [output, final, *torch.autograd.grad(weighted, [*layer.parameters(), *leaves])]


def assert_same(ours, theirs, **tolerance):
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, **tolerance)


@every_kind
@settings(max_examples=15, deadline=None)
@given(
    sizes=st.tuples(*[st.integers(1, 6)] * 4), layers=st.integers(1, 3), bias=st.booleans(),
    bidirectional=st.booleans(), batch_first=st.booleans(), batched=st.booleans(),
    given_state=st.booleans(),
)
def test_layers_equal_pytorch(kind, sizes, layers, bias, bidirectional, batch_first, batched, given_state):
    d, h, batch, time = sizes
    ours, theirs = pair(kind, d, h, layers, bias=bias, batch_first=batch_first, bidirectional=bidirectional)
    shape = (batch, time) if batch_first else (time, batch)
    x = draws(*shape, d) if batched else draws(time, d)
    middle = (batch,) if batched else ()
    state = draws(layers * (1 + bidirectional), *middle, h, seed=1) if given_state else None
    assert_same(outcome(ours, x, state), outcome(theirs, x, state), **TIGHT)


@every_kind
@settings(max_examples=10, deadline=None)
@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=6), bidirectional=st.booleans())
def test_packed_sequences_equal_pytorch(kind, lengths, bidirectional):
    ours, theirs = pair(kind, D, H, 2, bidirectional=bidirectional)
    x = draws(max(lengths), len(lengths), D)
    results = []
    for layer in (ours, theirs):
        def padded(x, state, layer=layer):
            packed = pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
            output, final = layer(packed, state)
            return pad_packed_sequence(output)[0], final

        padded.parameters = layer.parameters
        results.append(outcome(padded, x))
    assert_same(*results, **TIGHT)


@every_kind
def test_layers_in_single_precision(kind):
    ours, theirs = pair(kind, D, H, 2, bidirectional=True, dtype=torch.float32)
    x = draws(T, B, D, dtype=torch.float32)
    assert_same(outcome(ours, x), outcome(theirs, x), rtol=1e-4, atol=1e-5)


@every_kind
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batched", [True, False])
@pytest.mark.parametrize("given_state", [True, False])
def test_cells_equal_pytorch(kind, bias, batched, given_state):
    _, _, ours, theirs, fixed = KINDS[kind]
    torch.manual_seed(0)
    oracle = theirs(D, H, bias, dtype=torch.float64, **fixed)
    torch.manual_seed(0)
    cell = ours(D, H, bias, dtype=torch.float64, **fixed)
    assert list(cell.state_dict()) == list(oracle.state_dict())
    x = draws(B, D) if batched else draws(D)
    state = draws(*x.shape[:-1], H, seed=1) if given_state else None
    results = []
    for module in (cell.to(dg.device()), oracle.to(dg.device())):
        h = module(x, state)
        loss = (h * draws(*h.shape, seed=3)).sum()
        results.append([h, *torch.autograd.grad(loss, list(module.parameters()))])
    assert_same(*results, **TIGHT)
    assert repr(cell) == repr(oracle)


@every_kind
@pytest.mark.parametrize("options", [{}, {"bias": False}, {"num_layers": 2, "bidirectional": True}])
def test_parameters_are_pytorchs(kind, options):
    ours, theirs, _, _, fixed = KINDS[kind]
    torch.manual_seed(3)
    layer = ours(D, H, **fixed, **options)
    torch.manual_seed(3)
    oracle = theirs(D, H, **fixed, **options)
    assert list(layer.state_dict()) == list(oracle.state_dict())
    assert all(map(torch.equal, layer.parameters(), oracle.parameters()))
    assert repr(layer) == repr(oracle)


def papers_gru(x, h, w_ih, w_hh, b_ih, b_hh):
    """The paper's equations, one matrix for each block."""
    (wr, wz, wn), (ur, uz, un) = w_ih.chunk(3), w_hh.chunk(3)
    (br, bz, bn), (cr, cz, cn) = b_ih.chunk(3), b_hh.chunk(3)
    r = torch.sigmoid(x @ wr.T + br + h @ ur.T + cr)
    z = torch.sigmoid(x @ wz.T + bz + h @ uz.T + cz)
    n = torch.tanh(x @ wn.T + bn + (r * h) @ un.T + cn)
    return z * h + (1 - z) * n


@pytest.mark.parametrize("shape", [(), (B,), (2, B)])
def test_the_papers_form_of_a_gru(shape):
    weights = draws(3 * H, D), draws(3 * H, H, seed=1), draws(3 * H, seed=2), draws(3 * H, seed=3)
    x, h = draws(*shape, D, seed=4), draws(*shape, H, seed=5)
    expected = papers_gru(x, h, *weights)
    torch.testing.assert_close(gru_step(x, h, *weights, reset_after=False), expected, **TIGHT)
    assert not torch.allclose(gru_step(x, h, *weights), expected)


def test_layers_in_the_papers_form_run_their_cell():
    layer = GRU(D, H, reset_after=False, dtype=torch.float64).to(dg.device())
    x, h = draws(T, B, D), draws(1, B, H, seed=1)
    output, final = layer(x, h)
    h = h[0]
    for t in range(T):
        h = papers_gru(x[t], h, *layer.parameters())
        torch.testing.assert_close(output[t], h, **TIGHT)
    torch.testing.assert_close(final[0], h, **TIGHT)


def test_one_reset_form_is_the_other_with_open_gates():
    """With r = 1 both forms are the same function."""
    weights = [draws(3 * H, D), draws(3 * H, H, seed=1), draws(3 * H, seed=2), draws(3 * H, seed=3)]
    weights[2][:H] = 60.0
    x, h = draws(B, D, seed=4), draws(B, H, seed=5)
    torch.testing.assert_close(gru_step(x, h, *weights), gru_step(x, h, *weights, reset_after=False), **TIGHT)


@pytest.mark.parametrize("step", [rnn_step, gru_step])
def test_gradients_by_finite_differences(step):
    rows = (1 if step is rnn_step else 3) * H
    inputs = [draws(2, D), draws(2, H), draws(rows, D), draws(rows, H), draws(rows), draws(rows, seed=3)]
    assert torch.autograd.gradcheck(step, [part.requires_grad_() for part in inputs])
    if step is gru_step:
        assert torch.autograd.gradcheck(lambda *args: step(*args, reset_after=False), inputs)


@every_kind
def test_step_by_step_equals_all_at_once(kind):
    layer, _ = pair(kind, D, H, 2)
    x, state, outputs = draws(T, B, D), None, []
    for t in range(T):
        output, state = layer(x[t:t + 1], state)
        outputs.append(output)
    output, final = layer(x)
    torch.testing.assert_close(torch.cat(outputs), output, **TIGHT)
    torch.testing.assert_close(state, final, **TIGHT)


@every_kind
def test_copies_are_independent(kind):
    layer, _ = pair(kind, D, H)
    twin = copy.deepcopy(layer)
    with torch.no_grad():
        layer.weight_hh_l0.zero_()
    x = draws(T, B, D)
    assert not torch.allclose(layer(x)[0], twin(x)[0])


@pytest.mark.parametrize("call, error, message", [
    (lambda: RNN(D, H, nonlinearity="gelu"), ValueError, "nonlinearity must be one of 'tanh', 'relu'"),
    (lambda: RNNCell(D, H, nonlinearity="sin"), ValueError, "nonlinearity must be one of"),
    (lambda: GRU(0, H), ValueError, "input_size must be an integer of at least 1, not 0"),
    (lambda: GRUCell(D, 2.5), TypeError, "hidden_size must be an integer of at least 1, not 2.5"),
    (lambda: GRU(D, H)(torch.zeros(0, B, D)), ValueError, "at least one time step"),
    (lambda: GRU(D, H)(torch.zeros(T, B, 4)), ValueError, r"3 features, not \(11, 7, 4\)"),
    (lambda: RNN(D, H)(torch.zeros(T, B, D), torch.zeros(2, B, H)), ValueError,
     r"h_0 must have shape \(1, 7, 5\), not \(2, 7, 5\)"),
    (lambda: gru_step(torch.zeros(B, D), torch.zeros(B, H), torch.zeros(15, D), torch.zeros(10, H)),
     ValueError, r"w_hh must have shape \(15, 5\), not \(10, 5\)"),
    (lambda: rnn_step(torch.zeros(B, D), torch.zeros(B, 4), torch.zeros(H, D), torch.zeros(H, H)),
     ValueError, r"h must have shape \(7, 5\), not \(7, 4\)"),
])
def test_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_high_update_bias_keeps_the_state():
    cell = GRUCell(D, H, dtype=torch.float64).to(dg.device())
    set_update_bias(cell, 50.0)
    x, h = draws(B, D), draws(B, H, seed=1)
    torch.testing.assert_close(cell(x, h), h)


@pytest.mark.parametrize("layer", [GRU(D, H, bias=False), LSTM(D, H), nn.RNN(D, H), nn.Linear(D, H)])
def test_update_bias_needs_a_gru_with_biases(layer):
    with pytest.raises(ValueError, match="gru must be a GRU with biases"):
        set_update_bias(layer, 1.0)
