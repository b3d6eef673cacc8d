"""A number that remembers how it was computed: reverse-mode differentiation, scalar by scalar."""

import math
from typing import Union

from .._arguments import number

Number = Union["Value", float]


class Value:
    r"""A real number with its gradient, and the numbers that it was computed from.

    Arithmetic on values builds a graph: each result keeps its operands and the local derivatives

    .. math::
        s_i = \frac{\partial v}{\partial u_i}

    of the operation :math:`v = f(u_1, u_2)`. :meth:`backward` goes through the graph from a result
    back to its inputs and adds up, for each node u,

    .. math::
        \frac{\partial L}{\partial u} = \sum_{v \text{ computed from } u}
        \frac{\partial v}{\partial u}\, \frac{\partial L}{\partial v}

    Supported are ``+``, ``-``, ``*``, ``/``, ``**`` with a constant exponent, and the methods
    :meth:`exp`, :meth:`log`, :meth:`tanh` and :meth:`relu`; either operand may be a plain number.
    Numbers are Python's floats, so what exceeds their range becomes infinite, as in PyTorch.

    Args:
        data: the number.

    Attributes:
        data: the number, a ``float``.
        grad: the gradient of every result so far whose :meth:`backward` was called; 0.0 at first.
        inputs: the operands, values themselves; empty for what was not computed.
        slopes: the derivative with respect to each of them.
        op: the sign or name of the operation; empty for what was not computed.

    Raises:
        TypeError: ``data`` or an operand is no real number.
        ValueError: it is NaN; a division by zero; a logarithm of what is not above zero; a power
            that is no real number.

    Source: Linnainmaa (1970), on reverse accumulation; Rumelhart, Hinton and Williams (1986), on
    networks.
    """

    __slots__ = ("data", "grad", "inputs", "op", "slopes")

    def __init__(self, data: float) -> None:
        self.data = float(number("data", data))
        self.grad = 0.0
        self.inputs: tuple[Value, ...] = ()
        self.slopes: tuple[float, ...] = ()
        self.op = ""

    def __add__(self, other: Number) -> "Value":
        other = _value(other)
        return _node(self.data + other.data, "+", (self, other), (1.0, 1.0))

    def __mul__(self, other: Number) -> "Value":
        other = _value(other)
        return _node(self.data * other.data, "×", (self, other), (other.data, self.data))

    def __sub__(self, other: Number) -> "Value":
        other = _value(other)
        return _node(self.data - other.data, "−", (self, other), (1.0, -1.0))

    def __truediv__(self, other: Number) -> "Value":
        other = _value(other)
        if other.data == 0:
            raise ValueError("division by zero: the divisor must not be 0")
        quotient = self.data / other.data
        return _node(quotient, "÷", (self, other), (1 / other.data, -quotient / other.data))

    def __pow__(self, exponent: float) -> "Value":
        if isinstance(exponent, Value):
            raise TypeError("exponent must be a plain number, not a Value: write (b * a.log()).exp() for a to the b")
        n = float(number("exponent", exponent))
        if self.data < 0 and n != math.floor(n) or self.data == 0 and n < 0:
            raise ValueError(f"{self.data:g} ** {n:g} is no real number")
        slope = 0.0 if n == 0 else n * _power(self.data, n - 1)
        return _node(_power(self.data, n), f"^{n:g}", (self,), (slope,))

    def __neg__(self) -> "Value":
        return _node(-self.data, "−", (self,), (-1.0,))

    def __radd__(self, other: Number) -> "Value":
        return _value(other) + self

    def __rmul__(self, other: Number) -> "Value":
        return _value(other) * self

    def __rsub__(self, other: Number) -> "Value":
        return _value(other) - self

    def __rtruediv__(self, other: Number) -> "Value":
        return _value(other) / self

    def exp(self) -> "Value":
        """The exponential function."""
        y = _exp(self.data)
        return _node(y, "exp", (self,), (y,))

    def log(self) -> "Value":
        """The natural logarithm of a number above 0."""
        if not self.data > 0:
            raise ValueError(f"log takes a number above 0, not {self.data:g}")
        return _node(math.log(self.data), "log", (self,), (1 / self.data,))

    def tanh(self) -> "Value":
        """The hyperbolic tangent."""
        y = math.tanh(self.data)
        return _node(y, "tanh", (self,), (1 - y * y,))

    def relu(self) -> "Value":
        """The number itself where it is above 0, else 0; there the derivative is 0, too."""
        positive = self.data > 0
        return _node(self.data if positive else 0.0, "relu", (self,), (float(positive),))

    def order(self) -> list["Value"]:
        """All values that this one was computed from, each after its operands; itself last."""
        found, seen, stack = [], set(), [(self, False)]
        while stack:                                  # no recursion, which Python cuts off at a thousand
            node, ready = stack.pop()
            if ready:
                found.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack += [(operand, False) for operand in reversed(node.inputs)]
        return found

    def backward(self) -> None:
        """Add the gradient of this value with respect to each value of its graph to that value's ``grad``."""
        order = self.order()
        flowing = dict.fromkeys(map(id, order), 0.0)
        flowing[id(self)] = 1.0
        for node in reversed(order):                  # everything computed from a node comes before it
            node.grad += flowing[id(node)]
            for operand, slope in zip(node.inputs, node.slopes):
                flowing[id(operand)] += slope * flowing[id(node)]

    def __repr__(self) -> str:
        return f"Value({self.data:g}, grad={self.grad:g})"


def _node(data: float, op: str, inputs: tuple[Value, ...], slopes: tuple[float, ...]) -> Value:
    """What an operation gives; NaN, from infinite operands, is kept as PyTorch keeps it."""
    node = Value(0.0)
    node.data, node.op, node.inputs, node.slopes = data, op, inputs, slopes
    return node


def _value(operand: Number) -> Value:
    """An operand as a value."""
    return operand if isinstance(operand, Value) else Value(number("operand", operand))


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _power(x: float, n: float) -> float:
    """A power that exists, or the infinity that a derivative at 0 runs into."""
    try:
        return x**n
    except ZeroDivisionError:
        return math.inf
    except OverflowError:
        return -math.inf if x < 0 and n % 2 == 1 else math.inf
