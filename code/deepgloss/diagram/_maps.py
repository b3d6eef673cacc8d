"""Stacks of feature maps, drawn at their sizes."""

import math

from matplotlib.patches import Rectangle

from .._arguments import choice
from ._boxes import Boxes
from ._node import Node
from ._style import INK, KINDS, QUIET, SMALL

STEP = 0.16                     # how far a map lies behind the one before it


class Maps(Boxes):
    """What flows through convolutional networks: see :meth:`maps`."""

    def maps(self, x: float, y: float, shape, *, text: str = "", kind: str = "data", scale: float = 0.42,
             note: str | None = None, most: int = 5) -> Node:
        """A stack of feature maps with its size below it.

        Args:
            x, y: the middle of the stack.
            shape: ``(channels, height, width)``, or ``(length,)`` for a vector, drawn as a bar.
            text: written above it.
            kind: the fill, as for :meth:`box`.
            scale: a map of side s is scale · √s units high, so that 5 and 224 fit one sheet.
            note: written below; the shape by default, channels on a line of their own.
            most: no more maps than this are drawn, so that few channels look like few.

        Returns:
            The stack as a node.

        Raises:
            ValueError: ``shape`` has neither one nor three axes.
        """
        shape = tuple(shape)
        if len(shape) not in (1, 3):
            raise ValueError(f"shape must be (channels, height, width) or (length,), not {shape}")
        look = KINDS[choice("kind", kind, KINDS)]
        if len(shape) == 1:
            layers, wide, high = 1, 0.36, min(0.35 * math.sqrt(shape[0]), 4.0)
            below = f"{shape[0]:,}"
        else:
            layers = min(most, 1 + round(math.log2(shape[0])))
            high, wide = (max(scale * math.sqrt(side), 0.3) for side in shape[1:])
            below = f"{shape[0]:,} ×\n{shape[1]:,} × {shape[2]:,}"
        spread = STEP * (layers - 1)
        node = Node(x, y, (wide + spread) / 2, (high + spread) / 2)
        for k in range(layers):
            left = node.left[0] + spread - STEP * k
            bottom = node.bottom[1] + spread - STEP * k
            self.ax.add_artist(Rectangle((left, bottom), wide, high, facecolor=look.fill, edgecolor=INK,
                                        linewidth=1.0, zorder=3 + 0.01 * k))
        self._keep_solid(node, f"maps {text or below!r}")
        note = below if note is None else note
        if note:
            self._write(x, node.bottom[1] - 0.15 - self._measure(note, SMALL)[1] / 2, note, SMALL, QUIET)
        if text:
            self._write(x, node.top[1] + 0.15 + self._measure(text)[1] / 2, text)
        return node
