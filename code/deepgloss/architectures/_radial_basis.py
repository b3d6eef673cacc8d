"""The output layer of LeNet-5: squared distances to a picture of each class."""

import torch
from torch import nn

from .._arguments import numbers
from .._precision import in_float32

# Ten digits of 7 × 12 dots, in two rows of five.
GLYPHS = """
..###.. ...##.. ..###.. .#####. .....#.
.##.##. ..###.. .##.##. ....##. ....##.
##...## .####.. ##...## ....##. ...###.
##...## ...##.. .....## ...##.. ..####.
##...## ...##.. .....## ..###.. .##.##.
##...## ...##.. ....##. .....## ##..##.
##...## ...##.. ...##.. .....## ##..##.
##...## ...##.. ..##... .....## #######
##...## ...##.. .##.... .....## ....##.
##...## ...##.. ##..... ##...## ....##.
.##.##. ...##.. ##..... .##.##. ....##.
..###.. .###### ####### ..###.. ....##.

####### ...###. ####### ..###.. ..###..
##..... ..##... .....## .##.##. .##.##.
##..... .##.... .....## ##...## ##...##
##..... ##..... ....##. ##...## ##...##
##.###. ##..... ....##. .##.##. ##...##
###.##. ##.###. ...##.. ..###.. .##..##
.....## ###.##. ...##.. .##.##. ..####.
.....## ##...## ..##... ##...## .....##
.....## ##...## ..##... ##...## .....##
##...## ##...## .##.... ##...## ....##.
.##.##. .##.##. .##.... .##.##. ...##..
..###.. ..###.. .##.... ..###.. .###...
"""


def digit_bitmaps() -> torch.Tensor:
    """A stylized picture of each digit: ``(10, 12, 7)``, 1 for ink and −1 for paper.

    The original's are of the same size, and follow the same rule: digits that look alike have
    codes that are alike.
    """
    blocks = [block.split("\n") for block in GLYPHS.strip().split("\n\n")]
    rows = [[line.split()[k] for line in block] for block in blocks for k in range(5)]
    return torch.tensor([[[1.0 if dot == "#" else -1.0 for dot in row] for row in digit]
                         for digit in rows])


@in_float32
def radial_basis(x: torch.Tensor, centers: torch.Tensor) -> torch.Tensor:
    r"""The squared Euclidean distance to each center.

    .. math:: y_i = \sum_j (x_j - w_{ij})^2

    Read as a negative log-likelihood, up to a constant, it says that :math:`x` is a center with
    Gaussian noise. The smallest output names the class.

    Args:
        x: ``(..., n)``.
        centers: :math:`w`, ``(classes, n)``.

    Returns:
        Distances ≥ 0, ``(..., classes)``.

    Raises:
        ValueError: the last axes differ.

    Source: LeCun, Bottou, Bengio and Haffner (1998), section II.B, the output layer.
    """
    numbers("x", x), numbers("centers", centers)
    if centers.ndim != 2 or x.ndim < 1 or x.shape[-1] != centers.shape[1]:
        raise ValueError(
            f"x must be (..., n) and centers (classes, n), not {tuple(x.shape)} and "
            f"{tuple(centers.shape)}"
        )
    return (x.unsqueeze(-2) - centers).square().sum(-1)


class RadialBasisOutput(nn.Module):
    """:func:`radial_basis` with centers that are not trained.

    Args:
        centers: ``(classes, n)``.
    """

    def __init__(self, centers: torch.Tensor):
        super().__init__()
        self.register_buffer("centers", centers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Features ``(..., n)`` to squared distances ``(..., classes)``."""
        return radial_basis(x, self.centers)

    def extra_repr(self) -> str:
        """Sizes, for ``repr``."""
        return f"{self.centers.shape[1]}, {self.centers.shape[0]}"
