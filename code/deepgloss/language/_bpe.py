"""Byte-level byte pair encoding: merge the most frequent pair, again and again."""

import heapq
from collections.abc import Iterable, Sequence

from .._arguments import whole
from ._pairs import Pair, Pairs
from ._tokenizer import Tokenizer, checked_size, checked_special, count_words, texts
from ._unicode import gpt2_words

VISIBLE = (*range(33, 127), *range(161, 173), *range(174, 256))  # characters of Latin-1


def byte_alphabet() -> tuple[str, ...]:
    """A visible character for each of the 256 bytes, in the order of their ids.

    GPT-2's: the bytes that are a visible character of Latin-1 stand for themselves and come
    first; the others, the space among them, get the characters from U+0100 on.
    """
    return tuple(map(chr, VISIBLE)) + tuple(map(chr, range(256, 256 + 256 - len(VISIBLE))))


def byte_order() -> tuple[int, ...]:
    """The byte behind each character of :func:`byte_alphabet`."""
    return (*VISIBLE, *(byte for byte in range(256) if byte not in VISIBLE))


ALPHABET = byte_alphabet()
ID_OF_BYTE = bytes(sorted(range(256), key=byte_order().__getitem__))  # a table for bytes.translate


class ByteBPE(Tokenizer):
    """Byte pair encoding that begins with the 256 bytes, so that no text is out of its vocabulary.

    A text is cut into words by GPT-2's pattern. Each word begins as the bytes of its UTF-8; then
    the merges are applied, the earliest first. ``decode(encode(text))`` is ``text`` for every text.

    Ids are GPT-2's: the bytes, the merges in their order, the special tokens. Tokens are written
    as GPT-2 writes them, one visible character for each byte, ``Ġ`` for the space.

    Args:
        merges: pairs of tokens, in the order in which they are merged.
        special_tokens: tokens besides, for what is no text, such as ``<|endoftext|>``.

    Raises:
        ValueError: a merge needs a token that does not exist yet, or a special token is one of
            the others.

    Source: Sennrich, Haddow and Birch (2016), section 3.2; bytes and the pattern, Radford et al.
    (2019), section 2.2.
    """

    def __init__(self, merges: Iterable[Sequence[str]], special_tokens: Sequence[str] = ()):
        vocab = {token: i for i, token in enumerate(ALPHABET)}
        self.merges: list[tuple[str, str]] = []
        self._ranks: dict[Pair, int] = {}
        self._made: list[int] = []
        for left, right in merges:
            if left not in vocab or right not in vocab:
                raise ValueError(f"merges must join tokens that exist; {(left, right)!r} does not")
            # of merges from elsewhere, two may write the same token: "a" + "bc" and "ab" + "c"
            made = vocab.setdefault(left + right, len(vocab))
            self._ranks.setdefault((vocab[left], vocab[right]), len(self.merges))
            self.merges.append((left, right))
            self._made.append(made)
        special_tokens = checked_special(special_tokens)
        super().__init__((*vocab, *special_tokens), special_tokens)
        values = {character: bytes([byte]) for character, byte in zip(ALPHABET, byte_order())}
        self.token_bytes: tuple[bytes, ...] = (
            *(b"".join(map(values.__getitem__, token)) for token in vocab),
            *(token.encode() for token in special_tokens),
        )

    @classmethod
    def train(
        cls, text: str | Iterable[str], vocab_size: int, *, special_tokens: Sequence[str] = (),
        min_frequency: int = 2,
    ) -> "ByteBPE":
        """Learn the merges from a text.

        Of pairs that are equally frequent, the one with the smaller ids is merged, as by the
        trainer of Hugging Face's tokenizers.

        Args:
            text: a text, or several.
            vocab_size: 256 bytes, special tokens and merges together. There are fewer where the
                text has no more pairs.
            special_tokens: where they stand in the text, it is cut and they are left out.
            min_frequency: how often a pair must occur to be merged.

        Returns:
            The tokenizer.

        Raises:
            TypeError, ValueError: an argument is out of range.
        """
        special_tokens = checked_special(special_tokens)
        size = checked_size(vocab_size, 256 + len(special_tokens), "256 bytes and the special tokens")
        min_frequency = whole("min_frequency", min_frequency, 1)
        counts = count_words(gpt2_words().findall, texts("text", text, special_tokens))
        pairs = Pairs((to_bytes(word), count) for word, count in counts.items())
        tokens = list(ALPHABET)
        merges = []
        heap = [(-count, pair) for pair, count in pairs.counts.items()]
        heapq.heapify(heap)
        while heap and len(tokens) + len(special_tokens) < size:
            count, pair = heapq.heappop(heap)
            current = pairs.counts[pair]
            if -count != current:               # merges have changed it since
                if current > 0:
                    heapq.heappush(heap, (-current, pair))
                continue
            if current < min_frequency:
                break
            left, right = tokens[pair[0]], tokens[pair[1]]
            merges.append((left, right))
            tokens.append(left + right)
            for changed, change in pairs.merge(pair, len(tokens) - 1).items():
                if change > 0:
                    heapq.heappush(heap, (-pairs.counts[changed], changed))
        return cls(merges, special_tokens)

    def decode_bytes(self, ids, *, skip_special: bool = False) -> bytes:
        """Ids as bytes: what they stand for exactly, also where that is no valid UTF-8."""
        return b"".join(self.token_bytes[i] for i in self._checked(ids, skip_special))

    def decode(self, ids, *, skip_special: bool = False, errors: str = "replace") -> str:
        """Ids as text.

        Args:
            ids: a sequence of integers, or a tensor or an array of shape ``(T,)``. A model may write any:
                a character may begin in one token and end in the next one, or never.
            skip_special: leave special tokens out.
            errors: 'replace' writes � where the bytes are no UTF-8, 'strict' raises
                UnicodeDecodeError.

        Returns:
            The text; where ``encode`` made the ids, the same text again.

        Raises:
            TypeError, ValueError: an id is no integer, or not in the vocabulary.
        """
        return self.decode_bytes(ids, skip_special=skip_special).decode("utf-8", errors)

    def _split(self, text: str) -> list[str]:
        return gpt2_words().findall(text)

    def _word(self, word: str) -> list[int]:
        return apply_merges(list(to_bytes(word)), self._ranks, self._made)

    def _state(self) -> dict:
        return {"merges": self.merges, "special_tokens": self.special_tokens}


def to_bytes(word: str) -> bytes:
    """The ids of a word's bytes."""
    return word.encode("utf-8").translate(ID_OF_BYTE)


def apply_merges(symbols: list[int], ranks: dict[Pair, int], made: Sequence[int]) -> list[int]:
    """Merge neighbors, always the pair of the lowest rank, the leftmost first.

    A heap holds the pairs and links say what stands beside what, so that a word of n bytes takes
    n log n steps, not n².

    Args:
        symbols: ids; changed in place.
        ranks: the rank of each pair that can be merged.
        made: the id that the merge of each rank makes.

    Returns:
        The ids that are left.
    """
    after = list(range(1, len(symbols) + 1))
    before = list(range(-1, len(symbols) - 1))
    end = len(symbols)
    heap = [(ranks[pair], i) for i, pair in enumerate(zip(symbols, symbols[1:])) if pair in ranks]
    heapq.heapify(heap)
    while heap:
        rank, i = heapq.heappop(heap)
        j = after[i]
        if symbols[i] < 0 or j == end or ranks.get((symbols[i], symbols[j])) != rank:
            continue                            # one of the two has been merged with another
        symbols[i], symbols[j] = made[rank], -1
        after[i] = k = after[j]
        if k < end:
            before[k] = i
            if (pair := (symbols[i], symbols[k])) in ranks:
                heapq.heappush(heap, (ranks[pair], i))
        if (h := before[i]) >= 0 and (pair := (symbols[h], symbols[i])) in ranks:
            heapq.heappush(heap, (ranks[pair], h))
    return [symbol for symbol in symbols if symbol >= 0]
