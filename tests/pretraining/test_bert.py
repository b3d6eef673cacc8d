"""BERT against Hugging Face's, its parts against plain tensors, and what it refuses."""

import json
import re
from pathlib import Path

import pytest
import torch
from deepgloss.attention import padding_mask
from deepgloss.pretraining import (
    BERT, BERTClassifier, BERTPretraining, BERTSpans, bert_base, bert_large, bert_state_dict, load_bert,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.fingerprint import fill_tensors, of_names_and_shapes
from torch import nn
from torch.nn import functional as F

import deepgloss as dg

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "transformers.json").read_text())["bert"]
SYMBOLS, DIM, HEADS, HIDDEN, LONGEST = 13, 12, 3, 17, 11
BUILD = {"bert_base": bert_base, "bert_large": bert_large}


def tiny(**options):
    torch.manual_seed(0)
    options = {"layers": 2, "hidden": HIDDEN, "longest": LONGEST, **options}
    return BERT(SYMBOLS, DIM, HEADS, **options).double().eval()


def some_ids(*shape, below=SYMBOLS, seed=1):
    return torch.randint(below, shape, generator=torch.Generator().manual_seed(seed)).to(dg.device())


def inputs():
    return (torch.tensor(REFERENCE[name]).to(dg.device()) for name in ("ids", "segments", "mask"))


def published(model):
    """Zeros under Hugging Face's names, filled as the reference was."""
    tensors = {name: torch.zeros_like(tensor, device="cpu")
               for name, tensor in sorted(bert_state_dict(model).items())}
    fill_tensors(tensors)
    return tensors


@pytest.mark.parametrize("name", BUILD)
def test_published_sizes(name):
    with torch.device("meta"):
        model = BUILD[name]()
        whole = BERTPretraining(model)
    expected = REFERENCE["models"][name]
    assert sum(p.numel() for p in model.parameters()) == expected["parameters"]
    assert sum(p.numel() for p in whole.parameters()) == expected["with_heads"]
    assert of_names_and_shapes(dict(sorted(bert_state_dict(whole).items()))) == expected["tensors"]


def test_heads_have_published_names():
    for model in (BERTClassifier(tiny(), 5), BERTSpans(tiny())):
        names = dict(sorted(bert_state_dict(model).items()))
        assert of_names_and_shapes(names) == REFERENCE["heads"][type(model).__name__]


def test_the_same_weights_give_the_same_numbers():
    model = BERTPretraining(tiny()).double().eval()
    load_bert(model, published(model))
    model.to(dg.device())
    ids, segments, mask = inputs()
    words, following = model(ids, segments, mask)
    expected = {name: torch.tensor(REFERENCE[name], dtype=torch.float64, device=ids.device)
                for name in ("words", "next", "pooled")}
    torch.testing.assert_close(words[mask], expected["words"])
    torch.testing.assert_close(following, expected["next"])
    torch.testing.assert_close(model.bert(ids, segments, mask)[1], expected["pooled"])
    torch.testing.assert_close(model(ids, segments, mask, mask)[0], expected["words"])


def test_heads_with_the_same_weights_give_the_same_numbers():
    ids, segments, mask = inputs()
    expected = {name: torch.tensor(REFERENCE[name], dtype=torch.float64, device=ids.device)
                for name in ("classes", "starts", "ends")}
    for model in (BERTClassifier(tiny(), 5), BERTSpans(tiny())):
        model = load_bert(model.double().eval(), published(model)).to(ids.device)
        outputs = model(ids, segments, mask)
        if isinstance(model, BERTClassifier):
            torch.testing.assert_close(outputs, expected["classes"])
        else:
            torch.testing.assert_close([scores[mask] for scores in outputs], [expected["starts"], expected["ends"]])


def test_old_names_and_second_copies_are_read():
    model = BERTPretraining(tiny()).double().eval()
    file = published(model)
    old = {re.sub(r"LayerNorm\.weight$", "LayerNorm.gamma", re.sub(r"LayerNorm\.bias$", "LayerNorm.beta", name)): x
           for name, x in file.items()}
    old |= {"bert.embeddings.position_ids": torch.arange(LONGEST)[None],
            "cls.predictions.decoder.weight": file["bert.embeddings.word_embeddings.weight"]}
    load_bert(model, old)
    other = tiny()
    load_bert(other, old)                                # the encoder alone leaves the heads
    load_bert(tiny(), bert_state_dict(other))            # and gives names without a prefix
    again = tiny()
    load_bert(again, {f"module._orig_mod.{name}": x for name, x in old.items()})
    torch.testing.assert_close(again.state_dict(), other.state_dict())
    for name, tensor in bert_state_dict(other).items():
        torch.testing.assert_close(tensor, file["bert." + name])
        torch.testing.assert_close(bert_state_dict(model)["bert." + name], file["bert." + name])


def test_what_does_not_fit_changes_nothing():
    model = BERTPretraining(tiny()).double()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    file = published(model)
    key = "bert.encoder.layer.1.attention.self.key.bias"
    wrong = [
        ({name: x for name, x in file.items() if name != key}, f"published lacks {key}"),
        ({**file, "classifier.bias": torch.zeros(2)}, "published has unexpected classifier.bias"),
        ({**file, key: torch.zeros(5)}, rf"{key} must be \(12,\), not \(5,\)"),
        ({**file, key: torch.full((12,), torch.nan)}, f"{key} must be finite"),
        ({**file, "cls.predictions.decoder.weight": torch.zeros(SYMBOLS, DIM)}, "decoder.weight must equal"),
    ]
    for weights, message in wrong:
        with pytest.raises(ValueError, match=message):
            load_bert(model, weights)
    with pytest.raises(TypeError, match="published must be a mapping"):
        load_bert(model, 3)
    with pytest.raises(TypeError, match="model must be a BERT, with heads or without, not Linear"):
        bert_state_dict(nn.Linear(2, 2))
    for name, tensor in model.state_dict().items():
        torch.testing.assert_close(tensor, before[name])


def test_layers_are_pytorchs():
    """The same as torch's encoder on sums of torch's embeddings, also with gradients."""
    model = tiny().to(dg.device())
    ids, segments = some_ids(2, 7), some_ids(2, 7, below=2)
    mask = padding_mask(torch.tensor([7, 4], device=ids.device), 7)[:, 0, 0]
    layer = nn.TransformerEncoderLayer(DIM, HEADS, HIDDEN, 0.0, "gelu", 1e-12, batch_first=True, dtype=torch.float64)
    theirs = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False).to(ids.device)
    theirs.load_state_dict(model.encoder.state_dict())
    x = model.tokens.weight[ids] + model.positions.weight[:7] + model.segments.weight[segments]
    x = F.layer_norm(x, (DIM,), model.norm.weight, model.norm.bias, 1e-12)
    expected = theirs(x, src_key_padding_mask=~mask)[mask]
    states, pooled = model(ids, segments, mask)
    torch.testing.assert_close(states[mask], expected)
    torch.testing.assert_close(pooled, (states[:, 0] @ model.pooler.weight.T + model.pooler.bias).tanh())
    weights = torch.linspace(-1, 1, expected.numel(), dtype=torch.float64, device=ids.device).view_as(expected)
    for a, b in zip(torch.autograd.grad((states[mask] * weights).sum(), list(model.encoder.parameters())),
                    torch.autograd.grad((expected * weights).sum(), list(theirs.parameters()))):
        torch.testing.assert_close(a, b)


@settings(deadline=None, max_examples=12)
@given(st.integers(1, 4), st.integers(1, LONGEST), st.data())
def test_padding_changes_nothing(rows, length, data):
    model = BERTPretraining(tiny()).double().eval().to(dg.device())
    ids, segments = some_ids(rows, length), some_ids(rows, length, below=2)
    lengths = data.draw(st.lists(st.integers(1, length), min_size=rows, max_size=rows))
    mask = torch.arange(length, device=ids.device) < torch.tensor(lengths, device=ids.device)[:, None]
    words, following = model(ids, segments, mask)
    other = model(ids.where(mask, (ids + 1) % SYMBOLS), segments, mask)
    torch.testing.assert_close(words[mask], other[0][mask])
    for k, n in enumerate(lengths):
        alone = model(ids[k:k + 1, :n], segments[k:k + 1, :n])
        torch.testing.assert_close(alone[0][0], words[k, :n])
        torch.testing.assert_close(alone[1][0], following[k])
    for scores in BERTSpans(model.bert).double().to(ids.device)(ids, segments, mask):
        assert scores.shape == (rows, length)
        assert torch.equal(scores == -torch.inf, ~mask)


def test_it_looks_both_ways_unless_told_not_to():
    model = tiny().to(dg.device())
    ids = some_ids(1, 9)
    changed = ids.clone()
    changed[0, 5] = (ids[0, 5] + 1) % SYMBOLS
    for causal, wanted in ((False, [True] * 9), (True, [False] * 5 + [True] * 4)):
        moved = (model(ids, causal=causal)[0] - model(changed, causal=causal)[0]).abs().amax(-1)[0] > 1e-9
        assert moved.tolist() == wanted


def test_output_weights_are_tied():
    model = BERTPretraining(tiny()).double().to(dg.device())
    ids = some_ids(2, 5)
    assert sum(p.numel() for p in model.parameters()) == (
        sum(p.numel() for p in model.bert.parameters()) + DIM * DIM + 3 * DIM + SYMBOLS + 2 * DIM + 2)
    unread = next(k for k in range(SYMBOLS) if k not in ids)
    before = model.eval()(ids)[0]
    with torch.no_grad():
        model.bert.tokens.weight[unread, 0] += 1
    after = model(ids)[0]
    changed = ((before - after).abs() > 1e-9).any(0).any(0)
    assert changed.nonzero()[:, 0].tolist() == [unread]


def test_initial_weights_and_dropout():
    torch.manual_seed(0)
    model = BERTClassifier(BERT(997, 64, 4, 2, std=0.05), 5).to(dg.device())
    for name, parameter in model.named_parameters():
        if "norm" in name:
            assert torch.equal(parameter, torch.full_like(parameter, float(name.endswith("weight"))))
        elif parameter.dim() == 1:
            assert not parameter.any(), name
        else:
            assert parameter.abs().max() <= 0.1 and 0.03 < parameter.std() < 0.055, name
    ids = some_ids(2, 7)
    model.train()
    assert not torch.allclose(model(ids), model(ids))
    model.eval()
    torch.testing.assert_close(model(ids), model(ids))
    assert model(ids).shape == (2, 5)


@pytest.mark.parametrize("change, kind, message", [
    ({"ids": torch.zeros(2, 3)}, TypeError, "ids must be an int64 tensor, not torch.float32"),
    ({"ids": [[1, 2]]}, TypeError, "ids must be an int64 tensor, not list"),
    ({"ids": torch.full((2, 3), SYMBOLS)}, ValueError, "ids must be in 0..12, not 13"),
    ({"ids": torch.full((2, 3), -100)}, ValueError, "ids must be in 0..12, not -100"),
    ({"ids": torch.zeros(3, dtype=torch.int64)}, ValueError, r"ids must be \(B, T\) with T in 1..11, not \(3,\)"),
    ({"ids": torch.zeros(1, 12, dtype=torch.int64)}, ValueError, r"T in 1..11, not \(1, 12\)"),
    ({"ids": torch.zeros(1, 0, dtype=torch.int64)}, ValueError, r"T in 1..11, not \(1, 0\)"),
    ({"segments": torch.zeros(2, 4, dtype=torch.int64)}, ValueError, r"segments must be \(2, 3\), not \(2, 4\)"),
    ({"segments": torch.full((2, 3), 2)}, ValueError, "segments must be in 0..1, not 2"),
    ({"segments": torch.zeros(2, 3, dtype=torch.bool)}, TypeError, "segments must be an int64 tensor, not torch.bool"),
    ({"mask": torch.ones(2, 3)}, TypeError, "mask must be a boolean tensor, not torch.float32"),
    ({"mask": torch.ones(2, 1, 1, 3, dtype=torch.bool)}, ValueError, r"mask must be \(2, 3\), not \(2, 1, 1, 3\)"),
    ({"asked": torch.ones(3, 2, dtype=torch.bool)}, ValueError, r"asked must be \(2, 3\), not \(3, 2\)"),
])
def test_bad_inputs(change, kind, message):
    model = BERTPretraining(tiny()).double().to(dg.device())
    arguments = {"ids": torch.ones(2, 3, dtype=torch.int64), **change}
    arguments = {name: x.to(dg.device()) if isinstance(x, torch.Tensor) else x for name, x in arguments.items()}
    with pytest.raises(kind, match=message):
        model(**arguments)


@pytest.mark.parametrize("make, message", [
    (lambda: BERT(0, 12, 3, 1), "vocab_size must be an integer of at least 1"),
    (lambda: BERT(5, 12, 5, 1), "heads must divide dim"),
    (lambda: BERT(5, 12, 3, 0), "layers must be an integer of at least 1"),
    (lambda: BERT(5, 12, 3, 1, longest=0), "longest must be an integer of at least 1"),
    (lambda: BERT(5, 12, 3, 1, segments=0), "segments must be an integer of at least 1"),
    (lambda: BERT(5, 12, 3, 1, dropout=1.0), "dropout must be in"),
    (lambda: BERT(5, 12, 3, 1, eps=0), "eps must be above 0"),
    (lambda: BERTClassifier(tiny(), 0), "classes must be an integer of at least 1"),
])
def test_bad_sizes(make, message):
    with pytest.raises(ValueError, match=message):
        make()
