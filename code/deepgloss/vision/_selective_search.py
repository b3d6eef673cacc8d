"""Selective search: regions merged two by two, most alike first; each one on the way proposes a box."""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F

from .._arguments import floats, real
from ._arguments import listed
from ._graph_segmentation import graph_segmentation

BINS = 25               # of a color histogram; of a texture histogram 10, in eight directions
SIGHTS = ("color", "texture", "size", "fill")


def selective_search(image: torch.Tensor, scales: Sequence[float] = (50.0, 100.0), sigma: float = 0.8, min_size: int = 10,
                     sights: Sequence[Sequence[str]] = (SIGHTS, ("texture", "size", "fill"))) -> torch.Tensor:
    r"""Boxes that may hold an object, found by grouping regions from small to large.

    Beginning with :func:`graph_segmentation`, the two neighboring regions that are most alike are merged, until one is
    left. They are alike by the sum of

    .. math::
        s_\mathrm{color} = \sum_k \min(c_i^k, c_j^k), \quad s_\mathrm{texture} = \sum_k \min(t_i^k, t_j^k), \quad
        s_\mathrm{size} = 1 - \frac{|r_i| + |r_j|}{|\mathrm{image}|}, \quad
        s_\mathrm{fill} = 1 - \frac{|B_{ij}| - |r_i| - |r_j|}{|\mathrm{image}|},

    with histograms c and t that sum to 1, and the box B around both. Each region that is ever made gives the box around
    it. Several scales and several choices of measures are grouped one after the other.

    Args:
        image: ``(C, H, W)``, in [0, 1].
        scales, sigma, min_size: of the first regions, see :func:`graph_segmentation`.
        sights: choices of measures, each some of ``"color"``, ``"texture"``, ``"size"`` and ``"fill"``.

    Returns:
        ``(K, 4)``, ``float32``, on the CPU, as (x1, y1, x2, y2), no two alike, the largest groups of each grouping first.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Uijlings et al. (2013), algorithm 1 and equations 1 to 6.
    """
    if floats("image", image).ndim != 3 or not image.numel():
        raise ValueError(f"image must have shape (C, H, W), with a pixel at least, not {tuple(image.shape)}")
    choices = [_measures(k, names) for k, names in enumerate(listed("sights", sights))]
    image = image.detach().cpu().double()
    shades = _shades(image)
    found: dict[tuple, None] = {}
    for k, scale in enumerate(listed("scales", scales)):
        regions = graph_segmentation(image, real(f"scales[{k}]", scale, 0), sigma, min_size).numpy()
        for names in choices:
            found |= dict.fromkeys(reversed(_grouped(regions, shades, names)))
    return torch.tensor(list(found), dtype=torch.float32).view(-1, 4)


def _shades(image: torch.Tensor) -> dict[str, list[np.ndarray]]:
    """For each measure the bins that the pixels fall into, (H, W) each."""
    color = [(channel * BINS).clamp(0, BINS - 1).long().numpy() for channel in image]
    at = torch.arange(-3, 4, dtype=image.dtype)
    bell = torch.exp(-(at**2) / 2)
    bell, slope = bell / bell.sum(), -at * bell / bell.sum()
    texture = []
    for channel in image:
        padded = F.pad(channel[None, None], [3] * 4, mode="replicate" if min(channel.shape) else "constant")
        dx = F.conv2d(padded, (bell[:, None] * slope).flip(1)[None, None])[0, 0]
        dy = F.conv2d(padded, (slope[:, None] * bell).flip(0)[None, None])[0, 0]
        for k in range(8):
            angle = torch.tensor(k * torch.pi / 4, dtype=image.dtype)
            response = (dx * angle.cos() + dy * angle.sin()).clamp(min=0)       # one sign a direction, eight in all
            texture.append((response / 0.5 * 10).clamp(0, 9).long().numpy())
    return {"color": color, "texture": texture}


def _grouped(regions: np.ndarray, shades: dict, names: tuple[str, ...]) -> list[tuple]:
    """The box of every region of one grouping, in the order in which they come up."""
    count, total = int(regions.max()) + 1, regions.size
    flat = regions.ravel()
    size = np.bincount(flat).astype(float)
    y, x = np.divmod(np.arange(total), regions.shape[1])
    box = np.zeros((count, 4))
    for axis, places in ((0, x), (1, y)):
        low, high = np.full(count, total), np.full(count, -1)
        np.minimum.at(low, flat, places)
        np.maximum.at(high, flat, places)
        box[:, axis], box[:, axis + 2] = low, high + 1
    histograms = {}
    for name, bins in (("color", BINS), ("texture", 10)):
        if name in names:
            table = np.concatenate([np.bincount(flat * bins + one.ravel(), minlength=count * bins).reshape(count, bins)
                                    for one in shades[name]], 1)
            histograms[name] = list(table / table.sum(1, keepdims=True))
    size, box = list(size), list(box)

    def alike(i: int, j: int) -> float:
        around = np.concatenate([np.minimum(box[i][:2], box[j][:2]), np.maximum(box[i][2:], box[j][2:])])
        value = sum(np.minimum(h[i], h[j]).sum() for h in histograms.values())
        if "size" in names:
            value += 1 - (size[i] + size[j]) / total
        if "fill" in names:
            value += 1 - ((around[2] - around[0]) * (around[3] - around[1]) - size[i] - size[j]) / total
        return value

    beside: dict[int, set[int]] = {k: set() for k in range(count)}
    for a, b in ((regions[:, :-1], regions[:, 1:]), (regions[:-1], regions[1:])):
        for i, j in {*map(tuple, np.stack([a[a != b], b[a != b]], 1).tolist())}:
            beside[i].add(j)
            beside[j].add(i)
    likeness = {(i, j): alike(i, j) for i in beside for j in beside[i] if i < j}
    while likeness:
        i, j = max(likeness, key=likeness.get)
        new = len(size)
        share = size[i] / (size[i] + size[j])
        for h in histograms.values():
            h.append(share * h[i] + (1 - share) * h[j])
        size.append(size[i] + size[j])
        box.append(np.concatenate([np.minimum(box[i][:2], box[j][:2]), np.maximum(box[i][2:], box[j][2:])]))
        others = (beside.pop(i) | beside.pop(j)) - {i, j}
        beside[new] = others
        likeness = {pair: value for pair, value in likeness.items() if not {i, j} & {*pair}}
        for k in others:
            beside[k] = beside[k] - {i, j} | {new}
            likeness[k, new] = alike(k, new)
    return [tuple(one.tolist()) for one in box]


def _measures(k: int, names) -> tuple[str, ...]:
    if isinstance(names, str) or not isinstance(names, Sequence) or not names or any(name not in SIGHTS for name in names):
        raise ValueError(f"sights[{k}] must be some of {', '.join(map(repr, SIGHTS))}, not {names!r}")
    return tuple(names)
