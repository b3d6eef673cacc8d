"""Nesterov's method in his form, and the change of variables to PyTorch's."""

import pytest
import torch
from kinds import gradients, network, parameters, train
from torch import nn

import deepgloss as dg
from deepgloss import optimization as O

both_ways = pytest.mark.parametrize("foreach", [True, False], ids=["foreach", "plain"])
close = torch.testing.assert_close


def update(model, optimizer, step):
    """One update on a mini-batch, with a closure; the parameters that it leaves."""
    draws = torch.Generator().manual_seed(step)
    x, y = torch.randn(11, 5, generator=draws, dtype=torch.float64), torch.randint(3, (11,), generator=draws)

    def closure():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x.to(dg.device())), y.to(dg.device()))
        loss.backward()
        return loss

    optimizer.step(closure)
    return parameters(model)


@both_ways
@pytest.mark.parametrize("decay", [0.0, 0.05])
@pytest.mark.parametrize("theirs", [torch.optim.SGD, O.SGD])
def test_where_it_looks_is_where_pytorch_stands(theirs, decay, foreach):
    """w + μv of ours is PyTorch's w, and −v/η its buffer, for 200 updates of a network."""
    first, second = network(), network()
    ours = O.Nesterov(first.parameters(), lr=0.05, momentum=0.8, weight_decay=decay, foreach=foreach)
    other = theirs(second.parameters(), lr=0.05, momentum=0.8, weight_decay=decay, nesterov=True)
    for step in range(200):
        w, theta = update(first, ours, step), update(second, other, step)
        v = torch.cat([ours.state[u]["v"].flatten() for u in first.parameters()])
        close(O.lookahead_point(w, v, 0.8), theta, rtol=1e-9, atol=1e-11)
    name = "v" if theirs is O.SGD else "momentum_buffer"
    buffer = torch.cat([other.state[u][name].flatten() for u in second.parameters()])
    close(-v / 0.05, buffer, rtol=1e-8, atol=1e-10)
    assert (w - theta).abs().max() > 1e-3                  # two different points, all the same


@both_ways
def test_the_optimizer_is_its_step_function(foreach):
    """On a quadratic, in half precision too; momenta may change from step to step."""
    curvature = torch.tensor([1.0, 7.0, 0.3], dtype=torch.float64)
    for dtype, loose in ((torch.float64, 1e-12), (torch.bfloat16, 0.02)):
        w = nn.Parameter(torch.tensor([1.0, -2.0, 3.0], dtype=dtype))
        optimizer = O.Nesterov([w], lr=0.1, foreach=foreach)
        x, v = w.detach().double().clone(), torch.zeros(3, dtype=torch.float64)
        for step in range(30):
            optimizer.param_groups[0]["momentum"] = momentum = (0.9, 0.0, 0.5)[step % 3]

            def closure():
                w.grad = (curvature * w.detach().double()).to(dtype)
                return w.detach().sum()

            optimizer.step(closure)
            x, v = O.nesterov_step(x, v, lambda point: curvature * point, 0.1, momentum)
            close(w.detach().double(), x, rtol=loose, atol=loose)
        assert optimizer.state[w]["v"].dtype == (torch.float64 if dtype == torch.float64 else torch.float32)


@both_ways
def test_his_own_momenta_keep_his_bound(foreach):
    """2L|w₀ − w*|²/(k + 1)² on the worst quadratic, where gradient descent is above it."""
    n, steps = 101, 48
    chain = 2 * torch.eye(n, dtype=torch.float64) - torch.diag(torch.ones(n - 1, dtype=torch.float64), 1) - torch.diag(
        torch.ones(n - 1, dtype=torch.float64), -1)
    push = torch.eye(n, dtype=torch.float64)[0]
    best = torch.linalg.solve(chain, push)
    largest = torch.linalg.eigvalsh(chain)[-1].item()

    def height(x):
        return x @ chain @ x / 2 - push @ x

    w = nn.Parameter(torch.zeros(n, dtype=torch.float64))
    optimizer = O.Nesterov([w], lr=1 / largest, foreach=foreach)
    descent = torch.zeros(n, dtype=torch.float64)
    momenta = O.nesterov_momentum(steps)
    for k, momentum in enumerate([0.0, *momenta[:-1].tolist()], 1):          # μₖ belongs to step k + 1
        optimizer.param_groups[0]["momentum"] = momentum

        def closure():
            w.grad = chain @ w.detach() - push
            return height(w.detach())

        optimizer.step(closure)
        descent = descent - (chain @ descent - push) / largest
        assert height(w.detach()) - height(best) <= 2 * largest * best.square().sum() / (k + 1) ** 2
    assert height(descent) - height(best) > 1.5 * (height(w.detach()) - height(best))
    assert momenta[0] == 0 and (momenta.diff() > 0).all() and momenta[-1] < 1
    golden = (1 + 5**0.5) / 2                              # a₂, which solves a² = a + 1
    assert momenta[1].item() == pytest.approx((golden - 1) / (0.5 + (golden**2 + 0.25) ** 0.5), rel=1e-12)
    assert momenta[-1].item() == pytest.approx(1 - 3 / steps, abs=0.01)
    assert O.nesterov_momentum(0).shape == (0,)


def test_without_momentum_it_is_gradient_descent():
    first, second = network(), network()
    optimizer = O.Nesterov(first.parameters(), lr=0.1, momentum=0)
    for step in range(5):
        w = update(first, optimizer, step)
    close(w, train(second, torch.optim.SGD(second.parameters(), lr=0.1), 5))


def test_parameters_come_back_where_an_error_is():
    model = network()
    optimizer = O.Nesterov(model.parameters(), lr=0.1)
    for step in range(3):
        update(model, optimizer, step)
    before, state = parameters(model).clone(), [optimizer.state[w]["v"].clone() for w in model.parameters()]
    seen = []

    def closure():
        seen.append(parameters(model).clone())
        raise RuntimeError("no loss")

    with pytest.raises(RuntimeError, match="no loss"):
        optimizer.step(closure)
    with pytest.raises(TypeError, match=r"closure must be a function .* not None: Nesterov takes them at w \+ momentum"):
        optimizer.step()
    assert torch.equal(parameters(model), before) and not torch.equal(seen[0], before)
    for w, v in zip(model.parameters(), state):
        assert torch.equal(optimizer.state[w]["v"], v)


@both_ways
def test_climbing_is_descending_the_other_way(foreach):
    first, second = network(), network()
    one = O.Nesterov(first.parameters(), lr=0.1, maximize=True, foreach=foreach)
    two = O.Nesterov(second.parameters(), lr=0.1, foreach=foreach)
    for step in range(1, 12):
        one.step(lambda: gradients(first, step))
        two.step(lambda: (gradients(second, step), turn(second)))
    assert torch.equal(parameters(first), parameters(second))


def turn(model):
    for w in model.parameters():
        w.grad = None if w.grad is None else -w.grad


def test_a_checkpoint_goes_on_bit_for_bit():
    for dtype in (torch.float64, torch.bfloat16):
        straight, resumed = network(dtype), network(dtype)
        one, two = O.Nesterov(straight.parameters(), lr=0.1), O.Nesterov(resumed.parameters(), lr=0.7)
        for step in range(6):
            one.step(lambda: gradients(straight, step))
        resumed.load_state_dict(straight.state_dict())
        two.load_state_dict(one.state_dict())
        for step in range(6, 12):
            one.step(lambda: gradients(straight, step))
            two.step(lambda: gradients(resumed, step))
        assert torch.equal(parameters(straight), parameters(resumed))


def test_a_step_function_that_is_given_nonsense():
    w, v = torch.ones(3), torch.zeros(3)
    with pytest.raises(TypeError, match="gradient must be a function of a point, not 3"):
        O.nesterov_step(w, v, 3)
    with pytest.raises(TypeError, match="what gradient gives must be a tensor of floating-point numbers, not NoneType"):
        O.nesterov_step(w, v, lambda point: None)
    with pytest.raises(ValueError, match=r"what gradient gives must have shape \(3,\) as w has, not \(\)"):
        O.nesterov_step(w, v, lambda point: point.sum())
    with pytest.raises(ValueError, match=r"v must have shape \(3,\) as w has, not \(2,\)"):
        O.nesterov_step(w, v[:2], torch.sin)
    with pytest.raises(ValueError, match="momentum must not be negative"):
        O.lookahead_point(w, v, -1)
