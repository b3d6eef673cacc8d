"""The prose of the Python reference. It differs between versions: only ranges are checked."""

import sys
import types

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import deepgloss as dg
from deepgloss import data
from deepgloss.data import _prose

RAW = """The "spam" statement
********************

The "spam" statement is used to *repeat* a word [1]; see **Words** for
more, e.g. Monty’s.  It was new in 1969.

   spam_stmt ::= "spam" expression ":" suite
                 ["else" ":" suite]

* A list item is a paragraph of its own.

   >>> spam(3)
   'spamspamspam'

+------+------+
| a    | b    |
+------+------+

   for i in range(10):
       print(i)

1. Numbered items – like this one – belong here as well.
"""


@pytest.fixture(scope="module")
def corpus():
    return data.text()


def test_paragraphs():
    assert _prose.paragraphs(RAW) == [
        'The "spam" statement is used to repeat a word; see Words for more, e.g. Monty\'s. '
        "It was new in 1969.",
        "A list item is a paragraph of its own.",
        "Numbered items - like this one - belong here as well.",
    ]


def test_sentences():
    text = 'One is here. Two, i.e. The Second, too! "Three?" (Four is in brackets.) Five: end.'
    assert _prose.sentences(text) == [
        "One is here.", "Two, i.e. The Second, too!", '"Three?"', "(Four is in brackets.)",
        "Five: end.",
    ]


def test_words():
    assert _prose.words("Don't panic: x86 isn't 'it'.") == ["don't", "panic", "x", "isn't", "it"]


def test_size(corpus):
    assert 70 < len(corpus.topics) < 200
    assert 30_000 < len(corpus.words) < 90_000
    assert 1_500 < len(corpus.sentences) < 8_000
    assert 2_000 < len(set(corpus.words)) < 6_000
    assert {"the", "object", "function"} < set(corpus.words)


def test_text_is_ascii_prose(corpus):
    assert set(corpus.text) <= set(corpus.characters)
    assert len(corpus.characters) == len(set(corpus.characters)) == 96
    for mark in ("***", ">>>", "::=", "+--", "  "):
        assert mark not in corpus.text


def test_topics_in_order_each_paragraph_once(corpus):
    assert list(corpus.topics) == sorted(corpus.topics)
    lines = corpus.text.split("\n")
    assert len(lines) == len(set(lines))
    assert lines == list(dict.fromkeys("\n".join(corpus.topics.values()).split("\n")))
    assert "iterate over the elements of a sequence" in corpus.topics["for"]


def test_sentences_give_the_text_back(corpus):
    assert " ".join(corpus.sentences) == corpus.text.replace("\n", " ")


@pytest.mark.parametrize("share", [0.05, 0.1, 0.5])
def test_split(share):
    corpus = data.text(validation_share=share)
    assert corpus.text.startswith(corpus.train + "\n")
    rest = corpus.text[len(corpus.train) + 1:]
    assert abs(len(rest) / len(corpus.text) - share) < 0.01
    lines = rest.split("\n")
    kept = corpus.validation.split("\n")
    assert [line for line in lines if line in set(kept)] == kept
    assert len(corpus.validation) > 0.6 * len(rest)
    trained = {s for line in corpus.train.split("\n") for s in _prose.sentences(line)}
    assert trained.isdisjoint(s for line in kept for s in _prose.sentences(line))


def test_same_every_time(corpus):
    assert data.text() == corpus


@given(st.text("\n" + "".join(map(chr, range(32, 127))), max_size=50))
def test_encode_and_decode(text):
    corpus = data.Corpus({}, "", "", "")
    ids = corpus.encode(text)
    assert ids.dtype == torch.int64 and ids.shape == (len(text),)
    assert ids.device.type == dg.device().type
    assert corpus.decode(ids) == text


def test_encode_and_decode_refuse(corpus):
    with pytest.raises(ValueError, match="not 'é'"):
        corpus.encode("café")
    with pytest.raises(ValueError, match=r"0\.\.95, not 96"):
        corpus.decode(torch.tensor([0, 96]))


@pytest.mark.parametrize("share", [0, 1, -0.1])
def test_bad_share(share):
    with pytest.raises(ValueError, match="validation_share"):
        data.text(validation_share=share)


@pytest.mark.parametrize("share, missing", [(0.2, "validate on"), (0.99, "train on")])
def test_share_that_leaves_nothing(share, missing, monkeypatch):
    module = types.ModuleType("pydoc_data.topics")
    known = "All of this has been said before, and at some length."
    module.topics = {"a": known + " And more of it.", "b": known}
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", module)
    with pytest.raises(ValueError, match=f"validation_share = {share} leaves no text to {missing}"):
        data.text(validation_share=share)


@pytest.mark.parametrize("module", ["pydoc_data", "pydoc_data.topics"])
def test_python_without_its_help(module, monkeypatch):
    monkeypatch.delitem(sys.modules, "pydoc_data.topics", raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match="install that package"):
        data.text()


def test_other_topics(monkeypatch):
    module = types.ModuleType("pydoc_data.topics")
    module.topics = {"b": RAW, "a": "This comes first, and is short.\n"}
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", module)
    corpus = data.text(validation_share=0.2)
    assert list(corpus.topics) == ["a", "b"]
    assert corpus.text.startswith("This comes first")
    assert corpus.validation == "Numbered items - like this one - belong here as well."
