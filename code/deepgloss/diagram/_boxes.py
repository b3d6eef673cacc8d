"""Boxes, operations, words, rows of them, and frames around them."""

from collections.abc import Sequence

from matplotlib.patches import Circle, FancyBboxPatch

from .._arguments import choice
from ._arrows import Arrows
from ._collisions import Rect, Thing
from ._node import Node
from ._style import KINDS, LARGE, QUIET, SMALL, TEXT


class Boxes(Arrows):
    """What a diagram is made of: see each method."""

    def box(self, x: float, y: float, text: str, kind: str = "learned", *, width: float | None = None,
            height: float | None = None, note: str = "") -> Node:
        """A box with text in it, and perhaps a smaller note below the text.

        Args:
            x, y: its middle.
            text: what it is, math between dollar signs.
            kind: ``"learned"`` (has parameters: thick edge), ``"fixed"`` (a function without any),
                ``"gate"`` (learned, too: thick edge, round ends), ``"data"`` (white, square corners), ``"state"`` (carried
                along: thick edge, square corners), ``"off"`` (hatched: frozen, masked, held out),
                ``"accent"`` (what the reader is to look at).
            width, height: as the text needs by default.
            note: a size, a count, a name.

        Returns:
            The node, for arrows.

        Raises:
            ValueError: ``kind`` is none of these, or the text does not fit into the width or height
                that is given.
        """
        look = KINDS[choice("kind", kind, KINDS)]
        lines = [self._measure(text)] + ([self._measure(note, SMALL)] if note else [])
        needs = max(line[0] for line in lines) + 0.3, sum(line[1] for line in lines) + 0.2
        width = max(needs[0] + 0.3, 1.2) if width is None else width
        height = max(needs[1] + 0.3, 1.0) if height is None else height
        if needs[0] > width + 1e-6 or needs[1] > height + 1e-6:
            raise ValueError(f"{text or note!r} needs a box of {needs[0]:.2f} × {needs[1]:.2f} units, and this "
                             f"one has {width:.2f} × {height:.2f}")
        node = Node(x, y, width / 2, height / 2)
        corner = min(look.corner, width / 2, height / 2)
        patch = FancyBboxPatch(
            (x - width / 2, y - height / 2), width, height, facecolor=look.fill, linewidth=look.edge,
            boxstyle=f"round,pad=0,rounding_size={corner}" if corner else "square,pad=0")
        self._solid(patch, node, f"box {(text or note)!r}", look)
        ground = look.fill if look.hatch else None
        if note:
            gap = (height - lines[0][1] - lines[1][1]) / 3
            self._write(x, y + height / 2 - gap - lines[0][1] / 2, text, ground=ground)
            self._write(x, y - height / 2 + gap + lines[1][1] / 2, note, SMALL, QUIET, ground=ground)
        else:
            self._write(x, y, text, ground=ground)
        return node

    def op(self, x: float, y: float, text: str, kind: str = "data", *, radius: float = 0.36) -> Node:
        """A circle with an operation in it, such as + or ⊙, or with a unit's value."""
        look = KINDS[choice("kind", kind, KINDS)]
        width, height = self._measure(text)
        if width**2 + (0.6 * height) ** 2 > (2 * radius) ** 2:
            raise ValueError(f"{text!r} is {width:.2f} units wide and does not fit a circle of radius {radius}")
        node = Node(x, y, radius, radius, round=True)
        self._solid(Circle((x, y), radius, facecolor=look.fill, linewidth=look.edge), node, f"circle {text!r}", look)
        self._write(x, y, text, ground=look.fill if look.hatch else None)
        return node

    def word(self, x: float, y: float, text: str, *, quiet: bool = False, bold: bool = False,
             align: str = "center", color: str | None = None) -> Node:
        """Text without a box: an input, an output, a remark (``quiet``) or a heading (``bold``).

        ``align`` says what ``x`` is: the text's ``"center"``, its ``"left"`` or its ``"right"`` end.
        """
        choice("align", align, ("left", "center", "right"))
        node = self._write(x, y, text, SMALL if quiet else LARGE, color or (QUIET if quiet else TEXT), ha=align,
                           weight="bold" if bold else "normal")
        return Node(node.x, node.y, node.half_width + 0.15, node.half_height + 0.12)

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

    def frame(self, *around, text: str = "", repeat: str = "", side: str = "right",
              pad: float = 0.45) -> Node:
        """A dashed frame around what is repeated or belongs together.

        Args:
            *around: nodes, or points ``(x, y)``, that it encloses.
            text: its name, written inside its upper left corner, for which it gets taller.
            repeat: how often it stands there, such as ``"× 6"``.
            side: where that is written: to the ``"right"`` of the frame or to its ``"left"``.
            pad: room between what is enclosed and the frame.

        Returns:
            The frame as a node.
        """
        nodes = [at if isinstance(at, Node) else Node(*at) for at in around]
        left = min(node.left[0] for node in nodes) - pad
        right = max(node.right[0] for node in nodes) + pad
        bottom = min(node.bottom[1] for node in nodes) - pad
        top = max(node.top[1] for node in nodes) + pad + (0.45 if text else 0)
        self.ax.add_patch(FancyBboxPatch(
            (left, bottom), right - left, top - bottom, boxstyle="round,pad=0,rounding_size=0.3",
            facecolor="#f1f3f6", edgecolor=QUIET, linestyle=(0, (4, 3)), linewidth=1.1,
            zorder=0.5 + 0.001 * len(self._frames)))
        self._frames.append(Thing(f"frame {text or repeat!r}", Rect(left, bottom, right, top)))
        if text:
            self._write(left + 0.25, top - 0.38, text, SMALL, QUIET, ha="left")
        if choice("side", side, ("left", "right")) and repeat:
            at, align = (right + 0.2, "left") if side == "right" else (left - 0.2, "right")
            self._write(at, (bottom + top) / 2, repeat, LARGE, ha=align)
        return Node((left + right) / 2, (bottom + top) / 2, (right - left) / 2, (top - bottom) / 2)

    def _solid(self, patch, node: Node, name: str, look) -> None:
        patch.set(edgecolor=look.color, zorder=3)
        if look.hatch:
            edge = patch.get_linewidth()
            ground = type(patch)(**_shape(patch), facecolor=look.fill, edgecolor="#aab2bc", hatch=look.hatch,
                                 linewidth=0, zorder=3)
            self.ax.add_patch(ground)
            patch.set(facecolor="none", zorder=3.1, linewidth=edge)
        self.ax.add_patch(patch)
        self._keep_solid(node, name)

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


def _shape(patch) -> dict:
    """What makes a second patch of the same shape."""
    if isinstance(patch, Circle):
        return {"xy": patch.center, "radius": patch.radius}
    return {"xy": (patch.get_x(), patch.get_y()), "width": patch.get_width(), "height": patch.get_height(),
            "boxstyle": patch.get_boxstyle()}
