"""Whole numbers of any kind are taken, wherever ids and sizes are given; what is none is named."""

import numpy as np
import pytest
import torch
from deepgloss._arguments import indices
from deepgloss.language import ByteBPE, CharacterLevel, WordPiece

import deepgloss as dg

FORMS = {
    "list": list, "tuple": tuple, "generator": iter, "tensor": torch.tensor, "small tensor": lambda x: torch.tensor(x, dtype=torch.int8),
    "array": np.array, "unsigned array": lambda x: np.array(x, dtype=np.uint16),
    "NumPy's": lambda x: [np.int64(i) for i in x], "tensors": lambda x: [torch.tensor(i) for i in x],
    "tensors of one": lambda x: [torch.tensor([i]) for i in x],
}
DECODERS = {
    "ByteBPE": lambda: ByteBPE([]).decode, "bytes": lambda: ByteBPE([]).decode_bytes,
    "CharacterLevel": lambda: CharacterLevel(list("abcdefgh")).decode,
    "WordPiece": lambda: WordPiece(["[UNK]", *"abcdefgh"], special_tokens=["[UNK]"]).decode,
    "Vocabulary": lambda: dg.data.Vocabulary("abcdefgh").decode, "Corpus": lambda: dg.data.Corpus({}, "", "", "").decode,
}


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("form", FORMS)
def test_ids_in_every_form(decoder, form):
    decode = DECODERS[decoder]()
    assert decode(FORMS[form]([3, 7, 4])) == decode([3, 7, 4])


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("ids, error, message", [
    ([4.0], TypeError, "ids must be integers, not 4.0"), (torch.tensor([4.0]), TypeError, "ids must be integers, not 4.0"),
    ([True], TypeError, "ids must be integers, not True"), (torch.tensor([True]), TypeError, "ids must be integers, not True"),
    ([torch.tensor(True)], TypeError, "ids must be integers"), ("34", TypeError, "ids must be integers, not '34'"),
    (None, TypeError, "ids must be integers, not None"), (np.array([[3, 4]]), TypeError, r"ids must be integers, not \[3, 4\]"),
    ([np.int64(-1)], ValueError, r"ids must be in 0\.\.\d+, not -1"), (torch.tensor([999]), ValueError, "not 999"),
])
def test_what_is_no_id_is_named(decoder, ids, error, message):
    with pytest.raises(error, match=message):
        DECODERS[decoder]()(ids)


def test_indices_are_plain_integers():
    found = indices("ids", np.array([1, 2]), 3)
    assert found == [1, 2] and all(type(number) is int for number in found)
    assert indices("ids", 2, 3) == [2] and indices("ids", torch.tensor(2), 3) == [2]


@pytest.mark.parametrize("make", [
    lambda n: dg.sequences.LSTM(n, n, n), lambda n: dg.sequences.GRUCell(n, n), lambda n: dg.activations.PReLU(n),
    lambda n: dg.attention.MultiHeadAttention(n, n), lambda n: dg.seed(n),
], ids=["LSTM", "GRUCell", "PReLU", "MultiHeadAttention", "seed"])
def test_sizes_of_other_kinds(make):
    for size in (np.int64(2), torch.tensor(2), np.uint8(2)):
        assert repr(make(size)) == repr(make(2)) or isinstance(make(size), torch.Generator)


@pytest.mark.parametrize("call, error, name", [
    (lambda: dg.convolution.adaptive_avg_pool2d(torch.ones(1, 1, 3, 3), 10**7), ValueError, "output_size"),
    (lambda: dg.convolution.adaptive_max_pool1d(torch.ones(1, 1, 3), 10**400), ValueError, "output_size"),
    (lambda: dg.convolution.interpolate(torch.ones(1, 1, 4), scale_factor=1e308), ValueError, "scale_factor"),
    (lambda: dg.sequences.bleu(["ab"], [["ab"]], max_n=10**8), ValueError, "max_n"),
    (lambda: dg.sequences.beam_search(None, None, bos=0, eos=1, length_penalty=1e6), ValueError, "length_penalty"),
    (lambda: dg.language.context_windows(dg.language.WordCorpus([["a", "b"]]), 10**8), ValueError, "window"),
    (lambda: dg.sequences.LSTM(2, 3, batch_first="False"), TypeError, "batch_first"),
    (lambda: dg.losses.HingeLoss(margin="a"), TypeError, "margin"),
    (lambda: dg.losses.HingeLoss(margin=float("nan")), ValueError, "margin"),
    (lambda: dg.activations.ELU(10**400), ValueError, "alpha"),
    (lambda: dg.attention.LearnedPositions(7, 2)(torch.ones(1, 3, 2), -3), ValueError, "offset"),
    (lambda: dg.attention.AdditiveAttention(2, 2, 3)(torch.ones(1, 3, 2), torch.ones(1, 5, 2), torch.ones(1, 3, 5)), TypeError, "mask"),
    (lambda: dg.attention.rotary(torch.ones(4)), ValueError, "x"), (lambda: dg.attention.rotary(torch.ones(3, 4).long()), TypeError, "x"),
    (lambda: dg.attention.sinusoids(3, 4, dtype=torch.int32), TypeError, "dtype"),
])
def test_what_would_take_for_ever_or_pass_for_something_else_is_refused(call, error, name):
    with pytest.raises(error, match=rf"^{name}(\[0\])? must "):
        call()


@pytest.mark.parametrize("kind", ["Seq2Seq", "AttentiveSeq2Seq", "Translator"])
@pytest.mark.parametrize("lengths", [[3, 7], [-1, 3], [10**8, 1], [[1], [2]], [1.0, 2.0], [3]])
def test_lengths_beyond_a_source_are_refused(kind, lengths):
    made = getattr(dg.sequences if kind == "Seq2Seq" else dg.attention, kind)(5, 7)
    with pytest.raises((TypeError, ValueError), match="^lengths must be"):
        made(torch.zeros(2, 6, dtype=torch.int64), torch.tensor(lengths), torch.zeros(2, 3, dtype=torch.int64))


def test_a_model_of_runs_longer_than_any_sentence_counts_what_there_is():
    sentences = [["a", "b", "a"], ["b", "a"]]
    for smoothing in ("kneser-ney", "add-k"):
        long, enough = (dg.language.NGramModel(n, smoothing).fit(sentences) for n in (10**8, 6))
        assert long.perplexity(sentences) == pytest.approx(enough.perplexity(sentences))
    assert dg.language.character_ngrams("ab", (3, 10**8)) == ["<ab", "ab>", "<ab>"]


def test_zero_may_be_the_mask():
    inputs, targets = dg.pretraining.mask_tokens(torch.tensor([[0, 1, 2, 1]]), 3, [0], 0, generator=torch.Generator().manual_seed(0))
    assert inputs.shape == targets.shape == (1, 4) and targets[0, 0] == -100


def test_what_is_shown_of_a_value_is_short():
    for value in (10**5000, "a" * 10**6, [1] * 10**6, torch.ones(10**4), -10**400):
        with pytest.raises((TypeError, ValueError), match="^size must be") as caught:
            dg.language.SkipGram(value, 2)
        assert len(str(caught.value)) < 400
