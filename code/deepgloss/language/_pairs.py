"""Words in pieces, and how often two pieces stand side by side, kept up to date merge by merge."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

Pair = tuple[int, int]


class Pairs:
    """The neighboring pairs of all words.

    A merge changes only the words that hold its pair, and only their counts are taken anew: this
    is what makes training fast.

    Args:
        words: each word as its pieces' ids, with the number of times it occurs.
    """

    def __init__(self, words: Mapping[Sequence[int], int] | Iterable[tuple[Sequence[int], int]]):
        items = words.items() if isinstance(words, Mapping) else words
        self.words: list[list[int]] = []
        self.occurrences: list[int] = []
        self.counts: Counter[Pair] = Counter()
        self.places: defaultdict[Pair, set[int]] = defaultdict(set)
        for place, (word, count) in enumerate(items):
            self.words.append(list(word))
            self.occurrences.append(count)
            for pair in zip(word, word[1:]):
                self.counts[pair] += count
                self.places[pair].add(place)

    def merge(self, pair: Pair, new: int) -> Counter[Pair]:
        """Replace every occurrence of ``pair`` by ``new``; return by how much the counts changed."""
        changes: Counter[Pair] = Counter()
        for place in self.places.pop(pair, ()):
            word, count = self.words[place], self.occurrences[place]
            merged = merge(word, pair, new)
            if len(merged) == len(word):       # an earlier merge took the pair from this word
                continue
            for old in zip(word, word[1:]):
                changes[old] -= count
            for fresh in zip(merged, merged[1:]):
                changes[fresh] += count
                self.places[fresh].add(place)
            self.words[place] = merged
        for changed, change in changes.items():
            self.counts[changed] += change
        self.places.pop(pair, None)
        return changes


def merge(word: Sequence[int], pair: Pair, new: int) -> list[int]:
    """``word`` with every occurrence of ``pair`` replaced by ``new``, from left to right."""
    left, right = pair
    merged, i, last = [], 0, len(word) - 1
    while i <= last:
        if word[i] == left and i < last and word[i + 1] == right:
            merged.append(new)
            i += 2
        else:
            merged.append(word[i])
            i += 1
    return merged
