"""Positions, layers and the whole Transformer against PyTorch's, with weights copied."""

import math

import pytest
import torch
from comparing import draws
from deepgloss.attention import (
    DecoderLayer, EncoderLayer, KeyValueCache, LearnedPositions, MultiHeadAttention, Stack, Transformer,
    Translator, alibi, causal_mask, padding_mask, rotary, sinusoids, warmup,
)
from torch import nn
from torch.overrides import TorchFunctionMode

import deepgloss as dg

B, S, T, D = 2, 7, 5, 12


def test_sinusoids_by_their_formula():
    table = sinusoids(17, 6, dtype=torch.float64)
    for t, i in ((0, 0), (3, 1), (16, 2)):
        angle = t * 10_000 ** (-2 * i / 6)
        assert table[t, 2 * i] == pytest.approx(math.sin(angle)) and table[t, 2 * i + 1] == pytest.approx(math.cos(angle))
    assert sinusoids(2, 4).dtype == torch.get_default_dtype()
    products = table @ table.T
    torch.testing.assert_close(products.diagonal(3), products.diagonal(3)[:1].expand(14))
    far = sinusoids(100_001, 2)[-1]                      # the phase of single precision would be off
    torch.testing.assert_close(far, torch.tensor([math.sin(1e5), math.cos(1e5)]))
    for arguments, message in (((3, 5), "dim must be even, not 5"), ((3, 4, 1.0), "base must be above 1")):
        with pytest.raises(ValueError, match=message):
            sinusoids(*arguments)


def test_rotation_leaves_lengths_and_knows_distances_alone():
    x, y = draws(D), draws(D, seed=1)
    for shift in (0, 5, 1000):
        rows = torch.arange(9, device=x.device) + shift
        q, k = rotary(x.expand(9, D), rows), rotary(y.expand(9, D), rows)
        torch.testing.assert_close(q.norm(dim=-1), x.norm().expand(9))
        products = q @ k.T
        first = products if shift == 0 else first
        torch.testing.assert_close(products, first)
        for d in range(-8, 9):
            torch.testing.assert_close(products.diagonal(d), products.diagonal(d)[:1].expand(9 - abs(d)))
    pair = rotary(torch.tensor([[1.0, 0.0]], dtype=torch.float64), torch.tensor([2]))
    torch.testing.assert_close(pair, torch.tensor([[math.cos(2), math.sin(2)]], dtype=torch.float64))
    with pytest.raises(ValueError, match=r"positions must be \(9,\), not \(8,\)"):
        rotary(x.expand(9, D), torch.arange(8))


def test_alibi_by_its_formula():
    bias = alibi(4, 3, 5)
    assert bias.shape == (4, 3, 5)
    assert bias[0, 2].tolist() == [-1.0, -0.75, -0.5, -0.25, 0.0], "slope 1/4, the last query at the last key"
    assert bias[3, 0].tolist() == [-2 / 256, -1 / 256, 0, 1 / 256, 2 / 256]
    with pytest.raises(ValueError, match="keys must be an integer of at least 3"):
        alibi(4, 3, 2)


def test_learned_positions():
    table = LearnedPositions(8, 3)
    x = torch.zeros(2, 5, 3)
    torch.testing.assert_close(table(x, offset=2)[1], table.weight[2:7])
    with pytest.raises(ValueError, match="x must end within 8 positions, not at 9"):
        table(x, offset=4)


@pytest.mark.parametrize("activation, eps", [("relu", 1e-5), ("gelu", 1e-2), ("gelu_tanh", 1e-5)])
@pytest.mark.parametrize("norm_first", [True, False])
def test_layers_equal_pytorchs(activation, eps, norm_first):
    torch.manual_seed(0)
    options = {"activation": activation, "norm_first": norm_first, "eps": eps}
    torchs = {"dropout": 0.0, "batch_first": True, "dtype": torch.float64, "norm_first": norm_first,
              "activation": nn.GELU("tanh") if activation == "gelu_tanh" else activation, "layer_norm_eps": eps}
    source, target = draws(B, S, D), draws(B, T, D, seed=1)
    real = padding_mask(torch.tensor([4, 7], device=source.device))
    pad = ~real[:, 0, 0]
    past = ~causal_mask(T, device=source.device)

    theirs = nn.TransformerEncoderLayer(D, 3, 17, **torchs).to(dg.device())
    ours = EncoderLayer(D, 3, 17, **options).double().to(dg.device())
    ours.load_state_dict(theirs.state_dict())
    torch.testing.assert_close(ours(source, real), theirs(source, src_key_padding_mask=pad))
    torch.testing.assert_close(ours(target, causal=True), theirs(target, src_mask=past))

    theirs = nn.TransformerDecoderLayer(D, 3, 17, **torchs).to(dg.device())
    ours = DecoderLayer(D, 3, 17, **options).double().to(dg.device())
    ours.load_state_dict(theirs.state_dict())
    expected = theirs(target, source, tgt_mask=past, memory_key_padding_mask=pad)
    torch.testing.assert_close(ours(target, source, None, real), expected)


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
@pytest.mark.parametrize("norm_first", [True, False])
def test_transformer_equals_pytorchs(norm_first):
    torch.manual_seed(0)
    theirs = nn.Transformer(D, 3, 2, 3, 17, 0.0, norm_first=norm_first, batch_first=True,
                            dtype=torch.float64).to(dg.device())
    ours = Transformer(D, 3, 2, 3, 17, 0.0, norm_first=norm_first).double().to(dg.device())
    ours.load_state_dict(theirs.state_dict())
    source, target = draws(B, S, D).requires_grad_(), draws(B, T, D, seed=1).requires_grad_()
    real = padding_mask(torch.tensor([4, 7], device=source.device))
    pad = ~real[:, 0, 0]
    got = ours(source, target, real)
    expected = theirs(source, target, tgt_mask=~causal_mask(T, device=source.device),
                      src_key_padding_mask=pad, memory_key_padding_mask=pad)
    torch.testing.assert_close(got, expected)
    weights = draws(*got.shape, seed=5)
    by_name = [dict(model.named_parameters()) for model in (ours, theirs)]
    leaves = [[source, target, *(part[name] for name in by_name[0])] for part in by_name]
    for a, b in zip(torch.autograd.grad((got * weights).sum(), leaves[0]),
                    torch.autograd.grad((expected * weights).sum(), leaves[1])):
        torch.testing.assert_close(a, b)


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
def test_the_base_model_has_pytorchs_size():
    with torch.device("meta"):
        ours, theirs = Transformer(), nn.Transformer()
    assert sum(p.numel() for p in ours.parameters()) == sum(p.numel() for p in theirs.parameters()) == 44_140_544


def test_caches_give_what_all_steps_together_give():
    torch.manual_seed(0)
    stack = Stack([EncoderLayer(D, 3, 17, norm_first=True, rotate=True) for _ in range(3)], D).double().to(dg.device())
    x = draws(B, 9, D)
    caches, parts = [KeyValueCache() for _ in range(3)], []
    for piece in x.split([3, 1, 1, 4], 1):
        parts.append(stack(piece, causal=True, caches=caches))
    torch.testing.assert_close(torch.cat(parts, 1), stack(x, causal=True))


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return Translator(13, 7, dim=12, heads=3, hidden=17, longest=19).double().to(dg.device())


def symbols(*shape, below):
    return torch.randint(3, below, shape, generator=torch.Generator().manual_seed(1)).to(dg.device())


def test_padding_changes_no_translation(model):
    source, target = symbols(3, 8, below=13), symbols(3, 4, below=7)
    lengths = torch.tensor([8, 2, 5], device=source.device)
    logits = model(source, lengths, target)
    assert logits.shape == (3, 4, 7)
    for row, (n, wanted) in enumerate(zip(lengths.tolist(), logits)):
        alone = model(source[row:row + 1, :n], lengths[row:row + 1], target[row:row + 1])
        torch.testing.assert_close(alone[0], wanted)


def test_writing_with_a_cache_is_writing_without(model):
    source = symbols(4, 6, below=13)
    lengths = torch.full((4,), 6, device=source.device)
    written = model.greedy(source, lengths, bos=1, max_length=9)
    read = torch.cat([torch.ones_like(written[:, :1]), written[:, :-1]], 1)
    torch.testing.assert_close(written, model(source, lengths, read).argmax(-1))
    for row, tokens in zip(source, written.tolist()):
        (one,) = model.beam(row, bos=1, eos=2, width=1, max_length=9)
        end = tokens.index(2) if 2 in tokens else 9
        assert list(one.tokens) == tokens[:end]
        for found in model.beam(row, bos=1, eos=2, width=3, max_length=5):
            said = [*found.tokens, 2] if found.ended else list(found.tokens)
            scores = model(row[None], lengths[:1], torch.tensor([[1, *said[:-1]]], device=row.device)).log_softmax(-1)
            total = sum(scores[0, t, y].item() for t, y in enumerate(said))
            assert found.log_probability == pytest.approx(total, abs=1e-9), "rows of a beam keep their own cache"
    with pytest.raises(ValueError, match="symbols must end within 19 positions, not at 20"):
        model.greedy(source, lengths, bos=1, max_length=20)
    with pytest.raises(ValueError, match=r"source must be \(S,\)"):
        model.beam(source, bos=1, eos=2)


@pytest.mark.parametrize("steps", [1, 5])
def test_the_memory_is_projected_once_a_sentence(model, steps):
    source = symbols(4, 11, below=13)
    with torch.no_grad():
        state = model.start(source, torch.full((4,), 11, device=source.device))
    calls = {"memory": 0, "products": 0}

    class Linear(TorchFunctionMode):
        def __torch_function__(self, function, kinds, arguments=(), options=None):
            if function is torch.nn.functional.linear:
                calls["products"] += 1
                calls["memory"] += arguments[0].shape[1] == 11
            return function(*arguments, **(options or {}))

    with Linear(), torch.no_grad():
        model.greedy(source, torch.full((4,), 11, device=source.device), bos=1, max_length=steps)
        assert calls["memory"] == 2 * 4 + 2 * 2, "four products in an encoder layer, keys and values in a decoder's"
        assert calls["products"] == 12 + steps * 2 * (2 + 2 + 2)
    memory, mask, caches = state
    tokens = torch.ones(4, dtype=torch.int64, device=source.device)
    fresh = [KeyValueCache() for _ in caches]
    for token in range(steps):
        scores, state = model.step(tokens, state)
        torch.testing.assert_close(scores, model.decode(tokens[:, None], memory, mask, fresh)[:, -1].log_softmax(-1))
        tokens = scores.argmax(-1)


def test_keys_that_are_projected_once():
    layer = MultiHeadAttention(D, 3, rotate=True).double().to(dg.device())
    query, key = draws(B, 5, D), draws(B, 7, D, seed=1)
    mask = draws(B, 1, 5, 7, seed=2) > -1
    held = layer.keys(key)
    torch.testing.assert_close(layer(query, held, mask=mask), layer(query, key, mask=mask))
    with pytest.raises(ValueError, match="key must be a tensor where value or cache is given"):
        layer(query, held, key)
    with pytest.raises(ValueError, match=r"mask must broadcast to \(2, 3, 5, 7\), not \(7, 5\)"):
        layer(query, held, mask=mask[0, 0].T)
    with pytest.raises(ValueError, match=r"key must be \(B, T, 12\)"):
        layer.keys(key[..., 1:])


def test_a_step_leaves_its_state(model):
    source = symbols(2, 6, below=13)
    state = model.start(source, torch.full((2,), 6, device=source.device))
    tokens = torch.ones(2, dtype=torch.int64, device=source.device)
    torch.testing.assert_close(model.step(tokens, state)[0], model.step(tokens, state)[0])


def test_warmup_rises_and_falls():
    assert warmup(4000, 512) == pytest.approx(512**-0.5 * 4000**-0.5)
    assert warmup(1, 512) == pytest.approx(512**-0.5 * 4000**-1.5)
    assert max(range(1, 9000, 10), key=lambda t: warmup(t, 64, 401)) == 401
    with pytest.raises(ValueError, match="step must be an integer of at least 1, not 0"):
        warmup(0, 512)


@pytest.mark.parametrize("make, message", [
    (lambda: EncoderLayer(12, 5, 7), "heads must divide dim"),
    (lambda: EncoderLayer(12, 3, 7, activation="tanh"), "activation must be one of 'relu', 'gelu', 'gelu_tanh'"),
    (lambda: EncoderLayer(12, 3, 7, eps=0), "eps must be above 0, not 0"),
    (lambda: Transformer(12, 3, 0), "encoder_layers must be an integer of at least 1"),
    (lambda: Translator(5, 7, longest=0), "longest must be an integer of at least 1"),
    (lambda: Translator(0, 7), "source_symbols must be an integer of at least 1"),
])
def test_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()
