"""Boxes, operations and words."""

from matplotlib.patches import Circle, FancyBboxPatch

from .._arguments import choice
from ._node import Node
from ._sheet import Sheet
from ._style import KINDS, LARGE, QUIET, SMALL, TEXT


class Boxes(Sheet):
    """What arrows lead to: see each method."""

    def box(self, x: float, y: float, text: str, kind: str = "learned", *, width: float | None = None,
            height: float | None = None, note: str = "") -> Node:
        """A box with text in it, and perhaps a smaller note below the text.

        Args:
            x, y: its middle.
            text: what it is, math between dollar signs.
            kind: ``"learned"`` (has parameters: thick edge), ``"fixed"`` (a function without any),
                ``"gate"`` (learned, too: thick edge, round ends), ``"data"`` (white, square
                corners), ``"state"`` (carried along: thick edge, square corners), ``"off"``
                (hatched: frozen, masked, held out), ``"accent"`` (what the reader is to look at).
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

    def _solid(self, patch, node: Node, name: str, look) -> None:
        patch.set(edgecolor=look.color, zorder=3)
        if look.hatch:
            edge = patch.get_linewidth()
            ground = type(patch)(**_shape(patch), facecolor=look.fill, edgecolor="#aab2bc", hatch=look.hatch,
                                 linewidth=0, zorder=3)
            self.ax.add_artist(ground)
            patch.set(facecolor="none", zorder=3.1, linewidth=edge)
        self.ax.add_artist(patch)
        self._keep_solid(node, name)


def _shape(patch) -> dict:
    """What makes a second patch of the same shape."""
    if isinstance(patch, Circle):
        return {"xy": patch.center, "radius": patch.radius}
    return {"xy": (patch.get_x(), patch.get_y()), "width": patch.get_width(), "height": patch.get_height(),
            "boxstyle": patch.get_boxstyle()}
