"""Masks of objects: overlaps, boxes around them, and small masks put back into an image."""

import torch
import torch.nn.functional as F

from .._arguments import floats, real
from .._precision import widened
from ._arguments import boxes, masks, size


def mask_iou(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    r"""Intersection over union of each mask of one set with each of the other, in pixels.

    Args:
        first: ``(N, H, W)``, of True and False.
        second: ``(M, H, W)``.

    Returns:
        ``(N, M)``, ``float32``, in [0, 1]; 0 for two empty masks.

    Raises:
        TypeError, ValueError: they are no masks, or of different sizes.
    """
    a, b = masks("first", first), masks("second", second)
    if a.shape[1:] != b.shape[1:]:
        raise ValueError(f"second must be of {tuple(a.shape[1:])} pixels as first is, not {tuple(b.shape[1:])}")
    a, b = a.flatten(1).float(), b.flatten(1).float()
    shared = a @ b.T
    union = a.sum(1, keepdim=True) + b.sum(1) - shared
    return shared / union.clamp(min=1)


def masks_to_boxes(mask: torch.Tensor) -> torch.Tensor:
    """The smallest box around each mask; pixel i covers [i, i + 1].

    Args:
        mask: ``(N, H, W)``, of True and False.

    Returns:
        ``(N, 4)``, ``float32``, as (x1, y1, x2, y2); zeros for an empty mask.

    Raises:
        TypeError, ValueError: it is no tensor of masks.
    """
    mask = masks("mask", mask)
    if 0 in mask.shape[1:]:
        return torch.zeros(len(mask), 4, device=mask.device)
    sides = []
    for axis in (1, 2):                                                         # ink in each column, then in each row
        ink = mask.any(axis)
        places = torch.arange(ink.shape[1], device=mask.device)
        low = torch.where(ink, places, ink.shape[1]).amin(1)
        high = torch.where(ink, places + 1, 0).amax(1)
        sides.append((torch.where(ink.any(1), low, 0), high))
    (x1, x2), (y1, y2) = sides
    return torch.stack([x1, y1, x2, y2], 1).float()


def paste_masks(probabilities: torch.Tensor, box: torch.Tensor, image_size: tuple[int, int],
                threshold: float = 0.5) -> torch.Tensor:
    """Masks of one small size, each stretched over its box and put into an image.

    Each pixel is looked up, bilinearly, at its center's place in the box.

    Args:
        probabilities: ``(N, h, w)``, in [0, 1].
        box: ``(N, 4)``, as (x1, y1, x2, y2) in pixels of the image.
        image_size: height and width of the image.
        threshold: a pixel belongs to the mask from this on.

    Returns:
        ``(N, H, W)``, of True and False; False outside the box.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: He et al. (2017), section 3.1, under *Inference*.
    """
    small, box, threshold = floats("probabilities", probabilities), boxes("box", box, 2), real("threshold", threshold, 0, 1)
    height, width = size("image_size", image_size)
    if small.ndim != 3 or len(small) != len(box) or 0 in small.shape[1:]:
        raise ValueError(f"probabilities must have shape ({len(box)}, h, w), one a box, with h and w at least 1, not {tuple(small.shape)}")
    if not len(box):
        return torch.zeros(0, height, width, dtype=torch.bool, device=small.device)
    axes, inside = [], []
    for axis, length in ((0, width), (1, height)):
        first, last = widened(box[:, axis, None]), widened(box[:, axis + 2, None])
        centers = torch.arange(length, device=box.device) + 0.5                 # (L,)
        axes.append((centers - first) / (last - first).clamp(min=1e-6) * 2 - 1)  # (N, L)
        inside.append((centers >= first) & (centers < last))
    x, y = axes[0][:, None, :].expand(-1, height, -1), axes[1][:, :, None].expand(-1, -1, width)
    grid = torch.stack([x, y], -1)                                              # (N, H, W, 2)
    found = F.grid_sample(widened(small).unsqueeze(1), grid.to(widened(small).dtype), padding_mode="border",
                          align_corners=False)
    return (found.squeeze(1) >= threshold) & inside[0][:, None, :] & inside[1][:, :, None]
