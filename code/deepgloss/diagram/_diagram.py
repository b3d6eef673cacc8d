"""The class that chapters draw with."""

from ._frames import Frames
from ._grids import Grids
from ._layers import Layers
from ._maps import Maps
from ._rows import Rows


class Diagram(Rows, Frames, Grids, Layers, Maps):
    """An empty sheet of ``width`` × ``height`` units of 0.36 inches, to draw a diagram on.

    Places are in units, x to the right and y upwards. Text may hold math between dollar signs.
    What is drawn is returned as a :class:`Node`, and :meth:`arrow` leads from node to node::

        d = dg.diagram.Diagram(14, 3)
        x, conv, add, y = d.row(0.6, 1, ["$x$", "conv 3 × 3", "+", "$y$"],
                                ["word", "learned", "op", "word"], gap=1, arrows=True)
        d.arrow((1.3, 1), (1.3, 2.3), (add.x, 2.3), add, label="the input itself")
        d.show()

    :meth:`check` sees that nothing overlaps or leaves the sheet; it runs whenever the figure is
    shown or saved. A function that makes one diagram can be given to :func:`deepgloss.explore`.

    Args:
        width: at most 17.2 units (6.2 inches): text on a wider sheet is too small on a phone.
        height: in units.

    Raises:
        ValueError: ``width`` or ``height`` is below 1, or ``width`` above 17.2.
    """
