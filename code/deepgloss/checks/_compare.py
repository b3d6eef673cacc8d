"""What several chapters' checks draw and compare."""

import torch

from .._device import device


def draws(*shape: int, seed: int = 0) -> torch.Tensor:
    """Normal numbers in float64, drawn on the CPU without touching the global generator."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(device())


def fill(module: torch.nn.Module) -> torch.nn.Module:
    """The module on the device, its parameters drawn by :func:`draws` and frozen."""
    module = module.to(device()).requires_grad_(False)
    for seed, parameter in enumerate(module.parameters()):
        parameter.copy_(draws(*parameter.shape, seed=seed))
    return module


def same(got, wanted: torch.Tensor, what: str, advice: str) -> None:
    """Assert that an answer is a tensor of the right shape and values."""
    assert got is not None, f"{what} is None: does the function end in a return statement?"
    assert isinstance(got, torch.Tensor), f"{what} must be a tensor, not {type(got).__name__}"
    assert got.shape == wanted.shape, (
        f"{what} must have shape {tuple(wanted.shape)}, not {tuple(got.shape)}: {advice}"
    )
    assert torch.allclose(got, wanted, rtol=1e-6, atol=1e-8), f"{what} is wrong: {advice}"
