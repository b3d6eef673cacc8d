"""Several sheets on one figure: before and after, one step beside the next."""

from collections.abc import Sequence

from ._diagram import Diagram
from ._sheet import blank


def panels(*sizes: tuple[float, float], titles: Sequence[str] = (), down: bool = False) -> list[Diagram]:
    """Several diagrams on one figure, each with places of its own.

    Args:
        *sizes: ``(width, height)`` of each, in units.
        titles: written in bold at the top of each, for which it gets one unit higher.
        down: below each other, not side by side.

    Returns:
        The diagrams; ``show`` of any of them shows the figure.

    Raises:
        ValueError: no size, titles of another number, or a figure wider than a sheet may be.
    """
    if not sizes or len(titles) not in (0, len(sizes)):
        raise ValueError(f"panels takes a size or more, and no titles or one for each, not {len(sizes)} sizes "
                         f"and {len(titles)} titles")
    room = 1.0 if titles else 0.0
    width, height, places = _places([(wide, high + room) for wide, high in sizes], down)
    figure = blank(width, height)
    sheets = []
    for k, ((wide, high), place) in enumerate(zip(sizes, places)):
        sheets.append(Diagram(wide, high + room, panel=(figure, place)))
        if titles:
            sheets[-1].word(wide / 2, high + 0.5, titles[k], bold=True)
    return sheets


def _places(sizes, down: bool) -> tuple[float, float, list[tuple[float, float, float, float]]]:
    """Width and height of the figure, and each sheet's place in it as shares; tops are aligned."""
    widths, heights = zip(*sizes)
    width, height = (max(widths), sum(heights)) if down else (sum(widths), max(heights))
    places, x, y = [], 0.0, height
    for wide, high in sizes:
        places.append((x / width, (y - high) / height, wide / width, high / height))
        x, y = (x, y - high) if down else (x + wide, y)
    return width, height, places
