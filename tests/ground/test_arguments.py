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
