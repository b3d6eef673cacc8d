"""Drawing symbols, searching for the best output, scoring it, and the networks that write."""

import itertools
import math

import pytest
import torch
from deepgloss.sequences import (
    Seq2Seq, beam_search, bleu, next_probabilities, ngrams, sample_next,
)
from hypothesis import given, settings
from hypothesis import strategies as st

import deepgloss as dg

finite = st.floats(-30, 30, width=32)


@settings(deadline=None, max_examples=50)
@given(st.lists(finite, min_size=1, max_size=11), st.floats(0.05, 5), st.integers(1, 13), st.floats(0.01, 1))
def test_filters_keep_the_most_probable_symbols(scores, temperature, k, top_p):
    logits = torch.tensor(scores, dtype=torch.float64)
    plain = (logits / temperature).softmax(0)
    torch.testing.assert_close(next_probabilities(logits, temperature), plain)

    by_k = next_probabilities(logits, temperature, top_k=k)
    smallest = logits.sort(descending=True).values[min(k, len(logits)) - 1]
    assert ((by_k > 0) <= (logits >= smallest)).all() and by_k.sum() == pytest.approx(1)

    nucleus = next_probabilities(logits, temperature, top_p=top_p)
    kept = nucleus > 0
    assert kept[plain.argmax()] or plain[kept].max() == plain.max()
    # it holds top_p of the probability, and without its least member no longer would
    total = plain[kept].sum().item()
    assert total >= top_p - 1e-9 and total - plain[kept].min().item() < top_p + 1e-9
    torch.testing.assert_close(nucleus[kept] / plain[kept], torch.full_like(plain[kept], 1 / total))


def test_temperature_at_its_limits():
    logits = torch.tensor([1.0, 3.0, 3.0, -torch.inf])
    assert next_probabilities(logits, 0).tolist() == [0, 0.5, 0.5, 0]
    torch.testing.assert_close(next_probabilities(logits, 1e-30), torch.tensor([0, 0.5, 0.5, 0]))
    torch.testing.assert_close(next_probabilities(logits, 1e6), torch.tensor([1 / 3, 1 / 3, 1 / 3, 0]),
                               atol=1e-5, rtol=0)
    assert next_probabilities(torch.tensor([1e4, -1e4])).tolist() == [1, 0]


def test_draws_follow_the_probabilities_on_any_device():
    logits = torch.tensor([2.0, 1.0, 0.0, -1.0]).log_softmax(0).to(dg.device())
    drawn = sample_next(logits.expand(20_000, 4), generator=torch.Generator().manual_seed(0))
    assert drawn.shape == (20_000,) and drawn.device == logits.device
    shares = torch.bincount(drawn.cpu(), minlength=4) / 20_000
    torch.testing.assert_close(shares, logits.exp().cpu(), atol=0.015, rtol=0)
    assert sample_next(logits.view(1, 1, 4), top_k=1).tolist() == [[0]]


@pytest.mark.parametrize("arguments, error, message", [
    ({"temperature": -1}, ValueError, "temperature must be a number in"),
    ({"top_k": 0}, ValueError, "top_k must be an integer of at least 1"),
    ({"top_k": 1.5}, TypeError, "top_k must be an integer"),
    ({"top_p": 0.0}, ValueError, r"top_p must be in \(0, 1\], not 0"),
    ({"top_p": 1.1}, ValueError, r"top_p must be in \(0, 1\], not 1.1"),
    ({"logits": torch.arange(3)}, TypeError, "logits must be a tensor of floating-point"),
    ({"logits": torch.zeros(3, 0)}, ValueError, r"logits must be \(..., V\)"),
])
def test_sampling_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        next_probabilities(**{"logits": torch.zeros(3), **arguments})


class Table:
    """A language of three symbols: log-probabilities that depend on all symbols before."""

    bos, eos, symbols = 0, 0, 3

    def __init__(self, seed):
        self.draws = torch.randn(7, 5, self.symbols, generator=torch.Generator().manual_seed(seed)) * 2

    def step(self, tokens, state):
        place, memory = state["place"], state["memory"]
        memory = (3 * memory + tokens) % 7
        logits = self.draws[memory, place.clamp(max=4)].double()
        return logits.log_softmax(1), {"place": place + 1, "memory": memory}

    def start(self):
        return {"place": torch.zeros(1, dtype=torch.int64), "memory": torch.ones(1, dtype=torch.int64)}

    def log_probability(self, tokens):
        state, total, last = self.start(), 0.0, self.bos
        for token in (*tokens, self.eos):
            scores, state = self.step(torch.tensor([last]), state)
            total, last = total + scores[0, token].item(), token
        return total

    def outputs(self, longest):
        for length in range(longest):
            yield from itertools.product((1, 2), repeat=length)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("alpha", [0.0, 0.7])
def test_a_wide_beam_is_exhaustive_search(seed, alpha):
    table = Table(seed)
    every = {y: table.log_probability(y) for y in table.outputs(5)}
    ranked = sorted(every, key=lambda y: -every[y] / (len(y) + 1) ** alpha)
    found = beam_search(table.step, table.start(), bos=0, eos=0, width=500, max_length=5,
                        length_penalty=alpha)
    ended = [h for h in found if h.ended]
    assert [h.tokens for h in ended] == ranked
    for h in ended:
        assert h.log_probability == pytest.approx(every[h.tokens])
        assert h.score == pytest.approx(every[h.tokens] / (len(h.tokens) + 1) ** alpha)
    assert {h.tokens for h in found if not h.ended} == set(itertools.product((1, 2), repeat=5))
    narrow = beam_search(table.step, table.start(), bos=0, eos=0, width=2, max_length=5,
                         length_penalty=alpha)
    assert len(narrow) <= 2 and all(h.score <= ended[0].score + 1e-9 for h in narrow if h.ended)


def test_width_one_is_greedy():
    for seed in range(5):
        table = Table(seed)
        state, tokens = table.start(), [0]
        for _ in range(6):
            scores, state = table.step(torch.tensor(tokens[-1:]), state)
            tokens.append(scores.argmax().item())
            if tokens[-1] == 0:
                break
        (found,) = beam_search(table.step, table.start(), bos=0, eos=0, width=1, max_length=6)
        assert list(found.tokens) + [0] * found.ended == tokens[1:]


def test_symbols_that_cannot_come_are_not_in_the_beam():
    def step(tokens, state):
        return torch.tensor([[-torch.inf, 0.0]]).expand(len(tokens), 2), state

    assert beam_search(step, None, bos=1, eos=0, width=3, max_length=4) == [((1, 1, 1, 1), 0.0, 0.0, False)]


@pytest.mark.parametrize("scores, message", [
    (torch.zeros(2, 3), r"step must give log-probabilities of shape \(1, V\), not \(2, 3\)"),
    (torch.zeros(1, 2), "eos must be one of the 2 symbols"),
    (torch.ones(1, 3), "scores need log_softmax first"),
    (torch.full((1, 3), torch.nan), "scores need log_softmax first"),
])
def test_steps_that_do_not_fit(scores, message):
    with pytest.raises(ValueError, match=message):
        beam_search(lambda tokens, state: (scores, state), None, bos=0, eos=2)


def test_bleu_of_the_papers_examples():
    references = [["the cat is on the mat".split(), "there is a cat on the mat".split()]]
    assert bleu(["the the the the the the the".split()], references, 1).precisions == (2 / 7,)
    first = ("it is a guide to action which ensures that the military always obeys the commands of "
             "the party").split()
    second = ("it is to insure the troops forever hearing the activity guidebook that party "
              "direct").split()
    references = [[
        "it is a guide to action that ensures that the military will forever heed party commands".split(),
        ("it is the guiding principle which guarantees the military forces always being under the "
         "command of the party").split(),
        ("it is the practical guide for the army always to heed the directions of the "
         "party").split(),
    ]]
    assert bleu([first], references).precisions[:2] == (17 / 18, 10 / 17)
    assert bleu([second], references).precisions[:2] == (8 / 14, 1 / 13)
    assert bleu(["of the".split()], references, 2).precisions == (1, 1)
    assert bleu([second], references).score == 0, "no trigram is shared"
    assert bleu([first], references).brevity_penalty == 1, "a reference of 18 words is nearest"


def test_bleu_counts_over_the_whole_set():
    candidates, references = ["abcd", "abxy"], [["abcd"], ["abcde"]]
    got = bleu(candidates, references, 2)
    assert got.precisions == (6 / 8, 4 / 6)
    assert got.brevity_penalty == pytest.approx(math.exp(1 - 9 / 8))
    assert got.score == pytest.approx(math.exp(1 - 9 / 8) * math.sqrt(6 / 8 * 4 / 6))
    assert bleu(["abcd"], [["abcde", "abc"]], 1).brevity_penalty == 1, "equally near: the shorter one"
    assert bleu([""], [["abc"]]) == (0.0, (0.0,) * 4, 0.0)
    assert bleu(["abc"], [["abc"]]).score == 0, "three tokens hold no 4-gram"
    assert ngrams("abab", 2) == {("a", "b"): 2, ("b", "a"): 1}


@pytest.mark.parametrize("arguments, error, message", [
    (([], []), ValueError, "at least one candidate"),
    ((["a"], []), ValueError, "references must be a list for each"),
    ((["a"], [[]]), ValueError, r"references\[0\] must hold at least one"),
    ((["a"], ["a"]), TypeError, r"references\[0\] must be a list of references"),
    ((["a"], [["a"]], 0), ValueError, "max_n must be an integer of at least 1"),
])
def test_bleu_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        bleu(*arguments)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return Seq2Seq(13, 7, embedding=5, hidden=11).to(dg.device())


def rows(*shape, below):
    return torch.randint(3, below, shape, generator=torch.Generator().manual_seed(1)).to(dg.device())


def test_padding_does_not_reach_the_context(model):
    source = rows(3, 8, below=13)
    lengths = torch.tensor([8, 2, 5], device=dg.device())
    context = model.encoder(source, lengths)
    assert context.shape == (3, 11)
    for row, length, vector in zip(source, lengths.tolist(), context):
        alone = model.encoder(row[None, :length], torch.tensor([length]))
        torch.testing.assert_close(alone[0], vector)


@pytest.mark.parametrize("feed", [True, False])
def test_steps_give_what_teacher_forcing_gives(feed):
    torch.manual_seed(0)
    model = Seq2Seq(13, 7, embedding=5, hidden=11, feed=feed).to(dg.device())
    source, lengths, target = rows(3, 8, below=13), torch.tensor([8, 2, 5]), rows(3, 4, below=7)
    together = model(source, lengths, target).log_softmax(-1)
    assert together.shape == (3, 4, 7)
    state = model.start(source, lengths)
    for t in range(4):
        scores, state = model.decoder.step(target[:, t], state)
        torch.testing.assert_close(scores, together[:, t])


def test_greedy_is_a_beam_of_one_and_a_beam_is_no_worse(model):
    source = rows(5, 6, below=13)
    written = model.greedy(source, torch.full((5,), 6), bos=1, max_length=9)
    assert written.shape == (5, 9)
    for row, tokens in zip(source, written.tolist()):
        (one,) = model.beam(row, bos=1, eos=2, width=1, max_length=9)
        end = tokens.index(2) if 2 in tokens else 9
        assert list(one.tokens) == tokens[:end] and one.ended == (2 in tokens)
        # its own probability is that of the network when it is forced to write it
        read = torch.tensor([[1, *one.tokens]], device=dg.device())
        scores = model(row[None], torch.tensor([6]), read).log_softmax(-1)[0]
        forced = [*one.tokens, 2] if one.ended else list(one.tokens)
        total = sum(scores[t, y].item() for t, y in enumerate(forced))
        assert one.log_probability == pytest.approx(total, abs=1e-4)


def test_sequence_to_sequence_arguments(model):
    with pytest.raises(ValueError, match="hidden must be an integer of at least 1, not 0"):
        Seq2Seq(13, 7, hidden=0)
    with pytest.raises(ValueError, match=r"source must be \(S,\) with S of at least 1, not \(1, 4\)"):
        model.beam(rows(1, 4, below=13), bos=1, eos=2)
    with pytest.raises(ValueError, match="width must be an integer of at least 1"):
        model.beam(rows(4, below=13), bos=1, eos=2, width=0)
