"""Pieces by their characters: one walk from a place in a text finds all pieces that begin there."""

import math
from collections.abc import Mapping


class Trie:
    """Scored pieces as a tree with a character on each edge.

    Args:
        scores: each piece's score.
        unknown: the score of a character that is no piece.
    """

    def __init__(self, scores: Mapping[str, float], unknown: float) -> None:
        # A node is the children by their characters, each with the score of the piece that ends there.
        self._root: dict = {}
        self._unknown = unknown
        for piece, score in scores.items():
            node = self._root
            for character in piece[:-1]:
                child = node.get(character)
                if child is None:
                    child = node[character] = [{}, None]
                node = child[0]
            node.setdefault(piece[-1], [{}, None])[1] = score

    def best(self, word: str) -> tuple[list[tuple[int, int]], float]:
        """What :func:`deepgloss.language._lattice.viterbi` finds, in one pass over the word.

        Each place hands its best sum on to the ends of the pieces that begin there. Sums are made in
        the same order as there, and among equals the longest last piece stays, too.
        """
        root, unknown, n = self._root, self._unknown, len(word)
        best, came_from = [0.0] + [-math.inf] * n, [0] * (n + 1)
        for start, character in enumerate(word):
            so_far, end = best[start], start + 1
            child = root.get(character)
            if child is None or child[1] is None:                     # a character that is no piece
                if so_far + unknown > best[end]:
                    best[end], came_from[end] = so_far + unknown, start
                if child is None:
                    continue
            node, score = child
            while True:
                if score is not None and so_far + score > best[end]:
                    best[end], came_from[end] = so_far + score, start
                if not node or end == n:
                    break
                child = node.get(word[end])
                if child is None:
                    break
                node, score = child
                end += 1
        cuts, end = [], n
        while end:
            cuts.append((came_from[end], end))
            end = came_from[end]
        return cuts[::-1], best[n]
