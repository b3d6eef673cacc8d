"""Surfaces have the minima, slopes and curvatures that they are known for; optimizers go over them; networks have some."""

import math

import pytest
import torch
from comparing import draws
from kinds import network, parameters
from torch import nn

import deepgloss as dg
from deepgloss import optimization as O

SMOOTH = {name: surface for name, surface in O.SURFACES.items() if name != "noisy bowl"}


def hessian(function, *point):
    return torch.autograd.functional.hessian(function, torch.tensor(point, dtype=torch.float64))


@pytest.mark.parametrize("name", O.SURFACES)
def test_nothing_in_the_picture_is_lower_than_the_minima(name):
    surface = O.SURFACES[name]
    function = surface.function if name in SMOOTH else lambda w: O.noisy_bowl(w, 0.0)
    grid = torch.cartesian_prod(torch.linspace(*surface.x, 101), torch.linspace(*surface.y, 101)).double()
    for point in surface.minima:
        w = torch.tensor(point, dtype=torch.float64, requires_grad=True)
        height = function(w)
        height.backward()
        assert w.grad.abs().max() < 1e-12 and function(grid).min() >= height.detach() - 1e-12
        assert (torch.linalg.eigvalsh(hessian(function, *point)) > 0).all()
        assert surface.x[0] < point[0] < surface.x[1] and surface.y[0] < point[1] < surface.y[1]
    assert surface.x[0] < surface.start[0] < surface.x[1] and surface.y[0] < surface.start[1] < surface.y[1]


def test_heights_of_the_literature():
    points = torch.tensor([[1.0, 1.0], [0.0, 0.0], [3.0, 0.5], [-1.2, 1.0]], dtype=torch.float64)
    torch.testing.assert_close(O.rosenbrock(points), torch.tensor([0.0, 1.0, 7229.0, 24.2],
                               dtype=torch.float64), rtol=1e-12, atol=0)
    torch.testing.assert_close(O.beale(points[1:3]), torch.tensor([14.203125, 0.0]).double())
    assert O.beale(points[0]).item() == pytest.approx(14.203125)


def test_curvatures():
    torch.testing.assert_close(hessian(lambda w: O.ravine(w, 7.0), 0.3, -2.0), torch.diag(torch.tensor([1.0, 7.0])).double())
    torch.testing.assert_close(hessian(O.saddle, 0.0, 0.0), torch.diag(torch.tensor([1.0, -1.0])).double())
    assert O.saddle(torch.tensor([0.0, -1.0])).item() == -0.25


def test_the_noise_of_the_bowl_is_in_its_slope_and_right_on_average():
    w = draws(20_000, 2).mul(0).add(torch.tensor([2.0, -1.0]).to(dg.device())).requires_grad_()
    O.noisy_bowl(w, 3.0, torch.Generator().manual_seed(1)).sum().backward()
    noise = (w.grad - w.detach()) / 3.0
    assert noise.mean().abs() < 0.02 and (noise.std() - 1).abs() < 0.02
    again = O.noisy_bowl(w.detach(), 3.0, torch.Generator().manual_seed(1))
    assert torch.equal(again, O.noisy_bowl(w.detach(), 3.0, torch.Generator().manual_seed(1)))
    assert not torch.equal(again, O.noisy_bowl(w.detach(), 3.0, torch.Generator().manual_seed(2)))


def test_any_function_can_be_measured_with_noise():
    """The saddle, and a double well of points with one number."""
    for function, n in ((O.saddle, 2), (lambda w: ((w * w - 1) ** 2).sum(-1) / 4, 1)):
        w = draws(7, n).requires_grad_()
        exact, = torch.autograd.grad(function(w).sum(), w)
        measured = O.noisy(function, 0.5, torch.Generator().manual_seed(3))
        slopes = torch.stack([torch.autograd.grad(measured(w).sum(), w)[0] for _ in range(2000)])
        assert (slopes.mean(0) - exact).abs().max() < 0.06 and (slopes.std(0) - 0.5).abs().max() < 0.05
        assert torch.equal(O.noisy(function, 0.0)(w), function(w))


@pytest.mark.parametrize("name", [*SMOOTH, "noisy bowl"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_race_ends_near_a_minimum(name, dtype):
    """Of Adam, from each surface's start; the noisy bowl leaves a floor."""
    surface = O.SURFACES[name]
    start = torch.tensor(surface.start, dtype=dtype, device=dg.device())
    path = O.trajectory(surface.function, start, lambda params: O.Adam(params, lr=0.03), 1500)
    assert path.shape == (1501, 2) and path.dtype == dtype and torch.equal(path[0], start) and not path.requires_grad
    ends = torch.tensor(surface.minima, dtype=dtype, device=dg.device())
    assert (path[-1] - ends).norm(dim=1).min() < (0.5 if name == "noisy bowl" else 0.1)


def test_several_starts_are_as_many_races():
    starts = torch.tensor([[-1.0, 1.0], [2.0, -0.5], [0.1, 0.2]], dtype=torch.float64)
    for make in (lambda params: O.RMSprop(params, lr=0.01), lambda params: O.Nesterov(params, lr=1e-4)):
        together = O.trajectory(O.rosenbrock, starts, make, 20)
        alone = torch.stack([O.trajectory(O.rosenbrock, start, make, 20) for start in starts], 1)
        torch.testing.assert_close(together, alone, rtol=1e-12, atol=1e-14)
    assert torch.equal(starts[0], torch.tensor([-1.0, 1.0], dtype=torch.float64))
    assert O.trajectory(O.beale, starts, make, 0).shape == (1, 3, 2)


@pytest.mark.parametrize("call, message", [
    (lambda w: O.ravine(w, 0.5), r"condition must be a number in \[1, inf\], not 0.5"),
    (lambda w: O.beale(w[:1]), r"w must be points, \(…, 2\), not have shape \(1,\)"),
    (lambda w: O.noisy_bowl(w, -1), "noise must not be negative"),
    (lambda w: O.noisy_bowl(w, 1.0, 3), "generator must be a torch.Generator or None, not 3"),
    (lambda w: O.noisy(3), "function must be a function of points, not 3"),
    (lambda w: O.noisy(O.saddle, math.nan), "noise must not be negative, not nan"),
    (lambda w: O.noisy(torch.sin)(w[0]), "w must be points, .* not a single number"),
    (lambda w: O.trajectory(3, w, O.SGD, 3), "function must be a function, not 3"),
    (lambda w: O.trajectory(O.beale, w, 3, 3), "optimizer must be a function, not 3"),
    (lambda w: O.trajectory(O.beale, w, list, 3), "optimizer must make a torch.optim.Optimizer"),
    (lambda w: O.trajectory(O.beale, w, O.SGD, -1), "steps must be an integer of at least 0"),
    (lambda w: O.trajectory(O.beale, [1.0, 2.0], O.SGD, 1), "start must be a tensor"),
    (lambda w: O.random_direction(3), "model must be a torch.nn.Module"),
    (lambda w: O.random_direction(network(), 3), "generator must be a torch.Generator or None"),
    (lambda w: O.loss_slice(network(), 3, [], w), "loss must be a function"),
    (lambda w: O.loss_slice(network(), abs, [w], w), "first must be a list of tensors with the shapes"),
    (lambda w: O.loss_slice(network(), abs, list(network().parameters()), w[None]), "along must have one axis"),
    (lambda w: O.loss_slice(network(), abs, list(network().parameters()), w, [w]), "second and across must be given"),
])
def test_nonsense_is_named(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call(torch.tensor([1.0, 2.0]))


def test_a_random_direction_is_as_long_as_each_filter():
    dg.seed(2)
    model = nn.Sequential(nn.Conv2d(3, 5, 2), nn.BatchNorm2d(5), nn.Flatten(), nn.Linear(20, 2)).to(dg.device())
    direction = O.random_direction(model, torch.Generator().manual_seed(0))
    for w, d in zip(model.parameters(), direction):
        assert d.shape == w.shape
        if w.ndim > 1:
            torch.testing.assert_close(d.flatten(1).norm(dim=1), w.detach().flatten(1).norm(dim=1))
        else:
            assert not d.any()
    normal = O.random_direction(model, torch.Generator().manual_seed(0), normalize=False)
    assert all(d.any() for d in normal)


def test_slices_of_a_network_are_its_losses():
    model = network()
    x, y = draws(11, 5, seed=1), (torch.arange(11) % 3).to(dg.device())

    def loss():
        return nn.functional.cross_entropy(model(x), y)

    first, second = (O.random_direction(model, torch.Generator().manual_seed(k), normalize=False) for k in (0, 1))
    along, across = torch.tensor([-0.5, 0.0, 2.0]), torch.tensor([0.0, 0.25], dtype=torch.float64)
    before = parameters(model).clone()
    plane = O.loss_slice(model, loss, first, along, second, across)
    assert plane.shape == (3, 2) and plane.dtype == torch.float64 and torch.equal(parameters(model), before)
    assert plane[1, 0].item() == pytest.approx(loss().item(), rel=1e-12)
    torch.testing.assert_close(O.loss_slice(model, loss, first, along), plane[:, 0], rtol=1e-12, atol=0)
    with torch.no_grad():
        for w, d, e in zip(model.parameters(), first, second):
            w += 2.0 * d + 0.25 * e
        assert plane[2, 1].item() == pytest.approx(loss().item(), rel=1e-9)
