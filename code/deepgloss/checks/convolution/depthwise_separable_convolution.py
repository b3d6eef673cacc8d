"""Checks of the exercises in the chapter on depthwise separable convolutions."""

import math

import torch

from ..._device import device, wide
from .. import register
from .._compare import draws, same, tensor


@register("depthwise-separable-convolution-share")
def _(share) -> None:
    for o, k, m in [(128, 3, 1), (1, 1, 1), (64, 5, 1), (128, 3, 2), (32, 7, 4), (9, 3, 9)]:
        wanted = (m * k * k + m * o) / (k * k * o)            # for one input channel and pixel
        got = share(o, k, m)
        assert isinstance(got, (int, float)), f"share should return a number, not {got!r}"
        advice = "the depthwise step takes k²·C·m, the pointwise one C·m·O, the full one k²·C·O"
        if m > 1 and math.isclose(got, 1 / o + 1 / k**2):
            advice = "the multiplier widens both steps"
        elif m > 1 and math.isclose(got, m / o + 1 / k**2):
            advice = "the pointwise step has C·m inputs"
        elif math.isclose(got, 1 / wanted):
            advice = "the share, not how many times less"
        assert math.isclose(got, wanted), f"share({o}, {k}, {m}) gave {got:.6g}, expected {wanted:.6g}: {advice}"


@register("pointwise-convolution-linear")
def _(pointwise) -> None:
    for shape in [(2, 3, 5, 7), (2, 3), (1, 3, 4), (2, 3, 2, 3, 4), (3, 3, 3, 3), (2, 3, 7, 5)]:
        x, weight, bias = draws(*shape), draws(5, 3, seed=1), draws(5, seed=2)
        wanted = torch.einsum("oc,nc...->no...", weight, x)
        column = bias.view(-1, *[1] * (len(shape) - 2))
        where = f"the result for an input of {shape}"
        same(pointwise(x, weight, None), wanted, where,
              "the channels are axis 1; every position has the same weights")
        same(pointwise(x, weight, bias), wanted + column, f"{where} with a bias",
              "the bias belongs to the output channels, axis 1")


@register("depthwise-separable-convolution-kernel")
def _(full_kernel) -> None:
    for c, m, k, o in [(3, 1, 3, 5), (3, 2, 3, 5), (2, 3, 5, 7), (1, 4, 1, 2), (2, 2, 2, 2)]:
        depthwise, pointwise = draws(c, m, k, k), draws(o, c * m, seed=1)
        wanted = torch.zeros(o, c, k, k, dtype=wide(), device=device())
        for q in range(c * m):
            wanted[:, q // m] += pointwise[:, q, None, None] * depthwise[q // m, q % m]
        same(full_kernel(depthwise, pointwise), wanted, f"the kernel for C={c}, m={m}, k={k}, O={o}",
              "w[o, c] is the sum over r of pointwise[o, c·m + r] · depthwise[c, r]")


@register("depthwise-separable-convolution-spatial")
def _(separate) -> None:
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=wide(), device=device())
    corner = torch.zeros(3, 5, dtype=wide(), device=device())
    corner[2, 4] = -3.0
    cases = [
        (torch.outer(draws(5), draws(5, seed=1)), True, "a column times a row"),
        (torch.outer(draws(3), draws(7, seed=1)), True, "kernels need not be square"),
        (sobel, True, "Sobel's kernel has a column of zeros in the middle"),
        (sobel.T.contiguous(), True, "Sobel's kernel has a row of zeros in the middle"),
        (corner, True, "a single tap in the corner is separable: do not divide by a zero"),
        (1e-9 * torch.outer(draws(3), draws(3, seed=1)), True, "small kernels are separable, too"),
        (torch.zeros(3, 3, dtype=wide(), device=device()), True, "zeros are separable"),
        (torch.eye(3, dtype=wide(), device=device()), False, "the identity has rank 3"),
        (1e-9 * draws(3, 3), False, "measure the error relative to the kernel"),
        (draws(3, 5), False, "a random kernel has full rank"),
        (torch.outer(draws(3), draws(3, seed=1)) + 1e-3 * draws(3, 3, seed=2), False,
         "nearly separable is not separable"),
    ]
    for kernel, wanted, hint in cases:
        got = separate(kernel.clone())
        if not wanted:
            assert got is None, f"None is wanted for a kernel that is not separable: {hint}"
            continue
        assert isinstance(got, (tuple, list)) and len(got) == 2, (
            f"a pair (column, row) is wanted, not {got!r}: {hint}"
        )
        column, row = tensor(got[0], "the column"), tensor(got[1], "the row")
        assert column.shape == kernel.shape[:1] and row.shape == kernel.shape[1:], (
            f"column and row should have the shapes {tuple(kernel.shape[:1])} and "
            f"{tuple(kernel.shape[1:])}, not {tuple(column.shape)} and {tuple(row.shape)}"
        )
        error = (torch.outer(column, row) - kernel).norm().item()
        assert error <= 1e-5 * kernel.norm().item(), (
            f"column times row is not the kernel (off by {error:.3g}): {hint}"
        )
