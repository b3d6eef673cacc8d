"""Frames around what is repeated or belongs together."""

from matplotlib.patches import FancyBboxPatch

from .._arguments import choice
from ._collisions import Rect, Thing
from ._node import Node
from ._sheet import Sheet
from ._style import LARGE, QUIET, SMALL


class Frames(Sheet):
    """Dashed lines around other things: see :meth:`frame`."""

    def frame(self, *around, text: str = "", repeat: str = "", side: str = "right",
              pad: float = 0.45) -> Node:
        """A dashed frame around what is repeated or belongs together.

        Args:
            *around: nodes, or points ``(x, y)``, that it encloses.
            text: its name, written inside its upper left corner, for which it gets taller.
            repeat: how often it stands there, such as ``"× 6"``.
            side: where that is written: to the ``"right"`` of the frame or to its ``"left"``.
            pad: room between what is enclosed and the frame.

        Returns:
            The frame as a node.
        """
        nodes = [at if isinstance(at, Node) else Node(*at) for at in around]
        left = min(node.left[0] for node in nodes) - pad
        right = max(node.right[0] for node in nodes) + pad
        bottom = min(node.bottom[1] for node in nodes) - pad
        top = max(node.top[1] for node in nodes) + pad + (0.45 if text else 0)
        self.ax.add_artist(FancyBboxPatch(
            (left, bottom), right - left, top - bottom, boxstyle="round,pad=0,rounding_size=0.3",
            facecolor="#f1f3f6", edgecolor=QUIET, linestyle=(0, (4, 3)), linewidth=1.1,
            zorder=0.5 + 0.001 * len(self._frames)))
        self._frames.append(Thing(f"frame {text or repeat!r}", Rect(left, bottom, right, top)))
        if text:
            self._write(left + 0.25, top - 0.38, text, SMALL, QUIET, ha="left")
        if choice("side", side, ("left", "right")) and repeat:
            at, align = (right + 0.2, "left") if side == "right" else (left - 0.2, "right")
            self._write(at, (bottom + top) / 2, repeat, LARGE, ha=align)
        return Node((left + right) / 2, (bottom + top) / 2, (right - left) / 2, (top - bottom) / 2)
