"""How diagrams look: one scale, two sizes of text, and what a box's fill and edge say."""

from typing import NamedTuple

from ..plot import RED

UNIT = 0.36                     # inches
WIDEST = 17.2                   # units, 6.2 inches: wider sheets make text too small on a phone
LARGE, SMALL = 12, 11           # points
INK, QUIET, TEXT = "#333333", "#4a5560", "#111111"
BACK = "#a63c00"                # gradients, on their way back: RED, darker, so that it carries text
ACCENT, ACCENT_FILL = RED, "#ffdf9e"
LINE = 1.2


class Look(NamedTuple):
    """Fill, width of the edge in points, radius of the corners in units, hatch, color of the edge."""

    fill: str
    edge: float = 1.1
    corner: float = 0.22
    hatch: str = ""
    color: str = INK


# Kinds differ in fill *and* in edge, corners or hatch: color alone says nothing.
KINDS = {
    "learned": Look("#bfdcf5", 2.2),
    "fixed": Look("#f4ecb2"),
    "gate": Look("#b9e6d3", 2.2, 0.5),
    "data": Look("#ffffff", corner=0),
    "state": Look("#f2cfe3", 2.2, 0),
    "off": Look("#e4e7eb", 1.1, 0, "///"),
    "accent": Look(ACCENT_FILL, 2.8, color=ACCENT),
}
