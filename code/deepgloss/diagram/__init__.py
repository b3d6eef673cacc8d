"""Diagrams in the book's style: what flows where, drawn from code.

Boxes and arrows, grids of numbers, layers of units, stacks of feature maps, computation graphs.
Colors are light ones of the palette in :mod:`deepgloss.plot`; every kind of box differs from the
others in its edge, its corners or a hatch, too. Text can be read on a phone.
"""

from ._diagram import Diagram
from ._expression import Step, expression
from ._graph import graph
from ._grids import Grid
from ._node import Node
from ._numbers import amount, number, shapes, size
from ._panels import panels

__all__ = ["Diagram", "Grid", "Node", "Step", "amount", "expression", "graph", "number", "panels", "shapes", "size"]
