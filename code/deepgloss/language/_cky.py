"""All trees that a grammar allows for a sentence, by the algorithm of Cocke, Kasami and Younger."""

from collections.abc import Mapping, Sequence

Tree = tuple


def parse(
    words: Sequence[str], rules: Sequence[tuple[str, str, str]], lexicon: Mapping[str, Sequence[str]],
    root: str = "S",
) -> list[Tree]:
    r"""Every tree for a sentence, under a grammar whose rules have two symbols on the right.

    .. math::
        T_{ij}(A) = \bigcup_{A \to B\, C} \ \bigcup_{i < m < j} T_{im}(B) \times T_{mj}(C)

    holds the trees with root A over words i to j − 1. Short spans are filled first, so that each
    is built from finished ones. That takes :math:`O(n^3)` steps, times the rules, to decide
    whether there is a tree; listing them takes as long as there are trees, and their number may
    grow exponentially with the sentence.

    Args:
        words: the sentence, n words.
        rules: triples (A, B, C) for A → B C.
        lexicon: for each word, the symbols that it may be.
        root: the symbol of a whole sentence.

    Returns:
        Trees as nested tuples, ``(symbol, word)`` or ``(symbol, left, right)``; an empty list
        where the grammar does not allow the sentence.

    Raises:
        ValueError: there is no word, or one is not in the lexicon.

    Source: Younger (1967).
    """
    if not len(words):
        raise ValueError("words must hold at least one word")
    unknown = [word for word in words if word not in lexicon]
    if unknown:
        raise ValueError(f"lexicon must hold every word, but has no {unknown[0]!r}")
    n = len(words)
    chart = {(i, i + 1): {a: [(a, word)] for a in lexicon[word]} for i, word in enumerate(words)}
    for width in range(2, n + 1):
        for i in range(n - width + 1):
            j = i + width
            cell = chart[i, j] = {}
            for m in range(i + 1, j):
                left, right = chart[i, m], chart[m, j]
                for a, b, c in rules:
                    for first in left.get(b, ()):
                        cell.setdefault(a, []).extend((a, first, second) for second in right.get(c, ()))
    return chart[0, n].get(root, [])
