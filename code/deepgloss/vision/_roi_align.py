"""RoI align: the mean of points of a region, each interpolated where it lies, with nothing rounded."""

import torch
from torch import nn

from .._arguments import flag, whole
from .._precision import without_autocast
from ._roi_pool import checked


def roi_align(input: torch.Tensor, boxes: torch.Tensor | list[torch.Tensor], output_size: int | tuple[int, int],
              spatial_scale: float = 1.0, sampling_ratio: int = -1, aligned: bool = True) -> torch.Tensor:
    r"""Pool regions of any size to one size, by means of interpolated points.

    A bin of height b is sampled at s × s points: in bin i at

    .. math:: y = y_1 + \Bigl(i + \frac{j + \frac12}{s}\Bigr) b, \qquad j = 0, \dots, s - 1,

    each of them the bilinear mean of the four places around it. Beyond the border the outermost places go on for one
    more; farther out, a point is 0. Small maps are read by two products of matrices, in which a place that is not
    finite reaches all regions of its image.

    Args:
        input: feature maps, ``(N, C, H, W)``.
        boxes: for each image ``(K, 4)``, as (x1, y1, x2, y2) in pixels of the image; or all in one, ``(K, 5)``, with
            the number of the image first.
        output_size: bins along height and width, one number for both.
        spatial_scale: places of the map per pixel of the image, such as 1/16.
        sampling_ratio: s; at −1 as many as a bin has places, rounded up.
        aligned: places are the centers of pixels, so that half a place is subtracted. PyTorch's vision library leaves
            that out by default, for the sake of older weights, and makes regions at least one place long.

    Returns:
        ``(K, C, n_h, n_w)``, region by region.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: He et al. (2017), section 3.
    """
    maps, regions, images, bins, scale = checked(input, boxes, output_size, spatial_scale)
    if whole("sampling_ratio", sampling_ratio, -1) == 0:
        raise ValueError("sampling_ratio must be a positive integer, or -1 for as many as a bin has places, not 0")
    shift = 0.5 if flag("aligned", aligned) else 0.0
    regions = (regions * scale - shift).to(torch.promote_types(regions.dtype, torch.float32))
    ends = []
    for axis, (count, length) in enumerate(zip(bins, maps.shape[2:])):
        first, last = regions[:, 1 - axis], regions[:, 3 - axis]
        extent = last - first if aligned else (last - first).clamp(min=1)
        ends.append(_sampled(first, extent / count, count, length, sampling_ratio))
    if not len(regions):
        return maps.new_zeros(0, maps.shape[1], *bins)
    # A bin is linear in the map, and along each axis by itself. Few places are cheaper to multiply than to look up.
    few = maps.shape[2] * maps.shape[3] <= 4 * ends[0][0][0].shape[1] * ends[1][0][0].shape[1]
    return (_multiplied if few else _looked_up)(maps, images, bins, *ends).to(maps.dtype)


class RoIAlign(nn.Module):
    """:func:`roi_align` as a module.

    Args:
        output_size, spatial_scale, sampling_ratio, aligned: as there.
    """

    def __init__(self, output_size, spatial_scale: float = 1.0, sampling_ratio: int = -1, aligned: bool = True):
        super().__init__()
        self.output_size, self.spatial_scale = output_size, spatial_scale
        self.sampling_ratio, self.aligned = sampling_ratio, aligned

    def forward(self, input: torch.Tensor, boxes) -> torch.Tensor:
        return roi_align(input, boxes, self.output_size, self.spatial_scale, self.sampling_ratio, self.aligned)

    def extra_repr(self) -> str:
        return (f"output_size={self.output_size}, spatial_scale={self.spatial_scale:g}, "
                f"sampling_ratio={self.sampling_ratio}, aligned={self.aligned}")


def _multiplied(maps, images, bins, rows, columns):
    """As two products with matrices that hold, for each region, each place's share in each bin."""
    shares = []
    for (places, weights, s), n, size in zip((rows, columns), bins, maps.shape[2:]):
        share = weights[0].new_zeros(len(images), n, size)
        for at, weight in zip(places, weights):
            share = share.scatter_add(2, at.unflatten(1, (n, s)), weight.unflatten(1, (n, s)))
        shares.append(share)                                                                  # (K, n, H) and (K, m, W)
    c, h, w = maps.shape[1:]
    with without_autocast(maps.device):
        each = maps.to(shares[0].dtype).permute(0, 2, 3, 1).reshape(len(maps), h, w * c).index_select(0, images)
        read = torch.bmm(shares[0], each).unflatten(2, (w, c))                                # (K, n, W, C)
        read = shares[1].unsqueeze(1) @ read                                                  # (K, n, m, C)
    return read.permute(0, 3, 1, 2)


def _looked_up(maps, images, bins, rows, columns):
    """As a mean of places that are picked out of the maps."""
    (rows, row_shares, r), (columns, column_shares, s) = rows, columns
    total = 0
    for row, row_share in zip(rows, row_shares):
        for column, column_share in zip(columns, column_shares):
            picked = maps[images[:, None, None], :, row[:, :, None], column[:, None, :]]       # (K, n_h·r, n_w·s, C)
            total = total + picked * (row_share[:, :, None] * column_share[:, None, :]).unsqueeze(-1)
    total = total.reshape(len(images), bins[0], r, bins[1], s, maps.shape[1]).sum((2, 4))      # shares are means already
    return total.permute(0, 3, 1, 2)


def _sampled(first, step, count, size, ratio):
    """For one axis: the two places beside each point, (K, count · s) each, their shares of the bin's mean, and s."""
    points = torch.full_like(step, ratio) if ratio > 0 else step.ceil().clamp(min=1)           # (K,)
    s = int(points.max()) if len(points) else 1
    j = torch.arange(s, device=step.device)                                                   # (s,)
    within = (j + 0.5) / points[:, None]                                                      # (K, s)
    i = torch.arange(count, device=step.device)
    at = first[:, None, None] + (i[:, None] + within[:, None, :]) * step[:, None, None]       # (K, count, s)
    real = (j < points[:, None])[:, None, :] & (at >= -1) & (at <= size)
    at = at.clamp(0, size - 1)
    low = at.floor().long().clamp(max=size - 1)
    high = (low + 1).clamp(max=size - 1)
    share = at - low
    weight = real / points[:, None, None]
    return [low.flatten(1), high.flatten(1)], [((1 - share) * weight).flatten(1), (share * weight).flatten(1)], s
