"""Regions cut out of pictures and warped to one size, whatever their shape, with a little of what is around them."""

import torch

from .._arguments import floats, pair, whole
from ._roi_align import roi_align
from ._roi_pool import checked


def warp_regions(images: torch.Tensor, boxes: torch.Tensor | list[torch.Tensor], output_size: int | tuple[int, int],
                 context: int = 0) -> torch.Tensor:
    r"""Cut regions out of pictures and stretch each one to the same size, both ways on its own.

    So that p pixels of the result on each side show what lies around a region, the region is made larger first, its
    center kept:

    .. math:: w' = w\, \frac{S_w}{S_w - 2p}, \qquad h' = h\, \frac{S_h}{S_h - 2p}

    Each pixel of the result is then one point of the picture, interpolated between the four pixels around it; points
    beyond the picture's border are 0, except within its first pixel, where the border goes on.

    Args:
        images: ``(N, C, H, W)``.
        boxes: for each picture ``(K, 4)``, as (x1, y1, x2, y2) in pixels; or all in one, ``(K, 5)``, with the number of
            the picture first.
        output_size: height S_h and width S_w of the results, one number for both.
        context: p, pixels of the result on each side, with 2p below either size.

    Returns:
        ``(K, C, S_h, S_w)``, region by region.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Girshick et al. (2014), section 2.1 and appendix A, which takes p = 16 of 227 pixels.
    """
    size = pair("output_size", output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * 2
    height, width = (whole("output_size", n) for n in size)
    if 2 * whole("context", context, 0) >= min(height, width):
        raise ValueError(f"context must be less than half of output_size {height} × {width}, not {context}")
    if floats("images", images).ndim != 4:
        raise ValueError(f"images must have shape (N, C, H, W), not {tuple(images.shape)}")
    images, regions, numbers, _, _ = checked(images, boxes, (height, width), 1.0)
    center = (regions[:, :2] + regions[:, 2:]) / 2
    growth = regions.new_tensor([width / (width - 2 * context), height / (height - 2 * context)])
    half = (regions[:, 2:] - regions[:, :2]) * growth / 2
    table = torch.cat([numbers[:, None].to(regions), center - half, center + half], 1)
    return roi_align(images, table, (height, width), sampling_ratio=1)
