"""Convolutions, pooling and what goes with them."""

import torch
import torch.nn.functional as F
from torch import nn

from deepgloss import convolution as C

from .entries import FORWARD_MODE, Entry, simple


def maps(*sizes, channels=4):
    """A batch of feature maps."""
    return lambda x, n, length: (x(n, channels, *sizes),)


def line(x, n, length):
    return (x(n, 4, 11),)


plane, solid = maps(9, 8), maps(5, 6, 4)
SIZES = {1: line, 2: plane, 3: solid}


def filters(axes, transposed=False, groups=2):
    """Maps, weight and bias."""
    def inputs(x, n, length):
        weight = (4, 3) if transposed else (6, 2)
        return SIZES[axes](x, n, length)[0], x(*weight, *[3] * axes) / 4, x(6)
    return inputs


ENTRIES = {}
for d in (1, 2, 3):
    for kind in ("max", "avg"):
        ours, theirs = f"{kind}_pool{d}d", f"{kind.title()}Pool{d}d"
        options = {"kernel_size": 3, "stride": 2, "padding": 1}
        ENTRIES[ours] = Entry(simple(getattr(C, ours), **options), SIZES[d], simple(getattr(F, ours), **options))
        ENTRIES[theirs] = Entry(lambda name=theirs: getattr(C, name)(3, 2, 1), SIZES[d],
                                lambda name=theirs: getattr(nn, name)(3, 2, 1))
        if d < 3:
            ours, theirs = f"adaptive_{kind}_pool{d}d", f"Adaptive{kind.title()}Pool{d}d"
            ENTRIES[ours] = Entry(simple(getattr(C, ours), output_size=3), SIZES[d],
                                  simple(getattr(F, ours), output_size=3))
            ENTRIES[theirs] = Entry(lambda name=theirs: getattr(C, name)(3), SIZES[d],
                                    lambda name=theirs: getattr(nn, name)(3))
    for name, transposed in ((f"conv{d}d", False), (f"conv_transpose{d}d", True)):
        options = {"stride": 2, "padding": 1, "groups": 2}
        ENTRIES[name] = Entry(simple(getattr(C, name), **options), filters(d, transposed),
                              simple(getattr(F, name), **options))
    for name in (f"Conv{d}d", f"ConvTranspose{d}d"):
        ENTRIES[name] = Entry(lambda name=name: getattr(C, name)(4, 6, 3, 2, 1), SIZES[d],
                              lambda name=name: getattr(nn, name)(4, 6, 3, 2, 1), compiled=FORWARD_MODE)


def pooled(x, n, length):
    return x(n, 4, 3, 4), torch.arange(12).view(3, 4).expand(n, 4, 3, 4) * 2


def separable(x, n, length):
    return x(n, 4, 9, 8), x(8, 1, 3, 3) / 3, x(6, 8, 1, 1), x(6)


def kernels(x, n, length):
    return (x(6, 2, 3),)


ENTRIES |= {
    "BlurPool2d": Entry(C.BlurPool2d, plane), "blur_pool2d": Entry(simple(C.blur_pool2d), plane),
    "GlobalAvgPool": Entry(C.GlobalAvgPool, plane), "GlobalMaxPool": Entry(C.GlobalMaxPool, plane),
    "global_avg_pool": Entry(simple(C.global_avg_pool), plane, simple(lambda x: x.mean((2, 3)))),
    "global_max_pool": Entry(simple(C.global_max_pool), plane),
    "LPPool2d": Entry(lambda: C.LPPool2d(3.0, 2), plane), "lp_pool2d": Entry(simple(C.lp_pool2d, p=3.0, kernel_size=2), plane),
    "MinPool2d": Entry(lambda: C.MinPool2d(2), plane), "min_pool2d": Entry(simple(C.min_pool2d, kernel_size=2), plane),
    "MaxUnpool2d": Entry(lambda: C.MaxUnpool2d(2), pooled, lambda: nn.MaxUnpool2d(2)),
    "max_unpool2d": Entry(simple(C.max_unpool2d, kernel_size=2), pooled, simple(F.max_unpool2d, kernel_size=2)),
    "CausalConv1d": Entry(lambda: C.CausalConv1d(4, 3, 2, 3), line, compiled=FORWARD_MODE),
    "DepthwiseSeparableConv2d": Entry(lambda: C.DepthwiseSeparableConv2d(4, 6, 3), plane, scale=4, slope=4,
                                      compiled=FORWARD_MODE),
    "depthwise_separable_conv2d": Entry(simple(C.depthwise_separable_conv2d), separable, scale=4, slope=4),
    "GatedBlock": Entry(lambda: C.GatedBlock(4, 3, 2), line, scale=4, slope=4, compiled=FORWARD_MODE),
    "WaveNet": Entry(lambda: C.WaveNet(7, (1, 2, 4), 4, 5), lambda x, n, length: (x(n, 1, 11),), scale=8, slope=16,
                     compiled=FORWARD_MODE),
    "Flatten": Entry(C.Flatten, plane, nn.Flatten), "Unflatten": Entry(lambda: C.Unflatten(1, (2, 2)), plane),
    "flatten": Entry(simple(C.flatten, start_dim=1), plane, simple(torch.flatten, start_dim=1)),
    "unflatten": Entry(simple(C.unflatten, dim=1, sizes=(2, 2)), plane, simple(torch.unflatten, dim=1, sizes=(2, 2))),
    "PixelShuffle": Entry(lambda: C.PixelShuffle(2), plane, lambda: nn.PixelShuffle(2)),
    "pixel_shuffle": Entry(simple(C.pixel_shuffle, upscale_factor=2), plane, simple(F.pixel_shuffle, upscale_factor=2)),
    "pixel_unshuffle": Entry(simple(C.pixel_unshuffle, downscale_factor=2), maps(6, 8),
                             simple(F.pixel_unshuffle, downscale_factor=2)),
    "pad": Entry(simple(C.pad, borders=[(1, 2)], mode="circular"), line),
    "im2col": Entry(simple(C.im2col, kernel_size=3, stride=2, padding=1), plane,
                    simple(F.unfold, kernel_size=3, stride=2, padding=1)),
    "col2im": Entry(simple(C.col2im, output_size=(5, 4), kernel_size=2), lambda x, n, length: (x(n, 12, 12),),
                    simple(F.fold, output_size=(5, 4), kernel_size=2)),
    "interpolate": Entry(simple(C.interpolate, scale_factor=1.7, mode="bilinear"), plane,
                         simple(F.interpolate, scale_factor=1.7, mode="bilinear")),
    "interpolate, nearest-exact": Entry(simple(C.interpolate, scale_factor=1.7, mode="nearest-exact"), plane,
                                        simple(F.interpolate, scale_factor=1.7, mode="nearest-exact")),
    "fft_conv": Entry(simple(C.fft_conv, stride=2, padding=1, groups=2), filters(2),
                      simple(F.conv2d, stride=2, padding=1, groups=2)),
    "toeplitz": Entry(simple(C.toeplitz, size=7, padding=1), kernels, empty=None),
    "factor_kernel": Entry(simple(lambda w: C.factored_kernel(*C.factor_kernel(w, 2), 3)),
                           lambda x, n, length: (x(4, 3, 2, 2),), scale=4, slope=8, empty=None),
    "factored_kernel": Entry(simple(C.factored_kernel, channels=3), lambda x, n, length: (x(6, 1, 2, 3), x(4, 6, 1, 1)),
                             empty=None),
    "separate_kernel": Entry(simple(lambda w: torch.einsum("ru,rv->uv", *C.separate_kernel(w, 2))),
                             lambda x, n, length: (x(4, 5),), scale=4, slope=8, empty=None),
}
