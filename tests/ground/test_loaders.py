"""Training and evaluation from loaders: the loop one would write, the same again after a stop, named refusals."""

import math

import numpy as np
import pytest
import torch
import torchrun_fit as runs
from torch import nn
from torch.testing import assert_close
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

import deepgloss as dg
from deepgloss import train


def sgd(model):
    return torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)


def made(*extra):
    return runs.network(*extra).to(dg.device())


def loaders(shuffle=True, seed=None, batch_size=7, **options):
    """A training and a validation loader of the same examples as ``runs.data``, on the CPU."""
    data = runs.data()
    own = None if seed is None else torch.Generator().manual_seed(seed)
    return (DataLoader(TensorDataset(data.train_x, data.train_y), batch_size, shuffle=shuffle, generator=own, **options),
            DataLoader(TensorDataset(data.val_x, data.val_y), 4))


def test_fit_is_the_loop_one_would_write():
    model, twin = made(), made()
    history = train.fit(model, loaders(seed=5), sgd(model), epochs=2)
    optimizer, losses, loader = sgd(twin), [], loaders(seed=5)[0]
    for _ in range(2):
        for x, y in loader:
            loss = nn.functional.cross_entropy(twin(x.to(dg.device())), y.to(dg.device()))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    assert_close(model.state_dict(), twin.state_dict(), rtol=0, atol=0)
    assert history.loss == losses and len(losses) == 2 * 5 and len(history.val_loss) == len(history.accuracy) == 2
    data = runs.data()
    x, y = data.val_x.to(dg.device()), data.val_y.to(dg.device())
    assert history.val_loss[-1] == pytest.approx(nn.functional.cross_entropy(twin(x), y).item(), rel=1e-6)
    assert history.accuracy[-1] == train.accuracy(twin, x, y)


def test_without_shuffling_a_loader_gives_what_ordered_tensors_give():
    model = made()
    history = train.fit(model, (loaders(shuffle=False)[0], None), sgd(model), epochs=1)
    assert history.val_loss == [] and history.accuracy == [] and len(history.loss) == 5
    alone = made()
    assert train.fit(alone, loaders(shuffle=False)[0], sgd(alone), epochs=1) == history
    assert_close(model.state_dict(), alone.state_dict(), rtol=0, atol=0)


def run(file, epochs, resume=False, seed=None, global_seed=3, **options):
    model = made(nn.Dropout(0.3))
    dg.seed(global_seed)
    history = train.fit(model, loaders(seed=seed), sgd(model), epochs=epochs, checkpoint=file, resume=resume, **options)
    return model.state_dict(), history


@pytest.mark.parametrize("seed", [None, 11])
def test_a_resumed_run_reads_on_in_the_same_order(tmp_path, seed):
    whole, history = run(tmp_path / "whole.pt", 5, seed=seed)
    run(tmp_path / "run.pt", 2, seed=seed)
    again, its = run(tmp_path / "run.pt", 5, resume=True, seed=seed, global_seed=99)
    assert its == history
    assert_close(again, whole, rtol=0, atol=0)
    assert run(tmp_path / "other.pt", 5, seed=seed, global_seed=4)[1] != history


def test_the_global_generator_orders_a_loader_that_has_none():
    def losses(seed):
        model = made()
        dg.seed(seed)
        return train.fit(model, loaders(), sgd(model), epochs=1).loss

    assert losses(3) == losses(3) != losses(4)


def test_a_checkpoint_of_other_loaders_is_refused(tmp_path):
    run(tmp_path / "run.pt", 1)
    model = made(nn.Dropout(0.3))
    with pytest.raises(ValueError, match="train loader's batch_size: 7 there, 8 here"):
        train.fit(model, loaders(batch_size=8), sgd(model), checkpoint=tmp_path / "run.pt", resume=True)
    with pytest.raises(ValueError, match="train loader's batch_size: 7 there, nothing here"):
        data = type(runs.data())(**{name: part.to(dg.device()) for name, part in vars(runs.data()).items()})
        train.fit(model, data, sgd(model), checkpoint=tmp_path / "run.pt", resume=True)


@pytest.mark.parametrize("batch_size", [1, 4, 11])
def test_scores_of_a_loader_are_those_of_its_tensors(batch_size):
    data, model = runs.data(), made()
    x, y = data.val_x.to(dg.device()), data.val_y.to(dg.device())
    loader = DataLoader(TensorDataset(data.val_x, data.val_y), batch_size)
    found, wanted = train.evaluate(model, loader, metric=nn.functional.multi_margin_loss), train.evaluate(
        model, x, y, metric=nn.functional.multi_margin_loss)
    assert found.accuracy == wanted.accuracy == train.accuracy(model, loader)
    assert found.loss == pytest.approx(wanted.loss) and found.metric == pytest.approx(wanted.metric)
    assert_close(train.predict(model, loader), train.predict(model, x))


def test_regressions_and_data_sets_that_are_made_as_they_are_read():
    class Squares(Dataset):
        def __len__(self):
            return 13

        def __getitem__(self, i):
            return torch.tensor([i / 13.0]), torch.tensor([(i / 13.0) ** 2])

    class Stream(IterableDataset):
        def __iter__(self):
            return iter([(np.float32([k]), np.float32([2 * k])) for k in range(5)])

    for loader, updates in ((DataLoader(Squares(), 5), 3), (DataLoader(Stream(), 2), 3)):
        model = nn.Linear(1, 1).to(dg.device())
        history = train.fit(model, (loader, loader), sgd(model), epochs=2, loss=nn.functional.mse_loss, patience=2)
        assert len(history.loss) == 2 * updates and len(history.val_loss) == 2 and history.accuracy == []
        assert train.evaluate(model, loader, loss=nn.functional.mse_loss).accuracy is None


def nothing():
    """A loader without a batch."""
    return DataLoader(TensorDataset(torch.zeros(3, 5), torch.zeros(3, dtype=torch.int64)), 4, drop_last=True)


@pytest.mark.parametrize("data, options, error, message", [
    (lambda: loaders(), {"batch_size": 7}, ValueError, "batch_size must be left out where data is a DataLoader"),
    (lambda: loaders(), {"seed": 1}, ValueError, "seed must be left out where data is a DataLoader, not 1: its order"),
    (lambda: loaders()[0], {"patience": 1}, ValueError, "patience needs data.val_x and data.val_y, or a second DataLoader"),
    (lambda: (loaders()[0], runs.data()), {}, TypeError, r"data\[1\] must be a DataLoader or None"),
    (lambda: [1, 2], {}, TypeError, "be a DataLoader or a pair of two"),
    (lambda: DataLoader(torch.zeros(3, 5)), {}, TypeError, r"must be pairs of tensors, inputs and targets, not Tensor \(1, 5\)"),
    (lambda: DataLoader([{"x": 1.0}]), {}, TypeError, "must be pairs of tensors, inputs and targets, not dict"),
    (lambda: DataLoader([(1.0, 2.0, 3.0)]), {}, TypeError, "not list of Tensor, Tensor, Tensor"),
    (lambda: DataLoader([("a", 1)]), {}, TypeError, "not list of tuple, Tensor"),
    (nothing, {}, ValueError, "a loader must give at least one batch"),
])
def test_what_does_not_go_together_is_named_and_nothing_is_changed(data, options, error, message):
    model = made()
    with pytest.raises(error, match=message):
        train.fit(model, data(), sgd(model), **options)
    assert_close(model.state_dict(), made().state_dict(), rtol=0, atol=0)


def test_evaluation_refuses_what_a_loader_has():
    loader, model = loaders()[1], made()
    for call in (lambda: train.evaluate(model, loader, torch.zeros(11)), lambda: train.accuracy(model, loader, batch_size=3),
                 lambda: train.predict(model, loader, batch_size=3)):
        with pytest.raises(ValueError, match="must be left out where x is a DataLoader"):
            call()
    with pytest.raises(ValueError, match="a loader must give at least one batch"):
        train.evaluate(model, nothing())
    with pytest.raises(TypeError, match="x must be a tensor or a DataLoader, not list"):
        train.evaluate(model, [1, 2])
    with pytest.raises(ValueError, match="equally many"):
        train.evaluate(model, DataLoader([0], collate_fn=lambda _: (torch.zeros(2, 5), torch.zeros(3))))


def test_several_processes_take_tensors_alone(monkeypatch):
    monkeypatch.setattr(train._fit, "Team", lambda device: type("Two", (), {"size": 2, "rank": 0, "device": device})())
    model = made()
    with pytest.raises(ValueError, match="data must have train_x and train_y where several processes share it"):
        train.fit(model, loaders(), sgd(model))


def test_nan_is_found_in_a_loaders_batch_too():
    data = runs.data()
    data.train_x[20] = math.nan
    model = made()
    with pytest.raises(train.NonFiniteError) as caught:
        train.fit(model, DataLoader(TensorDataset(data.train_x, data.train_y), 7), sgd(model))
    assert (caught.value.epoch, caught.value.update) == (1, 3)
