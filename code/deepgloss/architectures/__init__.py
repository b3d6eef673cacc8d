"""Vision architectures, built as their papers draw them."""

from ._lenet import LeNet5, SimplifiedLeNet5, lenet5_loss
from ._radial_basis import RadialBasisOutput, digit_bitmaps, radial_basis
from ._squash import Squash, squash
from ._subsampling import TrainableSubsampling, subsample
from ._table_conv import C3_TABLE, TableConv2d

__all__ = [
    "C3_TABLE",
    "LeNet5",
    "RadialBasisOutput",
    "SimplifiedLeNet5",
    "Squash",
    "TableConv2d",
    "TrainableSubsampling",
    "digit_bitmaps",
    "lenet5_loss",
    "radial_basis",
    "squash",
    "subsample",
]
