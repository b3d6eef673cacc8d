"""Pairs of strings as token ids: what sequence-to-sequence models read and write."""

import string
from dataclasses import dataclass

import torch

from .._arguments import indices
from ._split import on_device

LETTERS = string.ascii_lowercase


class Vocabulary:
    """Characters as token ids, with three special tokens in front.

    ``PAD`` = 0 fills up short rows, ``BOS`` = 1 begins a sequence, ``EOS`` = 2 ends it;
    characters follow from 3 on, in the order given.

    Args:
        characters: the characters, each once.

    Raises:
        ValueError: if a character comes twice.
    """

    PAD, BOS, EOS = 0, 1, 2

    def __init__(self, characters: str) -> None:
        if len(set(characters)) != len(characters):
            raise ValueError(f"characters must differ from each other, not {characters!r}")
        self.characters = characters
        self._ids = {character: 3 + i for i, character in enumerate(characters)}

    def __len__(self) -> int:
        """How many tokens there are, the special ones included."""
        return 3 + len(self.characters)

    def __eq__(self, other) -> bool:
        return isinstance(other, Vocabulary) and self.characters == other.characters

    def __hash__(self) -> int:
        return hash(self.characters)

    def __repr__(self) -> str:
        return f"Vocabulary({self.characters!r})"

    def encode(self, text: str) -> list[int]:
        """The ids of the characters, without special tokens.

        Raises:
            ValueError: if the vocabulary lacks one of them.
        """
        try:
            return [self._ids[character] for character in text]
        except KeyError as error:
            missing = error.args[0]
            raise ValueError(f"the vocabulary has no {missing!r}, found in {text!r}") from None

    def decode(self, ids) -> str:
        """The text of ids up to the first ``EOS``; ``PAD`` and ``BOS`` are left out.

        Args:
            ids: a tensor or an array of shape ``(T,)``, or any sequence of integers.

        Raises:
            TypeError: if an id is no integer.
            ValueError: if an id is not in 0..len(self)−1.
        """
        text = []
        for token in indices("ids", ids, len(self)):
            if token == self.EOS:
                break
            if token > self.EOS:
                text.append(self.characters[token - 3])
        return "".join(text)


@dataclass(frozen=True)
class StringPairs:
    """N strings, their translations, and both as token ids on :func:`deepgloss.device`.

    A source row holds the characters, then ``EOS``; a target row starts with ``BOS`` as well, so
    that ``target_ids[:, :-1]`` is what a decoder reads and ``target_ids[:, 1:]`` what it is to
    write. Rows are filled up with ``PAD`` to the longest of the set.

    Attributes:
        sources: N strings.
        targets: N strings.
        source_vocabulary: the :class:`Vocabulary` of the sources.
        target_vocabulary: the :class:`Vocabulary` of the targets.
        source_ids: ``(N, S)``, ``int64``.
        source_lengths: ``(N,)``, ``int64``: tokens before the padding, ``EOS`` included.
        target_ids: ``(N, T)``, ``int64``.
        target_lengths: ``(N,)``, ``int64``: tokens before the padding, ``BOS`` and ``EOS``
            included.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    source_vocabulary: Vocabulary
    target_vocabulary: Vocabulary
    source_ids: torch.Tensor
    source_lengths: torch.Tensor
    target_ids: torch.Tensor
    target_lengths: torch.Tensor

    def __len__(self) -> int:
        return len(self.sources)


def string_pairs(
    sources: list[str],
    targets: list[str],
    source_vocabulary: Vocabulary,
    target_vocabulary: Vocabulary,
) -> StringPairs:
    """Tokenize pairs of strings."""
    eos, bos = [Vocabulary.EOS], [Vocabulary.BOS]
    source = _pad([source_vocabulary.encode(text) + eos for text in sources])
    target = _pad([bos + target_vocabulary.encode(text) + eos for text in targets])
    return StringPairs(
        tuple(sources),
        tuple(targets),
        source_vocabulary,
        target_vocabulary,
        *on_device(*source, *target),
    )


def _pad(rows: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows of ids filled up to the same length, and their lengths."""
    lengths = [len(row) for row in rows]
    longest = max(lengths)
    padded = [row + [Vocabulary.PAD] * (longest - len(row)) for row in rows]
    return torch.tensor(padded), torch.tensor(lengths)
