"""Checks of the exercises in networks/linear-layer."""

import math

import torch

from .. import register
from .._compare import draws, near, number, same, several, tensor


@register("linear-layer-count")
def _(parameters) -> None:
    for sizes in ([3, 2], [64, 256, 10], [5, 5, 5, 5], [7, 1, 11]):
        pairs = list(zip(sizes, sizes[1:]))
        weights, inputs = sum(n * m for n, m in pairs), sum(sizes[:-1])
        for bias in (True, False):
            wanted = weights + bias * sum(sizes[1:])
            got = parameters(list(sizes)) if bias else parameters(list(sizes), bias=False)
            assert got is not None, "parameters returned None: does it end in a return statement?"
            got = number(got, "the number of parameters")
            advice = ("with bias=False there are weights only" if not bias else
                      "each layer has biases, too" if got == weights else
                      "a layer has one bias for each output, not for each input" if got == weights + inputs else
                      "a layer from n to m has n · m weights and m biases; add up all layers")
            assert got == wanted, f"for {sizes} with bias={bias} you count {got:g}, expected {wanted}: {advice}"


@register("linear-layer-merge")
def _(merge) -> None:
    for n, h, m in ((3, 5, 2), (4, 4, 4), (1, 7, 1)):
        w1, b1, w2, b2 = (draws(*shape, seed=k) for k, shape in enumerate(((h, n), (h,), (m, h), (m,))))
        parts = several(merge(w1.clone(), b1.clone(), w2.clone(), b2.clone()), 2, "return the weight and the bias")
        weight, bias = tensor(parts[0], "the weight"), tensor(parts[1], "the bias")
        if n == h == m:
            assert not near(weight.to(w1), w1 @ w2), "the first layer is applied first, so its matrix stands on the right"
        same(weight, w2 @ w1, "the weight", "insert y₁ = W₁x + b₁ into W₂y₁ + b₂; the factor of x is W₂W₁")
        for wrong, advice in ((b2, "the first bias is multiplied by W₂, but not lost"),
                              (w2 @ b1, "the second bias is added as well")):
            assert bias.shape != b2.shape or not near(bias.to(b2), wrong), f"the bias is wrong: {advice}"
        same(bias, w2 @ b1 + b2, "the bias", "the first bias goes through the second layer: W₂b₁ + b₂")


ACTIVATIONS = {
    "z": lambda z: z,
    "max(z, 0)": torch.relu,
    "tanh z": torch.tanh,
    "z + 1": lambda z: z + 1,
    "3|z|": lambda z: 3 * z.abs(),
}


@register("linear-layer-std")
def _(preserving_std) -> None:
    z = torch.linspace(-12, 12, 48_001, dtype=torch.float64)
    density = (-z.square() / 2).exp()
    density = density / density.sum()
    for n in (1, 50, 512):
        for name, phi in ACTIVATIONS.items():
            values = phi(z)
            mean, square = ((values**k * density).sum().item() for k in (1, 2))
            wanted = 1 / math.sqrt(n * square)
            got = preserving_std(phi, n)
            assert got is not None, "preserving_std returned None: does it end in a return statement?"
            got = number(got, "the standard deviation")
            if not math.isclose(got, wanted, rel_tol=0.01):
                slips = [(1 / (n * square), "that is the variance σ²: take the root"),
                         (1 / math.sqrt(square), "a sum of n terms: divide by the root of n"),
                         (1 / math.sqrt(n), "the activation changes the mean square: 1 / √n suits φ(z) = z alone"),
                         (math.sqrt(2 / n), "√(2/n) suits ReLU alone")]
                if square - mean**2 > 1e-9:
                    slips.append((1 / math.sqrt(n * (square - mean**2)),
                                  "the mean square of φ(z) counts, not its variance: do not subtract the mean"))
                advice = next((text for value, text in slips if math.isclose(got, value, rel_tol=0.01)),
                              "E z² = n σ² E φ(z)²; solve for σ")
                raise AssertionError(f"for φ(z) = {name} and n = {n} the standard deviation is {got:.4g}, "
                                     f"expected {wanted:.4g}: {advice}")


@register("linear-layer-rank")
def _(factors) -> None:
    for m, n in ((7, 5), (5, 7), (6, 6)):
        weight = draws(m, n, seed=m)
        u, s, vt = (part.to(weight) for part in torch.linalg.svd(weight.cpu(), full_matrices=False))
        for rank in (1, 3, min(m, n)):
            parts = several(factors(weight.clone(), rank), 2, "return two tensors, U and D")
            up, down = tensor(parts[0], "U"), tensor(parts[1], "D")
            for name, part, shape in (("U", up, (m, rank)), ("D", down, (rank, n))):
                assert part.shape == shape, f"{name} must have shape {shape} for rank {rank}, not {tuple(part.shape)}"
            product = up.to(weight) @ down.to(weight)
            wanted = (u[:, :rank] * s[:rank]) @ vt[:rank]
            slips = [(u[:, :rank] @ vt[:rank], "the singular values are missing"),
                     ((u[:, :rank] * s[:rank] ** 2) @ vt[:rank], "the singular values are in both factors: put "
                                                                 "them into one, or their roots into both"),
                     ((u[:, :rank] * s[:rank]) @ vt[:, :rank].T if n <= m else None,
                      "torch.linalg.svd returns Vᵀ already: take its rows"),
                     ((u[:, -rank:] * s[-rank:]) @ vt[-rank:], "keep the largest singular values, which come first")]
            if not near(product, wanted, rtol=0, atol=1e-4):
                advice = next((text for value, text in slips if value is not None and near(product, value, rtol=0, atol=1e-4)),
                              "keep the first r columns of U, singular values and rows of Vᵀ")
                raise AssertionError(f"for a {m} × {n} matrix and rank {rank} the product is not the closest one: {advice}")
