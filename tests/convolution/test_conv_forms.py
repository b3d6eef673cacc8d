"""The other ways to compute a convolution, output sizes, and receptive fields."""

import pytest
import torch
import torch.nn.functional as F
from comparing import draws
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import deepgloss as dg
from deepgloss.convolution import (
    col2im, conv_output_size, fft_conv, im2col, receptive_field, toeplitz,
)

LAYERS = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}


@settings(max_examples=40)
@given(data=st.data(), axes=st.integers(1, 3), groups=st.integers(1, 3),
       mode=st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
def test_matrix_and_spectra_are_the_convolution(data, axes, groups, mode):
    def numbers(low, high):
        return tuple(data.draw(st.integers(low, high)) for _ in range(axes))

    kernel, stride, padding, dilation = numbers(1, 3), numbers(1, 3), numbers(0, 2), numbers(1, 3)
    size = tuple((k - 1) * d + 3 + m for k, d, m in zip(kernel, dilation, numbers(0, 3)))
    inputs, outputs = groups * data.draw(st.integers(1, 2)), groups * data.draw(st.integers(1, 2))
    layer = LAYERS[axes](inputs, outputs, kernel, stride, padding, dilation, groups,
                         padding_mode=mode, dtype=torch.float64).to(dg.device())
    x = draws(2, inputs, *size)
    y = layer(x)
    options = (stride, padding, dilation, groups)
    torch.testing.assert_close(fft_conv(x, layer.weight, layer.bias, *options, padding_mode=mode), y)
    torch.testing.assert_close(
        fft_conv(x[0], layer.weight, layer.bias, *options, padding_mode=mode), y[0])
    matrix = toeplitz(layer.weight, size, *options, padding_mode=mode)
    product = (x.flatten(1) @ matrix.T).view_as(y)
    torch.testing.assert_close(product + layer.bias.view(-1, *[1] * axes), y)
    assert conv_output_size(size, kernel, stride, padding, dilation) == tuple(y.shape[2:])


@settings(max_examples=30)
@given(size=st.tuples(st.integers(5, 9), st.integers(5, 9)), kernel=st.tuples(*[st.integers(1, 3)] * 2),
       stride=st.integers(1, 3), padding=st.integers(0, 2), dilation=st.integers(1, 2))
def test_columns(size, kernel, stride, padding, dilation):
    x = draws(2, 3, *size).requires_grad_()
    theirs = F.unfold(x, kernel, dilation, padding, stride)
    ours = im2col(x, kernel, stride, padding, dilation)
    assert torch.equal(ours, theirs)
    g = draws(*theirs.shape, seed=1)
    torch.testing.assert_close(torch.autograd.grad(ours, x, g), torch.autograd.grad(theirs, x, g))
    torch.testing.assert_close(col2im(g, size, kernel, stride, padding, dilation),
                               F.fold(g, size, kernel, dilation, padding, stride))


def test_columns_along_other_axes():
    x, weight = draws(2, 3, 4, 5, 6), draws(7, 3, 2, 3, 2, seed=1)
    product = weight.flatten(1) @ im2col(x, (2, 3, 2))
    torch.testing.assert_close(product.view(2, 7, 3, 3, 5), F.conv3d(x, weight))
    row = draws(1, 1, 5)
    assert torch.equal(im2col(row, 2)[0], torch.stack([row[0, 0, :4], row[0, 0, 1:]]))
    assert im2col(row, 4, padding="same").shape == (1, 4, 5)


def test_matrix_by_hand():
    w = torch.tensor([[[1.0, 2.0, 3.0]]])
    assert toeplitz(w, 4).tolist() == [[1, 2, 3, 0], [0, 1, 2, 3]]
    assert toeplitz(w, 5, stride=2).tolist() == [[1, 2, 3, 0, 0], [0, 0, 1, 2, 3]]
    assert toeplitz(w, 4, padding=1, padding_mode="circular").tolist() == [
        [2, 3, 0, 1], [1, 2, 3, 0], [0, 1, 2, 3], [3, 0, 1, 2]]


@settings(max_examples=60)
@given(n=st.integers(1, 30), k=st.integers(1, 7), s=st.integers(1, 4), p=st.integers(0, 4),
       d=st.integers(1, 3))
def test_output_size(n, k, s, p, d):
    if n + 2 * p < (k - 1) * d + 1:
        with pytest.raises(ValueError, match="does not fit"):
            conv_output_size(n, k, s, p, d)
        return
    shape = nn.Conv1d(1, 1, k, s, p, d)(torch.zeros(1, 1, n)).shape
    assert conv_output_size(n, k, s, p, d) == shape[2]


def test_output_size_of_several_axes():
    assert conv_output_size((224, 112), 7, 2, 3) == (112, 56)
    assert conv_output_size((9, 9), (2, 5), padding="same") == (9, 9)
    assert conv_output_size(9, 5, padding="valid") == 5
    for bad, error in (({"size": 0}, ValueError), ({"size": 2.5}, TypeError),
                       ({"stride": 0}, ValueError), ({"kernel_size": (3, 3)}, ValueError)):
        with pytest.raises(error):
            conv_output_size(**({"size": 9, "kernel_size": 3} | bad))


@settings(max_examples=30)
@given(layers=st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)),
                       min_size=1, max_size=4))
def test_receptive_field_by_gradient(layers):
    """One output of a stack of ones depends on exactly the elements that the formula promises."""
    size, jump = receptive_field(layers)
    x = torch.zeros(1, 1, size + 2 * jump, dtype=torch.float64, requires_grad=True)
    y = x
    for k, s, d in layers:
        y = F.conv1d(y, torch.ones(1, 1, k, dtype=y.dtype), stride=s, dilation=d)
    seen = [torch.autograd.grad(y[0, 0, place], x, retain_graph=True)[0][0, 0].nonzero() for place in (0, 1)]
    assert seen[0].max() - seen[0].min() + 1 == size
    assert seen[1].min() - seen[0].min() == jump


def test_receptive_field_options():
    assert receptive_field([]) == (1, 1)
    assert receptive_field([(3,), (3, 2), (3, 1, 2)]) == (13, 2)
    for bad, error in (([3], TypeError), ([()], ValueError), ([(3, 1, 1, 1)], ValueError),
                       ([(0,)], ValueError), ([(3, 1.5)], TypeError)):
        with pytest.raises(error, match=r"layers\[0\]"):
            receptive_field(bad)


@pytest.mark.parametrize("call, error, message", [
    (lambda: im2col([1.0], 1), TypeError, "tensor"),
    (lambda: im2col(torch.zeros(2, 3), 1), ValueError, "input must be"),
    (lambda: im2col(torch.zeros(1, 1, 3), 4), ValueError, "does not fit"),
    (lambda: col2im(torch.zeros(1, 3, 4), (5,), 2), ValueError, "input must be"),
    (lambda: col2im(torch.zeros(1, 2, 3), (5,), 2), ValueError, "input must be"),
    (lambda: col2im(None, (5,), 2), TypeError, "tensor"),
    (lambda: toeplitz(torch.zeros(3), 4), ValueError, "weight must be"),
    (lambda: toeplitz(torch.zeros(3, 1, 2), 4, groups=2), ValueError, "must divide"),
    (lambda: fft_conv(torch.zeros(1, 2, 5), torch.zeros(1, 1, 2)), ValueError, "the input has 2"),
    (lambda: fft_conv(torch.zeros(1, 2, 5), torch.zeros(2)), ValueError, "weight must be"),
])
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
