"""Convolutions, pooling and what goes with them: one small window, moved over an input."""

from .._arguments import check_options
from ._avg_pool import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    blur_pool2d,
    global_avg_pool,
)
from ._conv import conv1d, conv2d, conv3d
from ._conv_transpose import (
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
)
from ._fft import fft_conv
from ._flatten import Flatten, Unflatten, flatten, unflatten
from ._im2col import col2im, im2col
from ._interpolate import interpolate
from ._layers import Conv1d, Conv2d, Conv3d
from ._lp_pool import lp_pool2d
from ._max_pool import (
    adaptive_max_pool1d,
    adaptive_max_pool2d,
    global_max_pool,
    max_pool1d,
    max_pool2d,
    max_pool3d,
    min_pool2d,
)
from ._max_unpool import MaxUnpool2d, max_unpool2d
from ._padding import pad
from ._pixel_shuffle import PixelShuffle, pixel_shuffle, pixel_unshuffle
from ._pooling_layers import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveMaxPool1d,
    AdaptiveMaxPool2d,
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    BlurPool2d,
    GlobalAvgPool,
    GlobalMaxPool,
    LPPool2d,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
    MinPool2d,
)
from ._separable import (
    DepthwiseSeparableConv2d,
    depthwise_separable_conv2d,
    factor_kernel,
    factored_kernel,
    separate_kernel,
)
from ._sizes import ReceptiveField, conv_output_size, receptive_field
from ._toeplitz import toeplitz
from ._wavenet import CausalConv1d, GatedBlock, WaveNet

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "BlurPool2d",
    "CausalConv1d",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "DepthwiseSeparableConv2d",
    "Flatten",
    "GatedBlock",
    "GlobalAvgPool",
    "GlobalMaxPool",
    "LPPool2d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MaxUnpool2d",
    "MinPool2d",
    "PixelShuffle",
    "ReceptiveField",
    "Unflatten",
    "WaveNet",
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "blur_pool2d",
    "col2im",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_output_size",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "depthwise_separable_conv2d",
    "factor_kernel",
    "factored_kernel",
    "fft_conv",
    "flatten",
    "global_avg_pool",
    "global_max_pool",
    "im2col",
    "interpolate",
    "lp_pool2d",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_unpool2d",
    "min_pool2d",
    "pad",
    "pixel_shuffle",
    "pixel_unshuffle",
    "receptive_field",
    "separate_kernel",
    "toeplitz",
    "unflatten",
]

check_options(globals())
