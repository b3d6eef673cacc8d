"""One token a word, or one token a character: the two ends of the scale."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from .._arguments import whole
from ._tokenizer import Tokenizer, checked_size, checked_special, count_words, texts, with_unknown

WORD = re.compile(r"\w+|[^\w\s]")


class WordLevel(Tokenizer):
    """One token for each word; words end at white space and around punctuation.

    ``don't`` becomes ``don``, ``'`` and ``t``; a Japanese sentence, written without spaces, is one
    word from mark to mark. A word that is not in the vocabulary is ``<unk>``. Decoding puts a
    space between all tokens.

    Args:
        tokens: the words; ``<unk>`` and the special tokens are put before them.
        special_tokens: tokens besides, for what is no text.
        lowercase: read capitals as small letters.

    Raises:
        ValueError: a token stands twice.
    """

    def __init__(self, tokens: Sequence[str], special_tokens: Sequence[str] = (), *, lowercase: bool = False):
        special_tokens = with_unknown(special_tokens)
        super().__init__((*special_tokens, *tokens), special_tokens)
        self.lowercase = bool(lowercase)

    @classmethod
    def train(
        cls, text: str | Iterable[str], vocab_size: int, *, special_tokens: Sequence[str] = (),
        min_frequency: int = 1, lowercase: bool = False,
    ) -> "WordLevel":
        """Take the most frequent words of a text.

        Args:
            text: a text, or several.
            vocab_size: words, ``<unk>`` and special tokens together, at most.
            special_tokens: where they stand in the text, it is cut and they are left out.
            min_frequency: how often a word must occur.
            lowercase: read capitals as small letters.

        Returns:
            The tokenizer.

        Raises:
            TypeError, ValueError: an argument is out of range.
        """
        parts = texts("text", text, checked_special(special_tokens))
        counts = count_words(lambda part: _words(part, lowercase), parts)
        return cls(_most(counts, vocab_size, special_tokens, min_frequency), special_tokens, lowercase=lowercase)

    def _split(self, text: str) -> list[str]:
        return _words(text, self.lowercase)

    def _word(self, word: str) -> list[int]:
        return [0 if word in self.special_tokens else self.vocab.get(word, 0)]

    def _join(self, ids: list[int]) -> str:
        return " ".join(self.tokens[i] for i in ids)

    def _state(self) -> dict:
        return {**_state(self), "lowercase": self.lowercase}


class CharacterLevel(Tokenizer):
    """One token for each character: each code point of Unicode.

    Decoding gives a text back, as long as each of its characters is in the vocabulary; one that is
    not is ``<unk>``.

    Args:
        tokens: the characters; ``<unk>`` and the special tokens are put before them.
        special_tokens: tokens besides, for what is no text.

    Raises:
        ValueError: a token stands twice, or is not a single character.
    """

    def __init__(self, tokens: Sequence[str], special_tokens: Sequence[str] = ()):
        special_tokens = with_unknown(special_tokens)
        for token in tokens:
            if len(token) != 1:
                raise ValueError(f"tokens must be single characters, not {token!r}")
        super().__init__((*special_tokens, *tokens), special_tokens)

    @classmethod
    def train(
        cls, text: str | Iterable[str], vocab_size: int | None = None, *, special_tokens: Sequence[str] = (),
        min_frequency: int = 1,
    ) -> "CharacterLevel":
        """Take the characters of a text, the most frequent first; arguments as for words.

        Without a ``vocab_size``, all of them.
        """
        counts = count_words(list, texts("text", text, checked_special(special_tokens)))
        size = len(counts) + len(with_unknown(special_tokens)) if vocab_size is None else vocab_size
        return cls(_most(counts, size, special_tokens, min_frequency), special_tokens)

    def _split(self, text: str) -> str:
        return text

    def _word(self, word: str) -> list[int]:
        return [0 if word in self.special_tokens else self.vocab.get(word, 0)]

    def _join(self, ids: list[int]) -> str:
        return "".join(self.tokens[i] for i in ids)

    def _state(self) -> dict:
        return _state(self)


def _words(text: str, lowercase: bool) -> list[str]:
    return WORD.findall(text.lower() if lowercase else text)


def _most(counts: Counter, vocab_size: int, special_tokens: Sequence[str], min_frequency: int) -> list[str]:
    """The most frequent, in alphabetical order among equals, as many as there is room for."""
    special = with_unknown(special_tokens)
    size = checked_size(vocab_size, len(special), "<unk> and the special tokens")
    least = whole("min_frequency", min_frequency, 1)
    often = [token for token, count in counts.items() if count >= least and token not in special]
    return sorted(often, key=lambda token: (-counts[token], token))[:size - len(special)]


def _state(tokenizer: Tokenizer) -> dict:
    special = tokenizer.special_tokens
    return {"tokens": tokenizer.tokens[len(special):], "special_tokens": special}
