"""A first cut of an image into regions: a graph of pixels, merged along its weakest edges."""

import math

import numpy as np
import torch
import torch.nn.functional as F

from .._arguments import floats, real, whole


def graph_segmentation(image: torch.Tensor, scale: float = 100.0, sigma: float = 0.8, min_size: int = 20) -> torch.Tensor:
    r"""Merge neighboring pixels as long as the edge between two regions is no stronger than those inside them.

    Pixels are joined with their eight neighbors by edges as strong as their colors differ. In the order of strength,
    an edge w merges the regions A and B at its ends when

    .. math:: w \le \min\Bigl(\mathrm{Int}(A) + \frac{k}{|A|},\; \mathrm{Int}(B) + \frac{k}{|B|}\Bigr),

    where Int is the strongest edge by which a region has been merged. Then regions below a size go to the neighbor
    behind their weakest edge.

    Args:
        image: ``(C, H, W)``, in [0, 1]; strengths are counted in steps of 1/255.
        scale: k ≥ 0: the larger, the larger are regions.
        sigma: of the Gaussian that smooths the image first, in pixels; 0 for none.
        min_size: of a region, in pixels.

    Returns:
        ``(H, W)``, ``int64``, on the CPU: regions 0, 1, … in the order in which they are met row by row.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Felzenszwalb and Huttenlocher (2004), equations 3 to 5 and algorithm 1.
    """
    if floats("image", image).ndim != 3 or not image.numel():
        raise ValueError(f"image must have shape (C, H, W), with a pixel at least, not {tuple(image.shape)}")
    if not image.isfinite().all():
        raise ValueError("image must hold finite numbers")
    k, least = real("scale", scale, 0), whole("min_size", min_size, 1)
    smooth = _smoothed(image.detach().cpu().double(), real("sigma", sigma, 0)) * 255
    first, second, weight = _edges(smooth)
    parent, size = list(range(smooth[0].numel())), [1] * smooth[0].numel()
    bound = [k] * len(parent)                       # Int + k / |A| of the region at a root

    def root(a: int) -> int:
        while parent[a] != a:
            parent[a] = a = parent[parent[a]]
        return a

    def merge(a: int, b: int) -> int:
        a, b = (a, b) if size[a] >= size[b] else (b, a)
        parent[b], size[a] = a, size[a] + size[b]
        return a

    edges = list(zip(first, second, weight))
    for a, b, w in edges:
        a, b = root(a), root(b)
        if a != b and w <= bound[a] and w <= bound[b]:
            a = merge(a, b)
            bound[a] = w + k / size[a]
    for a, b, _ in edges:
        a, b = root(a), root(b)
        if a != b and min(size[a], size[b]) < least:
            merge(a, b)
    roots = np.array([root(a) for a in range(len(parent))])
    _, where, labels = np.unique(roots, return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(where))           # the region met first is 0
    return torch.from_numpy(order[labels]).view(smooth.shape[1:])


def _smoothed(image: torch.Tensor, sigma: float) -> torch.Tensor:
    """Gaussian blur, the border's pixels going on beyond it."""
    if sigma == 0:
        return image
    reach = math.ceil(4 * sigma)
    at = torch.arange(-reach, reach + 1, dtype=image.dtype)
    kernel = torch.exp(-(at**2) / (2 * sigma**2))
    kernel = (kernel / kernel.sum()).view(1, 1, -1, 1)
    image = image.unsqueeze(1)                                                  # (C, 1, H, W)
    image = F.conv2d(F.pad(image, [0, 0, reach, reach], mode="replicate"), kernel)
    return F.conv2d(F.pad(image, [reach, reach, 0, 0], mode="replicate"), kernel.transpose(2, 3)).squeeze(1)


def _edges(image: torch.Tensor) -> tuple[list[int], list[int], list[float]]:
    """Both ends and the strength of every edge, weakest first."""
    height, width = image.shape[1:]
    number = torch.arange(height * width).view(height, width)
    ends, strengths = [], []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        a = (slice(0, height - down), slice(max(-right, 0), width - max(right, 0)))
        b = (slice(down, height), slice(max(right, 0), width + min(right, 0)))
        ends.append((number[a].flatten(), number[b].flatten()))
        strengths.append((image[:, a[0], a[1]] - image[:, b[0], b[1]]).square().sum(0).sqrt().flatten())
    strength = torch.cat(strengths)
    order = strength.argsort(stable=True)
    first, second = (torch.cat(x)[order].tolist() for x in zip(*ends))
    return first, second, strength[order].tolist()
