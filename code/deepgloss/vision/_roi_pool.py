"""RoI pooling: the maximum of each of a few bins of a region, whose borders are rounded to whole places."""

import math

import torch
from torch import nn

from .._arguments import floats, pair, readable, real, whole
from .._precision import widened
from ._arguments import boxes

WHERE = "boxes must be a list with one tensor (K, 4) an image, or one tensor (K, 5) whose first column is the image"


def roi_pool(input: torch.Tensor, boxes: torch.Tensor | list[torch.Tensor], output_size: int | tuple[int, int],
             spatial_scale: float = 1.0) -> torch.Tensor:
    r"""Pool regions of any size to one size, by maxima.

    Corners are rounded to places of the map, both included, so that the height is
    h = max(⌊y₂⌉ − ⌊y₁⌉ + 1, 1). Bin i of n holds the rows

    .. math:: y_1 + \lfloor i h / n \rfloor \;\dots\; y_1 + \lceil (i + 1) h / n \rceil - 1,

    which overlap where n does not divide h; a bin with nothing inside the map is 0.

    Args:
        input: feature maps, ``(N, C, H, W)``.
        boxes: for each image ``(K, 4)``, as (x1, y1, x2, y2) in pixels of the image; or all in one, ``(K, 5)``, with
            the number of the image first.
        output_size: bins along height and width, one number for both.
        spatial_scale: places of the map per pixel of the image, such as 1/16.

    Returns:
        ``(K, C, n_h, n_w)``, region by region.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Girshick (2015), section 2.1; the rounding is that of its code and of torchvision.
    """
    maps, regions, images, bins, scale = checked(input, boxes, output_size, spatial_scale)
    corner = _rounded(regions * scale)                                          # (K, 4)
    rows, inside_rows = _bins(corner[:, 1], corner[:, 3], bins[0], maps.shape[2])
    columns, inside_columns = _bins(corner[:, 0], corner[:, 2], bins[1], maps.shape[3])
    picked = maps[images[:, None, None], :, rows.flatten(1)[:, :, None], columns.flatten(1)[:, None, :]]
    inside = inside_rows.flatten(1)[:, :, None] & inside_columns.flatten(1)[:, None, :]      # (K, n_h·r, n_w·s)
    picked = torch.where(inside.unsqueeze(-1), picked, -math.inf)               # (K, n_h·r, n_w·s, C)
    (k, n, r), (m, s) = rows.shape, columns.shape[1:]
    picked = picked.reshape(k, n, r, m, s, maps.shape[1]).permute(0, 5, 1, 3, 2, 4).flatten(4)
    if not picked.numel():
        return maps.new_zeros(k, maps.shape[1], n, m)
    top = picked.max(-1).values
    return torch.where(top == -math.inf, 0, top)


class RoIPool(nn.Module):
    """:func:`roi_pool` as a module.

    Args:
        output_size, spatial_scale: as there.
    """

    def __init__(self, output_size, spatial_scale: float = 1.0):
        super().__init__()
        self.output_size, self.spatial_scale = output_size, spatial_scale

    def forward(self, input: torch.Tensor, boxes) -> torch.Tensor:
        return roi_pool(input, boxes, self.output_size, self.spatial_scale)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}, spatial_scale={self.spatial_scale:g}"


def checked(input, boxes_, output_size, spatial_scale):
    """Maps, regions (K, 4), the image of each region (K,), the two numbers of bins, and the scale."""
    if floats("input", input).ndim != 4:
        raise ValueError(f"input must have shape (N, C, H, W), not {tuple(input.shape)}")
    bins = pair("output_size", output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * 2
    bins = tuple(whole("output_size", n) for n in bins)
    scale = real("spatial_scale", spatial_scale, 1e-9)
    if isinstance(boxes_, torch.Tensor):
        if floats("boxes", boxes_).ndim != 2 or boxes_.shape[1] != 5:
            raise ValueError(f"{WHERE}, not one of shape {tuple(boxes_.shape)}")
        images, regions = boxes_[:, 0].long(), boxes_[:, 1:]
        if len(images) and not 0 <= int(images.min()) <= int(images.max()) < len(input):
            raise ValueError(f"boxes must belong to images 0..{len(input) - 1}, not {images.tolist()}")
    elif isinstance(boxes_, (tuple, list)):
        if len(boxes_) != len(input):
            raise ValueError(f"{WHERE}, not a list of {len(boxes_)} for {len(input)} images")
        each = [boxes(f"boxes[{n}]", one, 2) for n, one in enumerate(boxes_)]
        regions = torch.cat(each) if each else input.new_zeros(0, 4)
        counts = torch.tensor([len(one) for one in each], dtype=torch.int64, device=input.device)
        images = torch.arange(len(each), device=input.device).repeat_interleave(counts)
    else:
        raise TypeError(f"{WHERE}, not {type(boxes_).__name__}")
    if readable(regions) and not regions.isfinite().all():
        raise ValueError("boxes must hold finite numbers, not infinite ones or NaN")
    return input, widened(regions), images, bins, scale


def _rounded(x: torch.Tensor) -> torch.Tensor:
    """Halves away from zero, as C does it; torch.round takes them to even numbers."""
    return (x.sign() * (x.abs() + 0.5).floor()).long()


def _bins(first: torch.Tensor, last: torch.Tensor, count: int, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The places of each bin of each region, (K, count, most), and which of them are real."""
    length = (last - first + 1).clamp(min=1)[:, None]                           # (K, 1)
    at = torch.arange(count, device=first.device)
    start = (first[:, None] + at * length // count).clamp(0, size)              # (K, count)
    end = (first[:, None] - (-(at + 1) * length // count)).clamp(0, size)
    most = max(int((end - start).max()), 1) if len(first) else 1
    places = start[..., None] + torch.arange(most, device=first.device)
    return places.clamp(max=size - 1), places < end[..., None]
