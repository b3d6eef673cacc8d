"""Copying published weights: all of them, or none and a clear word why."""

from collections.abc import Mapping

import torch


def tensors(published) -> dict[str, torch.Tensor]:
    """The tensors of a published file by their names.

    Raises:
        TypeError: ``published`` is no mapping.
    """
    if not isinstance(published, Mapping):
        raise TypeError(f"published must be a mapping of names to tensors, not {published!r}")
    return {name: torch.as_tensor(tensor) for name, tensor in published.items()}


def check_tied(given: Mapping[str, torch.Tensor], second: str, first: str) -> None:
    """Refuse output weights ``second`` that are another tensor than ``first``, which a model reads with.

    Raises:
        ValueError: they differ.
    """
    if second in given and first in given and not torch.equal(given[second], given[first]):
        raise ValueError(f"{second} must equal {first}: this model writes with the vectors it reads with")


def copy_all(table: Mapping[str, torch.Tensor], given: Mapping[str, torch.Tensor]) -> None:
    """Copy tensors into those of the same name, unless one of them does not fit.

    Args:
        table: names and the model's own tensors, or views of them.
        given: names and the tensors to copy.

    Raises:
        ValueError: tensors are missing, unexpected, of a wrong shape or not finite.
    """
    for what, names in (("lacks", table.keys() - given.keys()), ("has unexpected", given.keys() - table.keys())):
        if names:
            shown = ", ".join(sorted(names)[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            raise ValueError(f"published {what} {shown}")
    for name, ours in table.items():
        if given[name].shape != ours.shape:
            raise ValueError(f"{name} must be {tuple(ours.shape)}, not {tuple(given[name].shape)}")
        if not given[name].isfinite().all():
            raise ValueError(f"{name} must be finite")
    with torch.no_grad():
        for name, ours in table.items():
            ours.copy_(given[name])
