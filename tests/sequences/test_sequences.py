"""Recurrent layers against PyTorch's own, values and gradients."""

import copy
import math

import pytest
import torch
from comparing import draws
from deepgloss.sequences import GRU, LSTM, LSTMCell, chrono_init, lstm_step, set_forget_bias, set_update_bias
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

import deepgloss as dg

D, H, B, T = 3, 5, 7, 11                                 # a swapped axis cannot hide
TIGHT = {"rtol": 1e-10, "atol": 1e-12}


def pair(*args, dtype=torch.float64, **kwargs):
    """Our layer and PyTorch's with the same weights."""
    torch.manual_seed(0)
    theirs = nn.LSTM(*args, dtype=dtype, **kwargs).to(dg.device())
    ours = LSTM(*args, dtype=dtype, **kwargs).to(dg.device())
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


def outcome(layer, x, state=None):
    """Output, final state, and the gradients of all parameters, the input and the state."""
    leaves = [x.detach().clone().requires_grad_()]
    if state is not None:
        leaves += [part.detach().clone().requires_grad_() for part in state]
    output, final = layer(leaves[0], tuple(leaves[1:]) or None)
    weighted = sum((part * draws(*part.shape, seed=k, dtype=part.dtype)).sum()
                   for k, part in enumerate((output, *final)))
    wanted = [*layer.parameters(), *leaves]
    return [output, *final, *torch.autograd.grad(weighted, wanted)]


def assert_same(ours, theirs, **tolerance):
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs):
        torch.testing.assert_close(a, b, **tolerance)


def test_step_by_hand():
    one = torch.ones(1, dtype=torch.float64)
    weights = torch.tensor([[1.0], [2.0], [-1.0], [0.5]], dtype=torch.float64)
    nothing = torch.zeros(4, 1, dtype=torch.float64)
    h, c = lstm_step(one, 0 * one, 2 * one, weights, nothing)

    def sigmoid(a):
        return 1 / (1 + math.exp(-a))

    cell = sigmoid(2) * 2 + sigmoid(1) * math.tanh(-1)
    assert c.item() == pytest.approx(cell, abs=1e-12)
    assert h.item() == pytest.approx(sigmoid(0.5) * math.tanh(cell), abs=1e-12)


@pytest.mark.parametrize("shape", [(), (B,), (2, B)])
def test_step_takes_leading_axes(shape):
    cell = nn.LSTMCell(D, H, dtype=torch.float64).to(dg.device())
    x, h, c = draws(*shape, D), draws(*shape, H, seed=1), draws(*shape, H, seed=2)
    ours = lstm_step(x, h, c, *cell.parameters())
    flat = (x.reshape(-1, D), (h.reshape(-1, H), c.reshape(-1, H)))
    theirs = [part.reshape(*shape, H) for part in cell(*flat)]
    assert_same(ours, theirs, **TIGHT)


def test_step_gradients_by_finite_differences():
    inputs = [draws(2, D), draws(2, H), draws(2, H, seed=1), draws(4 * H, D), draws(4 * H, H),
              draws(4 * H), draws(4 * H, seed=3)]
    assert torch.autograd.gradcheck(lstm_step, [part.requires_grad_() for part in inputs])


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batched", [True, False])
@pytest.mark.parametrize("given_state", [True, False])
def test_cell_equals_pytorch(bias, batched, given_state):
    torch.manual_seed(0)
    theirs = nn.LSTMCell(D, H, bias, dtype=torch.float64).to(dg.device())
    torch.manual_seed(0)
    ours = LSTMCell(D, H, bias, dtype=torch.float64).to(dg.device())
    x = draws(B, D) if batched else draws(D)
    state = (draws(*x.shape[:-1], H, seed=1), draws(*x.shape[:-1], H, seed=2))
    results = []
    for cell in (ours, theirs):
        h, c = cell(x, state if given_state else None)
        loss = (h * draws(*h.shape, seed=3)).sum() + (c * draws(*c.shape, seed=4)).sum()
        results.append([h, c, *torch.autograd.grad(loss, list(cell.parameters()))])
    assert_same(*results, **TIGHT)
    assert list(ours.state_dict()) == list(theirs.state_dict())


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.tuples(*[st.integers(1, 6)] * 4), layers=st.integers(1, 3), bias=st.booleans(),
    bidirectional=st.booleans(), batch_first=st.booleans(), batched=st.booleans(),
    given_state=st.booleans(),
)
def test_equals_pytorch(sizes, layers, bias, bidirectional, batch_first, batched, given_state):
    d, h, batch, time = sizes
    ours, theirs = pair(d, h, layers, bias, batch_first, 0.0, bidirectional)
    shape = (batch, time) if batch_first else (time, batch)
    x = draws(*shape, d) if batched else draws(time, d)
    count = layers * (1 + bidirectional)
    middle = (batch,) if batched else ()
    state = (draws(count, *middle, h, seed=1), draws(count, *middle, h, seed=2))
    state = state if given_state else None
    assert_same(outcome(ours, x, state), outcome(theirs, x, state), **TIGHT)


@settings(max_examples=30, deadline=None)
@given(
    sizes=st.tuples(*[st.integers(2, 6)] * 4), data=st.data(), layers=st.integers(1, 3), bias=st.booleans(),
    bidirectional=st.booleans(), batch_first=st.booleans(), batched=st.booleans(), given_state=st.booleans(),
)
def test_projections_equal_pytorch(sizes, data, layers, bias, bidirectional, batch_first, batched, given_state):
    d, h, batch, time = sizes
    size = data.draw(st.integers(1, h - 1))
    ours, theirs = pair(d, h, layers, bias, batch_first, 0.0, bidirectional, size)
    shape = (batch, time) if batch_first else (time, batch)
    x = draws(*shape, d) if batched else draws(time, d)
    leading = (layers * (1 + bidirectional), *((batch,) if batched else ()))
    state = (draws(*leading, size, seed=1), draws(*leading, h, seed=2)) if given_state else None
    assert_same(outcome(ours, x, state), outcome(theirs, x, state), **TIGHT)


@pytest.mark.parametrize("kind, options", [
    (nn.LSTM, {}), (nn.LSTM, {"proj_size": 2, "bidirectional": True}), (nn.LSTM, {"bias": False, "proj_size": 4}),
    (nn.GRU, {"bidirectional": True}), (nn.RNN, {"bias": False}),
])
def test_names_and_order_are_pytorchs(kind, options):
    torch.manual_seed(0)
    theirs = kind(D, H, 2, **options).to(dg.device())
    torch.manual_seed(0)
    ours = getattr(dg.sequences, kind.__name__)(D, H, 2, **options).to(dg.device())
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for group, other in zip(ours.all_weights, theirs.all_weights, strict=True):
        for a, b in zip(group, other, strict=True):
            torch.testing.assert_close(a, b, rtol=0, atol=0)
    assert all(a is b for a, b in zip([w for group in ours.all_weights for w in group], ours.parameters(), strict=True))
    before = ours(draws(T, B, D, dtype=torch.float32))[0]
    assert ours.flatten_parameters() is None
    torch.testing.assert_close(ours(draws(T, B, D, dtype=torch.float32))[0], before, rtol=0, atol=0)
    assert repr(ours) == repr(theirs)


def test_packed_projections_equal_pytorch():
    ours, theirs = pair(D, H, 2, bidirectional=True, proj_size=2)
    x, state = draws(9, 4, D), (draws(4, 4, 2, seed=1), draws(4, 4, H, seed=2))
    packed = pack_padded_sequence(x, torch.tensor([4, 9, 1, 4]), enforce_sorted=False)
    (a, mine), (b, other) = ours(packed, state), theirs(packed, state)
    assert_same([a.data, *mine], [b.data, *other], **TIGHT)


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
def test_projections_under_autocast_and_in_half_precision():
    ours, theirs = pair(D, H, 2, proj_size=2, dtype=torch.float32)
    x = draws(T, B, D, dtype=torch.float32)
    expected = theirs(x)[0]
    with torch.autocast(dg.device().type, torch.bfloat16):
        torch.testing.assert_close(ours(x)[0].float(), expected, rtol=0.05, atol=0.02)
    half = ours.bfloat16()(x.bfloat16())[0]
    assert half.dtype == torch.bfloat16 and half.shape == (T, B, 2)
    torch.testing.assert_close(half.float(), expected, rtol=0.05, atol=0.02)


def test_equals_pytorch_in_single_precision():
    ours, theirs = pair(D, H, 2, bidirectional=True, dtype=torch.float32)
    x = draws(T, B, D, dtype=torch.float32)
    assert_same(outcome(ours, x), outcome(theirs, x), rtol=1e-4, atol=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=6), layers=st.integers(1, 2),
    bidirectional=st.booleans(), given_state=st.booleans(),
)
def test_packed_sequences_equal_pytorch(lengths, layers, bidirectional, given_state):
    ours, theirs = pair(D, H, layers, bidirectional=bidirectional)
    x = draws(max(lengths), len(lengths), D)
    count = layers * (1 + bidirectional)
    state = tuple(draws(count, len(lengths), H, seed=k) for k in (1, 2)) if given_state else None
    results = []
    for layer in (ours, theirs):
        def padded(x, state, layer=layer):
            packed = pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
            output, final = layer(packed, state)
            assert isinstance(output, PackedSequence)
            return pad_packed_sequence(output)[0], final

        padded.parameters = layer.parameters
        results.append(outcome(padded, x, state))
    assert_same(*results, **TIGHT)


def test_packed_and_sorted_sequences_equal_pytorch():
    ours, theirs = pair(D, H, bidirectional=True)
    packed = pack_padded_sequence(draws(T, 3, D), torch.tensor([11, 4, 4]))
    assert packed.sorted_indices is None
    (a, state_a), (b, state_b) = ours(packed), theirs(packed)
    torch.testing.assert_close(a.data, b.data, **TIGHT)
    assert_same(state_a, state_b, **TIGHT)


def test_padding_does_not_reach_the_final_state():
    layer = LSTM(D, H, bidirectional=True, dtype=torch.float64).to(dg.device())
    x = draws(T, B, D)
    lengths = torch.tensor([4, 11, 1, 7, 7, 2, 9])
    _, (h, c) = layer(pack_padded_sequence(x, lengths, enforce_sorted=False))
    for k, length in enumerate(lengths):
        _, (alone_h, alone_c) = layer(x[:length, k])
        torch.testing.assert_close(h[:, k], alone_h, **TIGHT)
        torch.testing.assert_close(c[:, k], alone_c, **TIGHT)


@pytest.mark.parametrize("kwargs", [
    {}, {"bias": False}, {"num_layers": 2, "bidirectional": True}, {"num_layers": 3, "dropout": 0.2},
])
def test_parameters_are_pytorchs(kwargs):
    torch.manual_seed(3)
    ours = LSTM(D, H, **kwargs)
    torch.manual_seed(3)
    theirs = nn.LSTM(D, H, **kwargs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for a, b in zip(ours.parameters(), theirs.parameters()):
        assert torch.equal(a, b), "same seed, same initial weights"
    theirs.load_state_dict(LSTM(D, H, **kwargs).state_dict())
    assert repr(ours) == repr(theirs)


def test_copies_are_independent():
    layer = LSTM(D, H, dtype=torch.float64).to(dg.device())
    twin = copy.deepcopy(layer)
    with torch.no_grad():
        layer.weight_hh_l0.zero_()
    x = draws(T, B, D)
    assert not torch.allclose(layer(x)[0], twin(x)[0])


def test_dropout_acts_between_layers_in_training_only():
    layer = LSTM(D, H, 2, dropout=0.5, dtype=torch.float64).to(dg.device())
    x = draws(T, B, D)
    assert not torch.equal(layer(x)[0], layer(x)[0])
    ours, theirs = pair(D, H, 2, dropout=0.5)
    assert_same(outcome(ours.eval(), x), outcome(theirs.eval(), x), **TIGHT)
    # With everything dropped the second layer reads zeros, and its outputs are dropped no more.
    layer = LSTM(D, H, 2, dropout=1.0, dtype=torch.float64).to(dg.device())
    output, (h, _) = layer(x)
    top = LSTM(H, H, dtype=torch.float64).to(dg.device())
    top.load_state_dict({f"{name[:-1]}0": value for name, value in layer.state_dict().items()
                         if name.endswith("l1")})
    torch.testing.assert_close(output, top(0 * draws(T, B, H))[0], **TIGHT)
    torch.testing.assert_close(h[1], output[-1], **TIGHT)


def test_dropout_of_a_single_layer_warns():
    with pytest.warns(UserWarning, match="only one layer"):
        LSTM(D, H, dropout=0.5)


def test_step_by_step_equals_all_at_once():
    layer = LSTM(D, H, 2, dtype=torch.float64).to(dg.device())
    x, state, outputs = draws(T, B, D), None, []
    for t in range(T):
        output, state = layer(x[t:t + 1], state)
        outputs.append(output)
    output, final = layer(x)
    torch.testing.assert_close(torch.cat(outputs), output, **TIGHT)
    assert_same(state, final, **TIGHT)


def test_second_derivatives():
    layer = LSTM(2, 2, dtype=torch.float64).to(dg.device())
    assert torch.autograd.gradgradcheck(lambda x: layer(x)[0], draws(3, 2, 2).requires_grad_())


LAYER_MISTAKES = [
    (lambda: LSTM(0, H), ValueError, "input_size must be an integer of at least 1, not 0"),
    (lambda: LSTM(D, -1), ValueError, "hidden_size must be an integer of at least 1, not -1"),
    (lambda: LSTM(D, H, 0), ValueError, "num_layers must be an integer of at least 1, not 0"),
    (lambda: LSTM(D, H, proj_size=H), ValueError, "proj_size must be an integer of at least 0 and at most 4, not 5"),
    (lambda: LSTM(D, H, proj_size=2)(draws(T, B, D, dtype=torch.float32), (draws(1, B, H), draws(1, B, H))), ValueError,
     r"h_0 must have shape \(1, 7, 2\), not \(1, 7, 5\)"),
    (lambda: LSTM(D, 2.5), TypeError, "hidden_size must be an integer of at least 1, not 2.5"),
    (lambda: LSTM(D, H, 2, dropout=1.5), ValueError, r"dropout must be in \[0, 1\], not 1.5"),
    (lambda: LSTMCell(D, 0), ValueError, "hidden_size must be an integer of at least 1, not 0"),
]


@pytest.mark.parametrize("call, error, message", LAYER_MISTAKES)
def test_sizes_that_make_no_sense(call, error, message):
    with pytest.raises(error, match=message):
        call()


CALL_MISTAKES = [
    (torch.zeros(T, B, 4), None, ValueError, r"\(time, batch, features\).*3 features, not \(11, 7, 4\)"),
    (torch.zeros(D), None, ValueError, r"not \(3,\)"),
    (torch.zeros(0, B, D), None, ValueError, r"at least one time step, not \(0, 7, 3\)"),
    (torch.zeros(0, D), None, ValueError, "at least one time step"),
    ([1, 2], None, TypeError, "tensor or a PackedSequence, not list"),
    (torch.zeros(T, B, D, dtype=torch.float64), None, TypeError, "torch.float32 .* not torch.float64"),
    (torch.zeros(T, B, D), torch.zeros(1, B, H), ValueError, r"pair \(h_0, c_0\), not a Tensor"),
    (torch.zeros(T, B, D), (torch.zeros(1, B, H),), ValueError, "pair .* not 1 values"),
    (torch.zeros(T, B, D), (torch.zeros(1, B, H), torch.zeros(B, H)), ValueError,
     r"c_0 must have shape \(1, 7, 5\), not \(7, 5\)"),
    (torch.zeros(T, B, D), (torch.zeros(2, B, H), torch.zeros(2, B, H)), ValueError,
     r"h_0 must have shape \(1, 7, 5\), not \(2, 7, 5\)"),
    (torch.zeros(T, D), (torch.zeros(1, 1, H), torch.zeros(1, 1, H)), ValueError,
     r"h_0 must have shape \(1, 5\), not \(1, 1, 5\)"),
    (pack_padded_sequence(torch.zeros(T, 2, 4), torch.tensor([11, 4])), None, ValueError,
     r"input.data must have shape \(any, 3\), not \(15, 4\)"),
    (pack_padded_sequence(torch.zeros(T, 2, D), torch.tensor([11, 4])),
     (torch.zeros(1, B, H), torch.zeros(1, B, H)), ValueError, r"h_0 must have shape \(1, 2, 5\)"),
]


@pytest.mark.parametrize("x, state, error, message", CALL_MISTAKES)
def test_inputs_that_do_not_fit(x, state, error, message):
    with pytest.raises(error, match=message):
        LSTM(D, H)(x, state)


def test_batch_first_is_named_in_complaints():
    with pytest.raises(ValueError, match=r"\(batch, time, features\)"):
        LSTM(D, H, batch_first=True)(torch.zeros(B, T, 4))


STEP_MISTAKES = [
    ({"w_hh": torch.zeros(15, 5)}, r"w_hh must have shape \(20, 5\), not \(15, 5\)"),
    ({"w_ih": torch.zeros(20, 4)}, r"w_ih must have shape \(20, 3\), not \(20, 4\)"),
    ({"h": torch.zeros(B, 4)}, r"h must have shape \(7, 5\), not \(7, 4\)"),
    ({"c": torch.zeros(1, H)}, r"c must have shape \(7, 5\), not \(1, 5\)"),
    ({"b_ih": torch.zeros(5)}, r"b_ih must have shape \(20,\), not \(5,\)"),
    ({"b_hh": torch.zeros(5)}, r"b_hh must have shape \(20,\), not \(5,\)"),
    ({"x": torch.tensor(1.0)}, r"x must have shape \(any,\), not \(\)"),
]


@pytest.mark.parametrize("change, message", STEP_MISTAKES)
def test_step_arguments_that_do_not_fit(change, message):
    fitting = {"x": torch.zeros(B, D), "h": torch.zeros(B, H), "c": torch.zeros(B, H),
               "w_ih": torch.zeros(20, D), "w_hh": torch.zeros(20, H)}
    with pytest.raises(ValueError, match=message):
        lstm_step(**(fitting | change))


@pytest.mark.parametrize("x, state, message", [
    (torch.zeros(B, 4), None, r"input must be \(batch, 3\) or \(3,\), not \(7, 4\)"),
    (torch.zeros(B, D), torch.zeros(B, H), r"hx must be \(h, c\), not Tensor"),
    (torch.zeros(B, D), (torch.zeros(B, H), torch.zeros(2, H)), r"c must have shape \(7, 5\)"),
])
def test_cell_arguments_that_do_not_fit(x, state, message):
    with pytest.raises(ValueError, match=message):
        LSTMCell(D, H)(x, state)


@pytest.mark.parametrize("make, set_bias, gates", [
    (LSTM, set_forget_bias, 4), (nn.LSTM, set_forget_bias, 4), (GRU, set_update_bias, 3), (nn.GRU, set_update_bias, 3),
])
def test_bias_that_keeps_in_all_layers_and_directions(make, set_bias, gates):
    layer = make(D, H, 2, bidirectional=True)
    before = {name: value.clone() for name, value in layer.named_parameters()}
    set_bias(layer, 2.5)
    for name, value in layer.named_parameters():
        if name.startswith("bias"):
            blocks, old = value.view(gates, H), before[name].view(gates, H)
            others = [k for k in range(gates) if k != 1]
            assert (blocks[1] == (2.5 if "_ih" in name else 0)).all()
            assert torch.equal(blocks[others], old[others])
        else:
            assert torch.equal(value, before[name])


def test_chrono_biases_lie_in_their_range():
    layer = LSTM(D, 997)
    chrono_init(layer, 100, torch.Generator().manual_seed(0))
    i, f, g, o = (layer.bias_ih_l0 + layer.bias_hh_l0).view(4, -1)
    assert torch.equal(i, -f) and f.min() >= 0 and f.max() <= math.log(99)
    assert f.exp().mean().item() == pytest.approx(50, abs=3), "exp(b) is uniform in 1..99"
    again = LSTM(D, 997)
    chrono_init(again, 100, torch.Generator().manual_seed(0))
    assert torch.equal(again.bias_ih_l0.view(4, -1)[1], f)


@pytest.mark.parametrize("layer", [LSTM(D, H, bias=False), nn.GRU(D, H), nn.Linear(D, H)])
def test_initialization_needs_an_lstm_with_biases(layer):
    for call in (lambda: set_forget_bias(layer, 1.0), lambda: chrono_init(layer, 10)):
        with pytest.raises(ValueError, match="lstm must be an LSTM with biases"):
            call()


def test_chrono_needs_more_than_two_steps():
    with pytest.raises(ValueError, match="longest must be above 2 steps, not 2"):
        chrono_init(LSTM(D, H), 2)
