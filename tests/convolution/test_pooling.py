"""Pooling against PyTorch's, over random sizes and options: values, places and gradients."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.autograd import gradcheck, gradgradcheck

import deepgloss as dg
from deepgloss import convolution as C

FUNCTIONS = {
    1: (C.max_pool1d, F.max_pool1d, C.avg_pool1d, F.avg_pool1d),
    2: (C.max_pool2d, F.max_pool2d, C.avg_pool2d, F.avg_pool2d),
    3: (C.max_pool3d, F.max_pool3d, C.avg_pool3d, F.avg_pool3d),
}
INFINITY, NAN = float("inf"), float("nan")


def draws(*shape, seed=0, dtype=torch.float64, ties=False):
    """Random numbers on the book's device; few different ones with ``ties``."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(shape, generator=generator, dtype=torch.float64)
    return (x.round() if ties else x).to(dg.device(), dtype)


def with_gradient(function, x, seed=7):
    """What a function returns, and its gradient for random weights of the outputs."""
    x = x.clone().requires_grad_()
    y = function(x)
    values = y[0] if isinstance(y, tuple) else y
    (gradient,) = torch.autograd.grad(
        (values * draws(*values.shape, seed=seed, dtype=x.dtype)).sum(), x)
    return y, gradient


def same(ours, theirs, x):
    torch.testing.assert_close(with_gradient(ours, x), with_gradient(theirs, x))


@st.composite
def windows(draw, dilated=False):
    """(axes, sizes, options), such that PyTorch accepts them."""
    axes = draw(st.integers(1, 3))
    several = draw(st.booleans())

    def numbers(low, high):
        one = st.integers(low, high)
        return tuple(draw(one) for _ in range(axes)) if several else draw(one)

    def every(value):
        return value if isinstance(value, tuple) else (value,) * axes

    sizes = tuple(draw(st.integers(1, 11)) for _ in range(axes))
    kernel = numbers(1, 4)
    stride = draw(st.sampled_from([None, "some"])) and numbers(1, 4)
    dilation = numbers(1, 3) if dilated else 1
    reach = [(k - 1) * d + 1 for k, d in zip(every(kernel), every(dilation))]
    # With its places, PyTorch allows half a kernel; without them, half of what it reaches across.
    padding = draw(st.integers(0, min(k // 2 for k in every(kernel))))
    ceil_mode = draw(st.booleans())
    assume(all(n + 2 * padding >= r for n, r in zip(sizes, reach)))
    options = dict(kernel_size=kernel, stride=stride, padding=padding, ceil_mode=ceil_mode)
    return axes, sizes, options | ({"dilation": dilation} if dilated else {})


@settings(max_examples=120)
@given(windows(dilated=True), st.booleans(), st.sampled_from([torch.float32, torch.float64]))
@example((2, (5, 7), dict(kernel_size=3, stride=2, padding=1, dilation=2, ceil_mode=True)), True,
         torch.float32)
def test_max_pooling_is_pytorchs(case, ties, dtype):
    axes, sizes, options = case
    ours, theirs, *_ = FUNCTIONS[axes]
    x = draws(2, 3, *sizes, dtype=dtype, ties=ties)
    try:
        result = with_gradient(lambda x: ours(x, **options, return_indices=True), x)
    except ValueError as error:
        assert "nothing but padding" in str(error) and options["padding"]
        assume(False)
    expected = with_gradient(lambda x: theirs(x, **options, return_indices=True), x)
    torch.testing.assert_close(result, expected, rtol=0, atol=1e-6)
    assert torch.equal(ours(x, **options), expected[0][0])
    assert torch.equal(ours(x[0], **options), expected[0][0][0])


@settings(max_examples=100)
@given(windows(), st.booleans(), st.sampled_from([torch.float32, torch.float64]),
       st.sampled_from([None, 1, 5]))
@example((2, (5, 7), dict(kernel_size=2, stride=2, padding=1, ceil_mode=True)), False,
         torch.float64, None)
def test_average_pooling_is_pytorchs(case, count, dtype, divisor):
    axes, sizes, options = case
    _, _, ours, theirs = FUNCTIONS[axes]
    options = options | {"count_include_pad": count}
    if axes > 1:
        options["divisor_override"] = divisor
    if axes == 3:                              # PyTorch asks more of three axes than of two
        kernel = options["kernel_size"]
        kernel = kernel if isinstance(kernel, tuple) else (kernel,) * 3
        assume(all(n >= k for n, k in zip(sizes, kernel)))
    x = draws(2, 3, *sizes, dtype=dtype)
    same(lambda x: ours(x, **options), lambda x: theirs(x, **options), x)
    torch.testing.assert_close(ours(x[1], **options), theirs(x[1], **options))


@settings(max_examples=60)
@given(st.lists(st.integers(1, 13), min_size=2, max_size=2),
       st.lists(st.one_of(st.none(), st.integers(1, 9)), min_size=2, max_size=2), st.booleans())
def test_adaptive_pooling_is_pytorchs(sizes, wanted, ties):
    x = draws(2, 3, *sizes, ties=ties)
    same(lambda x: C.adaptive_avg_pool2d(x, wanted), lambda x: F.adaptive_avg_pool2d(x, wanted), x)
    same(lambda x: C.adaptive_max_pool2d(x, wanted, return_indices=True),
         lambda x: F.adaptive_max_pool2d(x, wanted, return_indices=True), x)
    row, m = x[:, :, 0], wanted[1] or 4
    same(lambda x: C.adaptive_avg_pool1d(x, m), lambda x: F.adaptive_avg_pool1d(x, m), row)
    same(lambda x: C.adaptive_max_pool1d(x, m), lambda x: F.adaptive_max_pool1d(x, m), row)


@settings(max_examples=60)
@given(windows(), st.sampled_from([1.0, 1.5, 2.0, 3.0, 7.0]))
def test_lp_pooling_is_pytorchs_for_positive_input(case, p):
    axes, sizes, options = case
    assume(axes == 2)
    options = {name: options[name] for name in ("kernel_size", "stride", "ceil_mode")}
    kernel = options["kernel_size"]
    assume(all(n >= k for n, k in zip(sizes, kernel if isinstance(kernel, tuple) else (kernel,) * 2)))
    # PyTorch scales a window that reaches beyond the border up to the whole one's size.
    options["ceil_mode"] = False
    x = draws(2, 3, *sizes).abs() + 0.1
    same(lambda x: C.lp_pool2d(x, p, **options), lambda x: F.lp_pool2d(x, p, **options), x)
    torch.testing.assert_close(C.lp_pool2d(-x, p, **options), C.lp_pool2d(x, p, **options))


def test_lp_pooling_takes_absolute_values():
    x = draws(2, 3, 7, 11)
    for p in (1.0, 2.0, 3.0, 4.5):
        windows = x.unfold(2, 3, 2).unfold(3, 3, 2).flatten(-2)
        torch.testing.assert_close(C.lp_pool2d(x, p, 3, 2), torch.linalg.vector_norm(windows, p, -1))
    torch.testing.assert_close(C.lp_pool2d(x, math.inf, 3, 2), F.max_pool2d(x.abs(), 3, 2))
    torch.testing.assert_close(F.lp_pool2d(x, 1.0, 2), 4 * F.avg_pool2d(x, 2))   # theirs: signed
    assert F.lp_pool2d(x, 3.0, 2).isnan().any() and not C.lp_pool2d(x, 3.0, 2).isnan().any()


def test_lp_pooling_neither_overflows_nor_vanishes():
    x = draws(1, 1, 4, 4, dtype=torch.float32)
    for scale in (1e-30, 1e-3, 1e3, 1e30):
        y = C.lp_pool2d(x * scale, 16.0, 2)
        torch.testing.assert_close(y / scale, C.lp_pool2d(x, 16.0, 2))
    zeros = torch.zeros(1, 1, 4, 4, device=dg.device())
    for p in (1.0, 1.5, 2.0, 16.0):
        y, gradient = with_gradient(lambda x: C.lp_pool2d(x, p, 2), zeros)
        assert (y == 0).all() and (gradient == 0).all()


@settings(max_examples=40)
@given(st.lists(st.integers(3, 11), min_size=2, max_size=2), st.integers(1, 5), st.integers(1, 3))
def test_blur_pooling_is_a_binomial_convolution(sizes, kernel, stride):
    x = draws(2, 3, *sizes)
    assume(kernel // 2 < min(sizes))
    row = torch.tensor([float(math.comb(kernel - 1, u)) for u in range(kernel)], dtype=x.dtype)
    weight = (row[:, None] * row / row.sum() ** 2).expand(3, 1, kernel, kernel).to(x.device)
    before, behind = (kernel - 1) // 2, kernel // 2

    def theirs(x):
        padded = F.pad(x, (before, behind) * 2, mode="reflect")
        return F.conv2d(padded, weight, stride=stride, groups=3)

    same(lambda x: C.blur_pool2d(x, kernel, stride), theirs, x)


def test_min_pooling_is_max_pooling_upside_down():
    x = draws(2, 3, 7, 11, ties=True)
    same(lambda x: C.min_pool2d(x, 3, 2, 1), lambda x: -F.max_pool2d(-x, 3, 2, 1), x)
    assert torch.equal(C.MinPool2d(2)(x), C.min_pool2d(x, 2))


def test_global_pooling():
    for shape in ((2, 3, 7), (2, 3, 7, 11), (2, 3, 5, 7, 2)):
        x = draws(*shape, ties=True)
        dims = tuple(range(2, len(shape)))
        same(C.global_avg_pool, lambda x: x.mean(dims), x)
        torch.testing.assert_close(C.global_max_pool(x), x.amax(dims))
    x = draws(2, 3, 7, 11, ties=True)                       # and the first of equals is picked
    same(C.global_max_pool, lambda x: F.adaptive_max_pool2d(x, 1).flatten(1), x)


@pytest.mark.parametrize("special", [INFINITY, -INFINITY, NAN])
@pytest.mark.parametrize("place", [(0, 0), (2, 3), (4, 6)])
def test_infinities_and_nans(special, place):
    x = draws(1, 1, 5, 7)
    x[0, 0, place[0], place[1]] = special
    x[0, 0, 2, 2] = special
    for options in (dict(kernel_size=2), dict(kernel_size=3, stride=1, padding=1)):
        ours, theirs = (f(x, **options, return_indices=True) for f in (C.max_pool2d, F.max_pool2d))
        torch.testing.assert_close(ours, theirs, equal_nan=True)
        ours, theirs = (f(x, **options) for f in (C.avg_pool2d, F.avg_pool2d))
        torch.testing.assert_close(ours, theirs, equal_nan=True)
    full = torch.full((1, 1, 4, 4), special, dtype=torch.float64, device=dg.device())
    ours, theirs = (f(full, 3, 1, 1, return_indices=True) for f in (C.max_pool2d, F.max_pool2d))
    torch.testing.assert_close(ours, theirs, equal_nan=True)


def test_second_derivatives():
    x = draws(1, 2, 5, 4).requires_grad_()
    for function in (
        lambda x: C.max_pool2d(x, 3, 2, 1), lambda x: C.avg_pool2d(x, 3, 2, 1),
        lambda x: C.lp_pool2d(x, 3.0, 2), lambda x: C.adaptive_avg_pool2d(x, 3),
        lambda x: C.blur_pool2d(x),
    ):
        assert gradcheck(function, (x,))
        assert gradgradcheck(function, (x,))


def test_layouts_and_empty_batches():
    x = draws(2, 3, 7, 11).to(memory_format=torch.channels_last)
    same(lambda x: C.max_pool2d(x, 3, 2), lambda x: F.max_pool2d(x, 3, 2), x)
    turned = draws(3, 2, 11, 7).permute(1, 0, 3, 2)
    same(lambda x: C.avg_pool2d(x, 3, 2), lambda x: F.avg_pool2d(x, 3, 2), turned)
    assert C.max_pool2d(x[:0], 2).shape == (0, 3, 3, 5)
    assert C.avg_pool2d(x[:0], 2).shape == (0, 3, 3, 5)


LAYERS = [
    (C.MaxPool2d(3, 2, 1, 2), nn.MaxPool2d(3, 2, 1, 2)),
    (C.MaxPool2d(2, None, 0, 1, True), nn.MaxPool2d(2, None, 0, 1, True)),
    (C.AvgPool2d(3, 2, 1, True, False), nn.AvgPool2d(3, 2, 1, True, False)),
    (C.AdaptiveAvgPool2d((3, None)), nn.AdaptiveAvgPool2d((3, None))),
    (C.AdaptiveMaxPool2d(3, True), nn.AdaptiveMaxPool2d(3, True)),
    (C.GlobalAvgPool(), nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())),
    (C.GlobalMaxPool(), nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten())),
]


@pytest.mark.parametrize("ours, theirs", LAYERS, ids=[repr(layer) for layer, _ in LAYERS])
def test_layers(ours, theirs):
    x = draws(2, 3, 7, 11)
    torch.testing.assert_close(ours(x), theirs(x))
    assert type(ours).__name__ in repr(ours)


def test_layers_along_one_and_three_axes():
    row, volume = draws(2, 3, 11), draws(2, 3, 5, 7, 11)
    for ours, theirs, x in (
        (C.MaxPool1d(3, 2), nn.MaxPool1d(3, 2), row), (C.AvgPool1d(3, 2), nn.AvgPool1d(3, 2), row),
        (C.MaxPool3d(3, 2), nn.MaxPool3d(3, 2), volume),
        (C.AvgPool3d(3, 2), nn.AvgPool3d(3, 2), volume),
        (C.AdaptiveAvgPool1d(4), nn.AdaptiveAvgPool1d(4), row),
        (C.AdaptiveMaxPool1d(4), nn.AdaptiveMaxPool1d(4), row),
    ):
        torch.testing.assert_close(ours(x), theirs(x))
    x = draws(2, 3, 7, 11)
    torch.testing.assert_close(C.LPPool2d(2, 3)(x), F.lp_pool2d(x, 2.0, 3))
    torch.testing.assert_close(C.BlurPool2d(3, 2)(x), C.blur_pool2d(x, 3, 2))


X = torch.zeros(1, 2, 5, 7)


@pytest.mark.parametrize("call, error, message", [
    (lambda: C.max_pool2d(X.long(), 2), TypeError, "floating-point numbers, not torch.int64"),
    (lambda: C.max_pool2d([1.0], 2), TypeError, "floating-point numbers, not list"),
    (lambda: C.max_pool2d(X[0, 0], 2), ValueError, r"\(N, C, H, W\) or \(C, H, W\), not \(5, 7\)"),
    (lambda: C.max_pool2d(X[:, :0], 2), ValueError, "without elements"),
    (lambda: C.max_pool2d(X, 0), ValueError, "kernel_size must be an integer of at least 1"),
    (lambda: C.max_pool2d(X, 2.0), TypeError, "kernel_size must be an integer"),
    (lambda: C.max_pool2d(X, (2, 2, 2)), ValueError, "kernel_size must hold 2 integers"),
    (lambda: C.max_pool2d(X, 2, 0), ValueError, "stride must be"),
    (lambda: C.max_pool2d(X, 2, padding=2), ValueError, "at most half of the window's 2"),
    (lambda: C.max_pool2d(X, 6), ValueError, "window of 6 elements does not fit into 5"),
    (lambda: C.max_pool1d(X[0, :, :1, 0], 2, 1, 2, 3), ValueError, "nothing but padding"),
    (lambda: C.avg_pool2d(X, 3, padding=2), ValueError, "at most half"),
    (lambda: C.avg_pool2d(X, 3, divisor_override=0), ValueError, "divisor_override"),
    (lambda: C.lp_pool2d(X, 0.5, 2), ValueError, r"p must be a number in \[1, inf\]"),
    (lambda: C.lp_pool2d(X, "2", 2), TypeError, "p must be a number"),
    (lambda: C.adaptive_avg_pool2d(X, 0), ValueError, "must be an integer of at least 1, not 0"),
    (lambda: C.adaptive_avg_pool2d(X, (1, 2, 3)), ValueError, "output_size must hold 2"),
    (lambda: C.adaptive_avg_pool2d(X, (3,)), ValueError, "output_size must hold 2"),
    (lambda: C.adaptive_max_pool2d(X, 2.5), TypeError, "must be an integer of at least 1, not 2.5"),
    (lambda: C.global_avg_pool(X[0, 0]), ValueError, "one to three axes"),
    (lambda: C.global_max_pool(1.0), TypeError, "floating-point numbers, not float"),
    (lambda: C.blur_pool2d(X, 0), ValueError, "kernel_size"),
    (lambda: C.blur_pool2d(X, 3, 2, "mirror"), ValueError, "padding_mode must be one of"),
])
def test_bad_arguments(call, error, message):
    with pytest.raises(error, match=message):
        call()
