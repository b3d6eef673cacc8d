"""The encoder and decoder with attention: by hand, without its padding, step by step, and trained."""

import itertools

import pytest
import torch
from deepgloss.attention import AttentiveSeq2Seq
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import deepgloss as dg

PAD, BOS, EOS = 0, 1, 2
SCORES = ["multiplicative", "additive"]


def model(score="multiplicative", bidirectional=True, dtype=torch.float64):
    torch.manual_seed(0)
    return AttentiveSeq2Seq(13, 7, 5, 11, score, bidirectional).to(dg.device(), dtype)


def inputs(batch=3, steps=4, longest=6, seed=0):
    draws = torch.Generator().manual_seed(seed)
    lengths = torch.randint(1, longest + 1, (batch,), generator=draws)
    lengths[0] = longest
    source = torch.randint(3, 13, (batch, longest), generator=draws)
    target = torch.randint(3, 7, (batch, steps), generator=draws)
    return source.to(dg.device()), lengths.to(dg.device()), target.to(dg.device())


@pytest.mark.parametrize("score, bidirectional, dtype",
                         [*itertools.product(SCORES, [True, False], [torch.float64]), (SCORES[0], True, torch.float32)])
def test_equals_pytorchs_parts(score, bidirectional, dtype):
    ours = model(score, bidirectional, dtype)
    source, lengths, target = inputs()
    encoder = nn.GRU(5, 11, batch_first=True, bidirectional=bidirectional).to(source.device, dtype)
    decoder = nn.GRU(5, 11, batch_first=True).to(source.device, dtype)
    encoder.load_state_dict(ours.encoder.state_dict())
    decoder.load_state_dict(ours.decoder.state_dict())
    logits, weights = ours(source, lengths, target, need_weights=True)
    assert weights.shape == (3, 4, 6) and logits.dtype == dtype
    for row in range(3):                                  # each source alone, and nothing behind its end
        n = int(lengths[row])
        states, last = encoder(ours.read(source[row, :n])[None])
        first = ours.bridge(torch.cat(list(last), 1)).tanh()
        mine, _ = decoder(ours.write(target[row])[None], first[None])
        if score == "multiplicative":
            scores = mine[0] @ ours.attention.match.weight.T @ states[0].T
        else:
            a = ours.attention
            scores = torch.stack([(a.query(q) + a.key(states[0])).tanh() @ a.score.weight[0] for q in mine[0]])
        expected = scores.softmax(1)
        torch.testing.assert_close(weights[row, :, :n], expected)
        assert (weights[row, :, n:] == 0).all()
        mixed = ours.mix(torch.cat([expected @ states[0], mine[0]], 1)).tanh()
        torch.testing.assert_close(logits[row], ours.out(mixed))


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 5), st.integers(1, 4), st.integers(1, 7), st.sampled_from(SCORES), st.booleans(), st.integers(0, 99))
def test_padding_changes_nothing(batch, steps, longest, score, bidirectional, seed):
    ours = model(score, bidirectional)
    source, lengths, target = inputs(batch, steps, longest, seed)
    logits, weights = ours(source, lengths, target, need_weights=True)
    torch.testing.assert_close(weights.sum(2), torch.ones_like(weights[..., 0]))
    longer = torch.cat([source, torch.full_like(source[:, :2], 5)], 1)
    again, more = ours(longer, lengths, target, need_weights=True)
    torch.testing.assert_close(again, logits)
    torch.testing.assert_close(more[..., :longest], weights)
    assert (more[..., longest:] == 0).all()


@pytest.mark.parametrize("score", SCORES)
def test_gradients(score):
    ours = model(score)
    source, lengths, target = inputs(2, 2, 3)
    names = [name for name, _ in ours.named_parameters()]
    values = [p.detach().clone().requires_grad_() for p in ours.parameters()]

    def run(*parameters):
        logits = torch.func.functional_call(ours, dict(zip(names, parameters)), (source, lengths, target))
        return logits.log_softmax(2)[..., 3].sum()

    assert torch.autograd.gradcheck(run, values, fast_mode=True)
    run(*values).backward()
    assert all((p.grad != 0).any() for p in values)


@pytest.mark.parametrize("score", SCORES)
def test_steps_equal_the_whole(score):
    ours = model(score)
    source, lengths, target = inputs()
    whole = ours(source, lengths, target).log_softmax(2)
    state = ours.start(source, lengths)
    for t in range(4):
        scores, state = ours.step(target[:, t], state)
        torch.testing.assert_close(scores, whole[:, t])


def test_keys_are_projected_once_for_all_steps():
    ours, seen = model("additive"), []
    ours.attention.key.register_forward_hook(lambda *_: seen.append(1))
    source, lengths, _ = inputs()
    ours.greedy(source, lengths, bos=BOS, max_length=5)
    ours.greedy(source, lengths, bos=BOS, max_length=5, need_weights=True)
    ours.beam(source[0], bos=BOS, eos=EOS, width=3, max_length=4)
    assert len(seen) == 3


def test_search():
    ours = model()
    source, lengths, _ = inputs()
    tokens, weights = ours.greedy(source, lengths, bos=BOS, max_length=5, need_weights=True)
    assert torch.equal(tokens, ours.greedy(source, lengths, bos=BOS, max_length=5))
    reads = torch.cat([torch.full_like(tokens[:, :1], BOS), tokens[:, :-1]], 1)
    logits, looked = ours(source, lengths, reads, need_weights=True)
    assert torch.equal(logits.argmax(2), tokens)
    torch.testing.assert_close(looked, weights)
    best = ours.beam(source[0], bos=BOS, eos=EOS, width=1, max_length=5)[0]
    row = tokens[0].tolist()
    assert list(best.tokens) == (row[:row.index(EOS)] if EOS in row else row)
    wide = ours.beam(source[0], bos=BOS, eos=EOS, width=300, max_length=3)
    # 7 symbols, 1 ends: all outputs of at most 3 steps, whose probabilities add up to 1
    assert sum(torch.tensor(h.log_probability).exp().item() for h in wide) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("score", SCORES)
def test_every_source_position_gets_a_gradient_from_the_first_step(score):
    ours = model(score, bidirectional=False)
    source, lengths, target = inputs(1, 1, 6)
    states, mask, hidden = ours.start(source, lengths)
    states = states.detach().requires_grad_()
    logits, _, _ = ours.decode(target, (states, mask, hidden.detach()))
    logits.log_softmax(2)[0, 0, 3].backward()
    assert (states.grad[0].abs().amax(1) > 0).all()


def test_learns_to_reverse():
    torch.manual_seed(0)
    pairs = dg.data.reversed_strings(16 * 120, lengths=(3, 5), symbols=4, seed=0)
    size = len(pairs.source_vocabulary)
    ours = AttentiveSeq2Seq(size, size, 8, 16).to(dg.device())
    optimizer = torch.optim.Adam(ours.parameters(), 0.02)
    for k in range(120):
        part = slice(16 * k, 16 * k + 16)
        x, n, y = pairs.source_ids[part], pairs.source_lengths[part], pairs.target_ids[part]
        logits = ours(x, n, y[:, :-1])
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), y[:, 1:].flatten(), ignore_index=PAD)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    test = dg.data.reversed_strings(100, lengths=(5, 5), symbols=4, seed=1)
    written = ours.greedy(test.source_ids, test.source_lengths, bos=BOS, max_length=5)
    assert (written == test.target_ids[:, 1:-1]).float().mean() > 0.8


@pytest.mark.parametrize("make, error, message", [
    (lambda: AttentiveSeq2Seq(0, 7), ValueError, "source_symbols must be an integer of at least 1, not 0"),
    (lambda: AttentiveSeq2Seq(13, 7, hidden=1.5), TypeError, "hidden must be an integer"),
    (lambda: AttentiveSeq2Seq(13, 7, score="dot"), ValueError, "score must be one of 'multiplicative', 'additive'"),
    (lambda: model().beam(torch.zeros(0, dtype=torch.long), bos=1, eos=2), ValueError, r"source must be \(S,\)"),
    (lambda: model().greedy(*inputs()[:2], bos=1, max_length=0), ValueError, "max_length must be"),
])
def test_arguments(make, error, message):
    with pytest.raises(error, match=message):
        make()
