"""Vector–Jacobian products are what autograd computes."""

import pytest
import torch
import torch.nn.functional as F

import deepgloss as dg
from deepgloss.networks import cross_entropy_vjp, linear_vjp, matmul_vjp, relu_vjp, tanh_vjp, unbroadcast


def draw(*shape, seed=0):
    x = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return x.to(dg.device()).requires_grad_()


def autograd(function, inputs, grad):
    return torch.autograd.grad(function(*inputs), inputs, grad)


@pytest.mark.parametrize("batch", [(), (5,), (2, 3), (0,)])
def test_linear(batch):
    x, weight, bias, grad = draw(*batch, 7), draw(11, 7, seed=1), draw(11, seed=2), draw(*batch, 11, seed=3)
    ours = linear_vjp(x, weight, grad)
    for got, wanted in zip(ours, autograd(F.linear, (x, weight, bias), grad)):
        torch.testing.assert_close(got, wanted)


@pytest.mark.parametrize("a, b", [((3, 5), (5, 7)), ((2, 3, 5), (2, 5, 7)), ((3, 5), (2, 5, 7)), ((11, 1, 3, 5), (2, 5, 7)),
                                  ((0, 5), (5, 7))])
def test_matmul(a, b):
    a, b = draw(*a), draw(*b, seed=1)
    grad = draw(*(a @ b).shape, seed=2)
    for got, wanted in zip(matmul_vjp(a, b, grad), autograd(torch.matmul, (a, b), grad)):
        torch.testing.assert_close(got, wanted)


def test_activations():
    x, grad = draw(3, 5), draw(3, 5, seed=1)
    torch.testing.assert_close(tanh_vjp(x.tanh(), grad), *autograd(torch.tanh, (x,), grad))
    for seen in (x, x.relu()):
        torch.testing.assert_close(relu_vjp(seen, grad), *autograd(torch.relu, (x,), grad))
    zero = torch.zeros(1, device=dg.device())
    assert relu_vjp(zero, torch.ones_like(zero)) == 0


@pytest.mark.parametrize("n", [1, 5])
def test_cross_entropy(n):
    logits, labels = draw(n, 7), torch.arange(n, device=dg.device()) % 7
    wanted, = torch.autograd.grad(F.cross_entropy(logits, labels), logits)
    torch.testing.assert_close(cross_entropy_vjp(logits, labels), wanted)
    torch.testing.assert_close(cross_entropy_vjp(logits, labels.int()), wanted)
    huge = cross_entropy_vjp(1e5 * logits, labels)
    assert huge.isfinite().all() and huge.sum(1).abs().max() < 1e-12


@pytest.mark.parametrize("shape", [(3, 5), (5,), (1, 5), (3, 1), (), (1, 1, 1), (2, 3, 5)])
def test_unbroadcast(shape):
    x = draw(*shape)
    grad = draw(2, 3, 5, seed=1)
    wanted, = autograd(lambda x: x.broadcast_to(2, 3, 5), (x,), grad)
    torch.testing.assert_close(unbroadcast(grad, x.shape), wanted)


@pytest.mark.parametrize("call, error, words", [
    (lambda x: linear_vjp(x, draw(11, 5), draw(3, 11)), ValueError, "x must end in an axis of 5"),
    (lambda x: linear_vjp(x, draw(7), draw(3, 11)), ValueError, r"weight must have shape \(out, in\)"),
    (lambda x: linear_vjp(x, draw(11, 7), draw(3, 7)), ValueError, r"grad must have the output's shape, \(3, 11\)"),
    (lambda x: linear_vjp([1.0], draw(11, 7), x), TypeError, "x must be a tensor"),
    (lambda x: matmul_vjp(x, draw(5, 7), x), ValueError, "b must have 7 rows"),
    (lambda x: matmul_vjp(draw(2, 3, 7), draw(5, 7, 2), x), ValueError, "the batches of a and b must broadcast"),
    (lambda x: matmul_vjp(x, draw(7), x), ValueError, "b must have at least 2 axes"),
    (lambda x: tanh_vjp(x, draw(3, 5)), ValueError, "grad must have the output's shape"),
    (lambda x: relu_vjp(x.int(), x), TypeError, "x must be a tensor of floating-point numbers"),
    (lambda x: cross_entropy_vjp(x, torch.tensor([0, 1, 7])), ValueError, "labels must be in 0..6, not 0..7"),
    (lambda x: cross_entropy_vjp(x, torch.tensor([0, 1])), ValueError, r"labels must have shape \(3,\)"),
    (lambda x: cross_entropy_vjp(x, x[:, 0]), TypeError, "labels must be a tensor of integers"),
    (lambda x: unbroadcast(x, (2,)), ValueError, r"shape must broadcast to that of grad, \(3, 7\)"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call(draw(3, 7))
