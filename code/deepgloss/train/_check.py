"""Checks of everything that a training run is given, before it changes anything."""

import os
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from torch.utils.data import DataLoader

from .._arguments import choice, real, whole, whole_seed
from .._budget import budget


class Parts(NamedTuple):
    """What training may see of a data set: everything but the test set."""

    train_x: torch.Tensor
    train_y: torch.Tensor
    val_x: torch.Tensor | None
    val_y: torch.Tensor | None


class Loaders(NamedTuple):
    """Loaders of the training data and, or None, of the validation data."""

    train: DataLoader
    validation: DataLoader | None


class Settings(NamedTuple):
    """The checked settings of a run, apart from the objects it works on."""

    epochs: int
    batch_size: int
    schedule_per: str
    clip_norm: float | None
    patience: int | None
    checkpoint: Path | None
    resume: bool
    seed: int


def check_pair(x_name: str, x, y_name: str | None = None, y=None) -> None:
    """``x`` is a tensor with at least one example, ``y`` a tensor of as many targets."""
    for name, value in ((x_name, x), (y_name, y)):
        if name is not None and not isinstance(value, torch.Tensor):
            raise TypeError(f"{name} must be a tensor, not {type(value).__name__}")
        if name is not None and value.ndim == 0:
            raise ValueError(f"{name} must have an axis of examples, not shape ()")
    if len(x) == 0:
        raise ValueError(f"{x_name} must hold at least one example, not shape {tuple(x.shape)}")
    if y_name is not None and len(x) != len(y):
        raise ValueError(
            f"{x_name} and {y_name} must be equally long, not {len(x)} and {len(y)} examples"
        )


def check_data(data) -> Parts | Loaders:
    """The training and validation parts of ``data``; validation is None where it is empty."""
    if isinstance(data, DataLoader):
        return Loaders(data, None)
    if isinstance(data, (tuple, list)) and len(data) == 2 and isinstance(data[0], DataLoader):
        if data[1] is not None and not isinstance(data[1], DataLoader):
            raise TypeError(f"data[1] must be a DataLoader or None beside data[0], not {data[1]!r:.60}")
        return Loaders(*data)
    for name in ("train_x", "train_y"):
        if not hasattr(data, name):
            raise TypeError(f"data must have train_x and train_y, or be a DataLoader or a pair of two, but "
                            f"{data!r:.60} has no {name}")
    check_pair("data.train_x", data.train_x, "data.train_y", data.train_y)
    val_x, val_y = getattr(data, "val_x", None), getattr(data, "val_y", None)
    val_x, val_y = (None if part is None or len(part) == 0 else part for part in (val_x, val_y))
    if (val_x is None) != (val_y is None):
        there, missing = ("val_y", "val_x") if val_x is None else ("val_x", "val_y")
        raise ValueError(f"data.{there} needs data.{missing}, which is missing or empty")
    if val_x is not None:
        check_pair("data.val_x", val_x, "data.val_y", val_y)
    return Parts(data.train_x, data.train_y, val_x, val_y)


def check_model(model, parts: Parts | Loaders, optimizer) -> None:
    """The optimizer trains the model, and the model and the data are on one device."""
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, not {type(model).__name__}")
    if not isinstance(optimizer, torch.optim.Optimizer):
        got = type(optimizer).__name__
        raise TypeError(f"optimizer must be a torch.optim.Optimizer, not {got}")
    if isinstance(optimizer, torch.optim.LBFGS):
        raise ValueError("optimizer must step without a closure; LBFGS evaluates the loss itself")
    held = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    if set(held).isdisjoint(model.parameters()):
        raise ValueError(
            "optimizer holds none of the model's parameters; make it with model.parameters() "
            "of the model that is trained"
        )
    tensors = {f"model's {name}": tensor for name, tensor in model.named_parameters()}
    tensors |= {f"model's {name}": tensor for name, tensor in model.named_buffers()}
    first = "data.train_x"
    if isinstance(parts, Parts):
        tensors |= {f"data.{name}": part for name, part in parts._asdict().items() if part is not None}
    else:
        first = next(iter(tensors))                       # batches go where the model is
    where = tensors[first].device
    for name, tensor in tensors.items():
        if tensor.device != where:
            raise ValueError(
                f"model and data must be on one device: {first} is on {where}, {name} on "
                f"{tensor.device}; move both to deepgloss.device()"
            )


def check_scheduler(scheduler, schedule_per: str, optimizer, has_validation: bool) -> None:
    """The schedule belongs to the optimizer and can be stepped as asked."""
    choice("schedule_per", schedule_per, ("epoch", "update"))
    if scheduler is None:
        return
    if not isinstance(scheduler, LRScheduler):
        raise TypeError(
            f"scheduler must come from torch.optim.lr_scheduler, not {type(scheduler).__name__}"
        )
    if scheduler.optimizer is not optimizer:
        raise ValueError("scheduler must be made for the optimizer that is given to fit")
    if isinstance(scheduler, ReduceLROnPlateau):
        if schedule_per == "update":
            raise ValueError("schedule_per must be 'epoch' for ReduceLROnPlateau, not 'update'")
        if not has_validation:
            raise ValueError("scheduler ReduceLROnPlateau needs data.val_x and data.val_y, or a second DataLoader")


def check_loaders(team_size: int, batch_size, seed) -> None:
    """Refuse what only tensors can be asked for."""
    if team_size > 1:
        raise ValueError("data must have train_x and train_y where several processes share it, and be no DataLoader: "
                         "its batches are not split among them")
    if batch_size is not None:
        raise ValueError(f"batch_size must be left out where data is a DataLoader, which has its own, not {batch_size!r}")
    if seed != 0:
        raise ValueError(f"seed must be left out where data is a DataLoader, not {seed!r}: its order comes from its own "
                         "generator, or from PyTorch's global one, which deepgloss.seed seeds")


def check_settings(*, epochs, batch_size, loss, metric, schedule_per, clip_norm, patience,
                   checkpoint, resume, seed, has_validation) -> Settings:
    """The settings, converted; each is named where it is wrong."""
    if not callable(loss):
        raise TypeError(f"loss must be a function of outputs and targets, not {loss!r}")
    if metric is not None and not callable(metric):
        raise TypeError(f"metric must be a function of outputs and targets or None, not {metric!r}")
    if clip_norm is not None:
        clip_norm = real("clip_norm", clip_norm)
        if clip_norm <= 0:
            raise ValueError(f"clip_norm must be greater than 0, not {clip_norm:g}")
    if patience is not None:
        patience = whole("patience", patience)
        if not has_validation:
            raise ValueError("patience needs data.val_x and data.val_y, or a second DataLoader, to watch")
    if metric is not None and not has_validation:
        raise ValueError("metric needs data.val_x and data.val_y, or a second DataLoader, to be computed on")
    if not isinstance(resume, bool):
        raise TypeError(f"resume must be True or False, not {resume!r}")
    if checkpoint is None and resume:
        raise ValueError("resume needs checkpoint, the file to continue from")
    if checkpoint is not None:
        if not isinstance(checkpoint, (str, os.PathLike)):
            raise TypeError(f"checkpoint must be a path or None, not {checkpoint!r}")
        checkpoint = Path(checkpoint)
        if checkpoint.is_dir() or not Path(os.path.realpath(checkpoint)).parent.is_dir():
            raise ValueError(f"checkpoint must be a file in a folder that exists, not {checkpoint}")
        if checkpoint.exists() and not checkpoint.is_file():
            raise ValueError(f"checkpoint must be a regular file or a link to one, not {checkpoint}")
    return Settings(
        budget(whole("epochs", epochs, 0)), whole("batch_size", 64 if batch_size is None else batch_size),
        schedule_per, clip_norm, patience, checkpoint, resume, whole_seed(seed),
    )
