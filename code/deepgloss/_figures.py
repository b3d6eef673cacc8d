"""How a figure becomes a picture: sharp on a dense screen, small in a file, known to the book.

Figures are laid out at 100 dots an inch and stored at 200, with the size at which they are
shown beside them. What is stored is the same, byte for byte, each time it is made.
"""

import io
import math
from collections.abc import Iterator

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from IPython import get_ipython
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection, QuadMesh
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.image import AxesImage, BboxImage, FigureImage
from matplotlib.transforms import Bbox
from PIL import Image

from ._static import is_static

SHOWN, STORED = 100, 200
"""Dots an inch: on the page, and in the file."""
PALETTES, MAX_ERROR = (64, 128, 256), 24
"""Numbers of colors to try, and how far the worst pixel may then be off, of 255."""


def install() -> None:
    """Let a notebook show figures as :func:`png` makes them; elsewhere nothing happens."""
    shell = get_ipython()
    if shell is None or "inline" not in matplotlib.get_backend():
        return
    # The inline backend registers its own formats once, when it is first loaded.
    plt.switch_backend(matplotlib.get_backend())
    shell.display_formatter.formatters["image/png"].for_type(Figure, png)


def png(figure) -> tuple[bytes, dict] | None:
    """A figure as PNG and its metadata: the size in pixels to show it at, and its pictures.

    Returns:
        The bytes and ``width``, ``height`` and ``pictures`` (see :func:`pictures`); None for a
        figure without anything on it.
    """
    if not figure.axes and not figure.lines and not figure.images:
        return None
    figure.draw_without_rendering()
    frame = _whole(figure.get_tightbbox().padded(matplotlib.rcParams["savefig.pad_inches"]))
    image = rendered(figure, frame)
    buffer = io.BytesIO()
    (with_palette(image) if is_static() else image).save(buffer, "PNG", optimize=is_static())
    return buffer.getvalue(), {**size(image), "pictures": pictures(figure, frame)}


def _whole(frame: Bbox) -> Bbox:
    """The frame, widened to whole pixels of a page, so that a dense screen shows each stored pixel as one."""
    # A little more, because matplotlib cuts off fractions.
    width, height = (math.ceil(SHOWN * inches - 1e-6) / SHOWN + 1e-6 for inches in frame.size)
    return Bbox.from_bounds(frame.x0, frame.y0, width, height)


def rendered(figure, frame: Bbox | None = None) -> Image.Image:
    """A figure's pixels, the part in ``frame`` (in inches) or all of it."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=STORED, bbox_inches=frame, pil_kwargs={"compress_level": 0})
    return Image.open(buffer).convert("RGB")


def size(image: Image.Image) -> dict[str, int]:
    """The width and height at which a picture is shown, in pixels of a page."""
    return {name: round(n * SHOWN / STORED) for name, n in zip(("width", "height"), image.size)}


def with_palette(image: Image.Image, at_least: int = 128) -> Image.Image:
    """The picture with so few colors that nobody notices, or as it is where none are few enough."""
    pixels = np.asarray(image, dtype=np.int16)
    for count in PALETTES[PALETTES.index(at_least):]:
        fewer = image.quantize(count, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        if np.abs(np.asarray(fewer.convert("RGB"), dtype=np.int16) - pixels).max() <= MAX_ERROR:
            return fewer
    return image


def webp(images: list[Image.Image], *, photographic: bool) -> list[bytes]:
    """Pictures of one player as WebP, all in the same encoding: the smaller one.

    Args:
        images: the frames.
        photographic: whether to try the lossy encoding, too. Of lines and text it is the larger.
    """
    def encoded(image, **options):
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", **options)
        return buffer.getvalue()

    # Above method 2 and quality 50 the lossless encoder takes up to a hundred times as long for 1 %.
    ways = [[encoded(with_palette(image, 64).convert("RGB"), lossless=True, method=2, quality=50)
             for image in images]]
    if photographic:
        ways.append([encoded(image, quality=72, method=4) for image in images])
    return min(ways, key=lambda frames: sum(map(len, frames)))


def pictures(figure, frame: Bbox | None = None) -> list[list[float]]:
    """Where a figure holds pictures or color maps, whose colors must not be changed.

    A page may turn black on white into white on black everywhere else.

    Args:
        figure: one that was drawn, so that everything has its place.
        frame: the part of the figure that is kept, in inches; all of it by default.

    Returns:
        A rectangle for each: left, top, right and bottom in percent of the frame.
    """
    frame = frame or figure.bbox_inches
    found = []
    for box in _boxes(figure):
        inches = Bbox(box.extents.reshape(2, 2) / figure.dpi)
        if inside := Bbox.intersection(inches, frame):
            left, right = (np.array([inside.x0, inside.x1]) - frame.x0) / frame.width
            top, bottom = (frame.y1 - np.array([inside.y1, inside.y0])) / frame.height
            corner = [round(100 * float(part), 2) for part in (left, top, right, bottom)]
            if corner[0] < corner[2] and corner[1] < corner[3] and corner not in found:
                found.append(corner)
    return found


def _boxes(figure) -> Iterator[Bbox]:
    for artist in figure.findobj(lambda artist: artist.get_visible()):
        axes = artist.axes
        if isinstance(artist, (FigureImage, BboxImage)):
            yield artist.get_window_extent()
        elif isinstance(artist, (AxesImage, QuadMesh)):
            own = artist.get_window_extent()
            if box := Bbox.intersection(own, axes.bbox) if artist.get_clip_on() else own:
                yield box
        elif _is_colored(artist):
            yield axes.bbox


def _is_colored(artist) -> bool:
    """Whether colors of an artist are numbers and fill areas, or are explained by a color bar."""
    if not isinstance(artist.axes, Axes):
        return False
    if isinstance(artist, ContourSet):
        return bool(artist.filled)
    if getattr(artist, "colorbar", None) is not None:
        return True
    return isinstance(artist, PolyCollection) and artist.get_array() is not None


def clip(boxes: list[list[float]]) -> str:
    """Rectangles as a CSS ``clip-path`` that lets only them be seen."""
    # One outline that comes back to its corner after each rectangle; the ways back enclose nothing.
    ways = [f"{x0}% {y0}%,{x1}% {y0}%,{x1}% {y1}%,{x0}% {y1}%,{x0}% {y0}%,0 0" for x0, y0, x1, y1 in boxes]
    return f"polygon({','.join(['0 0', *ways])})"
