"""GPT: sizes, weights and logits as published, the mask, the cache, and what is drawn."""

import json
from pathlib import Path

import pytest
import torch
from deepgloss.pretraining import GPT, gpt2_state_dict, load_gpt2
from deepgloss.pretraining._gpt2_weights import LAYER
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.fingerprint import fill_tensors, of_names_and_shapes

import deepgloss as dg

THEIRS = json.loads((Path(__file__).parents[1] / "reference" / "transformers.json").read_text())["gpt2"]
V, LONGEST, D, HEADS, LAYERS = 13, 11, 12, 3, 2


def tiny(seed=0, **options):
    """A small model in double precision whose weights are large enough to matter."""
    torch.manual_seed(seed)
    model = GPT(V, LONGEST, D, HEADS, LAYERS, **options).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    return model.to(dg.device()).eval()


def tokens(*shape, seed=0):
    return torch.randint(V, shape, generator=torch.Generator().manual_seed(seed)).to(dg.device())


def filled():
    """Weights under Hugging Face's names as the reference had them."""
    published = {name: tensor.clone(memory_format=torch.contiguous_format)
                 for name, tensor in gpt2_state_dict(tiny()).items()}
    fill_tensors(published)
    return published


@pytest.mark.parametrize("name", THEIRS["models"])
def test_published_sizes_names_and_shapes(name):
    with torch.device("meta"):
        model = getattr(dg.pretraining, name)()
    assert sum(p.numel() for p in model.parameters()) == THEIRS["models"][name]["parameters"]
    published = gpt2_state_dict(model)
    whole = {f"transformer.{key}": tensor for key, tensor in published.items()}
    whole["lm_head.weight"] = published["wte.weight"]
    assert of_names_and_shapes(dict(sorted(whole.items()))) == THEIRS["models"][name]["tensors"]


def test_the_first_gpt():
    with torch.device("meta"):
        model = dg.pretraining.gpt1()
    assert sum(p.numel() for p in model.parameters()) == THEIRS["gpt1"] == 116_534_784
    assert model.longest == 512 and model.stack.norm is None
    small = tiny(norm_first=False)
    states = []
    hook = small.stack.register_forward_hook(lambda _, inputs, out: states.append(out))
    small(tokens(2, 5))
    hook.remove()
    norm = small.stack.layers[-1].norm2
    plain = (states[0] - norm.bias) / norm.weight
    torch.testing.assert_close(plain.mean(-1), torch.zeros_like(plain[..., 0]), atol=1e-6, rtol=0)


def test_published_weights_give_published_logits():
    published = filled()
    model = load_gpt2(tiny(), published)
    ids = torch.tensor(THEIRS["ids"], device=dg.device())
    expected = torch.tensor(THEIRS["logits"], dtype=torch.float64, device=dg.device())
    torch.testing.assert_close(model(ids), expected, rtol=1e-6, atol=1e-8)
    back = gpt2_state_dict(model)
    assert back.keys() == published.keys()
    for name, tensor in back.items():
        assert torch.equal(tensor, published[name]), name


def test_the_first_gpt_with_the_same_weights_gives_the_same_logits():
    """The published file has GPT-2's names within a layer, other ones for the two tables, and no last norm."""
    model = tiny(norm_first=False)
    names = {"wte.weight": "tokens_embed.weight", "wpe.weight": "positions_embed.weight"}
    published = {names.get(name, name): tensor.clone(memory_format=torch.contiguous_format)
                 for name, tensor in gpt2_state_dict(tiny()).items() if not name.startswith("ln_f")}
    fill_tensors(published)
    state = {"tokens.weight": published["tokens_embed.weight"], "positions.weight": published["positions_embed.weight"]}
    for k in range(LAYERS):
        for ours, theirs, turned in LAYER:
            tensor = published[f"h.{k}.{theirs}"]
            state[f"stack.layers.{k}.{ours}"] = tensor.T if turned else tensor
    model.load_state_dict(state)
    expected = torch.tensor(THEIRS["gpt1_logits"], dtype=torch.float64, device=dg.device())
    torch.testing.assert_close(model(torch.tensor(THEIRS["ids"], device=dg.device())), expected)


@pytest.mark.parametrize("cached", [True, False])
def test_prompts_of_unequal_length_go_on_as_theirs(cached):
    model, draws = load_gpt2(tiny(), filled()), torch.Generator().manual_seed(0)
    ids, seen = (torch.tensor(THEIRS[name], device=dg.device()) for name in ("ids", "seen"))
    ours = model.generate(ids, 4, top_k=1, generator=draws, mask=seen, cached=cached)
    assert ours.tolist() == THEIRS["goes_on"]


def as_tensorflow(published):
    """The same weights as OpenAI's own checkpoint has them."""
    endings = {"weight": "w", "bias": "b"}
    renamed = {}
    for name, tensor in published.items():
        *path, last = name.split(".")
        last = endings[last]
        if path[-1].startswith("ln"):
            last = {"w": "g"}.get(last, last)
        elif path[-1].startswith("c_") and last == "w":
            tensor = tensor[None]
        path = [path[0] + path[1], *path[2:]] if path[0] == "h" else path
        renamed["/".join(["model", *path] + ([] if path[-1] in ("wte", "wpe") else [last]))] = tensor.cpu().numpy()
    return renamed


def test_other_forms_of_the_same_file():
    published, ids = filled(), tokens(2, 7)
    expected = load_gpt2(tiny(), published)(ids)
    prefixed = {f"transformer.{name}": tensor for name, tensor in published.items()}
    prefixed |= {"transformer.h.0.attn.bias": torch.ones(1, 1, 11, 11), "h.1.attn.masked_bias": torch.tensor(-1e4)}
    for form in (prefixed, prefixed | {"lm_head.weight": published["wte.weight"]}, as_tensorflow(published)):
        assert torch.equal(load_gpt2(tiny(), form)(ids), expected)
    assert "model/h1/attn/c_attn/w" in as_tensorflow(published) and "model/wte" in as_tensorflow(published)
    for prefix in ("module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module.transformer."):
        assert torch.equal(load_gpt2(tiny(), {prefix + name: x for name, x in published.items()})(ids), expected)
    inner = {name.replace("h.1.", "h.1._orig_mod."): x for name, x in published.items()}
    assert torch.equal(load_gpt2(tiny(), inner)(ids), expected)
    linear = {f"_orig_mod.transformer.{name}": x.T if x.dim() == 2 and name.startswith("h.") else x
              for name, x in published.items()}
    linear["_orig_mod.lm_head.weight"] = published["wte.weight"]
    assert torch.equal(load_gpt2(tiny(), linear)(ids), expected)
    single = {name: tensor.float() for name, tensor in published.items()}
    assert load_gpt2(tiny(), single).tokens.weight.dtype == torch.float64


def test_what_does_not_fit_is_refused_and_nothing_is_copied():
    published, model = filled(), tiny()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    missing = {name: tensor for name, tensor in published.items() if "mlp" not in name}
    broken = {**published, "ln_f.weight": published["ln_f.weight"] * float("nan")}
    for wrong, message in [
        (missing, r"lacks h\.0\.mlp\.c_fc\.bias, h\.0\.mlp\.c_fc\.weight, h\.0\.mlp\.c_proj\.bias and 5 more"),
        ({**published, "h.2.ln_1.weight": torch.ones(D)}, r"unexpected h\.2\.ln_1\.weight$"),
        ({**published, "h.1.attn.c_attn.weight": published["h.1.attn.c_attn.weight"].T},
         r"h\.1\.attn\.c_attn\.weight must be \(12, 36\), not \(36, 12\)"),
        (broken, r"ln_f\.weight must be finite"),
        ({**published, "lm_head.weight": 2 * published["wte.weight"]}, "lm_head.weight must equal wte.weight"),
    ]:
        with pytest.raises(ValueError, match=message):
            load_gpt2(model, wrong)
    for wrong, error, message in [
        ({"model": published, "step": 3}, TypeError, r"holds a mapping named 'model': give published\['model'\]"),
        ({**published, "optimizer": "adam"}, TypeError, "published must hold tensors, and 'optimizer' is 'adam'"),
        ({**published, "module.wte.weight": published["wte.weight"]}, ValueError, "must hold wte.weight once"),
    ]:
        with pytest.raises(error, match=message):
            load_gpt2(model, wrong)
    with pytest.raises(ValueError, match="must have names such as wte.weight, and has tokens.weight; what this package's"):
        load_gpt2(model, tiny().state_dict())
    with pytest.raises(TypeError, match="model must be a GPT, not Linear"):
        gpt2_state_dict(torch.nn.Linear(2, 2))
    with pytest.raises(TypeError, match="published must be a mapping"):
        load_gpt2(model, list(published))
    for other in (tiny(norm_first=False), tiny(rotate=True)):
        with pytest.raises(ValueError, match="norms first and learned positions"):
            gpt2_state_dict(other)
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, before[name]), name


def test_initial_weights():
    torch.manual_seed(0)
    model, wide = GPT(101, 103, 64, 4, 3), GPT(101, 103, 64, 4, 3, std=0.07)
    for (name, parameter), other in zip(model.named_parameters(), wide.parameters()):
        if parameter.dim() > 1:
            wanted = 0.02 / 6**0.5 if name.endswith(("out_proj.weight", "linear2.weight")) else 0.02
            assert parameter.std().item() == pytest.approx(wanted, rel=0.05), name
            assert other.std().item() == pytest.approx(3.5 * wanted, rel=0.05), name
        else:
            assert (parameter == float(name.endswith("weight"))).all(), name


@settings(deadline=None, max_examples=10)
@given(norm_first=st.booleans(), rotate=st.booleans(), batch=st.integers(1, 3), length=st.integers(2, LONGEST), data=st.data())
def test_no_logit_sees_a_later_token(norm_first, rotate, batch, length, data):
    model, ids = tiny(norm_first=norm_first, rotate=rotate), tokens(batch, length)
    cut = data.draw(st.integers(1, length - 1))
    other = ids.clone()
    other[:, cut:] = (other[:, cut:] + 1) % V
    torch.testing.assert_close(model(other)[:, :cut], model(ids)[:, :cut], rtol=0, atol=1e-12)
    assert not torch.allclose(model(other)[:, cut:], model(ids)[:, cut:])


@settings(deadline=None, max_examples=10)
@given(norm_first=st.booleans(), rotate=st.booleans(), cuts=st.sets(st.integers(1, LONGEST - 1), max_size=4))
def test_reading_in_pieces_with_a_cache(norm_first, rotate, cuts):
    model, ids = tiny(norm_first=norm_first, rotate=rotate), tokens(2, LONGEST)
    caches, found, ends = model.start(), [], [0, *sorted(cuts), LONGEST]
    for start, end in zip(ends, ends[1:]):
        found.append(model(ids[:, start:end], caches))
    torch.testing.assert_close(torch.cat(found, 1), model(ids))
    with pytest.raises(ValueError, match="within 11 positions, not at 12"):
        model(ids[:, :1], caches)


def test_writing_with_and_without_the_cache():
    model, prompt = tiny(), tokens(3, 2)
    for options in ({}, {"temperature": 0}, {"temperature": 0.7, "top_k": 5, "top_p": 0.9}):
        texts = [model.generate(prompt, 9, generator=dg.seed(1), cached=cached, **options) for cached in (True, False)]
        assert torch.equal(*texts) and texts[0].shape == (3, 11) and torch.equal(texts[0][:, :2], prompt)
    greedy = model.generate(prompt, 9, 0)
    assert torch.equal(greedy[:, 2:], model(greedy)[:, 1:-1].argmax(-1))
    assert not torch.equal(greedy, model.generate(prompt, 9, generator=dg.seed(2)))
    model = tiny(dropout=0.5).train()
    assert torch.equal(model.generate(prompt, 9, 0), greedy) and model.training, "no dropout while it writes"


@settings(deadline=None, max_examples=15)
@given(norm_first=st.booleans(), rotate=st.booleans(), cached=st.booleans(),
       lengths=st.lists(st.integers(1, 6), min_size=1, max_size=4), data=st.data())
def test_unequal_prompts_go_on_as_they_would_alone(norm_first, rotate, cached, lengths, data):
    model, more = tiny(norm_first=norm_first, rotate=rotate), data.draw(st.integers(1, LONGEST - max(lengths)))
    prompts = [tokens(1, n)[0] for n in lengths]
    extra = data.draw(st.integers(0, 3))                  # padding before the longest, too: it takes no position
    width = max(lengths) + extra
    ids = torch.stack([torch.cat([tokens(1, 13)[0, : width - n], prompt]) for n, prompt in zip(lengths, prompts)])
    mask = torch.arange(width, device=ids.device) >= width - torch.tensor(lengths, device=ids.device)[:, None]
    texts = model.generate(ids, more, 0, mask=mask, cached=cached)
    assert torch.equal(texts[:, :width], ids)
    for text, prompt in zip(texts, prompts):
        assert torch.equal(text[width:], model.generate(prompt[None], more, 0)[0, len(prompt):])
    logits = model(ids, mask=mask)
    for row, prompt in zip(logits, prompts):
        torch.testing.assert_close(row[width - len(prompt):], model(prompt[None])[0])


def test_padding_moves_nothing_and_gets_no_gradient():
    model = tiny()
    ids, mask = tokens(2, 7), torch.tensor([[True] * 7, [False] * 4 + [True] * 3], device=dg.device())
    other = torch.where(mask, ids, (ids + 1) % V)
    torch.testing.assert_close(model(ids, mask=mask)[mask], model(other, mask=mask)[mask], rtol=0, atol=0)
    changed = ids.clone()
    changed[1, 4] = (changed[1, 4] + 1) % V
    assert not torch.allclose(model(ids, mask=mask)[1, 5], model(changed, mask=mask)[1, 5])
    grads = torch.autograd.grad(model(ids, mask=mask)[mask].sum(), list(model.parameters()))
    assert all(g.isfinite().all() for g in grads)
    places = [name for name, _ in model.named_parameters()].index("positions.weight")
    assert (grads[places][7:] == 0).all() and (grads[places][:7] != 0).any(1).all()


def test_pieces_and_padding_with_a_cache():
    model, ids = tiny(), tokens(2, 9)
    mask = torch.tensor([[False] * 5 + [True] * 4, [True] * 9], device=dg.device())
    caches, found = model.start(), []
    for start, end in ((0, 4), (4, 5), (5, 9)):
        found.append(model(ids[:, start:end], caches, mask[:, :end]))
    torch.testing.assert_close(torch.cat(found, 1)[mask], model(ids, mask=mask)[mask])


@pytest.mark.parametrize("padded", [False, True])
def test_a_model_is_compiled_and_exported_whole(padded):
    model, ids = tiny(), tokens(2, 7)
    mask = torch.tensor([[False] * 3 + [True] * 4, [True] * 7], device=ids.device) if padded else None
    expected = model(ids, mask=mask)
    compiled = torch.compile(model, backend="eager", fullgraph=True)
    torch.testing.assert_close(compiled(ids, mask=mask), expected)
    exported = torch.export.export(model, (ids,), {"mask": mask}).module()
    torch.testing.assert_close(exported(ids, mask=mask), expected)


def test_draws_follow_the_models_probabilities():
    model, prompt = tiny(), tokens(1, 4)
    p = model(prompt)[0, -1].softmax(-1).cpu()
    drawn = model.generate(prompt.expand(4000, -1), 1, generator=dg.seed(0))[:, -1]
    shares = torch.bincount(drawn.cpu(), minlength=V) / 4000
    assert (shares - p).abs().max() < 0.03


def test_beam_search_scores_as_the_model_does():
    model, prompt = tiny(), tokens(1, 3)
    found = dg.sequences.beam_search(model.step, model.start(prompt[:, :-1]), bos=int(prompt[0, -1]), eos=5, width=3,
                                     max_length=6)
    assert len(found) == 3
    for h in found:
        text = torch.tensor([*prompt[0].tolist(), *h.tokens, *([5] if h.ended else [])], device=dg.device())
        scores = model(text[None])[0].log_softmax(-1)
        expected = sum(scores[t, text[t + 1]].item() for t in range(2, len(text) - 1))
        assert h.log_probability == pytest.approx(expected)
    state = model.start(tokens(2, 3))
    first, _ = model.step(tokens(2), state)
    again, _ = model.step(tokens(2), state)
    assert torch.equal(first, again) and len(state[0]) == 3, "a step leaves the state as it is"


def test_attention_weights():
    model, ids = tiny(), tokens(2, 7)
    before = model(ids)
    weights = model.attention_weights(ids)
    assert weights.shape == (LAYERS, 2, HEADS, 7, 7) and not any(m._forward_hooks for m in model.modules())
    torch.testing.assert_close(weights.sum(-1), torch.ones_like(weights[..., 0]))
    assert (weights.triu(1) == 0).all() and (weights.tril() > 0).any()
    x = model.positions(model.tokens(ids))
    first = model.stack.layers[0]
    _, expected = first.self_attn(first.norm1(x), causal=True, need_weights=True)
    torch.testing.assert_close(weights[0], expected)
    torch.testing.assert_close(model(ids), before)


def test_gradients_in_both_precisions():
    model, ids = tiny(), tokens(2, 7)
    loss = torch.nn.functional.cross_entropy(model(ids)[:, :-1].flatten(0, 1), ids[:, 1:].flatten())
    grads = torch.autograd.grad(loss, list(model.parameters()))
    single = tiny().float()
    loss32 = torch.nn.functional.cross_entropy(single(ids)[:, :-1].flatten(0, 1), ids[:, 1:].flatten())
    for a, b in zip(grads, torch.autograd.grad(loss32, list(single.parameters()))):
        torch.testing.assert_close(a.float(), b, rtol=1e-3, atol=1e-5)
    weight, step = model.tokens.weight, 1e-6
    values = []
    with torch.no_grad():
        for sign in (1, -1):
            weight[3, 2] += sign * step
            values.append(torch.nn.functional.cross_entropy(model(ids)[:, :-1].flatten(0, 1), ids[:, 1:].flatten()))
            weight[3, 2] -= sign * step
    index = [name for name, _ in model.named_parameters()].index("tokens.weight")
    assert grads[index][3, 2].item() == pytest.approx((values[0] - values[1]).item() / (2 * step), rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("call, error, message", [
    (lambda m: m(torch.zeros(1, 3)), TypeError, "ids must be an int64 tensor, not torch.float32"),
    (lambda m: m([[1, 2]]), TypeError, "ids must be an int64 tensor, not list"),
    (lambda m: m(tokens(3)), ValueError, r"ids must be \(B, T\) with T of at least 1, not \(3,\)"),
    (lambda m: m(tokens(1, 0)), ValueError, r"not \(1, 0\)"),
    (lambda m: m(tokens(1, 12)), ValueError, "within 11 positions, not at 12"),
    (lambda m: m.generate(tokens(1, 5), 7), ValueError, r"fit into 11 positions, and need 5 \+ 7"),
    (lambda m: m.generate(tokens(1, 3), 1, mask=torch.tensor([[True, True, False]], device=dg.device())), ValueError,
     "mask must be True for the last token of each prompt, and False for padding on the left alone"),
    (lambda m: m.generate(tokens(1, 3), 1, mask=torch.tensor([[True, False, True]], device=dg.device())), ValueError, "on the left alone"),
    (lambda m: m.generate(tokens(1, 3), 10, mask=torch.tensor([[False, True, True]], device=dg.device())), ValueError, r"and need 2 \+ 10"),
    (lambda m: m.generate(tokens(1, 3), 1, mask=torch.ones(1, 3, device=dg.device())), TypeError, "mask must be a boolean tensor"),
    (lambda m: m(tokens(1, 3), mask=torch.ones(1, 2, dtype=torch.bool, device=dg.device())), ValueError, r"mask must be \(1, 3\), not \(1, 2\)"),
    (lambda m: m.generate([1, 2], 3), TypeError, "prompt must be an int64 tensor, not list"),
    (lambda m: m.generate(tokens(5), 3), ValueError, r"prompt must be \(B, T\) with T of at least 1, not \(5,\)"),
    (lambda m: m.generate(tokens(1, 5), 0), ValueError, "length must be an integer of at least 1"),
    (lambda m: m.generate(tokens(1, 5), 1, -1.0), ValueError, "temperature"),
    (lambda m: GPT(V, LONGEST, 12, 5, 1), ValueError, "heads must divide dim"),
    (lambda m: GPT(0, LONGEST, 12, 3, 1), ValueError, "vocab_size"),
    (lambda m: GPT(V, LONGEST, 12, 3, 0), ValueError, "layers"),
    (lambda m: GPT(V, LONGEST, 12, 3, 1, dropout=1.0), ValueError, "dropout"),
    (lambda m: GPT(V, LONGEST, 12, 3, 1, std=0.0), ValueError, "std must be above 0"),
    (lambda m: GPT(V, 0, 12, 4, 1, rotate=True), ValueError, "longest"),
    (lambda m: GPT(V, LONGEST, 9, 3, 1, rotate=True), ValueError, "even number of features"),
])
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call(tiny())
