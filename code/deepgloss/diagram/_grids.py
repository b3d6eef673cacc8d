"""Grids of numbers: a window over them, padding, what is hidden, how strong each cell is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from .._arguments import whole
from ._cells import like, texts_of, window_of
from ._collisions import Rect, Thing
from ._node import Node
from ._sheet import Sheet
from ._style import ACCENT, ACCENT_FILL, INK, QUIET, SMALL

SHADES = LinearSegmentedColormap.from_list("shades", ["#ffffff", "#6db3e6"])


@dataclass(frozen=True)
class Grid(Node):
    """A grid on a sheet, and a node itself; cells are counted from the upper left, padding included."""

    rows: int = 0
    columns: int = 0

    def cell(self, row: int, column: int) -> Node:
        """One cell, as a node for arrows."""
        high, wide = self.half_height / self.rows, self.half_width / self.columns
        return Node(self.left[0] + (2 * column + 1) * wide, self.top[1] - (2 * row + 1) * high, wide, high)


class Grids(Sheet):
    """Arrays: see :meth:`grid`."""

    def grid(self, x: float, y: float, values, *, window=None, pad: int = 0, off=None, shade=None,
             rows: Sequence[str] = (), columns: Sequence[str] = (), title: str = "", note: str = "",
             form: str | None = None, cell: float | tuple[float, float] | None = None) -> Grid:
        """A matrix of numbers or words, cell by cell.

        Args:
            x, y: the middle of the cells, padding included.
            values: ``(R, C)``: a tensor, an array or nested lists of numbers or strings; ``None``
                leaves a cell empty.
            window: ``(rows, columns)`` of the cells to look at, each a number, a slice, a range or
                a list; counted with the padding. They get a fill and a thick edge, and neighbors
                share it. Rows 0, 2 and 4 make a dilated window.
            pad: so many rings of zeros around the values, dashed and gray.
            off: ``(R, C)``, true where a cell is hidden: hatched, its number not written.
            shade: ``(R, C)`` in [0, 1], how dark a cell is; ``True`` takes the values themselves.
            rows, columns: a label to the left of each row and above each column, padding included.
            title, note: written above, and small below.
            form: how numbers are written, a format specification such as ``".2f"``.
            cell: side of a cell in units, or ``(width, height)``; as the longest text needs by
                default, at least 0.8.

        Returns:
            The grid, a node; ``grid.cell(row, column)`` is the node of one cell.

        Raises:
            ValueError: ``values`` is no matrix, ``off`` or ``shade`` has another shape, labels are
                too few or too many, or a text is wider than ``cell``.
        """
        texts, numbers = texts_of(values, form)
        off = like("off", off, numbers, False).astype(bool)
        shade = like("shade", numbers if shade is True else shade, numbers, 0.0).astype(float)
        if not ((shade >= 0) & (shade <= 1)).all():
            raise ValueError(f"shade must be in [0, 1], not {shade.min():g}..{shade.max():g}")
        pad = whole("pad", pad, 0)
        padding = np.pad(np.zeros(off.shape, bool), pad, constant_values=True)
        texts = np.pad(texts, pad, constant_values="0")
        off, shade = np.pad(off, pad), np.pad(shade, pad)
        wide, high = self._cell_size(texts[~off], cell)
        grid = Grid(x, y, wide * texts.shape[1] / 2, high * texts.shape[0] / 2, rows=texts.shape[0],
                    columns=texts.shape[1])
        seen = window_of(window, texts.shape)
        for (i, j), text in np.ndenumerate(texts):
            self._draw_cell(grid.cell(i, j), "" if off[i, j] else text, seen[i, j], padding[i, j], off[i, j],
                            SHADES(shade[i, j]))
        self._outline(grid, seen)
        self._grids.append(Thing(f"grid {title!r}", Rect(grid.left[0], grid.bottom[1], grid.right[0], grid.top[1])))
        self._labels(grid, rows, columns, title, note)
        return grid

    def _cell_size(self, texts, cell) -> tuple[float, float]:
        needed = max((self._measure(text, SMALL)[0] for text in set(texts.tolist()) if text), default=0.0) + 0.12
        if cell is None:
            return max(0.8, needed + 0.08), 0.8
        wide, high = cell if isinstance(cell, (tuple, list)) else (cell, cell)
        if needed > wide + 1e-6:
            raise ValueError(f"cell must be at least {needed:.2f} units wide for what is written in it, not {wide}")
        return wide, high

    def _draw_cell(self, node: Node, text, seen, padding, off, fill) -> None:
        place = (node.left[0], node.bottom[1]), 2 * node.half_width, 2 * node.half_height
        if off:
            self.ax.add_artist(Rectangle(*place, facecolor="#e4e7eb", edgecolor="#aab2bc", hatch="///", linewidth=0,
                                        zorder=3))
        fill = ACCENT_FILL if seen else "none" if off or padding else fill
        self.ax.add_artist(Rectangle(*place, facecolor=fill, edgecolor="#8a939d" if padding else INK, linewidth=0.8,
                                    linestyle=(0, (2, 2)) if padding else "-", zorder=2.9 if padding else 3))
        if text:
            self.ax.text(node.x, node.y, text, ha="center", va="center", fontsize=SMALL, zorder=5,
                         color=QUIET if padding and not seen else "#111111")

    def _outline(self, grid: Grid, seen) -> None:
        """A thick edge wherever a cell of the window has a neighbor outside it."""
        around = np.pad(seen, 1)
        for i, j in np.argwhere(seen):
            node = grid.cell(i, j)
            left, right, bottom, top = node.left[0], node.right[0], node.bottom[1], node.top[1]
            for step, xs, ys in (((0, 1), (left, right), (top, top)), ((2, 1), (left, right), (bottom, bottom)),
                                 ((1, 0), (left, left), (bottom, top)), ((1, 2), (right, right), (bottom, top))):
                if not around[i + step[0], j + step[1]]:
                    self.ax.plot(xs, ys, color=ACCENT, linewidth=2.6, solid_capstyle="projecting", zorder=4)

    def _labels(self, grid: Grid, rows, columns, title, note) -> None:
        for name, labels, wanted in (("rows", rows, grid.rows), ("columns", columns, grid.columns)):
            if len(labels) not in (0, wanted):
                raise ValueError(f"{name} must be {wanted} labels, not {len(labels)}")
        for k, label in enumerate(rows):
            self._write(grid.left[0] - 0.2, grid.cell(k, 0).y, label, SMALL, QUIET, ha="right")
        top = grid.top[1]
        for k, label in enumerate(columns):
            high = self._measure(label, SMALL)[1]
            self._write(grid.cell(0, k).x, grid.top[1] + 0.12 + high / 2, label, SMALL, QUIET)
            top = max(top, grid.top[1] + 0.12 + high)
        if title:
            self._write(grid.x, top + 0.15 + self._measure(title)[1] / 2, title)
        if note:
            self._write(grid.x, grid.bottom[1] - 0.15 - self._measure(note, SMALL)[1] / 2, note, SMALL, QUIET)
