"""Arrows: straight, with corners, or curved; solid, dashed, or a gradient's way back."""

import math

from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path

from .._arguments import choice, real
from ._collisions import Thing
from ._node import Node, link
from ._sheet import Sheet
from ._style import BACK, INK, LINE, QUIET, SMALL

HEAD, HALF_HEAD, CORNER = 0.3, 0.13, 0.18       # units


class Arrows(Sheet):
    """Lines from node to node: see :meth:`arrow`."""

    def arrow(self, *way, label: str = "", side: str | None = None, bend: str = "", curve: float = 0.0,
              dashed: bool = False, back: bool = False, head: bool = True, color: str | None = None,
              weight: float = LINE) -> None:
        """An arrow through nodes and points.

        Between two nodes it is level or upright wherever that meets both; the ends lie on their edges.

        Args:
            *way: nodes, or points ``(x, y)``, in order; corners between them are rounded.
            label: written beside the longest stretch.
            side: where the label stands: ``"above"``, ``"below"``, ``"left"`` or ``"right"`` of the
                line; above a level line and to the right of an upright one by default.
            bend: ``"-|"`` goes across first and then up or down, ``"|-"`` the other way round;
                for two ends.
            curve: bow between two ends, as a share of their distance; positive bows to the left
                of the direction of travel.
            dashed: a way that is not always taken, a reference, a copy.
            back: a gradient's way: dashed, in the color of gradients.
            head: with a tip at the end.
            color: of the line; dark gray by default.
            weight: of the line, in points.

        Raises:
            ValueError: fewer than two ends; ``bend`` or ``curve`` with more than two.
        """
        choice("bend", bend, ("", "-|", "|-"))
        if len(way) < 2 or ((bend or curve) and len(way) != 2):
            raise ValueError(f"an arrow takes two ends or more, and two for a bend or a curve, not {len(way)}")
        nodes = [at if isinstance(at, Node) else Node(*at) for at in way]
        if bend:
            start, end = nodes
            nodes[1:1] = [Node(end.x, start.y) if bend == "-|" else Node(start.x, end.y)]
        points = _bow(*nodes, real("curve", curve)) if curve else _stretch(nodes)
        color = color or (BACK if back else INK)
        self._line(points, color, dashed or back, head, weight, round_corners=not curve)
        names = f"the arrow from {_place(points[0])} to {_place(points[-1])}"
        self._lines.append(Thing(names, None, tuple(points)))
        if label:
            self._label(points, curve, label, side, BACK if back else QUIET)

    def _line(self, points, color, dashed, head, weight, round_corners) -> None:
        style = {"color": color, "zorder": 2}
        if head:
            (x0, y0), (x1, y1) = points[-2:]
            length = math.hypot(x1 - x0, y1 - y0) or 1.0
            ux, uy = (x1 - x0) / length, (y1 - y0) / length
            base = x1 - HEAD * ux, y1 - HEAD * uy
            self.ax.add_artist(Polygon(
                [(x1, y1), (base[0] - HALF_HEAD * uy, base[1] + HALF_HEAD * ux),
                 (base[0] + HALF_HEAD * uy, base[1] - HALF_HEAD * ux)], linewidth=0, **style))
            # The line ends inside its head, so that none of it shows beside the tip.
            points = [*points[:-1], (x1 - 0.8 * HEAD * ux, y1 - 0.8 * HEAD * uy)]
        path = _rounded(points) if round_corners else Path(points)
        self.ax.add_artist(PathPatch(path, fill=False, linewidth=weight, capstyle="butt" if dashed else "round",
                                    linestyle=(0, (3.5, 2.2)) if dashed else "-", **style))

    def _label(self, points, curve, label, side, color) -> None:
        pieces = list(zip(points, points[1:]))
        start, end = max(pieces, key=lambda piece: math.dist(*piece))
        if curve:                                             # its top
            start, end = pieces[len(pieces) // 2]
        x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        if side is None and curve:                            # outside the bow
            dx, dy = curve * (points[0][1] - points[-1][1]), curve * (points[-1][0] - points[0][0])
            side = ("above" if dy > 0 else "below") if abs(dy) >= abs(dx) else "right" if dx > 0 else "left"
        elif side is None:
            side = "above" if abs(end[0] - start[0]) >= abs(end[1] - start[1]) else "right"
        choice("side", side, ("above", "below", "left", "right"))
        dx, dy = {"above": (0, 1), "below": (0, -1), "left": (-1, 0), "right": (1, 0)}[side]
        _, height = self._measure(label, SMALL)
        self._write(x + 0.18 * dx, y + (height / 2 + 0.1) * dy, label, SMALL, color,
                    ha={-1: "right", 0: "center", 1: "left"}[dx])


def _stretch(nodes: list[Node]) -> list[tuple[float, float]]:
    """Straight pieces between the edges of the first and the last node."""
    points = [link(nodes[0], nodes[1])[0]]
    points += [(node.x, node.y) for node in nodes[1:-1]]
    points.append(link(nodes[-2], nodes[-1])[1])
    # Where the end is met off its middle, the corner before it moves along.
    for k, other in ((1, 0), (-2, -1)):
        if len(points) > 2:
            corner, end = points[k], points[other]
            dx, dy = abs(corner[0] - end[0]), abs(corner[1] - end[1])
            if 1e-9 < min(dx, dy) < 0.05:
                points[k] = (end[0], corner[1]) if dx < dy else (corner[0], end[1])
    return points


def _bow(start: Node, end: Node, curve: float) -> list[tuple[float, float]]:
    """Points of a quadratic Bézier curve between the edges of two nodes."""
    dx, dy = end.x - start.x, end.y - start.y
    control = (start.x + end.x) / 2 - 2 * curve * dy, (start.y + end.y) / 2 + 2 * curve * dx
    a, b = start.facing(*control), end.facing(*control)
    return [tuple((1 - t) ** 2 * a[i] + 2 * t * (1 - t) * control[i] + t * t * b[i] for i in (0, 1))
            for t in (k / 24 for k in range(25))]


def _rounded(points) -> Path:
    """The path through the points with its corners rounded."""
    vertices, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:]):
        radius = min(CORNER, math.dist(before, corner) / 2, math.dist(corner, after) / 2)
        vertices += [_towards(corner, before, radius), corner, _towards(corner, after, radius)]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*vertices, points[-1]], [*codes, Path.LINETO])


def _towards(start, end, distance) -> tuple[float, float]:
    share = distance / (math.dist(start, end) or 1.0)
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _place(point) -> str:
    return f"({point[0]:.1f}, {point[1]:.1f})"
