"""Scenes composed of handwritten digits, with boxes and masks known exactly."""

from dataclasses import dataclass

import torch

from .._arguments import choice, pair, real, whole, whole_range, whole_seed
from ._compose import CHUNK, Draw, arrange, paste
from ._digits import PARTS
from ._split import on_device


@dataclass(frozen=True)
class DigitScenes:
    """Pictures of several digits, with everything that vision tasks ask about them.

    Scene n has K_n digits, numbered 1..K_n in the order of pasting: later ones cover earlier
    ones. Ink is what is darker than 0.28 after resizing; the rest of a digit's picture is left
    out, so that without noise a pixel is 0 exactly where no digit is. All tensors are on
    :func:`deepgloss.device`.

    Attributes:
        images: ``(N, 1, H, W)``, ``float32`` in [0, 1], 0 for paper and up to 1 for ink.
        labels: for each scene ``(K_n,)``, ``int64``: the digits 0..9.
        boxes: for each scene ``(K_n, 4)``, ``float32``: (x1, y1, x2, y2) in pixels, x to the
            right, y down. Pixel i covers [i, i + 1], so that x2 − x1 is the width. A box is tight
            around all the ink of its digit, what later digits cover included.
        masks: ``(N, H, W)``, ``int64``, the class of each pixel: 0 for background, digit + 1
            (1..10) for ink.
        instances: ``(N, H, W)``, ``int64``: 0 for background, k for the visible ink of the k-th
            digit, whose label and box are at position k − 1.
    """

    images: torch.Tensor
    labels: tuple[torch.Tensor, ...]
    boxes: tuple[torch.Tensor, ...]
    masks: torch.Tensor
    instances: torch.Tensor

    def __len__(self) -> int:
        return len(self.images)

    def select(self, indices: torch.Tensor | list[int]) -> "DigitScenes":
        """The scenes at ``indices``, in that order, as one mini-batch."""
        at = [int(index) for index in indices]
        return DigitScenes(
            self.images[at],
            tuple(self.labels[index] for index in at),
            tuple(self.boxes[index] for index in at),
            self.masks[at],
            self.instances[at],
        )


def digit_scenes(
    count: int,
    *,
    size: tuple[int, int] = (64, 64),
    digits: tuple[int, int] = (1, 6),
    scale: tuple[int, int] = (12, 28),
    max_overlap: float = 0.3,
    noise: float = 0.0,
    split: str = "train",
    seed: int = 0,
) -> DigitScenes:
    r"""Scenes of handwritten digits of several sizes, on a canvas of any shape.

    Each scene draws its number of digits, and for each a source picture, a side length to resize
    it to (bilinear) and a place, all uniformly. A place is kept when for every digit already there

    .. math:: \frac{|B \cap B'|}{\min(|B|, |B'|)} \le \mathrm{max\_overlap},

    the share of the smaller box that the other one covers; where no place is found, the scene
    starts over with the same number of digits, which in crowded scenes favors small ones. With an
    overlap near 1, a digit may vanish under later ones.

    Scene n depends on ``seed`` and the other arguments, but not on ``count``.

    Args:
        count: number of scenes N, ≥ 1.
        size: height and width of the canvas in pixels, (H, W).
        digits: fewest and most digits in a scene, both included.
        scale: smallest and largest side in pixels to which the 8 × 8 pictures are resized, both
            included. The largest fits into the canvas.
        max_overlap: bound on the overlap of two boxes, in [0, 1].
        noise: standard deviation of Gaussian noise on all pixels, ≥ 0; the result is cut to
            [0, 1]. Masks and boxes do not change.
        split: ``"train"``, ``"validation"`` or ``"test"``: the part of :func:`digits` (with its
            default arguments) that the digits come from, so that no source picture is in two.
        seed: the same seed gives the same scenes.

    Returns:
        A :class:`DigitScenes`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if one is out of range, or so many digits find no room on the canvas.
    """
    count, seed = whole("count", count), whole_seed(seed)
    height, width = (whole(f"size[{i}]", side) for i, side in enumerate(pair("size", size)))
    fewest, most = whole_range("digits", digits)
    smallest, largest = whole_range("scale", scale, 4)
    if largest > min(height, width):
        raise ValueError(
            f"scale[1] = {largest} must fit into the canvas of {height} x {width} pixels"
        )
    max_overlap, noise = real("max_overlap", max_overlap, 0, 1), real("noise", noise, 0)
    part = PARTS.index(choice("split", split, PARTS))
    pieces = []
    for chunk in range(-(-count // CHUNK)):
        draw = Draw(seed, part, chunk, rows=min(CHUNK, count - chunk * CHUNK))
        plan = arrange(draw, (height, width), (fewest, most), (smallest, largest), max_overlap)
        images, masks, instances = paste(plan, height, width)
        if noise:
            images = (images + noise * draw.normal(height * width).view_as(images)).clamp(0, 1)
        pieces.append((images, plan.labels, plan.boxes, plan.counts, masks, instances))
    images, labels, boxes, counts, masks, instances = on_device(
        *(torch.cat(piece) for piece in zip(*pieces))
    )
    present = torch.arange(most, device=counts.device) < counts.unsqueeze(1)   # (N, most)
    sizes = counts.tolist()
    return DigitScenes(
        images.unsqueeze(1),
        labels[present].split(sizes),
        boxes[present].float().split(sizes),
        masks,
        instances,
    )
