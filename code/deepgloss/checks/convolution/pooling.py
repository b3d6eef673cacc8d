"""Checks of the exercises in the chapter on pooling."""

import torch
from torch.nn import functional as F

from ..._device import precise
from .. import register
from .._compare import draws, tensor


@register("pooling-ceil")
def _(pooled_size) -> None:
    for n in range(1, 12):
        for k in range(1, 5):
            for s in range(1, 5):
                for p in range(k // 2 + 1):
                    for ceil_mode in (False, True):
                        if n + 2 * p >= k:
                            _size(pooled_size, n, k, s, p, ceil_mode)


def _size(pooled_size, n, k, s, p, ceil_mode) -> None:
    wanted = F.max_pool1d(torch.zeros(1, 1, n), k, s, p, ceil_mode=ceil_mode).shape[2]
    got = pooled_size(n, k, s, p, ceil_mode)
    assert got is not None, "pooled_size returned None: does it end in a return statement?"
    if not ceil_mode:
        hint = "without ceil mode it is a convolution's size, rounded down"
    elif got == wanted + 1:
        hint = "a last window that would start in the padding behind the input is dropped"
    elif got < wanted:
        hint = "in ceil mode a window that hangs over the border counts, unless it starts behind"
    else:
        hint = "padding is added on both sides"
    assert got == wanted, (
        f"pooled_size({n}, {k}, {s}, {p}, {ceil_mode}) gave {got}, expected {wanted}: {hint}"
    )


@register("pooling-power-mean")
def _(power_mean) -> None:
    x = draws(2, 3, 6, 9).to(precise(), torch.float64)
    for k in (1, 3):
        mean = F.avg_pool2d(x.abs(), k)
        got = _tensor(power_mean, x.clone(), 1, k)
        signed = F.avg_pool2d(x, k)
        hint = "at p = 1 it is the mean of absolute values"
        if k > 1 and got.shape == mean.shape and torch.allclose(got, mean * k * k):
            hint = "that is the sum: divide by k², inside the root"
        elif got.shape == mean.shape and torch.allclose(got, signed):
            hint = "take absolute values first"
        _same(got, mean, f"power_mean(x, 1, {k})", hint)
    squares = F.avg_pool2d(x.square(), 3).sqrt()
    got = _tensor(power_mean, x.clone(), 2, 3)
    hint = "at p = 2 it is the root of the mean square"
    if got.shape == squares.shape and torch.allclose(got, squares * 3 / 9):
        hint = "divide by k² inside the root, not outside"
    _same(got, squares, "power_mean(x, 2, 3)", hint)
    odd = F.avg_pool2d(x.abs() ** 3, 3) ** (1 / 3)
    _same(_tensor(power_mean, x.clone(), 3, 3), odd, "power_mean(x, 3, 3)",
          "odd powers need the absolute value")
    large = F.avg_pool2d(x.abs() ** 200, 3) ** (1 / 200)
    for scale in (1e30, 1e-30):
        small = (x * scale).float()
        got = _tensor(power_mean, small, 200, 3).double() / scale
        _same(got, large, f"elements near {scale:g}, p = 200",
              "the power overflows or vanishes: divide by each window's largest element first",
              tolerance=1e-4)
    zeros = _tensor(power_mean, torch.zeros_like(x), 2, 3)
    _same(zeros, torch.zeros_like(squares), "windows of zeros", "0 / 0: their mean is 0")


@register("pooling-adaptive-windows")
def _(adaptive_windows) -> None:
    for n, m in [(8, 4), (7, 3), (3, 7), (5, 5), (13, 1), (10, 6), (10**17 + 1, 3)]:
        wanted = [((i * n) // m, -((-(i + 1) * n) // m)) for i in range(m)]
        got = adaptive_windows(n, m)
        assert got is not None, "adaptive_windows returned None: does it end in a return statement?"
        got = [tuple(int(edge) for edge in window) for window in got]
        assert len(got) == m, f"adaptive_windows({n}, {m}) has {len(got)} windows, expected {m}"
        for i, (window, right) in enumerate(zip(got, wanted)):
            if n > 10**10:
                hint = "a division with / has rounded: use // only"
            elif window[0] != right[0]:
                hint = "starts are rounded down: ⌊i n / m⌋"
            elif window[1] == right[1] - 1:
                hint = "ends are rounded up, ⌈(i + 1) n / m⌉, and excluded"
            else:
                hint = "the end of window i is ⌈(i + 1) n / m⌉"
            assert window == right, (
                f"window {i} of adaptive_windows({n}, {m}) is {window}, expected {right}: {hint}"
            )


@register("pooling-shared-gradient")
def _(shared_gradient) -> None:
    for k, sizes in ((2, (6, 4)), (3, (3, 9)), (1, (2, 3))):
        x = draws(2, 3, *sizes, seed=k).round()             # many ties
        g = draws(2, 3, sizes[0] // k, sizes[1] // k, seed=9)
        leaf = x.clone().requires_grad_()
        windows = leaf.unfold(2, k, k).unfold(3, k, k)
        (wanted,) = torch.autograd.grad((windows.amax((4, 5)) * g).sum(), leaf)
        got = _tensor(shared_gradient, x.clone(), k, g.clone())
        assert got.shape == x.shape, (
            f"the gradient must have the shape of x, {tuple(x.shape)}, not {tuple(got.shape)}"
        )
        sums = got.unfold(2, k, k).unfold(3, k, k).sum((4, 5))
        if not torch.allclose(sums, g):
            hint = "the shares of a window must add up to its output's gradient"
        else:
            hint = "only elements equal to the window's maximum share, all of them equally"
        _same(got, wanted, f"windows of {k} × {k}", hint)


def _tensor(function, *arguments) -> torch.Tensor:
    return tensor(function(*arguments), function.__name__)


def _same(got, wanted, what: str, hint: str, tolerance: float = 1e-7) -> None:
    assert got.shape == wanted.shape, (
        f"{what}: the shape is {tuple(got.shape)}, expected {tuple(wanted.shape)}"
    )
    close = torch.isclose(got, wanted, rtol=tolerance, atol=tolerance)
    assert close.all(), (
        f"{what}: got {got[~close][0]:.5g} where {wanted[~close][0]:.5g} is expected; {hint}"
    )
