"""Two photographs that come with scikit-learn."""

from typing import NamedTuple

import torch
from torch.nn import functional as F

from .._arguments import pair, whole
from ._split import on_device


class Photographs(NamedTuple):
    """Two color photographs, each ``(3, H, W)``, ``float32`` in [0, 1], red first.

    Attributes:
        china: a pagoda above a lake, among trees.
        flower: an orange blossom in front of dark leaves.
    """

    china: torch.Tensor
    flower: torch.Tensor


def photographs(size: tuple[int, int] | None = None) -> Photographs:
    """The sample photographs of scikit-learn, 427 × 640 pixels each or resized.

    Args:
        size: height and width in pixels, (H, W); ``None`` for the original size. Resizing is
            bilinear with antialiasing and does not keep the ratio of the sides.

    Returns:
        A :class:`Photographs`.

    Raises:
        TypeError: if ``size`` is no pair of integers.
        ValueError: if a side is not positive.

    Source: photographs by Flickr users danielbuechele and vultilion, CC BY 2.0, as
    ``sklearn.datasets.load_sample_image`` credits them.
    """
    if size is not None:
        size = tuple(whole(f"size[{i}]", side) for i, side in enumerate(pair("size", size)))
    return Photographs(*on_device(*(_load(name, size) for name in Photographs._fields)))


def _load(name: str, size: tuple[int, int] | None) -> torch.Tensor:
    # A copy, because PyTorch warns about arrays that may not be written to.
    from sklearn.datasets import load_sample_image  # here, for the reason given in _digits.py

    picture = torch.tensor(load_sample_image(f"{name}.jpg")).permute(2, 0, 1).float() / 255
    if size is None:
        return picture.contiguous()
    resized = F.interpolate(
        picture[None], size=size, mode="bilinear", antialias=True, align_corners=False
    )
    return resized[0].clamp(0, 1)
