"""Pixel shuffle: r² channels laid out as blocks of r × r pixels; and back."""

import torch
from torch import nn

from .._arguments import whole


def pixel_shuffle(input: torch.Tensor, upscale_factor: int) -> torch.Tensor:
    r"""Lay r² channels out as r × r pixels.

    .. math:: y_{c,\; r i + a,\; r j + b} = x_{c r^2 + a r + b,\; i,\; j}, \qquad 0 \le a, b < r

    Nothing is computed, elements only change places. The same function as
    :func:`torch.nn.functional.pixel_shuffle`.

    Args:
        input: ``(…, C r², H, W)``, of any type.
        upscale_factor: r ≥ 1.

    Returns:
        ``(…, C, H r, W r)``.

    Raises:
        TypeError: ``input`` is no tensor, or r no integer.
        ValueError: there are fewer than three axes, or r² does not divide the channels.

    Source: Shi et al. (2016), equation 4, which orders the channels differently.
    """
    r = whole("upscale_factor", upscale_factor)
    channels, height, width = _maps(input)
    if channels % r**2:
        raise ValueError(f"the {channels} channels must be divisible by upscale_factor² = {r**2}")
    x = input.reshape(*input.shape[:-3], channels // r**2, r, r, height, width)
    x = x.permute(*range(x.ndim - 4), -2, -4, -1, -3)       # (…, C, H, r, W, r)
    return x.reshape(*input.shape[:-3], channels // r**2, height * r, width * r)


def pixel_unshuffle(input: torch.Tensor, downscale_factor: int) -> torch.Tensor:
    """Turn blocks of r × r pixels into r² channels: the inverse of :func:`pixel_shuffle`.

    The same function as :func:`torch.nn.functional.pixel_unshuffle`.

    Args:
        input: ``(…, C, H r, W r)``, of any type.
        downscale_factor: r ≥ 1.

    Returns:
        ``(…, C r², H, W)``.

    Raises:
        TypeError: ``input`` is no tensor, or r no integer.
        ValueError: there are fewer than three axes, or r does not divide height and width.
    """
    r = whole("downscale_factor", downscale_factor)
    channels, height, width = _maps(input)
    if height % r or width % r:
        raise ValueError(f"{height} × {width} pixels must be divisible by downscale_factor = {r}")
    x = input.reshape(*input.shape[:-3], channels, height // r, r, width // r, r)
    x = x.permute(*range(x.ndim - 4), -3, -1, -4, -2)       # (…, C, r, r, H, W)
    return x.reshape(*input.shape[:-3], channels * r**2, height // r, width // r)


def _maps(input: torch.Tensor) -> tuple[int, int, int]:
    """Channels, height and width."""
    if not isinstance(input, torch.Tensor):
        raise TypeError(f"input must be a tensor, not {type(input).__name__}")
    if input.ndim < 3:
        raise ValueError(f"input must be (…, C, H, W), not {tuple(input.shape)}")
    return tuple(input.shape[-3:])


class PixelShuffle(nn.Module):
    """:func:`pixel_shuffle` as a module.

    Args:
        upscale_factor: r ≥ 1.
    """

    def __init__(self, upscale_factor: int):
        super().__init__()
        self.upscale_factor = whole("upscale_factor", upscale_factor)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """``(…, C r², H, W)`` to ``(…, C, H r, W r)``."""
        return pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        """The factor, for ``repr``."""
        return f"upscale_factor={self.upscale_factor}"
