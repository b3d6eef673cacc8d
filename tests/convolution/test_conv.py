"""Convolutions against PyTorch's: values, gradients of both orders, layers, and bad input."""

import pytest
import torch
import torch.nn.functional as F
from comparing import draws
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import deepgloss as dg
from deepgloss.convolution import Conv1d, Conv2d, Conv3d, conv1d, conv2d, conv3d, pad

OURS = {1: conv1d, 2: conv2d, 3: conv3d}
THEIRS = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
LAYERS = {1: (Conv1d, nn.Conv1d), 2: (Conv2d, nn.Conv2d), 3: (Conv3d, nn.Conv3d)}
TOLERANCE = {torch.float64: {"rtol": 1e-9, "atol": 1e-10}, torch.float32: {"rtol": 1e-4, "atol": 1e-4}}


@st.composite
def problems(draw, most_axes=3):
    """Input size, filters and options that go together."""
    axes = draw(st.integers(1, most_axes))

    def numbers(low, high):
        return tuple(draw(st.integers(low, high)) for _ in range(axes))

    groups = draw(st.integers(1, 3))
    inputs, outputs = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    kernel, stride, dilation, padding = numbers(1, 3), numbers(1, 3), numbers(1, 3), numbers(0, 2)
    more = numbers(0, 4)
    size = tuple(max(1, (k - 1) * d + 1 - 2 * p) + m
                 for k, d, p, m in zip(kernel, dilation, padding, more))
    return axes, (draw(st.integers(1, 2)), inputs, *size), (outputs, inputs // groups, *kernel), (
        stride, padding, dilation, groups)


@settings(max_examples=40)
@given(problem=problems(), dtype=st.sampled_from([torch.float64, torch.float32]))
def test_values_and_gradients(problem, dtype):
    axes, size, kernel, options = problem
    x, weight, bias = draws(*size, dtype=dtype), draws(*kernel, seed=1, dtype=dtype), draws(kernel[0], seed=2, dtype=dtype)
    leaves = [part.requires_grad_() for part in (x, weight, bias)]
    ours, theirs = OURS[axes](*leaves, *options), THEIRS[axes](*leaves, *options)
    torch.testing.assert_close(ours, theirs, **TOLERANCE[dtype])
    g = draws(*theirs.shape, seed=3, dtype=dtype)
    for a, b in zip(torch.autograd.grad(ours, leaves, g), torch.autograd.grad(theirs, leaves, g)):
        torch.testing.assert_close(a, b, **TOLERANCE[dtype])


@settings(max_examples=20)
@given(problem=problems())
def test_second_derivatives(problem):
    axes, size, kernel, options = problem
    leaves = [draws(*size).requires_grad_(), draws(*kernel, seed=1).requires_grad_()]
    found = []
    for function in (OURS[axes], THEIRS[axes]):
        y = function(*leaves, None, *options)
        first = torch.autograd.grad(y, leaves, draws(*y.shape, seed=3).requires_grad_(), create_graph=True)
        found.append(torch.autograd.grad(first[0].square().sum() + first[1].pow(3).sum(), leaves))
    for a, b in zip(*found):
        torch.testing.assert_close(a, b, rtol=1e-8, atol=1e-8)


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")  # forward mode imports it
@pytest.mark.parametrize("stride, dilation, groups", [(1, 1, 1), (2, 1, 1), (1, 2, 3), (3, 2, 3)])
def test_derivatives_by_differences(stride, dilation, groups):
    x, weight = draws(2, 3, 7, 5).requires_grad_(), draws(3, 3 // groups, 3, 2, seed=1).requires_grad_()

    def function(x, weight):
        return conv2d(x, weight, None, stride, 1, dilation, groups)

    assert torch.autograd.gradcheck(function, (x, weight), check_forward_ad=True)
    assert torch.autograd.gradgradcheck(function, (x, weight))


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")  # forward mode imports it
@pytest.mark.parametrize("groups", [1, 3])
def test_function_transforms(groups):
    x, weights = draws(2, 3, 7, 5), draws(4, 3, 3 // groups, 3, 2, seed=1)

    def loss(weight):
        return conv2d(x, weight, groups=groups, padding=1).pow(3).sum()

    together = torch.vmap(torch.func.grad(loss))(weights)
    for got, weight in zip(together, weights):
        torch.testing.assert_close(got, torch.func.grad(loss)(weight))
    along = torch.func.jvp(loss, (weights[0],), (weights[1],))[1]
    torch.testing.assert_close(along, (together[0] * weights[1]).sum())
    hessian = torch.func.hessian(loss)(weights[0]).reshape(weights[0].numel(), -1)
    torch.testing.assert_close(hessian, hessian.T)


@settings(max_examples=40)
@given(problem=problems(), mode=st.sampled_from(["zeros", "reflect", "replicate", "circular"]),
       same=st.booleans())
def test_layers_with_every_padding(problem, mode, same):
    axes, size, kernel, (stride, padding, dilation, groups) = problem
    if same:
        stride, padding = 1, "same"
        size = (*size[:2], *(n + 6 for n in size[2:]))
    else:
        size = (*size[:2], *(n + 2 for n in size[2:]))     # long enough to be reflected
    arguments = (size[1], kernel[0], kernel[2:], stride, padding, dilation, groups)
    ours, theirs = (kind(*arguments, padding_mode=mode, dtype=torch.float64).to(dg.device())
                    for kind in LAYERS[axes])
    ours.load_state_dict(theirs.state_dict())
    x = draws(*size).requires_grad_()
    got = ours(x)
    if same:                                               # PyTorch warns of even kernels
        behind = [(k - 1) * d for k, d in zip(kernel[2:], dilation)]
        margins = [p for total in reversed(behind) for p in (total // 2, total - total // 2)]
        padded = F.pad(x, margins, "constant" if mode == "zeros" else mode)
        wanted = THEIRS[axes](padded, theirs.weight, theirs.bias, 1, 0, dilation, groups)
        assert got.shape[2:] == x.shape[2:]
    else:
        wanted = theirs(x)
    torch.testing.assert_close(got, wanted)
    torch.testing.assert_close(ours(x[0]), wanted[0])
    g = draws(*wanted.shape, seed=3)
    torch.testing.assert_close(torch.autograd.grad(got, x, g), torch.autograd.grad(wanted, x, g))


@pytest.mark.parametrize("mode, wanted", [
    ("zeros", [0, 0, 1, 2, 3, 4, 0]), ("reflect", [3, 2, 1, 2, 3, 4, 3]),
    ("replicate", [1, 1, 1, 2, 3, 4, 4]), ("circular", [3, 4, 1, 2, 3, 4, 1]),
])
def test_pad_by_hand(mode, wanted):
    assert pad(torch.arange(1.0, 5), [(2, 1)], mode).tolist() == wanted


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
@pytest.mark.parametrize("borders, error, message", [
    ([(-1, 1)], ValueError, r"borders\[0\]\[0\] must be an integer of at least 0, not -1"),
    ([(0, 0), (1, 1.5)], TypeError, r"borders\[1\]\[1\] must be an integer"),
    ([(1, 1, 1)], TypeError, "borders must be pairs of integers"),
    ([1, 1], TypeError, "borders must be pairs of integers"),
    ([(1, 1)] * 3, ValueError, "borders must be for at most the input's 2 axes, not for 3"),
])
def test_pad_refuses_what_does_not_fit(borders, error, message, mode):
    with pytest.raises(error, match=message):
        pad(torch.ones(3, 5), borders, mode)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_layers_begin_like_pytorch(axes):
    options = {"stride": 2, "padding": 1, "dilation": 2, "groups": 2, "padding_mode": "circular"}
    layers = []
    for kind in LAYERS[axes]:
        torch.manual_seed(3)
        layers.append(kind(4, 6, 3, **options))
    for ours, theirs in zip(*(layer.state_dict().items() for layer in layers)):
        assert ours[0] == theirs[0]
        torch.testing.assert_close(ours[1], theirs[1])
    assert repr(layers[0]) == repr(layers[1])


def test_layer_without_bias_and_other_dtype():
    layer = Conv2d(3, 5, (3, 1), bias=False, dtype=torch.float64)
    assert layer.bias is None and set(layer.state_dict()) == {"weight"}
    assert "bias=False" in repr(layer)
    assert layer(torch.zeros(2, 3, 7, 7, dtype=torch.float64)).shape == (2, 5, 5, 7)


def test_batch_in_pieces_is_the_batch():
    """More examples than are taken at a time, and none at all."""
    x, weight = draws(11, 7, 41, 43), draws(5, 7, 3, 3, seed=1)
    torch.testing.assert_close(conv2d(x, weight), torch.cat([conv2d(part, weight) for part in x.split(1)]))
    empty = x[:0].requires_grad_()
    y = conv2d(empty, weight.requires_grad_())
    assert y.shape == (0, 5, 39, 41)
    y.sum().backward()
    assert empty.grad.shape == empty.shape and weight.grad.abs().max() == 0


def test_arguments_stay_as_they_are():
    x, weight, bias = draws(2, 3, 7, 5), draws(5, 3, 3, 2), draws(5)
    kept = [part.clone() for part in (x, weight, bias)]
    conv2d(x, weight, bias, padding=1, padding_mode="reflect")
    assert all(torch.equal(a, b) for a, b in zip((x, weight, bias), kept))


X, W = torch.zeros(2, 3, 7, 5), torch.zeros(4, 3, 3, 2)


@pytest.mark.parametrize("arguments, options, error, message", [
    ((X[0, 0], W), {}, ValueError, "input must be"),
    ((X, W[0]), {}, ValueError, "weight must be"),
    ((X, W[:, :2]), {}, ValueError, "the input has 3"),
    ((X, W[:, :1]), {"groups": 3}, ValueError, "must divide the 4 filters"),
    ((X, W, torch.zeros(3)), {}, ValueError, r"bias must be \(4,\)"),
    ((X.long(), W), {}, TypeError, "floating-point"),
    ((X.tolist(), W), {}, TypeError, "not list"),
    ((X, W.double()), {}, TypeError, "float32 like the input"),
    ((X, W), {"stride": 0}, ValueError, "stride"),
    ((X, W), {"stride": 1.5}, TypeError, "stride"),
    ((X, W), {"stride": (1, 2, 3)}, ValueError, "one for each axis"),
    ((X, W), {"padding": -1}, ValueError, "padding"),
    ((X, W), {"padding": "full"}, ValueError, "'same' or 'valid'"),
    ((X, W), {"padding": "same", "stride": 2}, ValueError, "stride of 1"),
    ((X, W), {"dilation": 4}, ValueError, "does not fit into 7"),
    ((X, W), {"padding_mode": "mirror"}, ValueError, "padding_mode must be one of"),
    ((X, W), {"padding": 7, "padding_mode": "reflect"}, ValueError, "at least 8 elements"),
    ((X, W), {"padding": 6, "padding_mode": "circular"}, ValueError, "at least 6 elements"),
    ((X, W), {"groups": 0}, ValueError, "groups"),
])
def test_bad_input(arguments, options, error, message):
    with pytest.raises(error, match=message):
        conv2d(*arguments, **options)


@pytest.mark.parametrize("options, error, message", [
    ({"in_channels": 0}, ValueError, "in_channels"),
    ({"kernel_size": (3, 3, 3)}, ValueError, "kernel_size"),
    ({"groups": 2}, ValueError, "must divide in_channels=3"),
    ({"groups": 3}, ValueError, "must divide out_channels=4"),
    ({"padding": "half"}, ValueError, "padding"),
    ({"padding_mode": "wrap"}, ValueError, "padding_mode"),
])
def test_bad_layers(options, error, message):
    with pytest.raises(error, match=message):
        Conv2d(**({"in_channels": 3, "out_channels": 4, "kernel_size": 3} | options))
