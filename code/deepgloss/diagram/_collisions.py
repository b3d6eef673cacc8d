"""Which things on a sheet run into each other."""

import math
from typing import NamedTuple

TOLERANCE = 0.03                # units


class Rect(NamedTuple):
    """Left, bottom, right, top."""

    left: float
    bottom: float
    right: float
    top: float

    def grown(self, by: float) -> "Rect":
        """The same rectangle with every side moved outwards."""
        return Rect(self.left - by, self.bottom - by, self.right + by, self.top + by)

    def holds(self, other: "Rect") -> bool:
        """True where the other rectangle lies inside."""
        return (self.left <= other.left and self.right >= other.right
                and self.bottom <= other.bottom and self.top >= other.top)

    def meets(self, other: "Rect") -> bool:
        """True where the two have an area in common."""
        return (self.left < other.right and other.left < self.right
                and self.bottom < other.top and other.bottom < self.top)

    def has(self, x: float, y: float) -> bool:
        """True where a point lies inside."""
        return self.left <= x <= self.right and self.bottom <= y <= self.top

    def cut_by(self, start, end) -> bool:
        """True where a straight line runs through the inside (Liang and Barsky's clipping)."""
        if self.left >= self.right or self.bottom >= self.top:
            return False
        first, last = 0.0, 1.0
        for at, to, low, high in ((start[0], end[0], self.left, self.right),
                                  (start[1], end[1], self.bottom, self.top)):
            step = to - at
            if math.isclose(step, 0, abs_tol=1e-12):
                if not low < at < high:
                    return False
                continue
            near, far = sorted(((low - at) / step, (high - at) / step))
            first, last = max(first, near), min(last, far)
        return first < last


class Thing(NamedTuple):
    """What was drawn, by name: ``rect`` for texts, solids and frames, ``way`` for lines."""

    name: str
    rect: Rect | None = None
    way: tuple = ()


def problems(width: float, height: float, texts, solids, grids, frames, lines) -> list[str]:
    """One sentence for each thing that leaves the sheet or runs into another.

    A line may end inside a grid, at a cell, and cross others on its way.
    """
    solids = [*solids, *grids]
    sheet = Rect(0, 0, width, height).grown(-TOLERANCE)       # half an edge's width lies outside
    found = [f"{thing.name} leaves the sheet" for thing in [*texts, *solids, *frames, *lines]
             if not (sheet.holds(thing.rect) if thing.rect else all(sheet.has(*p) for p in thing.way))]
    found += [f"{a.name} overlaps {b.name}" for k, a in enumerate(texts) for b in texts[:k]
              if a.rect.grown(-TOLERANCE).meets(b.rect)]
    found += [f"{a.name} overlaps {b.name}" for k, a in enumerate(solids) for b in solids[:k]
              if _straddles(a.rect, b.rect) and _straddles(b.rect, a.rect)]
    found += [f"{text.name} runs over the edge of {solid.name}" for text in texts for solid in [*solids, *frames]
              if _straddles(text.rect, solid.rect)]
    found += [f"{solid.name} runs over the edge of {frame.name}" for solid in solids for frame in frames
              if _straddles(solid.rect, frame.rect) and not solid.rect.holds(frame.rect)]
    for line in lines:
        pieces = list(zip(line.way, line.way[1:]))
        for text in texts:
            if any(text.rect.grown(-TOLERANCE).cut_by(*piece) for piece in pieces):
                found.append(f"{line.name} runs through {text.name}")
        for solid in solids:
            ends = solid.rect.grown(2 * TOLERANCE)
            if not ends.has(*line.way[0]) and not ends.has(*line.way[-1]) and any(
                    solid.rect.grown(-2 * TOLERANCE).cut_by(*piece) for piece in pieces):
                found.append(f"{line.name} runs through {solid.name}")
    return found


def _straddles(a: Rect, b: Rect) -> bool:
    """True where a is neither inside b nor outside."""
    return a.grown(-TOLERANCE).meets(b) and not b.grown(TOLERANCE).holds(a)
