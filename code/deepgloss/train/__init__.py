"""The training loop that the chapters share."""

from dataclasses import dataclass, field

import torch
from torch import nn
from tqdm.auto import tqdm

from .._explore import is_static


@dataclass
class History:
    """Loss of every update, and test accuracy after every epoch."""

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)


def fit(model, data, optimizer, *, epochs=10, batch_size=64, loss=nn.functional.cross_entropy, seed=0) -> History:
    """Train a classifier by mini-batch gradient descent.

    Args:
        model: maps inputs ``(B, ...)`` to logits ``(B, classes)``.
        data: a :class:`deepgloss.data.Split`.
        optimizer: holds the model's parameters.
        epochs: passes over the training set.
        batch_size: examples per update.
        loss: maps logits and labels to a scalar.
        seed: decides the order of the batches, the same on every device.

    Returns:
        What happened, update by update and epoch by epoch.
    """
    history = History()
    order = torch.Generator().manual_seed(seed)
    for _ in tqdm(range(epochs), unit="epoch", disable=is_static()):
        model.train()
        for batch in torch.randperm(len(data.train_x), generator=order).split(batch_size):
            batch = batch.to(data.train_x.device)
            value = loss(model(data.train_x[batch]), data.train_y[batch])
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            history.loss.append(value.item())
        history.accuracy.append(accuracy(model, data.test_x, data.test_y))
    return history


@torch.no_grad()
def accuracy(model, x, y) -> float:
    """Share of examples whose largest logit is at the right label, in [0, 1]."""
    model.eval()
    return (model(x).argmax(1) == y).float().mean().item()
