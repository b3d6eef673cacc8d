"""Where everything stands on the map of concepts: pure geometry, no markup.

Parts are bands from top to bottom in the order of the book; a band's chapters stand in rows
from left to right. A prerequisite stands earlier in the book, so arrows only ever lead down,
or to the right within a row.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

WIDTH = 700       # of the page's text column, so that the picture needs no scaling there
MARGIN = 12
LETTER = 6.7      # a wide guess at the width of a letter of the label, so that no pill overflows
PILL = 30         # height of a chapter's pill
GAP = (10, 26)    # between pills: across, and down, where the arrows need room
TITLE = 30        # height of a band's title
BAND_GAP = 16


class Box(NamedTuple):
    """A rectangle by its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float


class Layout(NamedTuple):
    """The boxes of parts and chapters by slug, and the height of the whole."""

    bands: dict[str, Box]
    pills: dict[str, Box]
    height: float


def short(title: str) -> str:
    """A title's abbreviation where it has one: "Residual network (ResNet)" is "ResNet"."""
    match = re.search(r"\(([^()]+)\)$", title)
    return match[1] if match else title


def arrange(parts: Sequence, labels: Mapping[str, str]) -> Layout:
    """Place every part and chapter.

    Args:
        parts: objects with ``slug`` and ``chapters``, in the order of the book.
        labels: what each chapter's pill says, by slug.
    """
    bands, pills, top = {}, {}, 1.0
    for part in parts:
        x, y = 1.0 * MARGIN, top + TITLE
        for slug in part.chapters:
            width = 28 + LETTER * len(labels[slug])
            if x + width > WIDTH - MARGIN and x > MARGIN:
                x, y = 1.0 * MARGIN, y + PILL + GAP[1]
            pills[slug] = Box(x, y, width, PILL)
            x += width + GAP[0]
        bottom = y + PILL + MARGIN
        bands[part.slug] = Box(1, top, WIDTH - 2, bottom - top)
        top = bottom + BAND_GAP
    return Layout(bands, pills, top)


def direct(needs: Mapping[str, Iterable[str]]) -> set[tuple[str, str]]:
    """The edges (from, to) that no longer way through other chapters implies.

    If C needs B and B needs A, an arrow from A to C says nothing new.
    """
    above: dict[str, set[str]] = {}

    def ancestors(slug):
        if slug not in above:
            above[slug] = set()
            for need in needs.get(slug, ()):
                above[slug] |= {need} | ancestors(need)
        return above[slug]

    return {
        (need, slug)
        for slug, wanted in needs.items()
        for need in wanted
        if not any(need in ancestors(other) for other in wanted if other != need)
    }


def curve(source: Box, goal: Box) -> str:
    """The path of an arrow from one pill to another, in the language of SVG."""
    if source.y == goal.y:
        gap = goal.x - source.x - source.width
        middle = source.y + PILL / 2
        if 0 < gap <= GAP[0] + 1:
            return f"M{source.x + source.width:.1f} {middle:.1f}L{goal.x:.1f} {middle:.1f}"
        start, end = source.x + source.width / 2, goal.x + goal.width / 2
        lift = source.y - 20
        return f"M{start:.1f} {source.y:.1f}C{start:.1f} {lift:.1f} {end:.1f} {lift:.1f} {end:.1f} {goal.y:.1f}"
    start, end = source.x + source.width / 2, goal.x + goal.width / 2
    foot = source.y + PILL
    bend = max(24.0, (goal.y - foot) * 0.45)
    return (
        f"M{start:.1f} {foot:.1f}C{start:.1f} {foot + bend:.1f} "
        f"{end:.1f} {goal.y - bend:.1f} {end:.1f} {goal.y:.1f}"
    )
