"""The scalar engine gives PyTorch's values and gradients, on graphs of every kind."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from deepgloss.networks import Value

LEAVES = (0.7, -1.3, 2.1)
UNARY = ("exp", "tanh", "relu", "neg", "square", "inverse", "log")
BINARY = ("+", "-", "*", "/")
# An operation, and which of the numbers made so far it takes.
programs = st.lists(st.tuples(st.sampled_from(UNARY + BINARY), st.integers(0, 99), st.integers(0, 99)),
                    min_size=1, max_size=25)


def run(program, numbers):
    """The numbers that a program makes, from values or from tensors; what has no real result is left out."""
    numbers = list(numbers)
    for op, i, j in program:
        a, b = numbers[i % len(numbers)], numbers[j % len(numbers)]
        plain_a, plain_b = (x.data if isinstance(x, Value) else x.item() for x in (a, b))
        if op == "inverse" and abs(plain_a) < 1e-3 or op == "/" and abs(plain_b) < 1e-3:
            continue
        if op == "log" and plain_a < 1e-3 or max(abs(plain_a), abs(plain_b)) > 30:
            continue
        numbers.append({
            "exp": lambda: a.exp(), "tanh": lambda: a.tanh(), "relu": lambda: a.relu(), "neg": lambda: -a,
            "square": lambda: a**2, "inverse": lambda: a**-1, "log": lambda: a.log(), "+": lambda: a + b,
            "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}[op]())
    return numbers


@settings(max_examples=300, deadline=None)
@given(programs)
def test_random_expressions_follow_autograd(program):
    ours = run(program, map(Value, LEAVES))
    leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in LEAVES]
    theirs = run(program, leaves)
    assert len(ours) == len(theirs)
    ours[-1].backward()
    theirs[-1].backward()
    assert math.isclose(ours[-1].data, theirs[-1].item(), rel_tol=1e-9, abs_tol=1e-12)
    for value, leaf in zip(ours, leaves):
        wanted = 0.0 if leaf.grad is None else leaf.grad.item()
        assert math.isclose(value.grad, wanted, rel_tol=1e-7, abs_tol=1e-9)


def test_a_number_that_is_used_twice_gets_both_gradients():
    x = Value(3.0)
    (x * x + x).backward()
    assert x.grad == 7


def test_gradients_of_two_results_add_up_as_in_pytorch():
    x = Value(2.0)
    y = x * x
    z = 3 * y
    z.backward()
    z.backward()
    assert (x.grad, y.grad) == (24, 6)       # and not more: inner gradients are no part of the second pass
    y.backward()
    assert x.grad == 28


def test_a_chain_longer_than_pythons_recursion():
    x = Value(1.0)
    y = x
    for _ in range(50_000):
        y = y * 1.0 + 0.0
    y.backward()
    assert x.grad == 1 and len(y.order()) == 200_001


def test_order_has_operands_first():
    a, b = Value(1.0), Value(2.0)
    c = a * b
    d = c + a
    order = (d * c).order()
    for k, node in enumerate(order):
        assert all(operand in order[:k] for operand in node.inputs)
    assert [node.op for node in order if node.op] == ["×", "+", "×"]


@pytest.mark.parametrize("x, n, value, slope", [
    (0.0, 0, 1.0, 0.0), (0.0, 1, 0.0, 1.0), (0.0, 0.5, 0.0, math.inf), (-2.0, 3, -8.0, 12.0), (-1e200, 3, -math.inf, math.inf),
    (1e200, 2, math.inf, 2e200),
])
def test_powers_at_the_edges_are_pytorchs(x, n, value, slope):
    ours, theirs = Value(x), torch.tensor(x, dtype=torch.float64, requires_grad=True)
    result, reference = ours**n, theirs**n
    result.backward()
    reference.backward()
    assert result.data == value == reference.item()
    assert ours.grad == slope == theirs.grad.item()


def test_what_is_too_large_becomes_infinite():
    x = Value(1000.0)
    y = x.exp()
    y.backward()
    assert y.data == x.grad == math.inf


def test_plain_numbers_stand_on_either_side():
    x = Value(np.float32(4))
    results = [2 + x, x + 2, 2 - x, x - 2, 2 * x, x * 2, 2 / x, x / 2, -x, x**2, x ** np.int64(2)]
    assert [r.data for r in results] == [6, 6, -2, 2, 8, 8, 0.5, 2, -4, 16, 16]
    assert repr(x) == "Value(4, grad=0)"


@pytest.mark.parametrize("wrong, error, words", [
    (lambda x: Value("3"), TypeError, "data must be a number"),
    (lambda x: Value(math.nan), ValueError, "data must be a number"),
    (lambda x: x + "3", TypeError, "operand must be a number"),
    (lambda x: x / 0, ValueError, "division by zero"),
    (lambda x: (x - 2).log(), ValueError, "log takes a number above 0, not 0"),
    (lambda x: (-x) ** 0.5, ValueError, "no real number"),
    (lambda x: (x - 2) ** -1, ValueError, "no real number"),
    (lambda x: x**x, TypeError, "exponent must be a plain number"),
    (lambda x: x ** [1], TypeError, "exponent must be a number"),
])
def test_bad_input_is_named(wrong, error, words):
    with pytest.raises(error, match=words):
        wrong(Value(2.0))
