"""What counts as a sentence or a document, wherever words are counted."""

from collections.abc import Sequence


def checked_words(kind: str, words: Sequence[str]) -> tuple[str, ...]:
    """The words of a sentence or document.

    Args:
        kind: what to call it in the message, such as ``"sentence"``.
        words: the words in order.

    Returns:
        The words.

    Raises:
        TypeError: it is a ``str``, whose elements would be characters.
    """
    if isinstance(words, str):
        raise TypeError(f"a {kind} must be a sequence of words, not the string {words[:40]!r}: split it")
    return tuple(words)
