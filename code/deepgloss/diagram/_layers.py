"""Layers of units as circles, with the weights between them."""

from collections.abc import Sequence

import torch

from ..plot import BLUE
from ._boxes import Boxes
from ._node import Node
from ._numbers import number
from ._style import BACK, QUIET, SMALL


class Layers(Boxes):
    """Networks unit by unit: see :meth:`layers`."""

    def layers(self, x: float, y: float, sizes: Sequence[int], *, names: Sequence[Sequence[str]] | None = None,
               kinds: Sequence[Sequence[str]] | None = None,
               weights: Sequence | None = None, biases: Sequence | None = None, numbers: bool = True,
               gap: float = 4.0, pitch: float = 1.8, radius: float = 0.55, most: int = 6,
               form: str | None = None) -> list[list[Node]]:
        """A column of circles for each layer, and a line for each weight.

        A positive weight is a solid blue line, a negative one a dashed red line; the larger the
        weight, the thicker the line. A weight of zero has no line, and neither has a unit that is off.

        Args:
            x, y: the first layer's x, and the middle of all layers.
            sizes: units of each layer.
            names: what stands in the circles, by layer: names, or values as text.
            kinds: of the circles, by layer, as for :meth:`box`: ``"off"`` for a unit that is dropped.
            weights: a matrix ``(out, in)`` between each layer and the next, as in
                :class:`torch.nn.Linear`; thin gray lines without.
            biases: a vector ``(out,)`` for each layer but the first, written below its circles.
            numbers: write each weight on its line.
            gap: from layer to layer, in units.
            pitch: from unit to unit, in units.
            radius: of a circle, in units.
            most: a layer of more units shows this many, with dots before the last one.
            form: how weights and biases are written, a format specification.

        Returns:
            The nodes that were drawn, by layer.

        Raises:
            ValueError: a matrix, vector or list of names does not fit the sizes.
        """
        _fit(sizes, names, kinds, weights, biases)
        shown = [list(range(n)) if n <= most else [*range(most - 1), n - 1] for n in sizes]
        columns, off, beside = [], [], [radius] * len(sizes)
        for k, units in enumerate(shown):
            column = []
            places = list(range(len(units)))
            places[-1] += sizes[k] > most                     # room for the dots
            for place, unit in zip(places, units):
                at = y + pitch * (places[-1] / 2 - place)
                text = names[k][unit] if names else ""
                kind = kinds[k][unit] if kinds else "fixed" if k else "data"
                column.append(self.op(x + k * gap, at, text, kind, radius=radius))
                off += [column[-1]] if kind == "off" else []
                if biases is not None and k:
                    bias = number(biases[k - 1][unit], form)
                    written = self._write(x + k * gap, at - radius - 0.3, ("+ " + bias).replace("+ −", "− "), SMALL,
                                          QUIET)
                    beside[k] = max(beside[k], written.half_width)
            if sizes[k] > most:
                gap_y = (column[-2].y + column[-1].y) / 2
                self._write(x + k * gap, gap_y, "⋮", name=f"dots of layer {k}")
            columns.append(column)
        for k in range(len(sizes) - 1):
            ends = [(source, j, target, i) for target, i in zip(columns[k + 1], shown[k + 1])
                    for source, j in zip(columns[k], shown[k]) if source not in off and target not in off]
            if weights is None:
                for source, _, target, _ in ends:
                    self._weight(source, target, {"color": QUIET, "linewidth": 0.8})
                continue
            matrix = torch.as_tensor(weights[k]).detach().cpu().double()
            drawn = [(source, target, matrix[i, j].item()) for source, j, target, i in ends if matrix[i, j] != 0]
            share = self._label_place(columns[k], columns[k + 1], [number(value, form) for *_, value in drawn],
                                      beside[k], beside[k + 1])
            for source, target, value in drawn:
                self._weight(source, target, _line(value, matrix.abs().max().item()),
                             number(value, form) if numbers else "", share)
        return columns

    def _weight(self, source: Node, target: Node, line: dict, text: str = "", share: float = 0.5) -> None:
        """A line between two circles, and its number at a share of the way."""
        ends = source.facing(target.x, target.y), target.facing(source.x, source.y)
        self.ax.plot(*zip(*ends), zorder=2, **line)
        if text:
            at = [a + share * (b - a) for a, b in zip((source.x, source.y), (target.x, target.y))]
            self._write(*at, text, SMALL, line["color"], ground="white", zorder=2.5, name=f"weight {text!r}")

    def _label_place(self, sources, targets, texts, beside: float, before: float) -> float:
        """Where along their lines, clear of the circles and biases, the weights stand farthest apart."""
        half = max((self._measure(text, SMALL)[0] for text in texts), default=0.0) / 2 + 0.1
        gap = targets[0].x - sources[0].x
        first, last = (half + beside) / gap, 1 - (half + before) / gap

        def nearest(share):
            heights = sorted(a.y + share * (b.y - a.y) for a in sources for b in targets)
            return min((high - low for low, high in zip(heights, heights[1:])), default=1.0)

        return max((first + (last - first) * k / 40 for k in range(41)), key=nearest)


def _line(value: float, largest: float) -> dict:
    """How the line of a weight looks beside that of the largest one."""
    positive = value > 0
    return {"color": BLUE if positive else BACK, "linewidth": 0.5 + 2.5 * abs(value) / largest,
            "linestyle": "-" if positive else (0, (3, 1.6))}


def _fit(sizes, names, kinds, weights, biases) -> None:
    steps = len(sizes) - 1
    for name, given, wanted in (("names", names, list(sizes)), ("kinds", kinds, list(sizes)),
                                ("biases", biases, list(sizes[1:]))):
        if given is not None and [len(one) for one in given] != wanted:
            raise ValueError(f"{name} must hold {wanted} entries by layer, not {[len(one) for one in given]}")
    if weights is not None:
        found, wanted = [tuple(one.shape) for one in map(torch.as_tensor, weights)], [
            (sizes[k + 1], sizes[k]) for k in range(steps)]
        if found != wanted:
            raise ValueError(f"weights must have shapes {wanted}, (out, in), not {found}")
