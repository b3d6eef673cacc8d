"""English prose that every Python brings along."""

from dataclasses import dataclass
from functools import cached_property

import torch

from .._arguments import indices, share
from ._prose import paragraphs, sentences, words
from ._split import on_device

CHARACTERS = "\n" + "".join(map(chr, range(32, 127)))


@dataclass(frozen=True)
class Corpus:
    """The prose of the Python reference, as character and word models like it.

    One paragraph is one line, in ASCII; listings, grammar and tables are left out. The words
    differ a little from one Python version to the next, the vocabulary of characters does not.

    Attributes:
        topics: the prose of each topic, by name, in sorted order. Topics overlap: what one of
            them explains, another may repeat.
        text: all of it, topics in sorted order, each paragraph once.
        train: the first part of ``text``, for training.
        validation: the rest, without the paragraphs that share a sentence with ``train``.
    """

    topics: dict[str, str]
    text: str
    train: str
    validation: str

    @property
    def characters(self) -> str:
        """The vocabulary: a line feed and the 95 printable characters of ASCII."""
        return CHARACTERS

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """The sentences of ``text``, in order."""
        return tuple(s for line in self.text.splitlines() for s in sentences(line))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of ``text``, in order, in lower case and without punctuation."""
        return tuple(words(self.text))

    def encode(self, text: str) -> torch.Tensor:
        """Characters as ids: ``(len(text),)``, ``int64``, on :func:`deepgloss.device`.

        Raises:
            ValueError: if a character is not in the vocabulary.
        """
        ids = [CHARACTERS.find(character) for character in text]
        if -1 in ids:
            raise ValueError(
                f"text must hold line feeds and printable ASCII alone, not {text[ids.index(-1)]!r}"
            )
        return on_device(torch.tensor(ids, dtype=torch.int64))[0]

    def decode(self, ids) -> str:
        """Ids back as characters: a tensor or an array ``(T,)``, or a sequence of integers.

        Raises:
            TypeError: if an id is no integer.
            ValueError: if an id is not in the vocabulary.
        """
        return "".join(CHARACTERS[number] for number in indices("ids", ids, len(CHARACTERS)))


def text(*, validation_share: float = 0.1) -> Corpus:
    """The prose of the Python language reference, about 40,000 words, from ``pydoc_data.topics``.

    These are the texts behind ``help("for")``, inside CPython itself: no download. Of about
    60,000 words, listings, tables and repeated paragraphs take a third.

    The validation text is the tail, about ``validation_share`` of the characters, cut between
    paragraphs. The reference repeats itself, and a model must not be praised for what it has read:
    a paragraph of the tail goes if one of its sentences occurs in the training text.

    Args:
        validation_share: the share of characters for validation, in (0, 1).

    Returns:
        A :class:`Corpus`.

    Raises:
        ValueError: if the share is out of range, or leaves one part empty.
        ImportError: if this Python comes without ``pydoc_data``, as some small distributions do.

    Source: the Python language reference, Python Software Foundation License.
    """
    validation_share = share("validation_share", validation_share)
    by_topic = {name: found for name, raw in sorted(_raw().items()) if (found := paragraphs(raw))}
    lines = list(dict.fromkeys(line for found in by_topic.values() for line in found))
    total, cut, seen = sum(map(len, lines)), 0, 0
    while cut < len(lines) and seen + len(lines[cut]) <= (1 - validation_share) * total:
        seen += len(lines[cut])
        cut += 1
    known = {sentence for line in lines[:cut] for sentence in sentences(line)}
    fresh = [line for line in lines[cut:] if known.isdisjoint(sentences(line))]
    if not cut or not fresh:
        raise ValueError(
            f"validation_share = {validation_share:g} leaves no text to "
            f"{'validate on' if cut else 'train on'}"
        )
    return Corpus(
        {name: "\n".join(found) for name, found in by_topic.items()},
        "\n".join(lines),
        "\n".join(lines[:cut]),
        "\n".join(fresh),
    )


def _raw() -> dict[str, str]:
    try:
        from pydoc_data.topics import topics
    except ImportError as error:
        raise ImportError(
            "this Python comes without the module pydoc_data.topics, the text of its help(): some "
            "distributions leave it out or put it into a package of their own; install that "
            "package, or use Python from python.org, conda or uv"
        ) from error
    return topics
