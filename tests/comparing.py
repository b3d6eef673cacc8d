"""What many tests draw and compare."""

import torch

import deepgloss as dg


def draws(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    """Normal numbers on the device, drawn on the CPU without touching the global generator."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=dtype).to(dg.device())


def assert_same(ours: torch.Tensor, theirs: torch.Tensor, leaves, **tolerance) -> None:
    """Equal values, and equal gradients along a random direction."""
    torch.testing.assert_close(ours, theirs, **tolerance)
    direction = draws(*ours.shape, seed=9, dtype=ours.dtype)
    pairs = [torch.autograd.grad((out * direction).sum(), leaves) for out in (ours, theirs)]
    for a, b in zip(*pairs):
        torch.testing.assert_close(a, b, **tolerance)
