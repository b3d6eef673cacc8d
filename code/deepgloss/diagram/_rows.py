"""Boxes in a row: tokens, time steps, layers, folds."""

from collections.abc import Sequence

from ._arrows import Arrows
from ._boxes import Boxes
from ._node import Node
from ._style import SMALL


class Rows(Boxes, Arrows):
    """Several of the same: see :meth:`row`."""

    def row(self, x: float, y: float, texts: Sequence[str], kind: str | Sequence[str] = "data", *,
            gap: float = 0.5, arrows: bool = False, down: bool = False, up: bool = False,
            width: float | Sequence[float] | None = None, height: float | None = None,
            notes: Sequence[str] | None = None) -> list[Node]:
        """Boxes side by side, or below or above each other: tokens, time steps, layers, folds.

        Args:
            x, y: the middle of the first one.
            texts: one for each.
            kind: as for :meth:`box`, one for all or one for each; ``"op"`` makes an operation and
                ``"word"`` a word.
            gap: room between neighbors, in units.
            arrows: draw an arrow from each one to the next.
            down, up: below or above each other, not to the right.
            width: of the boxes, one for all or one for each; as the text needs by default.
            height: of the boxes.
            notes: one for each, ``""`` for none.

        Returns:
            The nodes.

        Raises:
            ValueError: as :meth:`box` does, or kinds, widths or notes of another number than texts.
        """
        kinds, widths, notes = (_each(name, given, len(texts)) for name, given in (
            ("kind", kind), ("width", width), ("notes", notes if notes is not None else "")))
        nodes: list[Node] = []
        for text, one, wide, note in zip(texts, kinds, widths, notes):
            half = self._half(text, note, one, wide, height, upright=up or down)
            if nodes:
                last = nodes[-1]
                x += 0 if up or down else last.x + last.half_width + gap + half - x
                y += (1 if up else -1) * (last.half_height + gap + half) if up or down else 0
            node = (self.op(x, y, text) if one == "op" else self.word(x, y, text) if one == "word"
                    else self.box(x, y, text, one, width=wide, height=height, note=note))
            if arrows and nodes:
                self.arrow(nodes[-1], node)
            nodes.append(node)
        return nodes

    def _half(self, text, note, kind, width, height, *, upright: bool) -> float:
        """Half of what a box of a row will take in the row's direction."""
        if kind == "op":
            return 0.36
        size = self._measure(text)
        if kind == "word":
            return size[1] / 2 + 0.12 if upright else size[0] / 2 + 0.15
        below = self._measure(note, SMALL) if note else (0, 0)
        if upright:
            return (max(size[1] + below[1] + 0.5, 1.0) if height is None else height) / 2
        return (max(max(size[0], below[0]) + 0.6, 1.2) if width is None else width) / 2


def _each(name: str, given, number: int) -> list:
    """One for each: what is given, or what is given for all."""
    if given is None or isinstance(given, (str, int, float)):
        return [given] * number
    if len(given) != number:
        raise ValueError(f"{name} must be one, or one for each of {number} texts, not {len(given)}")
    return list(given)
