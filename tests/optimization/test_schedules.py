"""Schedules give PyTorch's rates, as functions of the step and as a schedule of an optimizer."""

import copy
import math
from types import SimpleNamespace

import pytest
import torch
from torch.optim import lr_scheduler as theirs

from deepgloss import optimization as O
from deepgloss import train


def optimizer(lr=0.3, momentum=0.5):
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr, momentum=momentum)


def rates(make, steps, lr=0.3):
    """Of PyTorch's schedule, at each step."""
    held = optimizer(lr)
    schedule, found = make(held), []
    for step in range(steps):
        found.append(held.param_groups[0]["lr"])
        held.step()
        if step < steps - 1:
            schedule.step()
    return found


CASES = [
    (O.step_lr, {"step_size": 7, "gamma": 0.3}, lambda o: theirs.StepLR(o, 7, 0.3)),
    (O.step_lr, {"step_size": 1}, lambda o: theirs.StepLR(o, 1)),
    (O.multi_step_lr, {"milestones": [5, 17, 11, 17], "gamma": 0.5}, lambda o: theirs.MultiStepLR(o, [5, 17, 11, 17], 0.5)),
    (O.multi_step_lr, {"milestones": []}, lambda o: theirs.MultiStepLR(o, [])),
    (O.exponential_lr, {"gamma": 0.93}, lambda o: theirs.ExponentialLR(o, 0.93)),
    (O.cosine_lr, {"steps": 13}, lambda o: theirs.CosineAnnealingLR(o, 13)),
    (O.cosine_lr, {"steps": 31, "lr_min": 0.02}, lambda o: theirs.CosineAnnealingLR(o, 31, 0.02)),
    (O.warm_restarts_lr, {"steps": 5}, lambda o: theirs.CosineAnnealingWarmRestarts(o, 5)),
    (O.warm_restarts_lr, {"steps": 3, "growth": 2, "lr_min": 0.01},
     lambda o: theirs.CosineAnnealingWarmRestarts(o, 3, 2, 0.01)),
    (O.linear_warmup_lr, {"steps": 5}, lambda o: theirs.LinearLR(o)),
    (O.linear_warmup_lr, {"steps": 11, "start": 0.01}, lambda o: theirs.LinearLR(o, 0.01, total_iters=11)),
    *((O.one_cycle_lr, {"steps": 31, "rise": rise, "anneal": anneal, "three_phase": three, "start": 10.0, "end": 100.0},
       lambda o, rise=rise, anneal=anneal, three=three: theirs.OneCycleLR(
           o, 0.3, 31, pct_start=rise, anneal_strategy=anneal, three_phase=three, div_factor=10.0, final_div_factor=100.0))
      for rise in (0.3, 0.41) for anneal in ("cos", "linear") for three in (False, True)),
]
ids = [f"{function.__name__}-{k}" for k, (function, *_) in enumerate(CASES)]


@pytest.mark.parametrize("function, options, make", CASES, ids=ids)
def test_rates_are_those_of_pytorch(function, options, make):
    wanted = rates(make, 31)
    assert [function(step, 0.3, **options) for step in range(31)] == pytest.approx(wanted, rel=1e-12, abs=1e-15)
    scheduled = rates(lambda o: O.Schedule(o, function, **options), 31)
    assert scheduled == [function(step, 0.3, **options) for step in range(31)]
    assert len(set(wanted)) > 1 or options == {"milestones": []}


def test_one_cycle_has_a_momentum_and_an_end():
    for three in (False, True):
        held = optimizer()
        schedule = theirs.OneCycleLR(held, 0.3, 19, three_phase=three)
        for step in range(19):
            group = held.param_groups[0]
            assert O.one_cycle_momentum(step, 19, three_phase=three) == pytest.approx(group["momentum"], rel=1e-12)
            held.step(), schedule.step()
    assert O.one_cycle_lr(19, 0.3, 19) == O.one_cycle_lr(18, 0.3, 19) == pytest.approx(0.3 / 25 / 1e4)
    assert max(O.one_cycle_lr(step, 0.3, 20, rise=0.3) for step in range(20)) == pytest.approx(0.3)
    for function in (lambda: O.one_cycle_lr(20, 0.3, 19), lambda: O.one_cycle_momentum(19.5, 19)):
        with pytest.raises(ValueError, match="step must be at most steps, 19, not"):
            function()
    for steps in (1, 2, 3, 4):                              # phases that have no length
        assert all(0 < O.one_cycle_lr(step, 0.3, steps, three_phase=three) <= 0.3 for step in range(steps + 1)
                   for three in (False, True))


LOSSES = [5.0, 4.0, 4.0, 3.9999, 4.1, 3.0, 3.0, 3.0, 3.0, 3.0, math.nan, 3.0, 2.9, 2.9, 2.95, 2.9, 2.9, 2.9, 2.9, 2.9, 2.9,
          math.inf, -1.0, -1.0, -0.9, -1.1, -1.0, -1.0]


@pytest.mark.parametrize("options", [
    {"patience": 2}, {"patience": 0, "factor": 0.7}, {"patience": 1, "cooldown": 3, "factor": 0.5},
    {"patience": 1, "lr_min": 0.02}, {"patience": 1, "threshold": 0.2}, {"patience": 1, "threshold": 0.2, "relative": False},
    {"patience": 1, "mode": "max"}, {"patience": 1, "mode": "max", "relative": False, "threshold": 0.5},
    {"patience": 0, "factor": 0.1, "eps": 1e-3},
], ids=str)
def test_rates_on_a_plateau_are_those_of_pytorch(options):
    held, named = optimizer(), dict(options)
    if "lr_min" in named:
        named["min_lr"] = named.pop("lr_min")
    named["threshold_mode"] = "rel" if named.pop("relative", True) else "abs"
    schedule, wanted = theirs.ReduceLROnPlateau(held, **named), []
    for loss in LOSSES:
        schedule.step(loss)
        wanted.append(held.param_groups[0]["lr"])
    assert O.plateau_lr(LOSSES, 0.3, **options) == pytest.approx(wanted, rel=1e-12)
    assert wanted[-1] < 0.3
    assert O.plateau_lr([], 0.3) == [] and O.plateau_lr(torch.tensor(LOSSES, dtype=torch.float64), 0.3, **options) == \
        O.plateau_lr(LOSSES, 0.3, **options)


def test_every_group_has_the_schedule_of_its_own_rate_and_a_saved_one_goes_on():
    w = torch.zeros(2, requires_grad=True)
    u = torch.zeros(2, requires_grad=True)
    held = O.Adam([{"params": [w], "lr": 0.2}, {"params": [u]}], lr=0.1)
    schedule = O.Schedule(held, O.cosine_lr, steps=10, lr_min=0.05)
    for _ in range(4):
        held.step(), schedule.step()
    assert [group["lr"] for group in held.param_groups] == [O.cosine_lr(4, lr, 10, 0.05) for lr in (0.2, 0.1)]
    saved = copy.deepcopy((held.state_dict(), schedule.state_dict()))
    assert "function" not in saved[1]
    other = O.Adam([{"params": [w], "lr": 0.2}, {"params": [u]}], lr=0.1)
    again = O.Schedule(other, O.cosine_lr, steps=10, lr_min=0.05)
    other.load_state_dict(saved[0]), again.load_state_dict(saved[1])
    for each in ((held, schedule), (other, again)):
        each[0].step(), each[1].step()
    assert schedule.get_last_lr() == again.get_last_lr() == [O.cosine_lr(5, lr, 10, 0.05) for lr in (0.2, 0.1)]


def test_fit_takes_a_schedule():
    draws = torch.Generator().manual_seed(0)
    data = SimpleNamespace(train_x=torch.randn(20, 3, generator=draws), train_y=torch.randint(2, (20,), generator=draws))
    model = torch.nn.Linear(3, 2)
    held = O.SGD(model.parameters(), lr=0.3)
    history = train.fit(model, data, held, epochs=3, batch_size=7, scheduler=O.Schedule(held, O.step_lr, step_size=1))
    assert history.lr == pytest.approx([0.3] * 3 + [0.03] * 3 + [0.003] * 3)


@pytest.mark.parametrize("call, message", [
    (lambda: O.step_lr(-1, 0.1, 3), "step must be a number of at least 0, not -1"),
    (lambda: O.step_lr("a", 0.1, 3), "step must be a number, not 'a'"),
    (lambda: O.step_lr(1, 0.0, 3), "lr must be positive, not 0.0"),
    (lambda: O.step_lr(1, 0.1, 0), "step_size must be an integer of at least 1"),
    (lambda: O.step_lr(1, 0.1, 3, -1), "gamma must be positive, not -1"),
    (lambda: O.multi_step_lr(1, 0.1, 3), "milestones must be a list of integers, not 3"),
    (lambda: O.multi_step_lr(1, 0.1, [1.5]), "milestones must be an integer, not 1.5"),
    (lambda: O.cosine_lr(math.inf, 0.1, 3), "step must be a number of at least 0, not inf"),
    (lambda: O.cosine_lr(1, 0.1, 3, -1), "lr_min must not be negative"),
    (lambda: O.warm_restarts_lr(1, 0.1, 3, 0), "growth must be an integer of at least 1"),
    (lambda: O.linear_warmup_lr(1, 0.1, 3, 2.0), r"start must be a number in \[0, 1\]"),
    (lambda: O.one_cycle_lr(1, 0.1, 3, 1.0), r"rise must be in \(0, 1\), not 1"),
    (lambda: O.one_cycle_lr(1, 0.1, 3, anneal="sin"), "anneal must be one of 'cos', 'linear', not 'sin'"),
    (lambda: O.one_cycle_lr(1, 0.1, 3, three_phase=1), "three_phase must be True or False"),
    (lambda: O.plateau_lr(3.0, 0.1), "losses must be a sequence of numbers, not 3.0"),
    (lambda: O.plateau_lr(["a"], 0.1), "losses must be a number, not 'a'"),
    (lambda: O.plateau_lr([1.0], 0.1, factor=1.0), r"factor must be in \(0, 1\), not 1"),
    (lambda: O.plateau_lr([1.0], 0.1, mode="low"), "mode must be one of 'min', 'max'"),
    (lambda: O.Schedule(3, O.cosine_lr), "optimizer must be a torch.optim.Optimizer, not 3"),
    (lambda: O.Schedule(optimizer(), 3), "function must be a function of step and rate, not 3"),
])
def test_nonsense_is_named(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
