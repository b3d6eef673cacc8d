"""The sheet that a diagram is drawn on: it measures text, keeps what was drawn, and checks it."""

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from .._arguments import real
from ._collisions import Rect, Thing, problems
from ._node import Node
from ._style import LARGE, TEXT, UNIT, WIDEST


class CheckedFigure(Figure):
    """A figure that checks the sheets on it whenever it is drawn."""

    sheets = ()

    def draw(self, renderer):
        for sheet in self.sheets:
            sheet.check()
        super().draw(renderer)


def blank(width: float, height: float) -> CheckedFigure:
    """An empty figure of ``width`` × ``height`` units."""
    return plt.figure(figsize=(width * UNIT, height * UNIT), layout="none", FigureClass=CheckedFigure)


class Sheet:
    """Room for a drawing of ``width`` × ``height`` units; see :class:`Diagram`."""

    def __init__(self, width: float, height: float, *, panel=None) -> None:
        self.width = real("width", width, 1, WIDEST)
        self.height = real("height", height, 1)
        self.figure, place = panel or (blank(self.width, self.height), (0, 0, 1, 1))
        self.figure.sheets = (*self.figure.sheets, self)
        self.ax = self.figure.add_axes(place)
        self.ax.set(xlim=(0, self.width), ylim=(0, self.height))
        self.ax.set_axis_off()
        # Drawings go in by add_artist: add_patch would also measure each one, for limits that are set.
        self._texts, self._solids, self._grids, self._frames, self._lines = [], [], [], [], []

    def check(self) -> None:
        """See that everything lies on the sheet and nothing runs into anything else.

        Called whenever the figure is shown or saved.

        Raises:
            ValueError: text overlaps text or the edge of a box; a box overlaps a box; a line runs
                through a text or through a box that it does not end at; something leaves the
                sheet. The message names every such place.
        """
        found = problems(self.width, self.height, self._texts, self._solids, self._grids, self._frames, self._lines)
        if found:
            raise ValueError("the diagram needs mending: " + "; ".join(dict.fromkeys(found)))

    def show(self) -> None:
        """Check the figure, then show it: the last line of a cell.

        Raises:
            ValueError: as :meth:`check` does; the figure is closed then.
        """
        try:
            for sheet in self.figure.sheets:
                sheet.check()
        except ValueError:
            self.close()
            raise
        plt.show()

    def close(self) -> None:
        """Close the figure: it will not be shown."""
        plt.close(self.figure)

    def axes(self, left: float, bottom: float, width: float, height: float):
        """Matplotlib axes on the sheet, for a curve or a picture inside a diagram.

        Returns:
            The axes, without ticks; what is drawn there is not checked.
        """
        ax = self.figure.add_axes(self._share(left, bottom, width, height))
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        self._keep_solid(Node(left + width / 2, bottom + height / 2, width / 2, height / 2), "axes")
        return ax

    def _share(self, left, bottom, width, height) -> tuple[float, float, float, float]:
        """A place in units as shares of the figure."""
        place = self.ax.get_position()
        wide, high = place.width / self.width, place.height / self.height
        return place.x0 + left * wide, place.y0 + bottom * high, width * wide, height * high

    def _ipython_display_(self) -> None:
        """Nothing: pyplot shows the figure already."""

    def _write(self, x, y, text, size=LARGE, color=TEXT, *, ha="center", weight="normal", ground=None,
               zorder=5, name=None) -> Node:
        """Text, vertically centered, and the room it takes; it is kept for the check."""
        drawn = self.ax.text(x, y, text, ha=ha, va="center", fontsize=size, color=color, weight=weight,
                            zorder=zorder)
        if ground:
            drawn.set_bbox({"facecolor": ground, "edgecolor": "none", "pad": 0.6})
        rect = self._extent(drawn)
        if text:
            self._texts.append(Thing(name or f"text {text!r}", rect))
        return Node((rect.left + rect.right) / 2, (rect.bottom + rect.top) / 2,
                    (rect.right - rect.left) / 2, (rect.top - rect.bottom) / 2)

    def _extent(self, drawn) -> Rect:
        """The room that a text takes, in units."""
        box = drawn.get_window_extent(self.figure.canvas.get_renderer())
        (left, bottom), (right, top) = self.ax.transData.inverted().transform([box.p0, box.p1]).tolist()
        return Rect(left, bottom, right, top)

    def _measure(self, text: str, size: float = LARGE) -> tuple[float, float]:
        """Width and height of a text, in units."""
        drawn = self.ax.text(0, 0, text, fontsize=size)
        rect = self._extent(drawn)
        drawn.remove()
        return rect.right - rect.left, rect.top - rect.bottom

    def _keep_solid(self, node: Node, name: str) -> None:
        self._solids.append(Thing(name, _rect(node)))


def _rect(node: Node) -> Rect:
    # A circle's corners are empty: two may come closer than their squares.
    shrink = 0.85 if node.round else 1
    return Rect(node.x - shrink * node.half_width, node.y - shrink * node.half_height,
                node.x + shrink * node.half_width, node.y + shrink * node.half_height)
