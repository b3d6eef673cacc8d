"""Copying published weights: all of them, or none and a clear word why."""

from collections.abc import Mapping

import torch


WRAPPERS = ("module", "_orig_mod")      # of DistributedDataParallel and of torch.compile


def tensors(published) -> dict[str, torch.Tensor]:
    """The tensors of a published file by their names, without what wrappers of a model put before them.

    Raises:
        TypeError: ``published`` is no mapping, or what it holds are no tensors.
        ValueError: it holds a name twice, with a wrapper's prefix and without.
    """
    if not isinstance(published, Mapping):
        raise TypeError(f"published must be a mapping of names to tensors, not {published!r:.80}")
    found: dict[str, torch.Tensor] = {}
    for name, tensor in published.items():
        if isinstance(tensor, Mapping):
            raise TypeError(f"published must hold tensors, and holds a mapping named {name!r}: give published[{name!r}]")
        try:
            tensor = torch.as_tensor(tensor)
        except (TypeError, ValueError, RuntimeError):
            raise TypeError(f"published must hold tensors, and {name!r} is {tensor!r:.80}") from None
        plain = unwrapped(str(name))
        if plain in found:
            raise ValueError(f"published must hold {plain} once, and has it with a prefix and without: {name}")
        found[plain] = tensor
    return found


def unwrapped(name: str) -> str:
    """A parameter's name without ``module.`` before it and ``_orig_mod.`` anywhere, which saved wrappers leave."""
    parts = name.split(".")
    while parts[0] in WRAPPERS:
        parts = parts[1:] or [""]
    return ".".join(part for part in parts if part != "_orig_mod")


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
    if given and table.keys().isdisjoint(given):
        raise ValueError(f"published must have names such as {next(iter(table))}, and has {next(iter(given))}; what "
                         "this package's models saved is for load_state_dict")
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
