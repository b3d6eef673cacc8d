"""Where batches come from: tensors in an order that a seed decides, or loaders that have an order of their own."""

from collections.abc import Iterator

import torch
from torch import nn
from torch.utils.data import DataLoader

from ._check import Loaders, Parts
from ._distributed import Team

Batch = tuple[torch.Tensor, torch.Tensor]


class TensorBatches:
    """Batches of tensors that lie on the device.

    Args:
        parts: the data.
        batch_size: examples at once, over all processes.
        seed: of the order.
    """

    def __init__(self, parts: Parts, batch_size: int, seed: int) -> None:
        self.parts, self.batch_size = parts, batch_size
        self.order = torch.Generator().manual_seed(seed)
        self.device = parts.train_x.device
        self.has_validation = parts.val_x is not None

    def training(self, team: Team) -> Iterator[tuple[torch.Tensor, torch.Tensor, float]]:
        """This process's part of each batch of an epoch, and its share of the batch."""
        x, y = self.parts.train_x, self.parts.train_y
        # Drawn on the CPU, moved once: a copy for every batch would wait for the device each time.
        order = torch.randperm(len(x), generator=self.order).to(x.device)
        for batch in order.split(self.batch_size):
            mine, share = team.shard(batch)
            yield x[mine], y[mine], share

    def validation(self, team: Team) -> Iterator[Batch]:
        """This process's part of the validation data."""
        parts = (self.parts.val_x, self.parts.val_y)
        return split(*(part.tensor_split(team.size)[team.rank] for part in parts), self.batch_size)

    def single(self, team: Team) -> str | None:
        """How it comes that a process gets a single example; None where none does."""
        total, size = len(self.parts.train_x), self.batch_size
        smallest = min((count for count in (min(size, total), total % size) if count), default=0)
        if smallest >= 2 * team.size:
            return None
        return f"{total} examples in batches of {size}" + (f" for {team.size} processes" if team.size > 1 else "")

    def describe(self) -> dict:
        """What a run that goes on must find again."""
        return {"batch_size": self.batch_size} | {f"data.{name}": part for name, part in self.parts._asdict().items()}

    def state(self):
        """Where the order has come to."""
        return self.order.get_state()

    def set_state(self, state) -> None:
        """Go on with the order of :meth:`state`."""
        self.order.set_state(state)


class LoaderBatches:
    """Batches of loaders, moved to the model's device.

    Args:
        loaders: the loader of the training data, and that of the validation data or None.
        device: the model's.
    """

    def __init__(self, loaders: Loaders, device: torch.device) -> None:
        self.loaders, self.device = loaders, device
        self.has_validation = loaders.validation is not None

    def training(self, team: Team) -> Iterator[tuple[torch.Tensor, torch.Tensor, float]]:
        """The batches of an epoch, each a process's own."""
        for x, y in loaded(self.loaders.train, self.device):
            yield x, y, 1.0

    def validation(self, team: Team) -> Iterator[Batch]:
        """The batches of the validation data."""
        return loaded(self.loaders.validation, self.device)

    def single(self, team: Team) -> str | None:
        """How it comes that a batch is a single example; None where none is, or the loader cannot tell."""
        loader = self.loaders.train
        try:
            total, size = len(loader.sampler), loader.batch_size
        except TypeError:
            return None
        if not size or (size > 1 and (total % size != 1 or loader.drop_last)):
            return None
        return f"{total} examples in batches of {size}"

    def describe(self) -> dict:
        """What a run that goes on must find again."""
        described = {}
        for name, loader in self.loaders._asdict().items():
            described[f"{name} loader's batch_size"] = getattr(loader, "batch_size", None)
            described[f"{name} loader's examples"] = examples(loader)
        return described

    def state(self):
        """Where the loaders' own generators have come to; the global one is kept with the run."""
        return [generator.get_state() for generator in self._generators()]

    def set_state(self, state) -> None:
        """Go on with the orders of :meth:`state`."""
        for generator, its in zip(self._generators(), state):
            generator.set_state(its)

    def _generators(self) -> list[torch.Generator]:
        found: list[torch.Generator] = []
        for loader in self.loaders:
            for owner in (loader, getattr(loader, "sampler", None)):
                generator = getattr(owner, "generator", None)
                if isinstance(generator, torch.Generator) and not any(generator is other for other in found):
                    found.append(generator)
        return found


def examples(loader: DataLoader | None) -> int | None:
    """How many examples a loader's data set has, where it can tell."""
    try:
        return None if loader is None else len(loader.dataset)
    except TypeError:
        return None


def split(x: torch.Tensor, y: torch.Tensor, batch_size: int) -> Iterator[Batch]:
    """Batches of two tensors, in order; none where they are empty."""
    return zip(x.split(batch_size), y.split(batch_size)) if len(x) else iter(())


def loaded(loader: DataLoader, device: torch.device) -> Iterator[Batch]:
    """A loader's batches of inputs and targets, on the device.

    Raises:
        TypeError: a batch is no pair of tensors.
        ValueError: inputs and targets differ in length, or there is no batch.
    """
    empty = True
    for batch in loader:
        if not isinstance(batch, (tuple, list)) or len(batch) != 2 or not all(isinstance(b, torch.Tensor) for b in batch):
            raise TypeError(f"a loader's batches must be pairs of tensors, inputs and targets, not {_shown(batch)}")
        x, y = batch
        if not x.ndim or not y.ndim or len(x) != len(y) or not len(x):
            raise ValueError("a loader's inputs and targets must be equally many, at least one, not of shapes "
                             f"{tuple(x.shape)} and {tuple(y.shape)}")
        empty = False
        yield x.to(device, non_blocking=True), y.to(device, non_blocking=True)
    if empty:
        raise ValueError("a loader must give at least one batch")


def _shown(batch) -> str:
    """What a batch is, in few words."""
    if isinstance(batch, (tuple, list)):
        return f"{type(batch).__name__} of {', '.join(type(part).__name__ for part in batch) or 'nothing'}"
    return f"{type(batch).__name__} {tuple(batch.shape)}" if isinstance(batch, torch.Tensor) else type(batch).__name__


def model_device(model: nn.Module) -> torch.device:
    """Where a model's numbers are; the CPU where it has none."""
    return next((tensor.device for tensors in (model.parameters(), model.buffers()) for tensor in tensors),
                torch.device("cpu"))
