"""Anchors: boxes of a few sizes and shapes at every place of a feature map."""

import torch

from .._arguments import real
from .._device import device as default_device
from ._arguments import listed, size


def anchor_shapes(sizes, ratios=(0.5, 1.0, 2.0)) -> torch.Tensor:
    r"""Widths and heights of anchors, one for each size and ratio.

    .. math:: w = \frac{s}{\sqrt r}, \qquad h = s \sqrt r,

    so that the area is s² and h / w is r.

    Args:
        sizes: each s in pixels, > 0.
        ratios: each r, > 0.

    Returns:
        ``(A, 2)``, ``float32``, on the CPU; ratios vary first.

    Raises:
        TypeError, ValueError: a size or ratio is no number above 0, or there is none.

    Source: Ren et al. (2015), section 3.1.1.
    """
    sides, shapes = _numbers("sizes", sizes), _numbers("ratios", ratios)
    return torch.tensor([(s / r**0.5, s * r**0.5) for s in sides for r in shapes])


def anchor_grid(feature_size: tuple[int, int], stride: float, shapes: torch.Tensor, device=None) -> torch.Tensor:
    """All anchors of a feature map, centered on what its places cover in the image.

    Args:
        feature_size: height and width of the map.
        stride: pixels of the image from one place to the next.
        shapes: widths and heights in pixels, ``(A, 2)``, such as :func:`anchor_shapes` gives.
        device: where; :func:`deepgloss.device` by default.

    Returns:
        ``(H·W·A, 4)``, ``float32``, as (x1, y1, x2, y2): row by row, and at each place all shapes. Some reach
        beyond the image.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.
    """
    height, width = size("feature_size", feature_size)
    step = real("stride", stride, 1e-9)
    if not isinstance(shapes, torch.Tensor) or not shapes.is_floating_point():
        raise TypeError("shapes must be a tensor of floating-point numbers, (A, 2), such as anchor_shapes gives")
    if shapes.ndim != 2 or shapes.shape[1] != 2:
        raise ValueError(f"shapes must have shape (A, 2), widths and heights, not {tuple(shapes.shape)}")
    y, x = torch.meshgrid(*((torch.arange(n) + 0.5) * step for n in (height, width)), indexing="ij")
    centers = torch.stack([x, y], -1).reshape(-1, 1, 2)                        # (H·W, 1, 2)
    half = shapes.detach().float().cpu() / 2
    grid = torch.cat([centers - half, centers + half], -1).reshape(-1, 4)
    return grid.to(default_device() if device is None else device)


def _numbers(name: str, values) -> list[float]:
    found = [real(f"{name}[{k}]", value, 1e-9) for k, value in enumerate(listed(name, values))]
    if not found:
        raise ValueError(f"{name} must hold at least one number")
    return found
