"""Every optimizer follows PyTorch's, survives a checkpoint, and names bad hyperparameters."""

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import deepgloss as dg
from deepgloss.optimization import Adam

PAIRS = [(Adam, torch.optim.Adam)]


def network():
    dg.seed(0)
    return nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 3)).double().to(dg.device())


def gradients(model, step):
    """The same gradients for every model, of very different sizes; some parameter has none."""
    draws = torch.Generator().manual_seed(step)
    for k, w in enumerate(model.parameters()):
        g = torch.randn(w.shape, generator=draws, dtype=torch.float64) * 10.0 ** (3 * k - 4)
        w.grad = None if (step + k) % 5 == 0 else g.to(w)


def parameters(model):
    return nn.utils.parameters_to_vector(model.parameters()).detach()


@pytest.mark.parametrize("ours, theirs", PAIRS)
@pytest.mark.parametrize("options", [
    {}, {"lr": 0.3, "betas": (0.0, 0.5)}, {"lr": 1e-2, "betas": (0.99, 0.0), "eps": 0.1},
])
def test_the_path_is_that_of_pytorch(ours, theirs, options):
    first, second = network(), network()
    one, two = ours(first.parameters(), **options), theirs(second.parameters(), **options)
    for step in range(1, 102):
        for model, optimizer in ((first, one), (second, two)):
            gradients(model, step)
            optimizer.step()
        torch.testing.assert_close(parameters(first), parameters(second), rtol=1e-10, atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=7), st.floats(1e-5, 1.0),
       st.floats(0, 0.999), st.floats(0, 0.9999))
def test_adam_follows_its_equations_for_any_gradients(values, lr, beta1, beta2):
    w = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = Adam([w], lr=lr, betas=(beta1, beta2), eps=1e-3)
    m = v = by_hand = 0.0
    for t, g in enumerate(values, start=1):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        by_hand -= lr * m / (1 - beta1**t) / ((v / (1 - beta2**t)) ** 0.5 + 1e-3)
        w.grad = torch.full_like(w, g)
        optimizer.step()
    assert w.item() == pytest.approx(by_hand, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("ours, theirs", PAIRS)
def test_a_checkpoint_continues_the_path(ours, theirs):
    straight = network()
    optimizer = ours(straight.parameters(), lr=0.1)
    for step in range(1, 12):
        gradients(straight, step)
        optimizer.step()
        if step == 6:
            weights, state = copy.deepcopy((straight.state_dict(), optimizer.state_dict()))
    resumed = network()
    resumed.load_state_dict(weights)
    optimizer = ours(resumed.parameters(), lr=0.7)
    optimizer.load_state_dict(state)
    for step in range(7, 12):
        gradients(resumed, step)
        optimizer.step()
    assert torch.equal(parameters(straight), parameters(resumed))


@pytest.mark.parametrize("ours, theirs", PAIRS)
def test_groups_have_learning_rates_of_their_own_and_schedules_change_them(ours, theirs):
    results = []
    for kind in (ours, theirs):
        model = network()
        optimizer = kind([{"params": model[0].parameters(), "lr": 0.5},
                          {"params": model[2].parameters()}], lr=0.01)
        schedule = torch.optim.lr_scheduler.StepLR(optimizer, 2, gamma=0.1)
        for step in range(1, 8):
            gradients(model, step)
            optimizer.step()
            schedule.step()
        results.append(parameters(model))
    torch.testing.assert_close(*results, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("ours, theirs", PAIRS)
def test_a_closure_is_called_with_gradients_and_its_loss_returned(ours, theirs):
    w = torch.ones(3, requires_grad=True)
    optimizer = ours([w], lr=0.1)

    def closure():
        loss = w.square().sum()
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 3.0
    assert (w < 1).all()


@pytest.mark.parametrize("options, message", [
    ({"lr": 0}, "lr must be positive, not 0"),
    ({"lr": float("nan")}, "lr must be positive, not nan"),
    ({"betas": (0.9, 1.0)}, r"betas must be two numbers in \[0, 1\), not \(0.9, 1.0\)"),
    ({"betas": (0.9,)}, "betas must be two numbers"),
    ({"eps": -1e-8}, "eps must not be negative"),
])
def test_adam_names_bad_hyperparameters(options, message):
    w = torch.ones(3, requires_grad=True)
    with pytest.raises(ValueError, match=message):
        Adam([w], **options)
    with pytest.raises(ValueError, match=message):
        Adam([{"params": [w], **options}])


def test_adam_names_a_sparse_gradient_before_it_changes_anything():
    dense = torch.ones(3, requires_grad=True)
    dense.grad = torch.ones(3)
    table = nn.Embedding(5, 3, sparse=True)
    table(torch.tensor([1])).sum().backward()
    with pytest.raises(TypeError, match="dense gradients"):
        Adam([dense, table.weight]).step()
    assert torch.equal(dense, torch.ones(3))
