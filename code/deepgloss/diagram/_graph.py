"""Computation graphs, laid out by rank: values flow to the right, gradients back."""

from collections.abc import Sequence

from .._arguments import whole
from ._diagram import Diagram
from ._expression import Step
from ._node import Node
from ._numbers import number
from ._ranks import routes
from ._style import BACK, LARGE, SMALL, WIDEST


def graph(steps: Sequence[Step], *, forward: int | None = None, backward: int | None = None,
          gap: float | None = None, form: str | None = None) -> Diagram:
    """A computation graph with the value of each step and, below it, its gradient.

    Values travel along solid arrows; gradients come back along dashed ones.

    Args:
        steps: as :func:`expression` gives them, or made by hand; operands first, the result last.
        forward: how many values are written, in order; all by default.
        backward: how many gradients are written, from the result back; all by default. The one
            that was written last is highlighted, so that sliders can walk through the graph.
        gap: room between columns, in units; up to 2 by default, less where a sheet has no room for it.
        form: how numbers are written, a format specification.

    Returns:
        The :class:`Diagram`, of the same size however much is written.

    Raises:
        ValueError: a step takes one that stands after it, there is none, or the graph is too wide.
    """
    if not steps:
        raise ValueError("steps must hold at least one step")
    forward = whole("forward", len(steps) if forward is None else forward, 0, len(steps))
    backward = whole("backward", len(steps) if backward is None else backward, 0, len(steps))
    columns, ways = routes([step.inputs for step in steps])
    d, places = _sheet(columns, steps, gap, form)
    latest = len(steps) - backward if backward else forward - 1
    for k, step in enumerate(steps):
        note = number(step.value, form) if step.value is not None and k < forward else " "
        kind = "accent" if k == latest and min(forward, backward) < len(steps) else "fixed" if step.inputs else "data"
        x, y, wide = places[k].x, places[k].y, 2 * places[k].half_width
        places[k] = d.box(x, y, step.label, kind, width=wide, height=1.35, note=note)
        if step.gradient is not None and k >= len(steps) - backward:
            d.word(x, y - 0.98, "∂ " + number(step.gradient, form), quiet=True, color=BACK)
    for k, step in enumerate(steps):
        ends = sorted(((at, k) for at in step.inputs), key=lambda edge: -places[ways[edge][-2]].y)
        for port, edge in enumerate(dict.fromkeys(ends)):
            y = places[k].y + 0.6 * ((len(set(ends)) - 1) / 2 - port)
            back = backward >= len(steps) - k and steps[edge[0]].gradient is not None
            _edge(d, [places[one] for one in ways[edge]], y, back)
    return d


def _sheet(columns, steps, gap: float | None, form) -> tuple[Diagram, dict]:
    """A sheet with room for the columns, and the place of each node and bend on it."""
    scratch = Diagram(1, 1)
    widths = dict(enumerate(
        max(max(scratch._measure(text, points)[0] for text, points in _written(step, form)) + 0.35, 1.2)
        for step in steps))
    scratch.close()
    wide = [max(widths.get(one, 1.2) for one in column) for column in columns]
    if gap is None:
        gap = max(min(2.0, (WIDEST - 0.4 - sum(wide)) / max(len(columns) - 1, 1)), 0.5)
    width = sum(wide) + gap * (len(columns) - 1) + 0.4
    if width > WIDEST + 1e-6:
        raise ValueError(f"steps need {width:.1f} units, and a sheet has {WIDEST}: fewer steps in a row, or fewer digits")
    pitch = 2.35 if any(step.gradient is not None for step in steps) else 1.9
    d = Diagram(min(width, WIDEST), max(map(len, columns)) * pitch + 0.3)
    places, x = {}, 0.2
    for column, across in zip(columns, wide):
        for row, one in enumerate(column):
            y = d.height / 2 + pitch * ((len(column) - 1) / 2 - row) + 0.2
            places[one] = Node(x + across / 2, y, across / 2)
        x += across + gap
    return d, places


def _written(step: Step, form) -> list[tuple[str, int]]:
    """What stands in and below a step's box, and how large."""
    return [(step.label, LARGE), *((text + number(given, form), SMALL) for text, given in (
        ("", step.value), ("∂ ", step.gradient)) if given is not None)]


def _edge(d, way, y: float, back: bool) -> None:
    """The way of a value and, beside it, that of a gradient; y is where it ends."""
    points = [way[0].right, *(end for node in way[1:-1] for end in (node.left, node.right)), (way[-1].left[0], y)]
    (x0, y0), (x1, y1) = points[0], points[-1]
    # Both lie 0.13 units off the middle, on its two sides.
    tilt = (y1 - y0) / (x1 - x0) if len(points) == 2 else 0.0
    shift = 0.13 * (1 + tilt**2) ** 0.5 if back else 0.0
    d.arrow(*((at, height + shift) for at, height in points))
    if back:
        d.arrow(*((at, height - shift) for at, height in points[::-1]), back=True)
