"""One tensor that must be like another."""

import torch

from ._arguments import same_type


def alike(name: str, given: torch.Tensor, like_name: str, like: torch.Tensor) -> torch.Tensor:
    """A tensor, if it has the shape and the type of another one."""
    if given.shape != like.shape:
        raise ValueError(f"{name} must have shape {tuple(like.shape)} as {like_name} has, not {tuple(given.shape)}")
    same_type(**{like_name: like, name: given})
    return given
