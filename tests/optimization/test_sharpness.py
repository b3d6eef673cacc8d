"""Products with the Hessian and the ends of its spectrum, held against the whole matrix."""

import pytest
import torch
from torch import nn
from torch.autograd.functional import hessian

import deepgloss as dg
from deepgloss import optimization as O

KINDS = (torch.float32, torch.float64)


def quadratic(values, dtype=torch.float64, seed=0):
    """½ wᵀAw with these eigenvalues in random directions, and a point."""
    draws = torch.randn(len(values), len(values), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    q = torch.linalg.qr(draws)[0]
    A = (q @ torch.tensor(values, dtype=torch.float64).diag() @ q.T).to(dg.device(), dtype)
    return (lambda w: w @ A @ w / 2), A, torch.ones(len(values), dtype=dtype, device=dg.device())


def network():
    """The loss of a network of 5 inputs, 3 hidden units and 2 outputs as a function of all its weights."""
    draws = torch.Generator().manual_seed(1)
    x, y = (torch.randn(7, n, generator=draws, dtype=torch.float64).to(dg.device()) for n in (5, 2))

    def loss(w):
        first, bias, second = w.split((15, 3, 6))
        return nn.functional.mse_loss((x @ first.view(5, 3) + bias).tanh() @ second.view(3, 2), y)

    return loss, torch.randn(24, generator=draws, dtype=torch.float64).to(dg.device())


@pytest.mark.parametrize("dtype", KINDS)
def test_product_is_that_of_the_matrix(dtype):
    loss, A, w = quadratic([1.0, -2.0, 5.0], dtype)
    v = torch.tensor([3.0, -1.0, 2.0]).to(w)
    torch.testing.assert_close(O.hessian_product(loss, w, v), A @ v)
    loss, w = network()
    v = torch.linspace(-1, 2, 24).to(w)
    torch.testing.assert_close(O.hessian_product(loss, w, v), hessian(loss, w) @ v)


def test_weights_may_have_any_shape():
    loss, w = network()
    shaped = lambda w: loss(w.flatten())                                                            # noqa: E731
    v = torch.linspace(-1, 2, 24).to(w)
    wanted = O.hessian_product(loss, w, v)
    torch.testing.assert_close(O.hessian_product(shaped, w.view(4, 6), v.view(4, 6)), wanted.view(4, 6))
    torch.testing.assert_close(O.extreme_curvatures(shaped, w.view(4, 6)), O.extreme_curvatures(loss, w))
    number = torch.tensor(0.5).to(w)
    torch.testing.assert_close(O.sharpness(lambda w: w**4, number), 12 * number**2)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_ends_are_those_of_the_spectrum(seed):
    loss, w = network()
    values = torch.linalg.eigvalsh(hessian(loss, w))
    assert values[0] < 0 < values[-1]
    low, high = O.extreme_curvatures(loss, w, seed=seed)
    torch.testing.assert_close(torch.stack([low, high]), values[[0, -1]])
    assert O.sharpness(loss, w, seed=seed) == high


@pytest.mark.parametrize("dtype", KINDS)
def test_estimates_lie_inside_and_come_closer(dtype):
    values = torch.linspace(-3, 11, 53).tolist()
    loss, _, w = quadratic(values, dtype)
    ends = [torch.stack(O.extreme_curvatures(loss, w, steps)).tolist() for steps in (1, 3, 7, 13, 29, 53)]
    assert ends[0][0] == ends[0][1]
    for (low, high), (lower, higher) in zip(ends, ends[1:]):
        assert lower <= low + 1e-4 and higher >= high - 1e-4
    assert ends[-1] == pytest.approx([-3, 11], rel=1e-4) and ends[-3] != pytest.approx([-3, 11], rel=1e-4)


@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize("values", [[0.0] * 5, [2.0] * 5, [-2.0] * 5, [0.0] * 4 + [7.0], [3.0, 3.0, 3.0, 5.0, 5.0],
                                    [-7.0, -7.0, -7.0, -7.0, -5.0], [4.0]], ids=str)
def test_few_distinct_curvatures(values, dtype):
    """Lanczos runs out of directions after as many steps as there are distinct ones."""
    loss, _, w = quadratic(values, dtype)
    torch.testing.assert_close(torch.stack(O.extreme_curvatures(loss, w)), w.new_tensor([min(values), max(values)]),
                               rtol=1e-4, atol=1e-4)


def test_many_points_at_once():
    loss, w = network()
    points = torch.stack([w, 2 * w, w.flip(0)])
    low, high = torch.vmap(lambda w: O.extreme_curvatures(loss, w), randomness="same")(points)
    for k, point in enumerate(points):
        torch.testing.assert_close((low[k], high[k]), O.extreme_curvatures(loss, point))


def test_nothing_is_left_behind():
    loss, _, w = quadratic([1.0, 2.0, 5.0])
    w.requires_grad_()
    before = w.detach().clone()
    state = torch.get_rng_state()
    value = O.sharpness(loss, w)
    assert w.grad is None and torch.equal(w, before) and torch.equal(torch.get_rng_state(), state)
    assert value.item() == pytest.approx(5)


@pytest.mark.parametrize("call, kind, words", [
    (lambda f, w: O.hessian_product(3, w, w), TypeError, "loss must be a function"),
    (lambda f, w: O.hessian_product(f, [1.0], w), TypeError, "w must be"),
    (lambda f, w: O.hessian_product(f, w, w[:2]), ValueError, r"v must have shape \(3,\) as w has, not \(2,\)"),
    (lambda f, w: O.hessian_product(f, w, w.float()), TypeError, "v must be of the type of w"),
    (lambda f, w: O.hessian_product(f, w, w.long()), TypeError, "v must be"),
    (lambda f, w: O.sharpness("loss", w), TypeError, "loss must be a function"),
    (lambda f, w: O.sharpness(f, w.half()), TypeError, "float32 or float64"),
    (lambda f, w: O.sharpness(f, w[:0]), ValueError, "at least one weight"),
    (lambda f, w: O.sharpness(f, w, 0), ValueError, "steps must be"),
    (lambda f, w: O.sharpness(f, w, 2.5), TypeError, "steps must be"),
    (lambda f, w: O.sharpness(f, w, seed=-1), ValueError, "seed must be"),
    (lambda f, w: O.extreme_curvatures(f, w, True), TypeError, "steps must be"),
])
def test_bad_input_is_refused(call, kind, words):
    loss, _, w = quadratic([1.0, 2.0, 5.0])
    with pytest.raises(kind, match=words):
        call(loss, w)
