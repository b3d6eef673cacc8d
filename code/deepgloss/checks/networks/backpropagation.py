"""Checks of the exercises in networks/backpropagation."""

import math

import torch

from .. import register
from .._compare import draws, near, number, same, several, tensor


@register("backpropagation-neuron")
def _(neuron_gradients) -> None:
    for w, x, b, y in [(2.0, 0.5, -0.5, 1.0), (-1.0, 0.3, 0.7, 0.2), (0.4, -2.0, 0.1, -0.6), (0.0, 1.0, 0.0, 0.0)]:
        a = math.tanh(w * x + b)
        delta = 2 * (a - y) * (1 - a * a)
        got = several(neuron_gradients(w, x, b, y), 3, "return the derivatives with respect to w, x and b")
        for name, part, wanted in zip("wxb", got, (delta * x, delta * w, delta)):
            part = number(part, f"the derivative with respect to {name}")
            assert math.isclose(part, wanted, rel_tol=1e-5, abs_tol=1e-7), (
                f"at w={w}, x={x}, b={b}, y={y} the derivative with respect to {name} is {part:.4f}, "
                f"expected {wanted:.4f}: {_slip(part, name, w, x, a, y)}")


def _slip(got: float, name: str, w: float, x: float, a: float, y: float) -> str:
    """What most likely went wrong in the derivative of a neuron."""
    last = {"w": x, "x": w, "b": 1.0}
    near = [(2 * (a - y) * last[name], "tanh has a local derivative, too: 1 − tanh²"),
            ((a - y) * (1 - a * a) * last[name], "the derivative of e² is 2e"),
            (2 * (y - a) * (1 - a * a) * last[name], "the sign: e = tanh(wx + b) − y, and its derivative for tanh is +1"),
            (2 * (a - y) * (1 - a * a) * last["x" if name == "w" else "w"], "w's derivative has the factor x, and x's has w")]
    for value, advice in near:
        if math.isclose(got, value, rel_tol=1e-5, abs_tol=1e-7):
            return advice
    return "multiply the local derivatives of square, tanh and the product, in this order"


GRAPHS = [
    ({"x": (), "w": (), "b": (), "u": ("w", "x"), "s": ("u", "b"), "e": ("s", "y"), "y": ()}, "e"),
    ({"a": (), "b": ("a", "a"), "c": ("b", "a"), "d": ("c", "b"), "unused": ("a",)}, "d"),
    # Breadth first from the result meets p before its other user, q.
    ({"x": (), "p": ("x",), "q": ("p",), "r": ("q",), "L": ("p", "r")}, "L"),
    ({"x": (), "p": ("x",), "q": ("p",), "r": ("q",), "L": ("r", "p")}, "L"),
    ({"only": ()}, "only"),
    ({str(k): (str(k - 1),) if k else () for k in range(200)}, "199"),
]


@register("backpropagation-order")
def _(backward_order) -> None:
    for inputs, result in GRAPHS:
        wanted, stack = set(), [result]
        while stack:
            name = stack.pop()
            if name not in wanted:
                wanted.add(name)
                stack += inputs[name]
        got = backward_order(dict(inputs), result)
        assert got is not None, "backward_order returned None: does it end in a return statement?"
        assert not isinstance(got, (str, bytes, set, dict)) and hasattr(got, "__iter__"), (
            f"backward_order must return a list of names, not {type(got).__name__}")
        got = list(got)
        case = f"for a graph of {len(inputs)} nodes with the result {result!r}"
        assert len(got) == len(set(got)), f"{case} a node is visited more than once: mark those that you have seen"
        assert set(got) == wanted, (
            f"{case} your order holds {_few(got)}, wanted are {_few(sorted(wanted))}: exactly what the result depends on")
        place = {name: k for k, name in enumerate(got)}
        for name in got:
            for operand in inputs[name]:
                assert place[name] < place[operand], (
                    f"{case} {operand!r} comes before {name!r}, which is computed from it and has not handed its share "
                    "on yet: a node's turn comes after all that are computed from it (reverse an order of the forward pass)")


def _few(names) -> str:
    return ", ".join(map(repr, names[:7])) + (" …" if len(names) > 7 else "")


@register("backpropagation-softmax")
def _(softmax_vjp) -> None:
    for n, classes in ((3, 5), (1, 2), (2, 20_000)):
        z, grad = 2 * draws(n, classes, seed=n), draws(n, classes, seed=n + 10)
        p = z.softmax(1)
        wanted = p * (grad - (grad * p).sum(1, keepdim=True))
        got = tensor(softmax_vjp(p.clone(), grad.clone()), "the gradient")
        if got.shape == p.shape:
            for wrong, advice in ((p * grad, "p_i depends on every z_k, not on z_i alone: first subtract each row's "
                                             "Σ p_i · grad_i from grad"),
                                  (grad * p * (1 - p), "1 − p_i is the diagonal alone; the other entries of the "
                                                       "Jacobian, −p_i p_k, are missing")):
                assert not near(got.to(p), wanted=wrong), advice
        same(got, wanted, f"the gradient for {classes} classes",
             "Σ_i grad_i p_i ([i = k] − p_k) = p_k (grad_k − Σ_i grad_i p_i), a sum for each row")


@register("backpropagation-recurrence")
def _(recurrence_gradient) -> None:
    for w, xs in ((0.7, [0.3]), (0.7, [0.3, -0.2]), (1.3, [0.5, 0.1, -0.4, 0.2]), (-0.8, [0.4] * 7), (2.0, [0.1] * 50)):
        states, exact, short = [0.0], 0.0, 0.0
        for x in xs:                                     # forward: d(state)/dw along the way
            before = states[-1]
            states.append(math.tanh(w * before + x))
            slope = 1 - states[-1] ** 2
            exact, short = slope * (before + w * exact), slope * before
        got = number(recurrence_gradient(w, list(xs)), "recurrence_gradient")
        assert math.isclose(got, exact, rel_tol=1e-5, abs_tol=1e-9), (
            f"for w = {w} and {len(xs)} steps the derivative is {got:.5g}, expected {exact:.5g}: "
            + ("that is the last step's share alone; w is used at every step, so add up all shares"
               if math.isclose(got, short, rel_tol=1e-5, abs_tol=1e-9) else
               "at step t, δ = grad · (1 − h_t²); w gets δ · h_{t−1}, and grad becomes δ · w"))
