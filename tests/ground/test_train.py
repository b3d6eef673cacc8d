"""The training loop does what a loop written by hand does, stops, resumes and shares its work."""

import errno
import io
import math
import os
import random
import socket
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torchrun_fit as runs
from torch import nn
from torch.optim import lr_scheduler
from torch.testing import assert_close

import deepgloss as dg
from deepgloss import train
from deepgloss.train import _checkpoint, _fit, _sealed


def sgd(model, lr=0.1, **options):
    return torch.optim.SGD(model.parameters(), lr=lr, **options)


def assert_same_run(found, wanted):
    """Parameters bit for bit, and equal histories."""
    assert_close(found["model"], wanted["model"], rtol=0, atol=0)
    assert found["history"] == wanted["history"]


# The loop.


def test_fit_is_the_loop_one_would_write():
    data, model, twin = runs.data(), runs.network(), runs.network()
    history = train.fit(model, data, sgd(model, momentum=0.9), epochs=2, batch_size=7, seed=5)
    optimizer, order, losses = sgd(twin, momentum=0.9), torch.Generator().manual_seed(5), []
    for _ in range(2):
        for batch in torch.randperm(29, generator=order).split(7):
            loss = nn.functional.cross_entropy(twin(data.train_x[batch]), data.train_y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    assert_close(model.state_dict(), twin.state_dict(), rtol=0, atol=0)
    assert history.loss == losses and len(losses) == 2 * 5
    assert history.lr == [0.1] * 10 and history.epochs == 2
    with torch.no_grad():
        logits = twin(data.val_x)
    assert history.val_loss[-1] == pytest.approx(
        nn.functional.cross_entropy(logits, data.val_y).item(), rel=1e-6
    )
    assert history.accuracy[-1] == (logits.argmax(1) == data.val_y).sum().item() / 11
    assert history.gradient_norm == [] and history.metric == [] and not history.stopped_early


def test_the_seed_decides_the_order_alone():
    def losses(seed):
        model = runs.network()
        return train.fit(model, runs.data(), sgd(model), epochs=1, batch_size=7, seed=seed).loss

    assert losses(3) == losses(3) != losses(4)


def test_every_example_is_seen_once_an_epoch():
    seen = []

    class Watch(nn.Linear):
        def forward(self, x):
            seen.extend(x[:, 0].tolist())
            return super().forward(x)

    model = Watch(1, 1)
    data = SimpleNamespace(train_x=torch.arange(13.0)[:, None], train_y=torch.zeros(13, 1))
    train.fit(model, data, sgd(model, 0.0), epochs=2, batch_size=5, loss=nn.functional.mse_loss)
    assert sorted(seen[:13]) == sorted(seen[13:]) == list(range(13)) and seen[:13] != seen[13:]


def test_no_validation_data_no_validation_numbers():
    for empty in ({}, {"val_x": None, "val_y": None}, {"val_x": torch.ones(0, 5), "val_y": None}):
        data, model = runs.data(), runs.network()
        data = SimpleNamespace(train_x=data.train_x, train_y=data.train_y, **empty)
        history = train.fit(model, data, sgd(model), epochs=2)
        assert (history.val_loss, history.accuracy, history.best_epoch) == ([], [], None)
        assert history.epochs == 2 and len(history.loss) == 2


def test_the_test_set_is_never_touched():
    class Sealed(SimpleNamespace):
        @property
        def test_x(self):
            raise AssertionError("the test set was looked at")

        test_y = test_x

    data, model = Sealed(**vars(runs.data())), runs.network()
    assert train.fit(model, data, sgd(model), epochs=1).epochs == 1


def test_zero_epochs_change_nothing():
    model = runs.network()
    history = train.fit(model, runs.data(), sgd(model), epochs=0)
    assert history == train.History()
    assert_close(model.state_dict(), runs.network().state_dict(), rtol=0, atol=0)


def test_regression_has_a_metric_and_no_accuracy():
    found = runs.regression(None)["history"]
    assert found["accuracy"] == [] and len(found["metric"]) == len(found["val_loss"]) == 2
    torch.manual_seed(2)
    model, data = nn.Linear(5, 1), runs.data()
    data = SimpleNamespace(
        train_x=data.train_x, train_y=data.train_x.sum(1, keepdim=True),
        val_x=data.val_x, val_y=data.val_x.sum(1, keepdim=True),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    train.fit(model, data, optimizer, epochs=2, batch_size=7, loss=nn.functional.mse_loss)
    error = (model(data.val_x) - data.val_y).detach()
    assert found["val_loss"][-1] == pytest.approx(error.square().mean().item(), rel=1e-5)
    assert found["metric"][-1] == pytest.approx(error.abs().mean().item(), rel=1e-5)


def test_modes_are_restored_and_validation_runs_in_evaluation_mode():
    modes = []

    class Watch(nn.Module):
        def forward(self, x):
            modes.append((self.training, torch.is_grad_enabled()))
            return x

    model = runs.network(Watch(), nn.BatchNorm1d(7))
    model[3].eval()
    train.fit(model, runs.data(29, 11), sgd(model), epochs=2, batch_size=10)
    assert modes == ([(True, True)] * 3 + [(False, False)] * 2) * 2
    assert model.training and model[2].training and not model[3].training
    model.eval()
    train.fit(model, runs.data(), sgd(model), epochs=1)
    assert not any(module.training for module in model.modules())


def test_validation_comes_in_batches_of_at_most_batch_size():
    sizes = []
    model = runs.network()
    model.register_forward_pre_hook(lambda module, inputs: sizes.append(len(inputs[0])))
    train.fit(model, runs.data(13, 11), sgd(model), epochs=1, batch_size=5)
    assert sizes == [5, 5, 3] + [5, 5, 1]


# Schedules and clipping.


def test_a_schedule_per_epoch():
    model = runs.network()
    optimizer = sgd(model, 1.0)
    scheduler = lr_scheduler.ExponentialLR(optimizer, 0.5)
    history = train.fit(model, runs.data(), optimizer, epochs=3, batch_size=13, scheduler=scheduler)
    assert history.lr == [1.0] * 3 + [0.5] * 3 + [0.25] * 3


def test_a_schedule_per_update():
    model = runs.network()
    optimizer = sgd(model, 0.1)
    scheduler = lr_scheduler.LambdaLR(optimizer, lambda update: 1 + update)
    history = train.fit(
        model, runs.data(), optimizer, epochs=2, batch_size=13, scheduler=scheduler,
        schedule_per="update",
    )
    assert history.lr == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])


def test_reduce_on_plateau_receives_the_validation_loss(monkeypatch):
    given = []
    step = lr_scheduler.ReduceLROnPlateau.step
    monkeypatch.setattr(
        lr_scheduler.ReduceLROnPlateau, "step",
        lambda self, value, *rest: (given.append(value), step(self, value, *rest)),
    )
    model = runs.network()
    optimizer = sgd(model, 0.0)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, threshold=0)
    history = train.fit(model, runs.data(), optimizer, epochs=3, scheduler=scheduler)
    assert given == history.val_loss and len(given) == 3


def test_clipping_bounds_the_step_and_records_the_norm_before():
    model, data = runs.network(), runs.data()
    before = nn.utils.parameters_to_vector(model.parameters()).detach()
    history = train.fit(model, data, sgd(model, 1.0), epochs=1, batch_size=29, clip_norm=0.01)
    moved = nn.utils.parameters_to_vector(model.parameters()).detach() - before
    assert moved.norm().item() == pytest.approx(0.01, rel=1e-3)
    twin = runs.network()
    nn.functional.cross_entropy(twin(data.train_x), data.train_y).backward()
    norm = torch.cat([parameter.grad.flatten() for parameter in twin.parameters()]).norm().item()
    assert history.gradient_norm == [pytest.approx(norm, rel=1e-5)] and norm > 0.01


# Early stopping.


def scripted(losses):
    """A model with one weight, and a loss whose validation values are a script.

    A training step adds 1 to the weight, so that after epoch k it is k, and the validation
    loss of epoch k is ``losses[k - 1]``.
    """
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    one = torch.ones(1, 1)
    data = SimpleNamespace(train_x=one, train_y=one, val_x=one, val_y=one)

    def loss(outputs, y):
        if torch.is_grad_enabled():
            return -outputs.mean()
        return torch.tensor(losses[round(outputs.item()) - 1])

    return model, data, sgd(model, 1.0), loss


@pytest.mark.parametrize("losses, patience, epochs, best, stopped", [
    ([5.0, 3.0, 4.0, 3.0, 1.0], 2, 4, 2, True),       # an equal loss is no better one
    ([5.0, 3.0, 4.0, 3.0, 1.0], 3, 5, 5, False),
    ([5.0, 4.0, 3.0, 6.0, 7.0], 3, 5, 3, False),      # the epochs end first: still the best
    ([5.0, math.nan, 4.0, math.inf, 7.0], 2, 5, 3, True),
    ([math.nan, math.nan, math.nan, 1.0, 1.0], 3, 3, None, True),
])
def test_patience_stops_and_the_best_weights_stay(losses, patience, epochs, best, stopped):
    model, data, optimizer, loss = scripted(losses)
    history = train.fit(model, data, optimizer, epochs=5, loss=loss, patience=patience)
    assert (history.epochs, history.best_epoch) == (epochs, best)
    assert history.stopped_early == stopped
    assert model.weight.item() == (best or epochs)
    assert str(history.val_loss) == str(losses[:epochs])


def test_without_patience_the_last_weights_stay():
    model, data, optimizer, loss = scripted([5.0, 3.0, 4.0])
    history = train.fit(model, data, optimizer, epochs=3, loss=loss)
    assert model.weight.item() == 3 and history.best_epoch == 2 and not history.stopped_early


# Checkpoints.


class Stop(Exception):
    """The machine goes down."""


def make_schedulers():
    lrs = lr_scheduler
    return {
        "none": lambda optimizer: None,
        "StepLR": lambda optimizer: lrs.StepLR(optimizer, 2),
        "MultiStepLR": lambda optimizer: lrs.MultiStepLR(optimizer, [2, 3]),
        "LambdaLR": lambda optimizer: lrs.LambdaLR(optimizer, lambda t: 1 / (1 + t)),
        "ReduceLROnPlateau": lambda optimizer: lrs.ReduceLROnPlateau(optimizer, patience=0),
        "OneCycleLR": lambda optimizer: lrs.OneCycleLR(optimizer, 0.3, total_steps=25),
        "CyclicLR": lambda optimizer: lrs.CyclicLR(optimizer, 0.01, 0.3, step_size_up=3),
        "SequentialLR": lambda optimizer: lrs.SequentialLR(optimizer, [
            lrs.LinearLR(optimizer, total_iters=3), lrs.CosineAnnealingLR(optimizer, 20),
        ], milestones=[3]),
        "ChainedScheduler": lambda optimizer: lrs.ChainedScheduler([
            lrs.ConstantLR(optimizer), lrs.CosineAnnealingWarmRestarts(optimizer, 2),
        ], optimizer),
    }


SCHEDULERS = make_schedulers()


def noisy_run(checkpoint, schedule, *, epochs=5, resume=False, die_at=None, seed=0):
    """Dropout, noise of NumPy and Python, momentum, clipping, patience: all that has a state."""
    model = runs.network(nn.Dropout(0.4), nn.BatchNorm1d(7))
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)
    optimizer = sgd(model, 0.05, momentum=0.9)
    scheduler = SCHEDULERS[schedule](optimizer)
    calls = []

    def loss(outputs, y):
        calls.append(torch.is_grad_enabled())
        if sum(calls) == die_at:
            raise Stop
        noise = 1 + 0.1 * np.random.rand() + 0.1 * random.random()
        return nn.functional.cross_entropy(outputs, y) * noise

    per = "update" if schedule in ("OneCycleLR", "CyclicLR", "SequentialLR") else "epoch"
    history = train.fit(
        model, runs.data(28), optimizer, epochs=epochs, batch_size=7, loss=loss, patience=3,
        scheduler=scheduler, schedule_per=per, clip_norm=1.0, checkpoint=checkpoint, resume=resume,
    )
    drawn = torch.rand(()).item(), np.random.rand(), random.random()
    return {**runs.result(model, history), "drawn": drawn, "calls": len(calls)}


@pytest.mark.parametrize("schedule", SCHEDULERS)
def test_a_resumed_run_is_the_uninterrupted_one(tmp_path, schedule):
    whole = noisy_run(tmp_path / "whole.pt", schedule)
    file = tmp_path / "stopped.pt"
    with pytest.raises(Stop):
        noisy_run(file, schedule, die_at=2 * 4 + 3)  # in the third epoch
    again = noisy_run(file, schedule, resume=True, seed=99)
    assert_same_run(again, whole)
    assert again["drawn"] == whole["drawn"] and again["calls"] < whole["calls"]
    last, wanted = (torch.load(path, weights_only=True) for path in (file, tmp_path / "whole.pt"))
    assert_close(last["optimizer"], wanted["optimizer"], rtol=0, atol=0)


def test_checkpoints_change_nothing(tmp_path):
    assert_same_run(noisy_run(tmp_path / "run.pt", "StepLR"), noisy_run(None, "StepLR"))


def test_more_epochs_go_on_where_the_run_ended(tmp_path):
    noisy_run(tmp_path / "run.pt", "StepLR", epochs=2)
    longer = noisy_run(tmp_path / "run.pt", "StepLR", resume=True)
    assert_same_run(longer, noisy_run(None, "StepLR"))
    with pytest.raises(ValueError, match="epochs must be at least the 5"):
        noisy_run(tmp_path / "run.pt", "StepLR", epochs=4, resume=True)


def test_a_finished_run_returns_at_once(tmp_path):
    first = noisy_run(tmp_path / "run.pt", "StepLR")
    written = (tmp_path / "run.pt").read_bytes()
    again = noisy_run(tmp_path / "run.pt", "StepLR", resume=True, seed=7)
    assert_same_run(again, first)
    assert again["drawn"] == first["drawn"] and again["calls"] == 0
    assert (tmp_path / "run.pt").read_bytes() == written


def test_early_stopping_survives_a_restart(tmp_path):
    def run(epochs, resume):
        model, data, optimizer, loss = scripted([5.0, 3.0, 4.0, 3.5, 6.0, 1.0])
        history = train.fit(
            model, data, optimizer, epochs=epochs, loss=loss, patience=3, resume=resume,
            checkpoint=tmp_path / "run.pt",
        )
        return model.weight.item(), history

    assert run(3, False)[0] == 2  # the weights of the best epoch, not those it goes on from
    weight, history = run(6, True)
    assert (weight, history.epochs, history.best_epoch) == (2, 5, 2) and history.stopped_early
    assert run(6, True) == (weight, history)
    assert history.val_loss == [5.0, 3.0, 4.0, 3.5, 6.0]


def test_resume_without_a_file_starts_and_without_resume_starts_anew(tmp_path):
    first = noisy_run(tmp_path / "run.pt", "none", resume=True)
    assert_same_run(noisy_run(tmp_path / "run.pt", "none"), first)


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    data = runs.data()

    def run(model=None, data=data, lr=0.1, make=torch.optim.SGD, **changes):
        model = model or runs.network()
        settings = {"epochs": 1, "batch_size": 7, "checkpoint": tmp_path / "run.pt", **changes}
        before = {name: value.clone() for name, value in model.state_dict().items()}
        try:
            return train.fit(model, data, make(model.parameters(), lr=lr), **settings)
        except ValueError:
            assert_close(model.state_dict(), before, rtol=0, atol=0)
            raise

    run()
    wide = nn.Sequential(nn.Linear(5, 11), nn.Tanh(), nn.Linear(11, 3))
    for message, changes in {
        "batch_size: 7 there, 8 here": {"batch_size": 8},
        "seed: 0 there, 1 here": {"seed": 1},
        "clip_norm: None there, 2.0 here": {"clip_norm": 2},
        "patience: None there, 4 here": {"patience": 4},
        "lr: 0.1 there, 0.2 here": {"lr": 0.2},
        "optimizer: SGD there, Adam here": {"make": torch.optim.Adam},
        r"model's 0.weight: torch.float32 \(7, 5\) there, torch.float32 \(11, 5\)": {"model": wide},
        r"data.train_x: torch.float32 \(29, 5\) there": {"data": runs.data(31)},
        "loss: cross_entropy there, multi_margin_loss": {"loss": nn.functional.multi_margin_loss},
    }.items():
        with pytest.raises(ValueError, match=message):
            run(resume=True, **changes)
    assert run(resume=True).epochs == 1


@pytest.mark.parametrize("make", [dg.optimization.Adam, torch.optim.Adam, torch.optim.SGD])
def test_a_run_goes_on_as_often_as_one_likes(tmp_path, make):
    def run(epochs, file, optimizer=None):
        model = runs.network()
        optimizer = optimizer or make(model.parameters(), lr=0.01)
        history = train.fit(model, runs.data(), optimizer, epochs=epochs, batch_size=7, checkpoint=file, resume=True)
        return runs.result(model, history)

    file = tmp_path / "run.pt"
    for epochs in (1, 2, 3):
        found = run(epochs, file)
    assert_same_run(found, run(3, tmp_path / "whole.pt"))
    model = runs.network()                                   # an optimizer that has loaded a state before
    optimizer = make(model.parameters(), lr=0.01)
    for epochs in (3, 4):
        train.fit(model, runs.data(), optimizer, epochs=epochs, batch_size=7, checkpoint=file, resume=True)
    assert_same_run(runs.result(model, train.History()) | {"history": None}, run(4, tmp_path / "long.pt") | {"history": None})


def test_what_is_no_checkpoint_is_refused(tmp_path):
    model = runs.network()
    torch.save({"model": model.state_dict()}, tmp_path / "other.pt")
    (tmp_path / "text.pt").write_text("not a checkpoint\n")
    (tmp_path / "empty.pt").write_bytes(b"")
    for name in ("other.pt", "text.pt", "empty.pt"):
        with pytest.raises(ValueError, match=f"{name} is not"):
            train.fit(model, runs.data(), sgd(model), checkpoint=tmp_path / name, resume=True)


def test_a_damaged_checkpoint_is_refused_by_name(tmp_path):
    file = tmp_path / "run.pt"
    noisy_run(file, "none", epochs=1)
    whole = file.read_bytes()
    damaged = [whole[:share * len(whole) // 10] for share in range(10)] + [whole[:-1], whole + b"x", whole[1:]]
    for place in range(0, len(whole), 101):                  # a bit somewhere in every hundred bytes
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        damaged.append(bytes(changed))
    for content in damaged:
        file.write_bytes(content)
        with pytest.raises(ValueError, match=r"run\.pt is not one of .* or was cut or changed"):
            _checkpoint.read(file)
    file.write_bytes(whole)
    assert _checkpoint.read(file)["history"]["epochs"] == 1
    state = torch.load(file, weights_only=True)              # PyTorch reads it, too
    del state["optimizer"]
    torch.save(state, file)
    with pytest.raises(ValueError, match="run.pt is not one of"):
        noisy_run(file, "none", resume=True)


@pytest.mark.parametrize("room", [0, 1, 5000])
def test_a_full_disk_is_named_with_the_path(tmp_path, monkeypatch, room):
    class Full(io.BytesIO):
        def write(self, data):
            if self.tell() + len(data) > room:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(data)

    file = tmp_path / "run.pt"
    monkeypatch.setattr(_sealed, "open", lambda *_: Full(), raising=False)
    with pytest.raises(OSError, match="No space left on device.*run.pt") as caught:
        noisy_run(file, "none", epochs=1)
    assert caught.value.errno == errno.ENOSPC and os.listdir(tmp_path) == []


def test_links_are_followed_and_nothing_but_a_file_is_replaced(tmp_path):
    (tmp_path / "there").mkdir()
    link, file = tmp_path / "run.pt", tmp_path / "there" / "kept.pt"
    link.symlink_to(file)
    first = noisy_run(link, "none", epochs=2)
    assert link.is_symlink() and _checkpoint.read(file)["history"]["epochs"] == 2
    assert_same_run(noisy_run(link, "none", epochs=2, resume=True), first)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "lost").symlink_to(tmp_path / "no" / "run.pt")
    (tmp_path / "null").symlink_to("/dev/null")
    for name, message in (("pipe", "a regular file"), ("null", "a regular file"), ("there", "a file"), ("lost", "a file")):
        with pytest.raises(ValueError, match=f"checkpoint must be {message}.*{name}"):
            noisy_run(tmp_path / name, "none", epochs=1)
    assert not os.path.isfile("/dev/null")


def test_drafts_of_killed_processes_are_removed_on_resume(tmp_path):
    file = tmp_path / "run[1].pt"
    for name in (".run[1].pt.17.tmp", ".run[1].pt.1234.tmp", ".run1.pt.17.tmp", ".run[1].pt.tmp", "run[1].pt.17.tmp"):
        (tmp_path / name).touch()
    noisy_run(file, "none", epochs=1, resume=True)
    assert sorted(os.listdir(tmp_path)) == [".run1.pt.17.tmp", ".run[1].pt.tmp", "run[1].pt", "run[1].pt.17.tmp"]


def test_a_checkpoint_is_whole_or_not_there(tmp_path, monkeypatch):
    file = tmp_path / "run.pt"
    _checkpoint.write(file, {"epoch": 1})

    def save(state, target):
        target.write(b"half a")
        raise OSError("disk full")

    monkeypatch.setattr(torch, "save", save)
    with pytest.raises(OSError, match="disk full"):
        _checkpoint.write(file, {"epoch": 2})
    assert _checkpoint.read(file)["epoch"] == 1 and os.listdir(tmp_path) == ["run.pt"]
    monkeypatch.undo()

    def replace(draft, target):
        assert _checkpoint.read(draft)["epoch"] == 2  # whole before it takes the old one's place
        raise OSError("power cut")

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(OSError, match="power cut"):
        _checkpoint.write(file, {"epoch": 2})
    assert _checkpoint.read(file)["epoch"] == 1 and os.listdir(tmp_path) == ["run.pt"]


# Batches of one example.


def normalized(*more):
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(5, 7), nn.BatchNorm1d(7), nn.Tanh(), *more, nn.Linear(7, 3))


@pytest.mark.parametrize("load", [False, True], ids=["tensors", "loader"])
@pytest.mark.parametrize("examples, batch_size", [(15, 7), (3, 1), (1, 4)])
def test_a_single_example_for_batch_normalization_is_refused_before_the_first_update(examples, batch_size, load):
    data, model = runs.data(examples), normalized()
    options = {"batch_size": batch_size}
    if load:
        pairs = torch.utils.data.TensorDataset(data.train_x, data.train_y)
        data, options = torch.utils.data.DataLoader(pairs, batch_size), {}
    with pytest.raises(ValueError, match=f"batch_size must leave no batch of a single example.*'1'.*{examples} examples"):
        train.fit(model, data, sgd(model), epochs=1, **options)
    assert_close(dict(model.named_parameters()), dict(normalized().named_parameters()), rtol=0, atol=0)
    assert not model[1]._forward_pre_hooks and not model[1].num_batches_tracked


def test_a_single_example_is_enough_where_it_has_several_places_or_is_dropped():
    model = nn.Sequential(nn.Unflatten(1, (1, 5)), nn.Conv1d(1, 2, 2), nn.BatchNorm1d(2), nn.Flatten(), nn.Linear(8, 3))
    assert len(train.fit(model, runs.data(15), sgd(model), epochs=1, batch_size=7).loss) == 3
    data, model = runs.data(15), normalized()
    pairs = torch.utils.data.TensorDataset(data.train_x, data.train_y)
    loader = torch.utils.data.DataLoader(pairs, 7, drop_last=True)
    assert len(train.fit(model, loader, sgd(model), epochs=1).loss) == 2
    model[1] = nn.LayerNorm(7)
    assert len(train.fit(model, runs.data(15), sgd(model), epochs=1, batch_size=7).loss) == 3


# Numbers that are not finite.


@pytest.mark.parametrize("clip_norm", [None, 1.0])
def test_a_loss_that_is_not_finite_stops_before_the_update(clip_norm):
    model, data = runs.network(), runs.data()
    calls, seen = [], []

    def loss(outputs, y):
        if torch.is_grad_enabled():
            calls.append(1)
            if len(calls) == 5 + 3:
                seen.append({name: value.clone() for name, value in model.state_dict().items()})
                return outputs.sum() * math.inf
        return nn.functional.cross_entropy(outputs, y)

    with pytest.raises(FloatingPointError, match="loss is -?inf in epoch 2, update 3") as caught:
        train.fit(model, data, sgd(model), batch_size=7, loss=loss, clip_norm=clip_norm)
    assert_close(model.state_dict(), seen[0], rtol=0, atol=0)
    assert all(parameter.grad is None for parameter in model.parameters())
    assert (caught.value.epoch, caught.value.update) == (2, 3) and math.isinf(caught.value.value)
    assert len(caught.value.history.loss) == 7 and model.training


def test_a_gradient_that_is_not_finite_stops_a_clipped_run():
    model, first = runs.network(), runs.network().state_dict()

    def loss(outputs, y):
        return (outputs - outputs.detach()).abs().sum().sqrt()  # 0, with a slope of infinity

    with pytest.raises(train.NonFiniteError, match="norm of the gradient is nan in epoch 1, upd"):
        train.fit(model, runs.data(), sgd(model), loss=loss, clip_norm=1.0)
    assert_close(model.state_dict(), first, rtol=0, atol=0)


# Arguments.


@pytest.mark.parametrize("error, message, changes", [
    (ValueError, "epochs must be", {"epochs": -1}),
    (TypeError, "epochs must be", {"epochs": 1.5}),
    (TypeError, "epochs must be", {"epochs": True}),
    (ValueError, "batch_size must be", {"batch_size": 0}),
    (TypeError, "seed must be", {"seed": None}),
    (ValueError, "clip_norm must be", {"clip_norm": 0}),
    (ValueError, "clip_norm must be", {"clip_norm": math.nan}),
    (ValueError, "patience must be", {"patience": 0}),
    (TypeError, "loss must be", {"loss": "mse"}),
    (TypeError, "metric must be", {"metric": 3}),
    (ValueError, "schedule_per must be", {"schedule_per": "step"}),
    (TypeError, "scheduler must", {"scheduler": 0.1}),
    (ValueError, "resume needs checkpoint", {"resume": True}),
    (TypeError, "resume must be", {"resume": "yes"}),
    (TypeError, "checkpoint must be", {"checkpoint": 3}),
    (ValueError, "checkpoint must be", {"checkpoint": "no/such/folder/run.pt"}),
    (ValueError, "loss must return a scalar", {"loss": lambda outputs, y: outputs}),
])
def test_wrong_settings_are_named_before_anything_changes(error, message, changes):
    model = runs.network()
    optimizer = sgd(model)
    state = torch.get_rng_state()
    with pytest.raises(error, match=message):
        train.fit(model, runs.data(), optimizer, **changes)
    assert torch.equal(state, torch.get_rng_state()) and not optimizer.state
    assert_close(model.state_dict(), runs.network().state_dict(), rtol=0, atol=0)


@pytest.mark.parametrize("error, message, changes", [
    (ValueError, "train_x and data.train_y must be equally long", {"train_y": torch.zeros(7)}),
    (ValueError, "train_x must hold at least one", {"train_x": torch.zeros(0, 5)}),
    (ValueError, "val_x and data.val_y must be equally long", {"val_x": torch.zeros(3, 5)}),
    (ValueError, "val_x needs data.val_y", {"val_y": None}),
    (ValueError, "val_y needs data.val_x", {"val_x": torch.zeros(0, 5)}),
    (TypeError, "train_x must be a tensor", {"train_x": [[1.0]]}),
    (ValueError, "data.val_x on meta", {"val_x": torch.zeros(11, 5, device="meta")}),
])
def test_wrong_data_are_named(error, message, changes):
    model = runs.network()
    with pytest.raises(error, match=message):
        train.fit(model, SimpleNamespace(**{**vars(runs.data()), **changes}), sgd(model))


def test_what_does_not_go_together_is_named():
    data, model, other = runs.data(), runs.network(), runs.network()
    alone = SimpleNamespace(train_x=data.train_x, train_y=data.train_y)
    optimizer = sgd(model)
    plateau = lr_scheduler.ReduceLROnPlateau(optimizer)
    for message, call in {
        "holds none of the model's parameters": lambda: train.fit(other, data, optimizer),
        "without a closure": lambda: train.fit(model, data, torch.optim.LBFGS(model.parameters())),
        "made for the optimizer": lambda: train.fit(other, data, sgd(other), scheduler=plateau),
        "'epoch' for ReduceLROnPlateau": lambda: train.fit(
            model, data, optimizer, scheduler=plateau, schedule_per="update"
        ),
        "ReduceLROnPlateau needs": lambda: train.fit(model, alone, optimizer, scheduler=plateau),
        "patience needs": lambda: train.fit(model, alone, optimizer, patience=1),
        "metric needs": lambda: train.fit(model, alone, optimizer, metric=nn.functional.l1_loss),
        "model's 0.weight on meta": lambda: train.fit(
            model.to("meta"), data, sgd(model)
        ),
    }.items():
        with pytest.raises(ValueError, match=message):
            call()
    for message, call in {
        "model must be": lambda: train.fit(torch.relu, data, optimizer),
        "optimizer must be": lambda: train.fit(other, data, 0.1),
        "train_x and train_y": lambda: train.fit(other, (1, 2), sgd(other)),
    }.items():
        with pytest.raises(TypeError, match=message):
            call()


# The device of the book.


def test_the_device_changes_nothing_but_rounding(tmp_path):
    def run(device, **options):
        model = runs.network().to(device)
        parts = {name: part.to(device) for name, part in vars(runs.data()).items()}
        optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
        history = train.fit(
            model, SimpleNamespace(**parts), optimizer, batch_size=7, clip_norm=0.5, patience=3,
            **options,
        )
        return [part.cpu() for part in model.state_dict().values()], history

    wanted, history = run("cpu", epochs=3)
    run(dg.device(), epochs=2, checkpoint=tmp_path / "run.pt")
    found, again = run(dg.device(), epochs=3, checkpoint=tmp_path / "run.pt", resume=True)
    assert_close(found, wanted, rtol=1e-3, atol=1e-4)
    assert again.loss == pytest.approx(history.loss, rel=1e-3)
    assert again.gradient_norm == pytest.approx(history.gradient_norm, rel=1e-3)


# Judging a model.


@pytest.mark.parametrize("batch_size", [1, 4, 11, 64])
def test_numbers_of_a_model_do_not_depend_on_the_batches(batch_size):
    data, model = runs.data(), runs.network(nn.Dropout(0.5))
    model[0].eval()
    modes = [module.training for module in model.modules()]
    calls = []
    model.register_forward_pre_hook(lambda module, inputs: calls.append(len(inputs[0])))
    outputs = train.predict(model, data.val_x, batch_size=batch_size)
    right = train.accuracy(model, data.val_x, data.val_y, batch_size=batch_size)
    scores = train.evaluate(
        model, data.val_x, data.val_y, batch_size=batch_size,
        metric=lambda outputs, y: outputs.argmax(1).ne(y).float().mean(),
    )
    assert max(calls) <= batch_size and sum(calls) == 3 * 11
    assert [module.training for module in model.modules()] == modes
    model.eval()
    logits = model(data.val_x)
    assert_close(outputs, logits.detach()) and not outputs.requires_grad
    assert right == scores.accuracy == (logits.argmax(1) == data.val_y).sum().item() / 11
    assert scores.metric == pytest.approx(1 - right)
    assert scores.loss == pytest.approx(nn.functional.cross_entropy(logits, data.val_y).item())


def test_accuracy_of_labels_along_further_axes():
    logits = torch.randn(5, 3, 7, 2)
    y = torch.randint(3, (5, 7, 2))
    wanted = (logits.argmax(1) == y).sum().item() / 70
    assert train.accuracy(nn.Identity(), logits, y, batch_size=2) == wanted


def test_numbers_need_examples_and_labels():
    data, model = runs.data(), runs.network()
    for call, message in (
        (lambda: train.accuracy(model, data.val_x[:0], data.val_y[:0]), "at least one example"),
        (lambda: train.accuracy(model, data.val_x, data.val_y[:3]), "equally long"),
        (lambda: train.accuracy(model, data.val_x, data.val_y.float()), "integer labels"),
        (lambda: train.accuracy(model, data.val_x, data.val_x.long()), "integer labels"),
        (lambda: train.evaluate(model, data.val_x, data.val_y, batch_size=0), "batch_size must"),
        (lambda: train.predict(model, data.val_x[:0]), "at least one example"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
    scores = train.evaluate(model, data.val_x, torch.zeros(11, 3), loss=nn.functional.mse_loss)
    assert scores.accuracy is None and scores.metric is None and scores.loss > 0


def test_the_mode_is_restored_after_an_error():
    model = runs.network()
    with pytest.raises(RuntimeError):
        train.predict(model, torch.zeros(2, 13))
    assert all(module.training for module in model.modules())


# The progress bar.


def bar(patch, static="0", quiet="0"):
    patch.setenv("DEEPGLOSS_STATIC", static)
    patch.setenv("DEEPGLOSS_QUIET", quiet)
    text, plain = io.StringIO(), _fit.tqdm
    patch.setattr(_fit, "tqdm", lambda **options: plain(file=text, **options))
    model = runs.network()
    train.fit(model, runs.data(), sgd(model), epochs=2)
    return text.getvalue()


def test_the_bar_shows_for_people_alone(monkeypatch):
    with monkeypatch.context() as patch:
        shown = bar(patch)
    assert "2/2" in shown and "val_loss=" in shown
    for switch in ("static", "quiet"):
        with monkeypatch.context() as patch:
            assert bar(patch, **{switch: "1"}) == ""


# Several processes.


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    """What two processes of torchrun make of the runs of ``torchrun_fit.py``."""
    folder = tmp_path_factory.mktemp("torchrun")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node=2",
         "--master_addr=127.0.0.1", f"--master_port={port}", runs.__file__, str(folder)],
        env={**os.environ, "OMP_NUM_THREADS": "1", "DEEPGLOSS_STATIC": "0", "DEEPGLOSS_QUIET": "0"},
        capture_output=True, text=True, timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr, done.stderr
    return [torch.load(folder / f"{rank}.pt", weights_only=True) for rank in (0, 1)] + [done.stderr]


@pytest.mark.parametrize("run", [runs.ragged, runs.single_examples, runs.regression, runs.early])
def test_two_processes_are_as_good_as_one(processes, run):
    first, second, _ = processes
    wanted = run(None)
    for found in (first[run.__name__], second[run.__name__]):
        assert_close(found["model"], wanted["model"], rtol=0, atol=1e-5)
        assert found["history"].keys() == wanted["history"].keys()
        for name, value in wanted["history"].items():
            assert found["history"][name] == pytest.approx(value, rel=1e-4, abs=1e-5), name
    assert_same_run(first[run.__name__], second[run.__name__])


def test_the_runs_for_several_processes_show_what_they_should():
    assert len(runs.ragged(None)["history"]["loss"]) == 3 * math.ceil(29 / 7) and 29 % 7 == 1
    early = runs.early(None)["history"]
    assert early["stopped_early"] and 1 < early["best_epoch"] < early["epochs"] < 30


def test_two_processes_resume_exactly(processes):
    first, second, _ = processes
    for found in (first, second):
        assert_same_run(found["resumed"], found["whole"])
        assert_same_run(found["whole"], first["whole"])
        assert torch.equal(found["resumed"]["next"], first["whole"]["next"])


def test_every_process_stops_at_a_loss_that_is_not_finite(processes):
    for found in processes[:2]:
        assert "epoch 1, update 1." in found["non_finite"]["message"]
        assert found["non_finite"]["same"]


def test_processes_must_be_given_the_same(processes):
    for found in processes[:2]:
        assert "batch_size must be the same in every process" in found["disagreement"]["message"]


def test_one_process_shows_the_bar(processes):
    assert processes[2].count(" 0/3 [") == 1  # one run has three epochs
