"""Separable convolutions against PyTorch's grouped and full ones."""

import pytest
import torch
import torch.nn.functional as F
from comparing import assert_same, draws
from deepgloss import device
from deepgloss.convolution import (
    DepthwiseSeparableConv2d,
    depthwise_separable_conv2d,
    factor_kernel,
    factored_kernel,
    separate_kernel,
)
from hypothesis import given, settings
from hypothesis import strategies as st

TIGHT = {"rtol": 1e-9, "atol": 1e-10}


@settings(max_examples=30)
@given(
    c=st.integers(1, 4), o=st.integers(1, 5), m=st.integers(1, 3), kh=st.integers(1, 3),
    kw=st.integers(1, 3), stride=st.integers(1, 2), padding=st.integers(0, 2),
    dilation=st.integers(1, 2), bias=st.booleans(), batched=st.booleans(), single=st.booleans(),
)
def test_equals_two_steps_and_one_full_convolution(
    c, o, m, kh, kw, stride, padding, dilation, bias, batched, single
):
    dtype = torch.float32 if single else torch.float64
    tolerance = {"rtol": 1e-3, "atol": 1e-3} if single else TIGHT
    x = draws(*((2,) if batched else ()), c, 7, 11, dtype=dtype).requires_grad_()
    depthwise = draws(c * m, 1, kh, kw, seed=1, dtype=dtype).requires_grad_()
    pointwise = draws(o, c * m, 1, 1, seed=2, dtype=dtype).requires_grad_()
    b = draws(o, seed=3, dtype=dtype).requires_grad_() if bias else None
    leaves = [x, depthwise, pointwise] + ([b] if bias else [])
    ours = depthwise_separable_conv2d(x, depthwise, pointwise, b, stride, padding, dilation)
    steps = F.conv2d(F.conv2d(x, depthwise, None, stride, padding, dilation, c), pointwise, b)
    assert_same(ours, steps, leaves, **tolerance)
    ours = depthwise_separable_conv2d(x, depthwise, pointwise, b, stride, padding, dilation)
    full = F.conv2d(x, factored_kernel(depthwise, pointwise, c), b, stride, padding, dilation)
    assert_same(ours, full, leaves, **tolerance)


@settings(max_examples=15)
@given(m=st.integers(1, 2), stride=st.integers(1, 2), bias=st.booleans(),
       mode=st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
def test_layer_equals_a_full_layer(m, stride, bias, mode):
    layer = DepthwiseSeparableConv2d(
        3, 5, (3, 2), stride, 1, depth_multiplier=m, bias=bias, padding_mode=mode,
        dtype=torch.float64, device=device(),
    )
    full = torch.nn.Conv2d(3, 5, (3, 2), stride, 1, bias=bias, padding_mode=mode,
                           dtype=torch.float64, device=device())
    with torch.no_grad():
        full.weight.copy_(layer.kernel())
        if bias:
            full.bias.copy_(layer.pointwise.bias)
    x = draws(2, 3, 7, 11)
    torch.testing.assert_close(layer(x), full(x), **TIGHT)
    names = ["depthwise.weight", "pointwise.weight"] + ["pointwise.bias"] * bias
    assert list(layer.state_dict()) == names
    assert sum(p.numel() for p in layer.parameters()) == 3 * m * 6 + 5 * 3 * m + 5 * bias


@settings(max_examples=20)
@given(o=st.integers(1, 5), c=st.integers(1, 3), kh=st.integers(1, 3), kw=st.integers(1, 3),
       m=st.integers(1, 3))
def test_factoring_undoes_the_product(o, c, kh, kw, m):
    m = min(m, o, kh * kw)
    kernel = factored_kernel(draws(c * m, 1, kh, kw), draws(o, c * m, 1, 1, seed=1), c)
    depthwise, pointwise = factor_kernel(kernel, m)
    assert depthwise.shape == (c * m, 1, kh, kw) and pointwise.shape == (o, c * m, 1, 1)
    torch.testing.assert_close(factored_kernel(depthwise, pointwise, c), kernel, **TIGHT)
    assert (torch.linalg.matrix_rank(kernel.transpose(0, 1).flatten(2)) <= m).all()


def test_factoring_is_the_closest_and_complete_at_full_rank():
    kernel = draws(5, 3, 2, 3)
    errors = []
    for m in range(1, 6):
        depthwise, pointwise = factor_kernel(kernel, m)
        error = (factored_kernel(depthwise, pointwise, 3) - kernel).square().sum().item()
        values = torch.linalg.svdvals(kernel.transpose(0, 1).flatten(2))
        assert error == pytest.approx(values[:, m:].square().sum().item(), abs=1e-9)
        errors.append(error)
    assert errors == sorted(errors, reverse=True) and errors[-1] < 1e-20


def test_columns_and_rows():
    row = torch.tensor([1.0, 4, 6, 4, 1], dtype=torch.float64)
    for kernel in (row[:, None] * row, torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])):
        columns, rows = separate_kernel(kernel)
        torch.testing.assert_close(columns.T @ rows, kernel, rtol=1e-5, atol=1e-5)
        assert columns.norm().item() == pytest.approx(rows.norm().item(), rel=1e-5)
    kernel = draws(3, 5)
    columns, rows = separate_kernel(kernel, 3)
    assert columns.shape == (3, 3) and rows.shape == (3, 5)
    torch.testing.assert_close(columns.T @ rows, kernel, **TIGHT)
    columns, rows = separate_kernel(kernel, 2)
    error = (columns.T @ rows - kernel).norm().item()
    assert error == pytest.approx(torch.linalg.svdvals(kernel)[2].item())


def separable(*shapes):
    """Zeros of these shapes through a separable convolution."""
    return depthwise_separable_conv2d(*(torch.zeros(shape) for shape in shapes))


@pytest.mark.parametrize(("call", "words"), [
    (lambda: separable((1, 3, 5, 5), (3, 2, 3, 3), (2, 3, 1, 1)), "depthwise"),
    (lambda: separable((1, 3, 5, 5), (3, 1, 3, 3), (2, 4, 1, 1)), "pointwise"),
    (lambda: separable((1, 2, 5, 5), (3, 1, 3, 3), (2, 3, 1, 1)), "groups"),
    (lambda: factored_kernel(torch.zeros(3, 1, 3, 3), torch.zeros(2, 3, 1, 1), 2), "channels"),
    (lambda: factor_kernel(torch.zeros(3, 1, 3)), "kernel"),
    (lambda: factor_kernel(torch.zeros(3, 1, 3, 3), 4), "multiplier"),
    (lambda: separate_kernel(torch.zeros(3)), "kernel"),
    (lambda: separate_kernel(torch.zeros(3, 5), 4), "rank"),
    (lambda: DepthwiseSeparableConv2d(3, 5, 3, depth_multiplier=0), "depth_multiplier"),
])
def test_refuses(call, words):
    with pytest.raises(ValueError, match=words):
        call()
