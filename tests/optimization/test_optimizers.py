"""Every optimizer follows PyTorch's, in every precision and with every option that all of them have."""

import copy
import pickle

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds import ONE_EACH, PAIRS, gradients, network, parameters, saved, train
from torch import nn

import deepgloss as dg
from deepgloss import optimization as O

every_pair = pytest.mark.parametrize("pair", PAIRS, ids=str)
each = pytest.mark.parametrize("pair", ONE_EACH, ids=str)
both_ways = pytest.mark.parametrize("foreach", [True, False], ids=["foreach", "plain"])
close = torch.testing.assert_close


@both_ways
@every_pair
def test_two_hundred_updates_of_a_network_are_those_of_pytorch(pair, foreach):
    first, second = network(), network()
    one, two = pair.both(first, second, foreach=foreach)
    start, steps = parameters(first).clone(), 200 if foreach else 50
    close(train(first, one, steps), train(second, two, steps), rtol=1e-8, atol=1e-10)
    assert (parameters(first) - start).abs().mean() > 1e-3


@every_pair
def test_two_hundred_updates_in_single_precision(pair):
    """Near PyTorch's in float32, and as near to float64 as that is."""
    exact = network()
    wanted = train(exact, pair.other(exact), 200)
    found = []
    for which in (0, 1):
        model = network(torch.float32)
        found.append(train(model, (pair.mine, pair.other)[which](model), 200, torch.float32).double())
    errors = [(x - wanted).abs().max().item() for x in found]
    assert errors[0] <= max(3 * errors[1], 1e-4)


@both_ways
@every_pair
def test_gradients_of_very_different_sizes_and_of_some_parameters(pair, foreach):
    first, second = network(), network()
    one, two = pair.both(first, second, foreach=foreach)
    for step in range(1, 102):
        for model, optimizer in ((first, one), (second, two)):
            gradients(model, step)
            optimizer.step()
        close(parameters(first), parameters(second), rtol=1e-9, atol=1e-11)


@both_ways
@each
def test_a_parameter_without_a_gradient_is_left_alone(pair, foreach):
    model = network()
    optimizer = pair.mine(model, foreach=foreach, weight_decay=0.1)
    still = model[0].bias.detach().clone()
    model[0].bias.requires_grad_(False)
    train(model, optimizer, 3)
    assert torch.equal(model[0].bias, still) and model[0].bias not in optimizer.state
    assert {optimizer.state[w]["t"] for w in model.parameters() if w.requires_grad} == {3}


@both_ways
@every_pair
@pytest.mark.parametrize("more", [{"maximize": True}, {"weight_decay": 0.05}, {"maximize": True, "weight_decay": 0.05}],
                         ids=lambda more: "+".join(more))
def test_climbing_and_weight_decay(pair, more, foreach):
    if not pair.decays and "weight_decay" in more:
        pytest.skip("PyTorch's has no weight decay; the next test has")
    first, second = network(), network()
    one, two = pair.both(first, second, foreach=foreach, **more)
    close(train(first, one, 30), train(second, two, 30), rtol=1e-8, atol=1e-10)


@both_ways
@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair.ours is not O.AdamW], ids=str)
def test_weight_decay_is_a_gradient(pair, foreach):
    first, second = network(), network()
    one = pair.mine(first, foreach=foreach, weight_decay=0.2)
    two = pair.mine(second, foreach=foreach)
    for step in range(1, 12):
        gradients(first, step), gradients(second, step)
        for w in second.parameters():
            if w.grad is not None:
                w.grad += 0.2 * w.detach()
        one.step(), two.step()
    close(parameters(first), parameters(second), rtol=1e-10, atol=1e-12)


@each
def test_climbing_is_descending_the_other_way(pair):
    first, second = network(), network()
    one, two = pair.mine(first, maximize=True), pair.mine(second)
    for step in range(1, 12):
        gradients(first, step), gradients(second, step)
        for w in second.parameters():
            w.grad = None if w.grad is None else -w.grad
        one.step(), two.step()
    assert torch.equal(parameters(first), parameters(second))


@both_ways
@every_pair
def test_gradients_are_not_written_into(pair, foreach):
    model = network()
    optimizer = pair.mine(model, foreach=foreach, weight_decay=0.1, maximize=True)
    for step in (1, 2, 3):
        gradients(model, step)
        before = [None if w.grad is None else w.grad.clone() for w in model.parameters()]
        optimizer.step()
        assert all(g is None or torch.equal(w.grad, g) for w, g in zip(model.parameters(), before))
    plain = pair.mine(model, foreach=foreach)
    for step in (1, 2, 3):
        gradients(model, step)
        before = [None if w.grad is None else w.grad.clone() for w in model.parameters()]
        plain.step()
        assert all(g is None or torch.equal(w.grad, g) for w, g in zip(model.parameters(), before))


# Half precision.


@both_ways
@every_pair
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_in_half_precision_only_the_weights_are_rounded(pair, dtype, foreach):
    """Each step is the one that PyTorch takes in float32 from the same weights, rounded."""
    target = torch.linspace(-1.7, 2.3, 13)
    half = nn.Parameter(torch.linspace(1.3, -0.9, 13).to(dtype))
    wide = nn.Parameter(half.detach().float())
    one, two = pair.both([half], [wide], foreach=foreach)
    for step in range(40):
        g = (0.1 * (half.detach().float() - target) + 0.01 * torch.sin(torch.arange(13.0) * step)).to(dtype)
        half.grad, wide.grad = g, g.float()
        one.step(), two.step()
        unit = torch.finfo(dtype).eps
        close(half.detach().float(), wide.detach(), rtol=0.51 * unit, atol=1e-6)
        wide.data.copy_(half.data)
    assert {x.dtype for x in one.state[half].values() if isinstance(x, torch.Tensor)} <= {torch.float32}


@each
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_gradients_that_half_precision_cannot_square(pair, dtype):
    """Neither 10⁻⁵, whose square is 0 in float16, nor 1,000, whose square is infinite, makes a weight no number."""
    w = nn.Parameter(torch.full((3,), 0.5, dtype=dtype))
    optimizer = pair.mine([w])
    for _ in range(3):
        w.grad = torch.tensor([0.0, 1e-5, 1000.0], dtype=dtype)
        optimizer.step()
    assert w.isfinite().all() and w[0] == 0.5 and w[2] < 0.5


# Checkpoints, groups, closures.


@both_ways
@every_pair
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16], ids=str)
def test_a_checkpoint_goes_on_bit_for_bit(pair, dtype, foreach, tmp_path):
    straight = network(dtype)
    optimizer = pair.mine(straight, foreach=foreach)
    for step in range(1, 12):
        gradients(straight, step)
        optimizer.step()
        if step == 6:
            torch.save(saved(straight, optimizer), tmp_path / "saved")
    weights, state = torch.load(tmp_path / "saved", weights_only=True)
    for _ in range(2):                                        # what was loaded can be loaded again
        resumed = network(dtype)
        resumed.load_state_dict(weights)
        again = pair.ours(resumed.parameters(), lr=0.7)
        again.load_state_dict(state)
        for step in range(7, 12):
            gradients(resumed, step)
            again.step()
        assert torch.equal(parameters(straight), parameters(resumed))


@each
def test_copies_go_on_as_well(pair):
    model = network()
    optimizer = pair.mine(model)
    train(model, optimizer, 3)
    for copied in (copy.deepcopy((model, optimizer)), pickle.loads(pickle.dumps((model, optimizer)))):
        other, its = copied
        assert torch.equal(train(other, its, 2, start=3), train(*copy.deepcopy((model, optimizer)), 2, start=3))


def test_a_state_from_before_an_option_existed():
    """Adam's groups once held lr, betas and eps alone."""
    model, old = network(), network()
    optimizer, twin = O.Adam(model.parameters(), lr=0.1), O.Adam(old.parameters(), lr=0.1)
    train(model, optimizer, 3), train(old, twin, 3)
    state = twin.state_dict()
    for group in state["param_groups"]:
        for name in ("weight_decay", "amsgrad", "maximize", "foreach"):
            del group[name]
    resumed = O.Adam(old.parameters())
    resumed.load_state_dict(state)
    assert torch.equal(train(model, optimizer, 2, start=3), train(old, resumed, 2, start=3))


@each
def test_the_state_of_another_optimizer_is_named(pair):
    model, other = network(), network()
    ours, theirs = pair.both(model, other)
    train(model, ours, 1), train(other, theirs, 1)
    before = saved(model, ours)[1]
    strange = next(p for p in ONE_EACH if not issubclass(p.ours, pair.ours) and not issubclass(pair.ours, p.ours)
                   and not set(p.ours.keeps) <= set(pair.ours.keeps))
    third = network()
    foreign = strange.both(third, third)[0]
    train(third, foreign, 1)
    for state in (theirs.state_dict(), foreign.state_dict()):
        with pytest.raises(ValueError, match=f"state_dict must be that of {pair.ours.__name__}, which keeps t, "):
            ours.load_state_dict(state)
    with pytest.raises(TypeError, match=f"state_dict must be what .* of {pair.ours.__name__} returned, not 3"):
        ours.load_state_dict(3)
    with pytest.raises(ValueError):
        ours.load_state_dict(pair.ours([nn.Parameter(torch.zeros(3))], lr=0.1).state_dict())
    close(ours.state_dict(), before, rtol=0, atol=0)


@each
def test_groups_have_learning_rates_of_their_own_and_schedules_change_them(pair):
    results = []
    for which in (0, 1):
        model = network()
        groups = [{"params": model[0].parameters(), "lr": 0.5}, {"params": model[2].parameters()}]
        optimizer = (pair.ours, pair.theirs)[which](groups, **pair.options)
        schedule = torch.optim.lr_scheduler.StepLR(optimizer, 2, gamma=0.1)
        for step in range(1, 8):
            gradients(model, step)
            optimizer.step()
            schedule.step()
        results.append(parameters(model))
    close(*results, rtol=1e-9, atol=1e-11)


@each
def test_a_closure_is_called_with_gradients_and_its_loss_returned(pair):
    w = torch.ones(3, requires_grad=True)
    optimizer = pair.mine([w])

    def closure():
        loss = w.square().sum()
        loss.backward()
        return loss

    with torch.no_grad():
        assert optimizer.step(closure).item() == 3.0
    assert (w < 1).all()


@each
def test_rates_that_are_tensors(pair):
    first, second = network(), network()
    one, two = (pair.mine(model) for model in (first, second))
    for group in one.param_groups:
        group["lr"] = torch.tensor(0.25)
    for group in two.param_groups:
        group["lr"] = 0.25
    assert torch.equal(train(first, one, 5), train(second, two, 5))


@both_ways
@each
def test_parameters_of_every_form(pair, foreach):
    """Empty ones, single numbers, transposed memory, two types in one group, gradients of another type."""
    def made():
        dg.seed(1)
        return [nn.Parameter(torch.randn(shape).to(dg.device(), dtype)) for shape, dtype in (
            ((0, 3), torch.float32), ((), torch.float64), ((5, 3), torch.float32), ((7,), torch.bfloat16))] + [
            nn.Parameter(torch.randn(3, 5).T.to(dg.device()))]

    ours, theirs = made(), [nn.Parameter(w.detach().float()) for w in made()]
    one, two = pair.both(ours, theirs, foreach=foreach)
    for step in range(5):
        for w, u in zip(ours, theirs):
            u.grad = torch.cos(torch.arange(float(u.numel())) + step).reshape(u.shape).to(u)
            w.grad = u.grad.to(w.dtype)
        one.step(), two.step()
    for w, u in zip(ours, theirs):
        loose = w.dtype == torch.bfloat16
        close(w.detach().float(), u.detach(), rtol=0.05 if loose else 1e-5, atol=0.05 if loose else 1e-6)


@pytest.mark.skipif(not hasattr(torch.Tensor, "grad_dtype"), reason="gradients have the type of their parameter")
def test_a_gradient_of_another_type():
    w = nn.Parameter(torch.ones(3, dtype=torch.bfloat16))
    w.grad_dtype = torch.float32
    w.grad = torch.full((3,), 1 / 3)
    O.SGD([w], lr=1.0).step()
    assert torch.equal(w.detach(), torch.full((3,), 2 / 3, dtype=torch.bfloat16))


# Errors.


BAD = {
    "lr": [(0, "lr must be positive, not 0"), (float("nan"), "lr must be positive, not nan"),
           (float("inf"), "lr must be finite"), ("a", "lr must be a number, not 'a'"), (None, "lr must be a number"),
           (True, "lr must be a number")],
    "weight_decay": [(-0.1, "weight_decay must not be negative, not -0.1"), ("a", "weight_decay must be a number")],
    "maximize": [(1, "maximize must be True or False, not 1")], "foreach": [("no", "foreach must be True or False")],
    "momentum": [(-1, "momentum must not be negative, not -1")], "dampening": [(float("nan"), "dampening must be a number")],
    "eps": [(-1e-8, "eps must not be negative"), (float("inf"), "eps must be finite")],
    "betas": [((0.9, 1.0), r"betas must be two numbers in \[0, 1\), not \(0.9, 1.0\)"),
              ((0.9,), "betas must be two numbers"), (0.9, "betas must be two numbers"),
              ((0.9, "a"), "betas must be a number, not 'a'")],
    "alpha": [(1.0, r"alpha must be in \[0, 1\), not 1.0")], "rho": [(-0.1, r"rho must be in \[0, 1\)")],
    "centered": [("yes", "centered must be True or False")], "amsgrad": [(None, "amsgrad must be True or False")],
    "lr_decay": [(-1, "lr_decay must not be negative")],
    "initial_accumulator_value": [(-1, "initial_accumulator_value must not be negative")],
    "etas": [((1.2, 0.5), "etas must be two numbers, one in"), (3, "etas must be two numbers"),
             ((0.5, 1.2, 2.0), "etas must be two numbers")],
    "step_sizes": [((2.0, 1.0), "step_sizes must be two numbers, 0 < smallest <= largest"),
                   ((0.0, 1.0), "step_sizes must be")],
    "nesterov": [(True, "nesterov must come with momentum above 0"), (0, "nesterov must be True or False")],
}


@pytest.mark.parametrize("kind", [O.SGD, O.Nesterov, O.Rprop, O.Adagrad, O.RMSprop, O.Adadelta, O.Adam, O.AdamW])
def test_bad_hyperparameters_are_named_in_the_defaults_and_in_a_group(kind):
    w = torch.ones(3, requires_grad=True)
    for name in kind([w], lr=0.1).defaults:
        for value, message in BAD.get(name, []):
            for make in (lambda: kind([w], **{"lr": 0.1, name: value}), lambda: kind([{"params": [w], name: value}])):
                with pytest.raises((TypeError, ValueError), match=message):
                    make()
    assert set(kind([w], lr=0.1).defaults) <= {*BAD, "differentiable"}


@pytest.mark.parametrize("kind", [O.SGD, O.Nesterov, O.Rprop, O.Adagrad, O.RMSprop, O.Adadelta, O.Adam, O.AdamW])
def test_what_is_no_dense_tensor_of_real_numbers_is_refused(kind):
    dense = torch.ones(3, requires_grad=True)
    for wrong, message in ((torch.ones(3, dtype=torch.complex64), "not torch.complex64; of a complex"),
                           (torch.ones(3, dtype=torch.int64), "not torch.int64"),
                           (torch.ones(3).to_sparse(), "not torch.sparse_coo")):
        with pytest.raises(TypeError, match="params must be dense tensors of floating-point numbers, " + message):
            kind([dense, wrong], lr=0.1)
        optimizer = kind([dense], lr=0.1)
        with pytest.raises(TypeError, match="params must be dense"):
            optimizer.add_param_group({"params": [wrong]})
        assert len(optimizer.param_groups) == 1
    with pytest.raises(TypeError, match="param_group must be a dict"):
        optimizer.add_param_group([dense])
    with pytest.raises(ValueError, match="empty parameter list"):
        kind([], lr=0.1)


@pytest.mark.parametrize("kind", [O.SGD, O.Nesterov, O.Rprop, O.Adagrad, O.RMSprop, O.Adadelta, O.Adam, O.AdamW])
def test_a_sparse_gradient_is_named_before_anything_is_changed(kind):
    dense = torch.ones(3, requires_grad=True)
    table = nn.Embedding(5, 3, sparse=True)
    optimizer = kind([{"params": [dense]}, {"params": table.parameters()}], lr=0.1)

    def closure():
        dense.grad = torch.ones(3)
        loss = table(torch.tensor([1])).sum()
        loss.backward()
        return loss

    with pytest.raises(TypeError, match=f"{kind.__name__} takes dense gradients, not torch.sparse_coo; torch.optim"):
        optimizer.step(closure)
    assert torch.equal(dense, torch.ones(3)) and not optimizer.state


@settings(max_examples=50)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=7), st.floats(1e-5, 1.0),
       st.floats(0, 0.999), st.floats(0, 0.9999))
def test_adam_follows_its_equations_for_any_gradients(values, lr, beta1, beta2):
    w = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = O.Adam([w], lr=lr, betas=(beta1, beta2), eps=1e-3)
    m = v = by_hand = 0.0
    for t, g in enumerate(values, start=1):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        by_hand -= lr * m / (1 - beta1**t) / ((v / (1 - beta2**t)) ** 0.5 + 1e-3)
        w.grad = torch.full_like(w, g)
        optimizer.step()
    assert w.item() == pytest.approx(by_hand, rel=1e-9, abs=1e-12)
