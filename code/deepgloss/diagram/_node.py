"""Where something stands on a sheet, and where arrows meet it."""

import math
from dataclasses import dataclass

MARGIN = 0.15                   # an arrow stays this far from the corners of a box


@dataclass(frozen=True)
class Node:
    """Something drawn: its middle, half its width and height, and whether it is a circle.

    Arrows take nodes as their ends. ``left``, ``right``, ``top`` and ``bottom`` are the middles of
    the sides, as points ``(x, y)``.
    """

    x: float
    y: float
    half_width: float = 0.0
    half_height: float = 0.0
    round: bool = False

    @property
    def left(self) -> tuple[float, float]:
        """The middle of the left side."""
        return self.x - self.half_width, self.y

    @property
    def right(self) -> tuple[float, float]:
        """The middle of the right side."""
        return self.x + self.half_width, self.y

    @property
    def top(self) -> tuple[float, float]:
        """The middle of the upper side."""
        return self.x, self.y + self.half_height

    @property
    def bottom(self) -> tuple[float, float]:
        """The middle of the lower side."""
        return self.x, self.y - self.half_height

    def facing(self, x: float, y: float) -> tuple[float, float]:
        """Where a straight line towards a point leaves: a circle's edge, or the middle of a side."""
        dx, dy = x - self.x, y - self.y
        if self.round:
            far = math.hypot(dx, dy) or 1.0
            return self.x + self.half_width * dx / far, self.y + self.half_width * dy / far
        if not (self.half_width or self.half_height):
            return self.x, self.y
        if abs(dx) * self.half_height >= abs(dy) * self.half_width:
            return self.right if dx > 0 else self.left
        return self.top if dy > 0 else self.bottom


def link(start: Node, end: Node) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ends of a straight line between two nodes: upright or level wherever one can be drawn."""
    x = _shared(start.x, _straight(start, start.half_width), end.x, _straight(end, end.half_width))
    y = _shared(start.y, _straight(start, start.half_height), end.y, _straight(end, end.half_height))
    if x is not None and abs(start.y - end.y) >= start.half_height + end.half_height:
        up = 1 if end.y > start.y else -1
        return (x, start.y + up * start.half_height), (x, end.y - up * end.half_height)
    if y is not None:
        on = 1 if end.x > start.x else -1
        return (start.x + on * start.half_width, y), (end.x - on * end.half_width, y)
    return start.facing(end.x, end.y), end.facing(start.x, start.y)


def _straight(node: Node, half: float) -> float:
    """How far from its middle a straight line may meet a node."""
    return 0.0 if node.round else max(half - MARGIN, 0.0)


def _shared(a: float, reach_a: float, b: float, reach_b: float) -> float | None:
    """The middle of the node that reaches less far, if the other reaches it."""
    if abs(a - b) > max(reach_a, reach_b) + 1e-9:
        return None
    return a if reach_a <= reach_b else b
