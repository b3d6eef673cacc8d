"""What several chapters' checks draw and compare."""

import torch

from .._device import device, wide
from ._show import came


def draws(*shape: int, seed: int = 0) -> torch.Tensor:
    """Normal numbers in double precision where the device has it, drawn on the CPU without touching the global generator."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(device(), wide())


def fill(module: torch.nn.Module) -> torch.nn.Module:
    """The module on the device, its parameters drawn by :func:`draws` and frozen."""
    module = module.to(device()).requires_grad_(False)
    for seed, parameter in enumerate(module.parameters()):
        parameter.copy_(draws(*parameter.shape, seed=seed))
    return module


def number(got, what: str) -> float:
    """What an answer gave as a float: a Python or NumPy number, or a tensor of one element."""
    if not isinstance(got, (str, bytes)):
        try:
            return float(got)
        except (TypeError, ValueError, RuntimeError):
            pass
    raise AssertionError(f"{what} must be a number, not {came(got)}")


def several(got, count: int, advice: str):
    """What an answer gave, if it consists of ``count`` parts, in this order."""
    try:
        parts = None if isinstance(got, (str, bytes, dict, set)) else len(got)
    except TypeError:
        parts = None
    assert parts is not None, f"{advice}, not {came(got)}"
    assert parts == count, f"{advice}: {count} parts, not {parts}"
    return got


def tensor(got, what: str) -> torch.Tensor:
    """What an answer gave, if it is a tensor of real numbers, or of truth values."""
    assert isinstance(got, torch.Tensor), f"{what} must be a tensor, not {came(got)}"
    assert not got.is_complex(), f"{what} must hold real numbers, not {came(got)}"
    return got


def same(got, wanted: torch.Tensor, what: str, advice: str) -> None:
    """Assert that an answer is a tensor of the right shape, type, device and values."""
    tensor(got, what)
    assert got.shape == wanted.shape, (
        f"{what} must have shape {tuple(wanted.shape)}, not {tuple(got.shape)}: {advice}"
    )
    assert got.dtype == wanted.dtype, f"{what} must be of type {wanted.dtype}, not {got.dtype}: {advice}"
    assert got.device == wanted.device, (
        f"{what} must be on {wanted.device} as the inputs are, not on {got.device}"
    )
    assert near(got, wanted, rtol=1e-6, atol=1e-8), f"{what} is wrong: {advice}"


def near(got: torch.Tensor, wanted: torch.Tensor, rtol: float = 1e-5, atol: float = 1e-8) -> bool:
    """``torch.allclose``; further apart where the device has no double precision to check in."""
    if wide() != torch.float64 and wanted.dtype != torch.float64:
        rtol, atol = max(rtol, 1e-4), max(atol, 1e-5)
    return torch.allclose(got, wanted, rtol=rtol, atol=atol)
