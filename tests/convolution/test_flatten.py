"""Flattening and its inverse against PyTorch's: values, memory, gradients and errors."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import deepgloss as dg
from deepgloss import convolution as C


def numbered(*shape):
    """0, 1, 2, … in a shape, on the book's device."""
    return torch.arange(torch.Size(shape).numel(), device=dg.device()).reshape(shape)


@settings(max_examples=150)
@given(st.lists(st.integers(0, 5), max_size=5), st.randoms(use_true_random=False),
       st.integers(-6, 5), st.integers(-6, 5))
def test_flatten_is_pytorchs(shape, random, start, end):
    order = list(range(len(shape)))
    random.shuffle(order)
    x = numbered(*shape).permute(order)
    try:
        expected = torch.flatten(x, start, end)
    except (IndexError, RuntimeError):
        with pytest.raises(ValueError, match="start_dim|end_dim"):
            C.flatten(x, start, end)
        return
    result = C.flatten(x, start, end)
    assert torch.equal(result, expected) and result.stride() == expected.stride()
    if x.numel():                                           # a view where PyTorch's is one
        assert (result.data_ptr() == x.data_ptr()) == (expected.data_ptr() == x.data_ptr())
    assert torch.equal(C.Flatten(start, end)(x), expected)


@settings(max_examples=150)
@given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.integers(-5, 4),
       st.lists(st.sampled_from([-1, 0, 1, 2, 3, 6]), max_size=3))
def test_unflatten_is_pytorchs(shape, dim, sizes):
    x = numbered(*shape)
    try:
        expected = torch.unflatten(x, dim, sizes)
    except (IndexError, RuntimeError):
        with pytest.raises(ValueError, match="dim|sizes"):
            C.unflatten(x, dim, sizes)
        return
    assert torch.equal(C.unflatten(x, dim, sizes), expected)
    assert torch.equal(C.Unflatten(dim, sizes)(x), expected)


def test_there_and_back():
    x = numbered(2, 3, 5, 7)
    assert torch.equal(C.unflatten(C.flatten(x, 1), 1, (3, 5, 7)), x)
    assert C.Flatten()(x).shape == nn.Flatten()(x).shape == (2, 105)
    assert C.flatten(x).shape == (210,)
    transposed = numbered(4, 6).T
    halves = C.unflatten(transposed, 1, (2, 2))
    assert halves.data_ptr() == transposed.data_ptr()
    assert torch.equal(halves, torch.unflatten(transposed, 1, (2, 2)))


def test_gradients_go_back_to_their_places():
    x = numbered(2, 3, 5).double().transpose(1, 2).requires_grad_()
    weights = torch.arange(30.0, dtype=torch.float64, device=x.device)
    (gradient,) = torch.autograd.grad((C.flatten(x) * weights).sum(), x)
    assert torch.equal(gradient, weights.view(2, 5, 3))


X = torch.zeros(2, 3, 4)


@pytest.mark.parametrize("call, error, message", [
    (lambda: C.flatten([1.0]), TypeError, "input must be a tensor, not list"),
    (lambda: C.flatten(X, 1.0), TypeError, "start_dim must be an integer"),
    (lambda: C.flatten(X, 3), ValueError, "start_dim must be an integer of at least -3 and at most 2"),
    (lambda: C.flatten(X, 0, -4), ValueError, "end_dim must be"),
    (lambda: C.flatten(X, 2, 1), ValueError, "start_dim=2 comes after end_dim=1"),
    (lambda: C.unflatten(X, 5, (1, 2)), ValueError, "dim must be"),
    (lambda: C.unflatten(X, 2, ()), ValueError, "at least one number"),
    (lambda: C.unflatten(X, 2, 4), TypeError, "sizes must be a tuple of integers"),
    (lambda: C.unflatten(X, 2, (2.0, 2)), TypeError, r"sizes\[0\] must be an integer"),
    (lambda: C.unflatten(X, 2, (3, 2)), ValueError, "do not multiply up to the 4 elements of axis 2"),
    (lambda: C.unflatten(X, 2, (-1, -1)), ValueError, "do not multiply up"),
    (lambda: C.unflatten(X[:0], 0, (0, -1)), ValueError, "leave it open"),
])
def test_bad_arguments(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_repr():
    assert repr(C.Flatten()) == repr(nn.Flatten())
    assert repr(C.Unflatten(1, (2, 3))) == repr(nn.Unflatten(1, (2, 3)))
