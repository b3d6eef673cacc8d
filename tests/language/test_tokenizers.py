"""Tokenizers against Hugging Face's, against brute force, and on text in every script."""

import itertools
import json
import re
from collections import Counter

import pytest
import tokenizers as oracle
import torch
from deepgloss.language import ByteBPE, CharacterLevel, Unigram, WordLevel, WordPiece
from deepgloss.language._bpe import apply_merges
from deepgloss.language._pairs import Pairs, merge
from deepgloss.language._unicode import gpt2_words
from deepgloss.language._wordpiece import likelihood_gain
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import models, normalizers, pre_tokenizers, trainers

import deepgloss as dg

ENGLISH = "The cat sat on the mat, and the cat's hat sat on the cat's mat in 1999. "
JAPANESE = "猫がマットの上に座った。帽子も、猫のマットの上に座った。"
KOREAN = "고양이가 매트 위에 앉았다. 모자도 고양이의 매트 위에 앉았다. "
STRANGE = ["👩‍👩‍👧‍👦 🇯🇵🇰🇷 👍🏽", "é é ñ Å", "Z̷̡̙a̸l̵g̶o̷", "한글 한글", "ｶﾞガガ", "\r\n\t  \x00\x1c\x85\u3000", "١٢٣ ²½Ⅷ",
           "'s 'S don't DON'T", "ﷺ", "\ufeff", "￿\U0010ffff"]
# Scripts and marks that every version of Unicode in use knows.
LETTERS = st.one_of(
    st.sampled_from("aAzé ßſǅ09_-'\"’.,!?\n\t\r\x1c\x85\xa0\u2003\u3000²½ⅧⅨ٣一二あがﾞアーｱ가각힣ᄒ𝔸😀👩\u200d🏽\u0301\u20dd्"),
    st.characters(min_codepoint=0x20, max_codepoint=0x24F),
    st.characters(min_codepoint=0x370, max_codepoint=0x3FF, categories=["L", "M", "N", "P", "S"]),
    st.characters(min_codepoint=0x3041, max_codepoint=0x30FF, categories=["L", "M", "N", "P", "S"]),
    st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3),
    st.characters(min_codepoint=0x1F300, max_codepoint=0x1F5FF),
)
SCRIPTS = st.text(LETTERS, max_size=30)
FEW = st.text("aab c", max_size=60)


@pytest.fixture(scope="module")
def corpus():
    return dg.data.text()


@pytest.fixture(scope="module")
def bpe(corpus):
    return ByteBPE.train([corpus.train, KOREAN * 3], 700, special_tokens=["<|endoftext|>", "<|end|>"])


@pytest.fixture(scope="module")
def unigram(corpus):
    return Unigram.train([corpus.text[:30_000], JAPANESE], 300, special_tokens=["<s>"])


def hugging_face(text, size, min_frequency=2, special=()):
    """The Hugging Face tokenizer that is trained on a text, and its merges."""
    made = oracle.Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.train_from_iterator([text], trainers.BpeTrainer(
        vocab_size=size, min_frequency=min_frequency, special_tokens=list(special), show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return made, [tuple(pair) for pair in json.loads(made.to_str())["model"]["merges"]]


@settings(max_examples=150)
@given(st.one_of(st.text(max_size=50), SCRIPTS), st.booleans())
@example("<|endoftext|>a<|end|><|endoftext|>", True)
def test_bytes_give_every_text_back(bpe, text, special):
    ids = bpe.encode(text, special=special)
    assert bpe.decode(ids) == text
    assert bpe.decode_bytes(torch.tensor(ids, dtype=torch.int64)) == text.encode()
    assert bpe.decode(bpe.encode(text), errors="strict") == text


@pytest.mark.parametrize("text", [*STRANGE, JAPANESE, KOREAN, ""])
def test_strange_text_comes_back(bpe, text):
    assert bpe.decode(bpe.encode(text)) == text
    assert "".join(gpt2_words().findall(text)) == text
    for kind, size in ((ByteBPE, 300), (CharacterLevel, 200), (Unigram, 200)):
        if text:
            trained = kind.train([text, ENGLISH, text], size)
            assert trained.decode(trained.encode(text)) == text


@pytest.mark.parametrize("kind", [ByteBPE, CharacterLevel, Unigram, WordLevel, WordPiece])
def test_lone_surrogates_are_refused(kind):
    trained = kind.train(ENGLISH, 300)
    assert trained.encode("\U0001f600 pairs are fine")
    for text, place in (("ab\ud83d", 2), ("\udc00", 0)):
        for call in (trained.encode, trained.tokenize, lambda text: kind.train(text, 300)):
            with pytest.raises(ValueError, match=rf"text must be valid Unicode; character {place} is '.ud"):
                call(text)
    with pytest.raises(TypeError, match="text must be a str, not bytes"):
        trained.encode(b"bytes")


@pytest.mark.parametrize("size", [257, 456, 1500])
def test_merges_are_those_of_hugging_face(corpus, size):
    theirs, merges = hugging_face(corpus.train, size)
    ours = ByteBPE.train(corpus.train, size)
    assert ours.merges == merges and ours.vocab == theirs.get_vocab()
    assert ours.encode(corpus.validation) == theirs.encode(corpus.validation).ids


@settings(max_examples=60)
@given(st.one_of(FEW, SCRIPTS), st.integers(256, 300), st.integers(1, 3))
@example("aaaa aaa aa a baaab", 300, 1)
def test_merges_are_those_of_hugging_face_on_any_text(text, size, least):
    theirs, merges = hugging_face(text, size, least)
    ours = ByteBPE.train(text, size, min_frequency=least)
    assert ours.merges == merges
    assert ours.encode(text + " " + text[::-1]) == theirs.encode(text + " " + text[::-1]).ids


def test_languages_mixed_are_those_of_hugging_face():
    text = (ENGLISH + JAPANESE + KOREAN + "".join(STRANGE)) * 2
    theirs, merges = hugging_face(text, 500)
    ours = ByteBPE.train(text, 500)
    assert ours.merges == merges
    assert ours.encode(text) == theirs.encode(text).ids


@settings(max_examples=150)
@given(SCRIPTS)
@example("a\x1cb \x85 c\u3000\u3000d  ")
@example("don't DON'T 'sa 'l ''ll I'd've we're I'm 'dx")
@example("x² ½ⅧⅨ ١٢٣ 一二三 3番目")
def test_words_are_those_of_gpt2(text):
    theirs = pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str(text)
    assert gpt2_words().findall(text) == [text[start:end] for _, (start, end) in theirs]


@given(st.text("abc", max_size=40), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12, unique=True))
def test_the_heap_merges_as_the_plain_loop(text, table):
    ranks, made = {}, []
    for left, right in table:                      # pairs of what exists: 3 letters and earlier merges
        if max(left, right) < 3 + len(made):
            ranks[left, right] = len(made)
            made.append(3 + len(made))
    word = ["abc".index(letter) for letter in text]
    plain = list(word)
    while candidates := [ranks[pair] for pair in zip(plain, plain[1:]) if pair in ranks]:
        best = min(candidates)
        plain = merge(plain, next(pair for pair in ranks if ranks[pair] == best), made[best])
    assert apply_merges(word, ranks, made) == plain


def test_a_long_word_is_no_trouble(bpe):
    for word in ("a" * 20_000, "あ" * 10_000, "ab" * 10_000):
        assert bpe.decode(bpe.encode(word)) == word


@given(st.lists(st.tuples(st.text("abc", min_size=1, max_size=9), st.integers(1, 5)), max_size=9),
       st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=6))
def test_counts_stay_true(words, merges):
    pairs = Pairs((["abc".index(letter) for letter in word], count) for word, count in words)
    for new, pair in enumerate(merges, start=3):
        before = Counter(pairs.counts)
        changes = pairs.merge(pair, new)
        anew = Pairs(zip(pairs.words, pairs.occurrences))
        assert +pairs.counts == +anew.counts
        assert all(pairs.counts[changed] == before[changed] + change for changed, change in changes.items())
        for found, places in anew.places.items():
            assert places <= pairs.places[found]


def test_special_tokens(bpe):
    end = bpe.vocab["<|endoftext|>"]
    assert end == len(bpe) - 2 and end not in bpe.encode("<|endoftext|>")
    ids = bpe.encode("a<|endoftext|>b", special=True)
    assert ids[1] == end and len(ids) == 3
    assert bpe.decode(ids, skip_special=True) == "ab"
    assert not any("end" in token for token in ByteBPE.train("<|end|>" * 9, 300, special_tokens=["<|end|>"]).tokens[:-1])
    assert ByteBPE.train("ab" * 9, 300, special_tokens=["<e>"]).tokenize("<e>", special=True) == ["<e>"]


def test_special_tokens_that_look_like_text():
    words = WordLevel.train("pad a $ b", 9, special_tokens=["pad", "pad2", "$"])
    assert words.tokenize("pad a $") == ["<unk>", "a", "<unk>"]
    assert words.tokenize("pad2 a$", special=True) == ["pad2", "a", "$"]
    characters = CharacterLevel.train("a$", special_tokens=["$"])
    assert characters.tokenize("a$") == ["a", "<unk>"]
    assert characters.tokenize("a$", special=True) == ["a", "$"]
    assert Unigram.train("a b", 9, special_tokens=["$"]).tokenize("a$") == ["a", "<unk>"]


def test_two_merges_can_write_one_token():
    made = ByteBPE([("a", "b"), ("b", "c"), ("ab", "c"), ("a", "bc"), ("abc", "d")])
    assert len(made) == 256 + 4 and made.tokenize("abcd bca") == ["abcd", "Ġ", "bc", "a"]


def test_a_token_can_be_half_a_character(bpe):
    ids = bpe.encode("あ")
    assert len(ids) == 3 and bpe.decode(ids[:2]) == "�" and bpe.decode_bytes(ids[:2]) == "あ".encode()[:2]
    with pytest.raises(UnicodeDecodeError):
        bpe.decode(ids[:2], errors="strict")


@pytest.fixture(scope="module")
def wordpieces(corpus):
    text = [corpus.text[:40_000], JAPANESE, KOREAN, "".join(STRANGE)]
    return {lowercase: WordPiece.train(text, 500, lowercase=lowercase) for lowercase in (True, False)}


@settings(max_examples=100)
@given(SCRIPTS, st.booleans())
@example("\ufffdunaffable\x00 İstanbul 帽子も、帽が 한글 $5^2`~", True)
@example("don't re-use naïve " + "a" * 101, False)
@example("a\U000e0001b a\ue000b a\U000f0000b a\U0010fffdb the\U000e0067\U000e007f", False)
def test_longest_match_is_that_of_hugging_face(wordpieces, text, lowercase):
    ours = wordpieces[lowercase]
    theirs = oracle.Tokenizer(models.WordPiece(ours.vocab, unk_token="[UNK]", max_input_chars_per_word=100))
    theirs.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    theirs.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    assert ours.tokenize(text) == theirs.encode(text).tokens


@given(st.integers(1, 9), st.integers(1, 20), st.integers(1, 20), st.integers(0, 50))
def test_the_gain_is_the_difference_of_two_likelihoods(pair, left, right, rest):
    def likelihood(*counts):
        counts = torch.tensor([count for count in counts if count], dtype=torch.float64)
        return (counts * (counts / counts.sum()).log()).sum().item()

    left, right = left + pair, right + pair
    total = left + right + rest
    after = likelihood(left - pair, right - pair, pair, rest)
    assert likelihood_gain(pair, left, right, total) == pytest.approx(after - likelihood(left, right, rest))
    twins = left + pair
    after = likelihood(twins - 2 * pair, pair, rest)
    gain = likelihood_gain(pair, twins, twins, twins + rest, same=True)
    assert gain == pytest.approx(after - likelihood(twins, rest), abs=1e-9)


@settings(max_examples=30)
@given(st.text("aabc ", min_size=1, max_size=40).filter(str.strip))
def test_each_wordpiece_is_the_likeliest(text):
    """Every merge anew by trying all of them on the whole text."""
    words = [[word[0], *("##" + letter for letter in word[1:])] for word in text.split()]
    tokens = sorted({piece for word in words for piece in word})

    def likelihood(words):
        counts = Counter(piece for word in words for piece in word)
        n = torch.tensor(list(counts.values()), dtype=torch.float64)
        return (n * (n / n.sum()).log()).sum().item()

    trained = WordPiece.train(text, 50, special_tokens=["[UNK]"], min_frequency=1).tokens[1:]
    assert list(trained[:len(tokens)]) == tokens
    for token in trained[len(tokens):][:3]:
        ids = {piece: i for i, piece in enumerate(tokens)}
        found = {}
        for pair in {pair for word in words for pair in zip(word, word[1:])}:
            joined = pair[0] + pair[1][2:]
            if pair[0] == pair[1]:                 # overlapping twins are counted, not merged, twice
                return
            merged = [merge(word, pair, joined) for word in words]
            found[joined] = likelihood(merged) - likelihood(words), [-ids[piece] for piece in pair], merged
        best = max(found.values())[0]
        assert found[token][0] == pytest.approx(best) and best > 0
        words = found[token][2]
        tokens.append(token)


def test_letters_that_are_independent_stay_apart():
    every = ["".join(letters) for letters in itertools.product("abc", repeat=4)]
    assert WordPiece.train(every, 99, special_tokens=["[UNK]"]).tokens[1:] == ("##a", "##b", "##c", "a", "b", "c")
    assert ByteBPE.train(every, 257).merges == [("a", "a")]    # frequency alone asks for no more


def test_wordpiece_loses_what_it_says_it_loses(wordpieces):
    uncased, cased = wordpieces[True], wordpieces[False]
    assert uncased.decode(uncased.encode("The  Class's")) == "the class ' s"
    assert cased.decode(cased.encode("The  Class's")) == "The Class ' s"
    assert "か" in uncased.decode(uncased.encode("が")) and cased.decode(cased.encode("が")) == "が"
    assert uncased.tokenize("Ж") == ["[UNK]"] == uncased.tokenize("cЖ")
    assert uncased.tokenize("[CLS] a", special=True)[0] == "[CLS]" != uncased.tokenize("[CLS] a")[0]
    with pytest.raises(ValueError, match=r"special_tokens must hold '\[UNK\]'"):
        WordPiece(["a"], special_tokens=[])


def test_words_and_characters(corpus):
    words = WordLevel.train(ENGLISH, 8)
    assert words.tokens == ("<unk>", "cat", "the", "'", "mat", "on", "s", "sat")
    assert words.tokenize("the dog's <unk>") == ["the", "<unk>", "'", "s", "<unk>", "<unk>", "<unk>"]
    assert words.decode(words.encode("the cat's")) == "the cat ' s"
    assert len(WordLevel.train(JAPANESE, 99).encode(JAPANESE)) == JAPANESE.count("。") * 2 + 2
    assert WordLevel.train("A a a b", 9, lowercase=True).tokens == ("<unk>", "a", "b")
    characters = CharacterLevel.train(corpus.text, special_tokens=["<s>"])
    assert sorted(characters.tokens[2:]) == sorted(set(corpus.text))
    assert characters.encode("<s>a", special=True)[0] == 1 and characters.tokenize("é") == ["<unk>"]
    assert len(CharacterLevel.train("aabbc", 3)) == 3


def save_and_load(kind, path, **options):
    trained = kind.train(ENGLISH + JAPANESE, 320, **options)
    trained.save(path)
    return trained, kind.load(path)


@pytest.mark.parametrize("kind, options", [
    (ByteBPE, {"special_tokens": ["<|endoftext|>"]}), (CharacterLevel, {}), (Unigram, {"special_tokens": ["<s>"]}),
    (WordLevel, {"lowercase": True}), (WordPiece, {"lowercase": False}),
])
def test_a_file_keeps_everything(tmp_path, kind, options):
    before, after = save_and_load(kind, tmp_path / "it.json", **options)
    assert (before.tokens, before.special_tokens) == (after.tokens, after.special_tokens)
    text = ENGLISH + KOREAN + "[SEP]<s>"
    for special in (False, True):
        assert before.encode(text, special=special) == after.encode(text, special=special)
    other = WordPiece if kind is not WordPiece else Unigram
    with pytest.raises(ValueError, match=f"path must name a file of a {other.__name__}; .* holds {kind.__name__}"):
        other.load(tmp_path / "it.json")


def test_arguments_are_checked(bpe):
    with pytest.raises(ValueError, match="vocab_size must be at least 257, to hold 256 bytes"):
        ByteBPE.train("a", 256, special_tokens=["<e>"])
    with pytest.raises(ValueError, match="vocab_size must be at least 9, to hold the special tokens and all char"):
        WordPiece.train("ab", 6, special_tokens=["[UNK]", *"123456"])
    with pytest.raises(ValueError, match="merges must join tokens that exist"):
        ByteBPE([("a", "bc")])
    with pytest.raises(ValueError, match="'a' stands twice"):
        ByteBPE([], ["a"])
    with pytest.raises(TypeError, match="special_tokens must be a sequence"):
        ByteBPE([], "<e>")
    with pytest.raises(ValueError, match=re.escape(f"ids must be in 0..{len(bpe) - 1}, not -1")):
        bpe.decode([-1])
    with pytest.raises(TypeError, match="ids must be integers, not 0.5"):
        bpe.decode([0.5])
    with pytest.raises(ValueError, match="text must hold at least one character"):
        Unigram.train("", 99)
    with pytest.raises(ValueError, match="tokens must be single characters"):
        CharacterLevel(["ab"])
    with pytest.raises(ValueError, match="special_tokens must be among the tokens"):
        WordPiece(["a"])
