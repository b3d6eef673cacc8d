"""Checks of the exercises in language/tokenization."""

import itertools
import math

from .. import register

KAZOKU = "👨‍👩‍👧"


def given(got, call: str):
    """``got``, if the function returned anything."""
    assert got is not None, f"{call} returned None: does the function end in a return statement?"
    return got


@register("tokenization-pairs")
def _(pair_counts) -> None:
    for words, wanted, advice in (
        ({("s", "e", "a"): 5}, {("s", "e"): 5, ("e", "a"): 5},
         "a word that occurs five times has each of its pairs five times"),
        ({("s", "e", "a"): 5, ("s", "e", "e"): 3}, {("s", "e"): 8, ("e", "a"): 5, ("e", "e"): 3},
         "add up over the words"),
        ({("a", "b", "a", "b"): 2}, {("a", "b"): 4, ("b", "a"): 2}, "a pair can stand twice in a word"),
        ({("th", "e"): 1, ("a",): 9, (): 4}, {("th", "e"): 1},
         "symbols may have several letters, and a word of one symbol has no pair"),
        ({}, {}, "no words, no pairs"),
    ):
        before = dict(words)
        got = given(pair_counts(words), "pair_counts")
        assert words == before, "words were changed"
        assert dict(got) == wanted, f"pair_counts({words}) gave {dict(got)}, expected {wanted}: {advice}"


@register("tokenization-longest-match")
def _(longest_match) -> None:
    vocabulary = {"a", "un", "able", "aff", "una", "##aff", "##able", "##a", "##b", "##le", "##ffa", "##l", "##e", "[UNK]"}
    for word, wanted, advice in (
        ("un", ["un"], "a word of the vocabulary is one piece"),
        ("unaffable", ["una", "##ffa", "##b", "##le"],
         "at each place the longest piece, also where a shorter one would leave fewer to come"),
        ("able", ["able"], "only pieces inside a word carry ##"),
        ("aable", ["a", "##able"], "behind the first piece, only those with ## fit"),
        ("unx", ["[UNK]"], "one part without a piece makes the whole word unknown"),
        ("leun", ["[UNK]"], "##le cannot begin a word: the whole word is unknown"),
        ("aaffle", ["a", "##aff", "##le"], "go on behind the piece that was found"),
    ):
        got = given(longest_match(word, vocabulary), "longest_match")
        assert list(got) == wanted, f"longest_match({word!r}, …) gave {got}, expected {wanted}: {advice}"


@register("tokenization-stream")
def _(showable) -> None:
    for text in ("", "plain", "é", "naïve café", "猫は屋根", "한국", KAZOKU, "e\u0301", "\x7f\u0080\u07ff\u0800\uffff\U00010000\U0010ffff"):
        data = text.encode()
        for end in range(len(data) + 1):
            wanted = data[:end].decode(errors="ignore")
            try:
                got = showable(data[:end])
            except (UnicodeDecodeError, IndexError) as error:
                raise AssertionError(f"on {data[:end]}, showable raised {error!r}: leave the last, incomplete "
                                     "character out, of up to three bytes, and mind short data") from None
            given(got, "showable")
            assert isinstance(got, str), f"showable must return text, not {type(got).__name__}"
            advice = ("a last character that is complete belongs to it" if len(got) < len(wanted)
                      else "no character that is not complete, and no �")
            assert got == wanted, f"showable({data[:end]}) gave {got!r}, expected {wanted!r}: {advice}"


@register("tokenization-count")
def _(fewest_tokens) -> None:
    for word, vocabulary, wanted, advice in (
        ("sea", {"s", "e", "a", "se"}, 2, "se and a"),
        ("abcd", {"abc", "ab", "cd", "d"}, 2, "abc and d"),
        ("abcde", {"abc", "ab", "cde", "d", "e"}, 2,
         "the longest first piece leaves more to come: try every last piece"),
        ("aaaa", {"a", "aaa"}, 2, "aaa and a"),
        ("abc", {"ab", "bc"}, None, "a beginning that can be cut is not enough: None"),
        ("abc", {"a", "b"}, None, "without a piece for the end there is no segmentation: None"),
        ("", {"a"}, 0, "nothing takes no piece"),
        ("a" * 300, {"a", "aa", "aaa", "aaaaaaa"}, 44, "42 of seven, and two of three"),
    ):
        got = fewest_tokens(word, vocabulary)
        shown = word if len(word) < 20 else f"{word[:3]}… ({len(word)} letters)"
        assert got == wanted, f"fewest_tokens({shown!r}, {sorted(vocabulary)}) gave {got}, expected {wanted}: {advice}"


@register("tokenization-expected")
def _(expected_counts) -> None:
    for word, p in (
        ("sea", {"s": 0.2, "e": 0.2, "a": 0.1, "se": 0.2, "sea": 0.3}),
        ("aaaa", {"a": 0.5, "aa": 0.3, "aaa": 0.2}),
        ("abab", {"a": 0.1, "b": 0.2, "ab": 0.4, "ba": 0.3}),
        ("abc", {"a": 0.2, "bc": 0.3, "ab": 0.5}),
        ("a", {"a": 0.01, "b": 0.99}),
    ):
        wanted, total = {}, 0.0
        for cuts in itertools.product((False, True), repeat=len(word) - 1):
            ends = [i + 1 for i, cut in enumerate(cuts) if cut] + [len(word)]
            pieces = [word[i:j] for i, j in zip([0, *ends], ends)]
            share = math.prod(p.get(piece, 0.0) for piece in pieces)
            total += share
            for piece in pieces if share else ():
                wanted[piece] = wanted.get(piece, 0.0) + share
        wanted = {piece: share / total for piece, share in wanted.items()}
        got = given(expected_counts(word, p), "expected_counts")
        extra = {piece for piece in got if piece not in wanted}
        assert not any(got[piece] for piece in extra), (
            f"on {word!r}, {sorted(extra)} got counts, which no segmentation of the whole word uses"
        )
        for piece, share in wanted.items():
            assert math.isclose(got.get(piece, 0.0), share, rel_tol=1e-9), (
                f"on {word!r} with {p}, {piece!r} got {got.get(piece, 0.0):.6g}, expected {share:.6g}: "
                "weigh each place by its share of all segmentations, alpha[i] p beta[j] / P(word), and add up "
                "a piece's places"
            )
    long = expected_counts("ab" * 50, {"a": 0.3, "b": 0.3, "ab": 0.4})
    assert math.isclose(long["ab"], 50 * 0.4 / 0.49, rel_tol=1e-9), "on a word of 100 letters it is wrong"
