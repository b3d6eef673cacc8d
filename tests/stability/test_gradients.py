"""Gradients by layer and by lag: products of Jacobians, held against autograd and against closed forms."""

import math

import pytest
import torch
from comparing import draws
from torch import nn

import deepgloss as dg
from deepgloss import stability as S

close = torch.testing.assert_close


def deep(*sizes, scale=1.0):
    layers = []
    for k, (a, b) in enumerate(zip(sizes, sizes[1:])):
        layer = nn.Linear(a, b, dtype=torch.float64).to(dg.device())
        layer.weight.data = scale * draws(b, a, seed=k) / a**0.5
        layers += [layer, nn.Tanh()]
    return nn.Sequential(*layers)


def test_norms_by_layer():
    model, x = deep(7, 5, 11, 3), draws(13, 7)
    model(x).square().sum().backward()
    norms = S.gradient_norms(model)
    assert list(norms) == ["0", "2", "4"]
    for name, norm in norms.items():
        layer = model[int(name)]
        assert norm == pytest.approx(math.sqrt(layer.weight.grad.square().sum() + layer.bias.grad.square().sum()))
    assert S.gradient_norms(model, math.inf)["2"] == pytest.approx(
        max(model[2].weight.grad.abs().max().item(), model[2].bias.grad.abs().max().item()))
    model[4].weight = model[0].weight                             # shared: counts once
    model[4].bias.grad = None
    assert list(S.gradient_norms(model)) == ["0", "2"]


def test_small_weights_lose_the_gradient_and_large_ones_blow_it_up():
    """30 orthogonal layers times a: the gradient at the first is a³⁰ of that at the last."""
    for a in (0.5, 1.0, 2.0):
        model = nn.Sequential(*(nn.Linear(5, 5, bias=False, dtype=torch.float64) for _ in range(31)))
        for k, layer in enumerate(model):
            layer.weight.data = a * torch.linalg.qr(draws(5, 5, seed=k).cpu()).Q
        x = draws(1, 5, seed=99).cpu().requires_grad_()
        model(x).sum().backward()
        norms = list(S.gradient_norms(model).values())
        matrices = S.layer_jacobians(model, x.detach()[0])
        close(torch.linalg.svdvals(S.jacobian_products(matrices)[0]), torch.full((5,), a**31, dtype=torch.float64))
        close(x.grad.norm().item(), a**31 * 5**0.5)
        assert norms[0] / norms[-1] == pytest.approx(1)          # the input shrinks as the gradient grows


def test_jacobians_and_their_products():
    model, x = deep(7, 5, 11, 3), draws(7)
    matrices = S.layer_jacobians(model, x)
    assert [tuple(j.shape) for j in matrices] == [(5, 7), (5, 5), (11, 5), (11, 11), (3, 11), (3, 3)]
    close(matrices[0], model[0].weight.detach())
    products = S.jacobian_products(matrices)
    close(products[0], torch.autograd.functional.jacobian(model, x))
    close(products[4], torch.autograd.functional.jacobian(model[4:], model[:4](x).detach()))
    close(products[-1], matrices[-1])
    batch = S.jacobian_products([draws(2, 3, 5), draws(2, 7, 3, seed=1)])
    close(batch[0], draws(2, 7, 3, seed=1) @ draws(2, 3, 5))


def test_a_linear_network_through_time():
    """h_t = W h_{t−1} + U x_t: the derivative by lag k is Wᵏ."""
    w = draws(5, 5) / 5**0.5
    norms = S.lag_gradients(lambda x, h: h @ w.mT + x, draws(7, 3, 5, seed=1), draws(3, 5, seed=2))
    assert norms.shape == (8, 3)
    for k in range(8):
        wanted = torch.linalg.matrix_norm(torch.linalg.matrix_power(w, k), 2)
        close(norms[k], wanted.expand(3))
    frobenius = S.lag_gradients(lambda x, h: h @ w.mT + x, draws(7, 3, 5, seed=1), draws(3, 5, seed=2), "frobenius")
    close(frobenius[0], torch.full((3,), 5**0.5, dtype=torch.float64, device=w.device))


@pytest.mark.parametrize("kind", [nn.RNNCell, nn.GRUCell, nn.LSTMCell, dg.sequences.RNNCell, dg.sequences.LSTMCell])
def test_cells(kind):
    """Each example by itself, against autograd's Jacobian of the whole way."""
    cell, xs = kind(3, 5).double().to(dg.device()), draws(4, 2, 3)
    state = draws(2, 5, seed=1)
    state = (state, draws(2, 5, seed=2)) if "LSTM" in kind.__name__ else state
    norms = S.lag_gradients(cell, xs, state)

    def last(h):
        h = tuple(part[None] for part in h.split(5)) if isinstance(state, tuple) else h[None]
        for x in xs[1:, :1]:                                       # the first step is left out: lag 3
            h = cell(x, h)
        return torch.cat(h, 1)[0] if isinstance(h, tuple) else h[0]

    first = cell(xs[0, :1], tuple(part[:1] for part in state) if isinstance(state, tuple) else state[:1])
    first = torch.cat(first, 1)[0] if isinstance(first, tuple) else first[0]
    close(norms[3, 0], torch.linalg.matrix_norm(torch.autograd.functional.jacobian(last, first.detach()), 2))
    close(norms[0], torch.ones_like(norms[0]))
    assert all(p.grad is None for p in cell.parameters())


def test_contributions_add_up_to_the_gradient():
    """Of a linear cell with one unit: step t adds wᵀ⁻ᵗ h_{t−1}."""
    cell = nn.RNNCell(1, 1, bias=False, nonlinearity="relu", dtype=torch.float64).to(dg.device())
    with torch.no_grad():
        cell.weight_ih.fill_(1.0)
        cell.weight_hh.fill_(0.5)
    xs, state = torch.ones(5, 1, 1, dtype=torch.float64, device=dg.device()), torch.zeros(1, 1, dtype=torch.float64,
                                                                                             device=dg.device())
    parts = S.lag_contributions(cell, xs, state, torch.sum)
    before = [0.0, 1.0, 1.5, 1.75, 1.875]                          # h₀ … h₄
    wanted = [0.5 ** (5 - t) * math.hypot(1.0, before[t - 1]) for t in range(1, 6)]
    close(parts.cpu(), torch.tensor(wanted, dtype=torch.float64))
    assert all(p.grad is None for p in cell.parameters())
    lstm = nn.LSTMCell(3, 5).double().to(dg.device())
    state = draws(2, 5), draws(2, 5, seed=1)
    assert S.lag_contributions(lstm, draws(7, 2, 3), state, lambda s: s[0].sum()).shape == (7,)


@pytest.mark.parametrize("call, error, words", [
    (lambda: S.gradient_norms(nn.Linear(2, 3)), ValueError, "model must have gradients"),
    (lambda: S.gradient_norms(3), TypeError, "model"),
    (lambda: S.layer_jacobians(nn.Linear(2, 3), torch.ones(2)), TypeError, "layers"),
    (lambda: S.layer_jacobians(nn.Sequential(), torch.ones(2)), ValueError, "layers"),
    (lambda: S.layer_jacobians(nn.Sequential(nn.ReLU()), [1.0]), TypeError, "x must"),
    (lambda: S.jacobian_products([]), ValueError, "jacobians"),
    (lambda: S.jacobian_products(3), TypeError, "jacobians"),
    (lambda: S.jacobian_products([torch.ones(2, 3), torch.ones(2, 3)]), ValueError, r"jacobians\[0\]"),
    (lambda: S.lag_gradients(3, torch.ones(2, 2, 3), torch.ones(2, 5)), TypeError, "cell"),
    (lambda: S.lag_gradients(nn.RNNCell(3, 5), torch.ones(2, 3), torch.ones(2, 5)), ValueError, "inputs"),
    (lambda: S.lag_gradients(nn.RNNCell(3, 5), torch.ones(2, 2, 3), torch.ones(3, 5)), ValueError, "state"),
    (lambda: S.lag_gradients(nn.RNNCell(3, 5), torch.ones(2, 2, 3), torch.ones(2, 5), "l2"), ValueError, "norm"),
    (lambda: S.lag_gradients(lambda x, h: h[:, :2], torch.ones(2, 2, 3), torch.ones(2, 5)), ValueError, "cell"),
    (lambda: S.lag_contributions(torch.add, torch.ones(2, 2, 3), torch.ones(2, 5), torch.sum), TypeError, "cell"),
    (lambda: S.lag_contributions(nn.RNNCell(3, 5), torch.ones(2, 2, 3), torch.ones(2, 5), 3), TypeError, "loss"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
