"""Checks of the exercises in networks/multilayer-perceptron."""

import math

import torch

from .. import register
from .._compare import draws, near, number, same, several, tensor


@register("multilayer-perceptron-count")
def _(parameters) -> None:
    for sizes in ([3, 5], [2, 2, 1], [64, 32, 10], [7, 1, 11, 3]):
        pairs = list(zip(sizes, sizes[1:]))
        wanted = sum(d * h + h for d, h in pairs)
        got = number(parameters(list(sizes)), "parameters(sizes)")
        slips = {math.prod(sizes): "layers add up: only neighboring sizes are multiplied",
                 sum(d * h for d, h in pairs): "each unit has a bias as well",
                 sum(d * h + d for d, h in pairs): "a bias belongs to each unit that is computed, not to each input",
                 wanted + sizes[0]: "the inputs are not computed, so they have no bias"}
        assert got == wanted, (
            f"for sizes {sizes} you count {got:g}, expected {wanted}: "
            + slips.get(got, "a layer from d to h units has h·d weights and h biases"))


@register("multilayer-perceptron-forward")
def _(propagate) -> None:
    for sizes in ((5, 3), (5, 7, 3), (4, 7, 11, 3), (3, 3, 3, 3, 3)):
        weights = [draws(h, d, seed=k) for k, (d, h) in enumerate(zip(sizes, sizes[1:]))]
        biases = [draws(h, seed=k + 10) for k, h in enumerate(sizes[1:])]
        x = draws(13, sizes[0], seed=20)
        wanted = [x]
        for k, (w, b) in enumerate(zip(weights, biases)):
            z = wanted[-1] @ w.T + b
            wanted.append(z.relu() if k < len(weights) - 1 else z)
        got = several(propagate(x.clone(), [w.clone() for w in weights], [b.clone() for b in biases]), len(wanted),
                      "return a list of the input, what each hidden layer gives, and the output")
        for k, (one, right) in enumerate(zip(got, wanted)):
            name, advice = f"layer {k} of sizes {sizes}", "H_l = ReLU(H_{l−1} W_lᵀ + b_l), without ReLU in the last layer"
            one = tensor(one, name)
            if k and one.shape == right.shape:
                sums = wanted[k - 1].to(one) @ weights[k - 1].to(one).T
                slips = [(right.relu(), "no activation follows the last layer")] if k == len(weights) else [
                    (sums + biases[k - 1].to(one), "the hidden layers are bent: apply ReLU to their sums")]
                slips += [(wanted[k - 1].to(one) @ weights[k - 1].to(one) + biases[k - 1].to(one),
                           "the rows of W hold one unit each: multiply by its transpose")] if sizes[k - 1] == sizes[k] else []
                slips += [(bend(sums), "the bias is missing") for bend in (torch.relu, torch.clone)]
                for value, slip in slips:
                    assert near(one, right.to(one)) or not near(one, value.to(one)), f"{name}: {slip}"
            same(one, right, name, advice)


@register("multilayer-perceptron-bump")
def _(bump) -> None:
    for left, middle, right in ((0.0, 1.0, 2.0), (0.0, 0.5, 2.0), (-3.0, 1.0, 1.25), (-1.0, -0.9, 4.0)):
        up, down = 1 / (middle - left), 1 / (right - middle)
        got = [number(part, "each of the three weights")
               for part in several(bump(left, middle, right), 3, "return three weights (v1, v2, v3)")]
        case = f"for knots {left:g}, {middle:g}, {right:g}"
        for value, wanted, advice in zip(got, (up, -up - down, down), (
                "at the middle knot only the first unit is above 0: v1 · (middle − left) = 1",
                "at the right knot the sum must be back at 0: the slope there is v1 + v2, not −v1 in general",
                "beyond the right knot the slope is v1 + v2 + v3, and must be 0")):
            assert math.isclose(value, wanted, rel_tol=5e-5), f"{case}: {advice}"


@register("multilayer-perceptron-parity")
def _(parity) -> None:
    for n in range(1, 9):
        parts = several(parity(n), 4, "return w1, b1, w2 and b2")
        w1, b1, w2 = (tensor(part, name).detach().cpu().double() for part, name in zip(parts, ("w1", "b1", "w2")))
        b2 = number(parts[3], "b2")
        for part, name, shape in ((w1, "w1", (n, n)), (b1, "b1", (n,)), (w2, "w2", (n,))):
            assert part.shape == shape, f"for n = {n}, {name} must have shape {shape}, not {tuple(part.shape)}"
        inputs = torch.cartesian_prod(*[torch.arange(2.0, dtype=torch.float64)] * n).view(-1, n)
        hidden = (inputs @ w1.T + b1 > 0).double()
        outputs = hidden @ w2 + b2
        for x, h, y in zip(inputs, hidden, outputs):
            wanted = int(x.sum()) % 2
            if not abs(y - wanted) <= 1e-3:                 # NaN as well
                at_least = [float(x.sum() >= k) for k in range(1, n + 1)]
                advice = ("the hidden units say 'at least k ones' as they should; each further one must turn the output "
                          "over: weights 1, −1, 1, …" if h.tolist() == at_least else
                          "unit k should be 1 if there are at least k ones: its sum is above 0 from k ones on")
                raise AssertionError(f"for n = {n} and x = {tuple(map(int, x))} the output is {y:g}, wanted is {wanted}: {advice}")
