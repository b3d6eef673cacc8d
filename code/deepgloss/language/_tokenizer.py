"""What all tokenizers share: ids and back, special tokens, a memory for words, and a file."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from .._arguments import indices, whole

SURROGATE = re.compile("[\ud800-\udfff]")
REMEMBERED = 100_000  # words
UNKNOWN = "<unk>"


class Tokenizer:
    """A vocabulary, and how to cut text into it; the base of all tokenizers here.

    A subclass says how a text falls into words (``_split``), which tokens a word consists of
    (``_word``), how tokens become text again (``_join``), and what its file holds (``_state``).

    Args:
        tokens: the vocabulary; a token's place is its id.
        special_tokens: those of ``tokens`` that stand for no text.

    Raises:
        ValueError: a token stands twice, or a special one is not in the vocabulary.
    """

    def __init__(self, tokens: Sequence[str], special_tokens: Sequence[str] = ()):
        self.tokens = tuple(tokens)
        self.vocab = {token: i for i, token in enumerate(self.tokens)}
        if len(self.vocab) < len(self.tokens):
            raise ValueError(f"tokens must all differ; {twice(self.tokens)!r} stands twice")
        self.special_tokens = checked_special(special_tokens)
        for token in self.special_tokens:
            if token not in self.vocab:
                raise ValueError(f"special_tokens must be among the tokens; {token!r} is not")
        self._special_ids = {self.vocab[token] for token in self.special_tokens}
        self._special_pattern = special_pattern(self.special_tokens)
        self._memory: dict[str, list[int]] = {}

    def __len__(self) -> int:
        """The size of the vocabulary, special tokens included."""
        return len(self.tokens)

    def encode(self, text: str, *, special: bool = False) -> list[int]:
        """Text as ids.

        Args:
            text: any text without lone surrogates.
            special: read the special tokens where their names stand in the text. Leave it off for
                text that others wrote: whoever writes ``<|endoftext|>`` means the characters.

        Returns:
            The ids, in order.

        Raises:
            TypeError, ValueError: ``text`` is no text, or holds a lone surrogate.
        """
        check_text("text", text)
        if not special or self._special_pattern is None:
            return self._encode(text)
        ids: list[int] = []
        for place, part in enumerate(self._special_pattern.split(text)):
            ids += [self.vocab[part]] if place % 2 else self._encode(part)
        return ids

    def _encode(self, text: str) -> list[int]:
        memory, ids = self._memory, []
        for word in self._split(text):
            found = memory.get(word)
            if found is None:
                if len(memory) >= REMEMBERED:
                    memory.clear()
                found = memory[word] = self._word(word)
            ids += found
        return ids

    def tokenize(self, text: str, *, special: bool = False) -> list[str]:
        """Text as tokens, written as they stand in the vocabulary; arguments as in :meth:`encode`."""
        return [self.tokens[i] for i in self.encode(text, special=special)]

    def decode(self, ids, *, skip_special: bool = False) -> str:
        """Ids as text.

        Args:
            ids: a sequence of integers of any kind, or a tensor or an array of shape ``(T,)``.
            skip_special: leave special tokens out.

        Returns:
            The text. Which tokenizers give every text back unchanged, their classes say.

        Raises:
            TypeError, ValueError: an id is no integer, or not in the vocabulary.
        """
        return self._join(self._checked(ids, skip_special))

    def _checked(self, ids, skip_special: bool) -> list[int]:
        numbers = indices("ids", ids, len(self.tokens))
        if skip_special:
            numbers = [number for number in numbers if number not in self._special_ids]
        return numbers

    def save(self, path) -> None:
        """Write the tokenizer to a file, as JSON."""
        state = {"kind": type(self).__name__, **self._state()}
        Path(path).write_text(json.dumps(state, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path):
        """Read a tokenizer that :meth:`save` wrote.

        Raises:
            ValueError: the file holds something else.
        """
        state = json.loads(Path(path).read_text(encoding="utf-8"))
        kind = state.pop("kind", None) if isinstance(state, dict) else None
        if kind != cls.__name__:
            raise ValueError(f"path must name a file of a {cls.__name__}; {path} holds {kind or 'something else'}")
        return cls(**state)

    def _split(self, text: str) -> Iterable[str]:
        raise NotImplementedError

    def _word(self, word: str) -> list[int]:
        raise NotImplementedError

    def _join(self, ids: list[int]) -> str:
        raise NotImplementedError

    def _state(self) -> dict:
        raise NotImplementedError


def check_text(name: str, text) -> str:
    """``text``, if it is one that UTF-8 can write.

    Raises:
        TypeError, ValueError: it is no ``str``, or has half of a surrogate pair in it.
    """
    if not isinstance(text, str):
        raise TypeError(f"{name} must be a str, not {type(text).__name__}")
    if found := SURROGATE.search(text):
        raise ValueError(
            f"{name} must be valid Unicode; character {found.start()} is {found.group()!r}, a lone "
            "surrogate, which stands for no character"
        )
    return text


def texts(name: str, text, special_tokens: Sequence[str] = ()) -> Iterable[str]:
    """The texts to train on, without the special tokens in them, one by one."""
    pattern = special_pattern(special_tokens)
    for part in [text] if isinstance(text, str) else text:
        check_text(name, part)
        yield from [part] if pattern is None else pattern.split(part)[::2]


def count_words(split, parts: Iterable[str]) -> Counter:
    """How often each word occurs."""
    counts: Counter = Counter()
    for part in parts:
        counts.update(split(part))
    return counts


def checked_special(special_tokens: Sequence[str]) -> tuple[str, ...]:
    """The names of special tokens, if they are texts and all differ."""
    if isinstance(special_tokens, str):
        raise TypeError(f"special_tokens must be a sequence of names, not the text {special_tokens!r}")
    for token in special_tokens:
        if not check_text("special_tokens", token):
            raise ValueError("special_tokens must not be empty texts")
    if len(set(special_tokens)) < len(special_tokens):
        raise ValueError(f"special_tokens must all differ; {twice(special_tokens)!r} stands twice")
    return tuple(special_tokens)


def with_unknown(special_tokens: Sequence[str]) -> tuple[str, ...]:
    """``<unk>`` first, so that its id is 0."""
    return (UNKNOWN, *(token for token in checked_special(special_tokens) if token != UNKNOWN))


def special_pattern(special_tokens: Sequence[str]) -> re.Pattern | None:
    """Any of these names, the longest first, as a group."""
    names = sorted(special_tokens, key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, names))})") if names else None


def checked_size(vocab_size, minimum: int, what: str) -> int:
    """``vocab_size``, if there is room for what every vocabulary must hold."""
    size = whole("vocab_size", vocab_size)
    if size < minimum:
        raise ValueError(f"vocab_size must be at least {minimum}, to hold {what}, not {size}")
    return size


def twice(names: Sequence[str]) -> str:
    """The first name that stands twice."""
    seen: set[str] = set()
    return next(name for name in names if name in seen or seen.add(name))
