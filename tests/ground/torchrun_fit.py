"""Training runs that must come out the same in one process and in several.

``torchrun tests/ground/torchrun_fit.py FOLDER`` runs all of them in each process and leaves the results
in ``FOLDER/<rank>.pt``; ``test_train.py`` runs the same functions in its own process.
"""

import os
import sys
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import torch
from torch import nn

from deepgloss import train


def data(examples=29, validation=11, seed=0):
    """Three classes of points; the lengths divide neither into batches nor among processes."""
    draw = torch.Generator().manual_seed(seed)
    centers = 2 * torch.randn(3, 5, generator=draw)
    y = torch.randint(3, (examples + validation,), generator=draw)
    x = centers[y] + torch.randn(len(y), 5, generator=draw)
    parts = {"train_x": x[:examples], "train_y": y[:examples]}
    return SimpleNamespace(**parts, val_x=x[examples:], val_y=y[examples:])


def network(*extra):
    """A small classifier with the same first weights every time."""
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(5, 7), nn.Tanh(), *extra, nn.Linear(7, 3))


def result(model, history):
    return {"model": model.state_dict(), "history": asdict(history)}


def ragged(folder):
    """29 examples in batches of 7: the last batch is a single example."""
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 6, gamma=0.7)
    history = train.fit(
        model, data(), optimizer, epochs=3, batch_size=7, scheduler=scheduler,
        schedule_per="update", clip_norm=0.6, seed=3,
    )
    return result(model, history)


def single_examples(folder):
    """Every batch is a single example, so that all processes but one have none."""
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    few = data(5, 1)
    return result(model, train.fit(model, few, optimizer, epochs=2, batch_size=1, patience=1))


def regression(folder):
    """Float targets, and a metric that is not the loss."""
    torch.manual_seed(2)
    model, points = nn.Linear(5, 1), data()
    for name in ("train", "val"):
        x = getattr(points, f"{name}_x")
        setattr(points, f"{name}_y", x.sum(1, keepdim=True))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    history = train.fit(
        model, points, optimizer, epochs=2, batch_size=7, loss=nn.functional.mse_loss,
        metric=nn.functional.l1_loss,
    )
    return result(model, history)


def early(folder):
    """A third of the validation labels is wrong: the surer the model, the higher the loss."""
    model, points = network(), data()
    points.val_y[::3] = (points.val_y[::3] + 1) % 3
    optimizer = torch.optim.SGD(model.parameters(), lr=0.03)
    history = train.fit(model, points, optimizer, epochs=30, batch_size=7, patience=2)
    return result(model, history)


def dropout_run(checkpoint, epochs, resume):
    model = network(nn.Dropout(0.4), nn.BatchNorm1d(7))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    history = train.fit(
        model, data(28), optimizer, epochs=epochs, batch_size=7, checkpoint=checkpoint,
        resume=resume,
    )
    return {**result(model, history), "next": torch.rand(2)}


def whole(folder):
    """Dropout and batch normalization, without a stop."""
    return dropout_run(Path(folder, "whole.pt"), 4, False)


def resumed(folder):
    """The same run, stopped after its second epoch and continued."""
    dropout_run(Path(folder, "resumed.pt"), 2, False)
    return dropout_run(Path(folder, "resumed.pt"), 4, True)


def non_finite(folder):
    """One infinite input, which a single process has in its shard."""
    broken, model = data(), network()
    broken.train_x[13] = torch.inf
    first = {name: value.clone() for name, value in model.state_dict().items()}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    try:
        train.fit(model, broken, optimizer, epochs=2, batch_size=29)
    except FloatingPointError as error:
        same = all(torch.equal(first[name], value) for name, value in model.state_dict().items())
        return {"message": str(error), "same": same}


def disagreement(folder):
    """Processes that were not given the same batch size."""
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    try:
        train.fit(model, data(), optimizer, batch_size=7 + int(os.environ.get("RANK", "0")))
    except ValueError as error:
        return {"message": str(error)}


RUNS = (ragged, single_examples, regression, early, whole, resumed, non_finite, disagreement)


def main(folder):
    found = {run.__name__: run(folder) for run in RUNS}
    torch.save(found, Path(folder, f"{os.environ['RANK']}.pt"))


if __name__ == "__main__":
    main(sys.argv[1])
