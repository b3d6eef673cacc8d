"""Which tokens BERT hides, and the pairs of sentences that it reads."""

import pytest
import torch
from deepgloss.pretraining import mask_tokens, pack, sentence_pairs
from hypothesis import given, settings
from hypothesis import strategies as st

import deepgloss as dg

PAD, UNK, CLS, SEP, MASK = SPECIAL = range(5)


def draw(seed=0):
    return torch.Generator().manual_seed(seed)


def test_shares_on_long_text():
    """12, 1.5 and 1.5 percent, within four standard deviations."""
    n, vocab_size = 200_000, 101
    ids = torch.randint(len(SPECIAL), vocab_size, (n,), generator=draw(1)).to(dg.device())
    inputs, targets = mask_tokens(ids, vocab_size, SPECIAL, MASK, generator=draw())
    asked = targets != -100
    assert torch.equal(targets[asked], ids[asked]) and torch.equal(inputs[~asked], ids[~asked])
    masked = inputs == MASK
    swapped = asked & ~masked & (inputs != ids)
    kept = asked & (inputs == ids)
    by_chance = 1 / (vocab_size - len(SPECIAL))             # a token swapped for itself
    for what, share in ((asked, 0.15), (masked, 0.12), (swapped, 0.015 * (1 - by_chance)),
                        (kept, 0.015 * (1 + by_chance))):
        assert what.sum().item() / n == pytest.approx(share, abs=4 * (share * (1 - share) / n) ** 0.5)
    counts = inputs[swapped].bincount(minlength=vocab_size)
    assert not counts[:5].any() and (counts[5:] > 0).all(), "any token that is not special is put in"


@settings(deadline=None, max_examples=25)
@given(st.integers(6, 31), st.lists(st.integers(1, 7), min_size=1, max_size=3), st.floats(0.05, 0.95),
       st.floats(0, 1), st.floats(0, 1), st.integers(0, 99))
def test_any_shape_and_shares(vocab_size, shape, share, masked, rest, seed):
    ids = torch.randint(vocab_size, shape, generator=draw(seed))
    before = ids.clone()
    swapped = (1 - masked) * rest
    inputs, targets = mask_tokens(ids, vocab_size, SPECIAL, MASK, share=share, masked=masked, swapped=swapped,
                                  generator=draw(seed))
    assert torch.equal(ids, before) and inputs.shape == targets.shape == ids.shape
    special = ids < 5
    assert (targets[special] == -100).all() and torch.equal(inputs[special], ids[special])
    asked = targets != -100
    assert torch.equal(inputs[~asked], ids[~asked]) and torch.equal(targets[asked], ids[asked])
    assert ((inputs[asked] == MASK) | (inputs[asked] >= 5)).all()
    again = mask_tokens(ids, vocab_size, SPECIAL, MASK, share=share, masked=masked, swapped=swapped, generator=draw(seed))
    assert torch.equal(inputs, again[0]) and torch.equal(targets, again[1])


def test_extreme_shares():
    ids = torch.arange(5, 105).repeat(20)
    for masked, swapped in ((1, 0), (0, 1), (0, 0)):
        inputs, targets = mask_tokens(ids, 105, SPECIAL, MASK, share=0.5, masked=masked, swapped=swapped,
                                      generator=draw())
        asked = targets != -100
        assert (inputs[asked] == MASK).all() if masked else not (inputs == MASK).any()
        if not masked:
            kept = (inputs[asked] == ids[asked]).float().mean()
            assert kept < 0.05 if swapped else kept == 1


@pytest.mark.parametrize("change, kind, message", [
    ({"ids": torch.zeros(3)}, TypeError, "ids must be an int64 tensor"),
    ({"ids": torch.tensor([9])}, ValueError, "ids must be in 0..8, not 9"),
    ({"special": [0, 1]}, ValueError, "special must hold mask_id = 4"),
    ({"special": range(9)}, ValueError, "special must leave an id that is none"),
    ({"special": [4, 9]}, ValueError, "special must be an integer of at least 0 and at most 8"),
    ({"share": 0.0}, ValueError, r"share must be in \(0, 1\)"),
    ({"masked": 0.95}, ValueError, "masked and swapped must be at most 1 together, not 1.05"),
    ({"swapped": -0.1}, ValueError, "swapped must be a number in"),
])
def test_mask_tokens_refuses(change, kind, message):
    arguments = {"ids": torch.tensor([5, 6]), "vocab_size": 9, "special": SPECIAL, "mask_id": MASK, **change}
    with pytest.raises(kind, match=message):
        mask_tokens(**arguments)


def test_pack():
    ids, segments, mask = pack([([5, 6], [7]), ([8], [])], 9)
    assert ids.tolist() == [[CLS, 5, 6, SEP, 7, SEP], [CLS, 8, SEP, PAD, PAD, PAD]]
    assert segments.tolist() == [[0, 0, 0, 0, 1, 1], [0] * 6]
    assert mask.tolist() == [[True] * 6, [True] * 3 + [False] * 3]
    assert ids.device == segments.device == mask.device == torch.zeros(0, device=dg.device()).device
    first, second = list(range(10, 19)), [20, 21]
    ids = pack([(first, second), (second, first), (first, first), (first, [])], 9)[0].tolist()
    assert ids[0] == [CLS, 10, 11, 12, 13, SEP, 20, 21, SEP], "the longer sentence is cut"
    assert ids[1] == [CLS, 20, 21, SEP, 10, 11, 12, 13, SEP]
    assert ids[2] == [CLS, 10, 11, 12, SEP, 10, 11, 12, SEP], "of equals the second is cut first"
    assert ids[3] == [CLS, *first[:7], SEP]
    assert first == list(range(10, 19)), "what is given stays as it was"
    for texts, longest, message in (([], 9, "texts must hold one"), ([([5], [])], 4, "longest must be an integer")):
        with pytest.raises(ValueError, match=message):
            pack(texts, longest)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 5), min_size=2, max_size=6), st.integers(0, 999))
def test_pairs_are_neighbors_or_from_elsewhere(sizes, seed):
    documents, sentence = [], iter(range(100))
    documents = [[[next(sentence)] for _ in range(size)] for size in sizes]
    if max(sizes) < 2 or sum(map(bool, sizes)) < 2:
        with pytest.raises(ValueError, match="documents must hold"):
            sentence_pairs(documents, draw(seed))
        return
    where = {s[0]: k for k, document in enumerate(documents) for s in document}
    pairs, elsewhere = sentence_pairs(documents, draw(seed))
    firsts = [a for document in documents for a in document[:-1]]
    assert [a for a, _ in pairs] == firsts and elsewhere.dtype == torch.int64
    for (a, b), torn in zip(pairs, elsewhere.tolist()):
        assert where[a[0]] != where[b[0]] if torn else b[0] == a[0] + 1


def test_half_of_the_pairs_are_torn_and_every_other_sentence_may_come():
    documents = [[[k] for k in range(3)], [[k] for k in range(3, 5)], [[5]]]
    seen, torn, n = set(), 0, 1500
    generator = draw()
    for _ in range(n // 3):
        pairs, elsewhere = sentence_pairs(documents, generator)
        torn += int(elsewhere.sum())
        seen |= {(a[0], b[0]) for (a, b), label in zip(pairs, elsewhere.tolist()) if label}
    assert abs(torn / n - 0.5) < 4 * 0.5 / n**0.5
    assert seen == {(a, b) for a in (0, 1) for b in (3, 4, 5)} | {(3, b) for b in (0, 1, 2, 5)}
