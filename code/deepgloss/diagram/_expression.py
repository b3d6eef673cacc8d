"""A formula's steps with their values and gradients, as autograd computes them."""

import ast
import operator
from typing import NamedTuple

import torch

from .._arguments import real

BINARY = {ast.Add: ("+", operator.add), ast.Sub: ("−", operator.sub), ast.Mult: ("×", operator.mul),
          ast.Div: ("÷", operator.truediv), ast.Pow: ("^", operator.pow)}
FUNCTIONS = {"exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt, "tanh": torch.tanh, "relu": torch.relu,
             "sigmoid": torch.sigmoid, "sin": torch.sin, "cos": torch.cos, "max": torch.maximum}


class Step(NamedTuple):
    """One node of a computation graph.

    ``label`` is its name or operation, ``inputs`` the places in the list of steps that it takes
    its operands from, ``value`` and ``gradient`` what is written beside it (``None``: nothing).
    """

    label: str
    inputs: tuple[int, ...] = ()
    value: float | None = None
    gradient: float | None = None


def expression(formula: str, **inputs: float) -> list[Step]:
    """The steps of a formula, with the gradient of its result with respect to each of them.

    Args:
        formula: a Python expression of the inputs, numbers, ``+ - * / **`` and the functions exp,
            log, sqrt, tanh, relu, sigmoid, sin, cos and max, such as ``"(x * w + b)**2"``. An
            input that occurs twice is one step, whose gradient is the sum over both.
        **inputs: their values.

    Returns:
        The steps in the order of the forward pass, for :func:`graph`.

    Raises:
        SyntaxError: the formula is no expression of Python.
        TypeError: a function is given another number of operands than it takes.
        ValueError: the formula holds anything else, or a name that has no value.

    Computed by :mod:`torch.autograd` in double precision.
    """
    leaves = {name: torch.tensor(real(name, value), dtype=torch.float64, requires_grad=True)
              for name, value in inputs.items()}
    steps: list[tuple[str, tuple[int, ...], torch.Tensor]] = []
    places: dict[str, int] = {}

    def add(label, operands, tensor) -> int:
        steps.append((label, operands, tensor))
        if tensor.requires_grad and not tensor.is_leaf:
            tensor.retain_grad()
        return len(steps) - 1

    def visit(node) -> int:
        if isinstance(node, ast.Name) and node.id in leaves:
            if node.id not in places:
                places[node.id] = add(f"${node.id}$", (), leaves[node.id])
            return places[node.id]
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return add(f"{node.value:g}", (), torch.tensor(float(node.value), dtype=torch.float64))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            at = visit(node.operand)
            return add("−", (at,), -steps[at][2])
        if isinstance(node, ast.BinOp) and type(node.op) in BINARY:
            sign, function = BINARY[type(node.op)]
            if isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Constant):
                at = visit(node.left)                 # a fixed exponent belongs to the operation
                power = node.right.value
                return add(f"$(\\cdot)^{{{power:g}}}$", (at,), steps[at][2] ** power)
            left, right = visit(node.left), visit(node.right)
            return add(sign, (left, right), function(steps[left][2], steps[right][2]))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
            operands = tuple(visit(one) for one in node.args)
            return add(node.func.id, operands, FUNCTIONS[node.func.id](*(steps[at][2] for at in operands)))
        raise ValueError(f"formula holds {ast.unparse(node)!r}, which is no input, number or known operation")

    visit(ast.parse(formula, mode="eval").body)
    result = steps[-1][2]
    if result.requires_grad:
        result.backward()
    return [Step(label, operands, tensor.item(), None if tensor.grad is None else tensor.grad.item())
            for label, operands, tensor in steps]
