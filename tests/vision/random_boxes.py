"""Boxes that the tests of this part draw."""

import torch

import deepgloss as dg


def some_boxes(n: int, seed: int = 0, whole: bool = False, size: int = 23) -> torch.Tensor:
    """Boxes with sides of at least 1 in a square."""
    generator = torch.Generator().manual_seed(seed)
    corner = torch.rand(n, 2, generator=generator) * (size - 8)
    extent = 1 + torch.rand(n, 2, generator=generator) * 7
    box = torch.cat([corner, corner + extent], 1).double()
    return (box.round() if whole else box).to(dg.device())
