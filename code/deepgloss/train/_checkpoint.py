"""A training run on disk, from which it goes on as if nothing had happened."""

import copy
import pickle
from pathlib import Path

import torch

from . import _sealed

FORMAT = "deepgloss.train checkpoint 2"


def describe(model, batches, optimizer, scheduler, loss, settings, processes: int) -> dict:
    """What two runs must have in common for one to continue the other; text for text."""
    described = {
        "seed": settings.seed,
        "clip_norm": settings.clip_norm,
        "patience": settings.patience,
        "loss": getattr(loss, "__name__", type(loss).__name__),
        "scheduler": type(scheduler).__name__,
        "schedule_per": settings.schedule_per,
        "number of processes": processes,
        "optimizer": type(optimizer).__name__,
        "optimizer's group sizes": [len(group["params"]) for group in optimizer.param_groups],
    }
    described |= {name: _shape(part) for name, part in batches.describe().items()}
    # PyTorch adds this default to an optimizer that has loaded a state, if its class does not know it.
    defaults = {"differentiable": False} | optimizer.defaults
    described |= {f"optimizer's {name}": value for name, value in defaults.items()}
    described |= {f"model's {name}": _shape(value) for name, value in model.state_dict().items()}
    return {name: str(value) for name, value in described.items()}


def _shape(value) -> str:
    return f"{value.dtype} {tuple(value.shape)}" if isinstance(value, torch.Tensor) else str(value)


def compare(path: Path, saved: dict, now: dict) -> None:
    """Raise a ValueError that names what differs between a checkpoint and this run."""
    nothing = "nothing"
    differences = [
        f"{name}: {saved.get(name, nothing)} there, {now.get(name, nothing)} here"
        for name in saved | now if saved.get(name, nothing) != now.get(name, nothing)
    ]
    if differences:
        more = f"; and {len(differences) - 5} more" if len(differences) > 5 else ""
        raise ValueError(
            f"checkpoint {path} is of a different run. {'; '.join(differences[:5])}{more}"
        )


def write(path: Path, state: dict) -> None:
    """Write a checkpoint; whenever the machine stops, ``path`` is the old file or the new one."""
    _sealed.write(path, lambda file: torch.save({"format": FORMAT, **state}, file))


def read(path: Path) -> dict | None:
    """A checkpoint, its tensors on the CPU; None where there is no file.

    Raises:
        ValueError: the file is none of ours, is cut, or has changed since it was written.
    """
    _sealed.remove_drafts(path)
    if not path.exists():
        return None
    if not _sealed.is_whole(path):
        raise ValueError(f"checkpoint {path} is not one of this version of deepgloss.train.fit, or was cut or changed "
                         "after it was written; delete it to start anew")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise ValueError(f"checkpoint {path} is not one of deepgloss.train.fit") from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise ValueError(f"checkpoint {path} is not of this version of deepgloss.train.fit")
    return state


def copy_weights(model) -> dict:
    """A copy of the model's parameters and buffers."""
    return {
        name: value.detach().clone() if isinstance(value, torch.Tensor) else copy.deepcopy(value)
        for name, value in model.state_dict().items()
    }
