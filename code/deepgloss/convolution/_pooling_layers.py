"""Pooling as modules, named and called like PyTorch's."""

import torch
from torch import nn

from .._arguments import choice
from . import _avg_pool, _lp_pool, _max_pool
from ._padding import MODES
from ._sizes import check_sizes

# What the functions look at more closely, once they see how many axes there are.
SIZES = {"kernel_size", "stride", "padding", "dilation", "output_size"}


class _Pool(nn.Module):
    """Keeps the options of a pooling function by their names, and calls it with them."""

    function = staticmethod(_max_pool.max_pool2d)

    def __init__(self, **options):
        super().__init__()
        check_sizes(**{name: value for name, value in options.items() if name in SIZES})
        self.options = options

    def forward(self, input: torch.Tensor):
        """What the function makes of feature maps."""
        return self.function(input, **self.options)

    def extra_repr(self) -> str:
        """The options, for ``repr``."""
        return ", ".join(f"{name}={value!r}" for name, value in self.options.items())


class MaxPool2d(_Pool):
    """:func:`max_pool2d` as a module; the arguments are the function's."""

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1,
                 return_indices: bool = False, ceil_mode: bool = False):
        super().__init__(kernel_size=kernel_size, stride=stride, padding=padding,
                         dilation=dilation, return_indices=return_indices, ceil_mode=ceil_mode)


class MaxPool1d(MaxPool2d):
    """:func:`max_pool1d` as a module; the arguments are the function's."""

    function = staticmethod(_max_pool.max_pool1d)


class MaxPool3d(MaxPool2d):
    """:func:`max_pool3d` as a module; the arguments are the function's."""

    function = staticmethod(_max_pool.max_pool3d)


class MinPool2d(_Pool):
    """:func:`min_pool2d` as a module; the arguments are the function's."""

    function = staticmethod(_max_pool.min_pool2d)

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, ceil_mode: bool = False):
        super().__init__(kernel_size=kernel_size, stride=stride, padding=padding,
                         dilation=dilation, ceil_mode=ceil_mode)


class AvgPool1d(_Pool):
    """:func:`avg_pool1d` as a module; the arguments are the function's."""

    function = staticmethod(_avg_pool.avg_pool1d)

    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode: bool = False,
                 count_include_pad: bool = True):
        super().__init__(kernel_size=kernel_size, stride=stride, padding=padding,
                         ceil_mode=ceil_mode, count_include_pad=count_include_pad)


class AvgPool2d(_Pool):
    """:func:`avg_pool2d` as a module; the arguments are the function's."""

    function = staticmethod(_avg_pool.avg_pool2d)

    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode: bool = False,
                 count_include_pad: bool = True, divisor_override: int | None = None):
        super().__init__(kernel_size=kernel_size, stride=stride, padding=padding,
                         ceil_mode=ceil_mode, count_include_pad=count_include_pad,
                         divisor_override=divisor_override)


class AvgPool3d(AvgPool2d):
    """:func:`avg_pool3d` as a module; the arguments are the function's."""

    function = staticmethod(_avg_pool.avg_pool3d)


class LPPool2d(_Pool):
    """:func:`lp_pool2d` as a module, of absolute values where PyTorch's has signs."""

    function = staticmethod(_lp_pool.lp_pool2d)

    def __init__(self, p: float, kernel_size, stride=None, ceil_mode: bool = False):
        super().__init__(p=p, kernel_size=kernel_size, stride=stride, ceil_mode=ceil_mode)


class AdaptiveAvgPool2d(_Pool):
    """:func:`adaptive_avg_pool2d` as a module; the argument is the function's."""

    function = staticmethod(_avg_pool.adaptive_avg_pool2d)

    def __init__(self, output_size):
        super().__init__(output_size=output_size)


class AdaptiveAvgPool1d(AdaptiveAvgPool2d):
    """:func:`adaptive_avg_pool1d` as a module; the argument is the function's."""

    function = staticmethod(_avg_pool.adaptive_avg_pool1d)


class AdaptiveMaxPool2d(_Pool):
    """:func:`adaptive_max_pool2d` as a module; the arguments are the function's."""

    function = staticmethod(_max_pool.adaptive_max_pool2d)

    def __init__(self, output_size, return_indices: bool = False):
        super().__init__(output_size=output_size, return_indices=return_indices)


class AdaptiveMaxPool1d(AdaptiveMaxPool2d):
    """:func:`adaptive_max_pool1d` as a module; the arguments are the function's."""

    function = staticmethod(_max_pool.adaptive_max_pool1d)


class GlobalAvgPool(_Pool):
    """:func:`global_avg_pool` as a module."""

    function = staticmethod(_avg_pool.global_avg_pool)

    def __init__(self):
        super().__init__()


class GlobalMaxPool(_Pool):
    """:func:`global_max_pool` as a module."""

    function = staticmethod(_max_pool.global_max_pool)

    def __init__(self):
        super().__init__()


class BlurPool2d(_Pool):
    """:func:`blur_pool2d` as a module; the arguments are the function's."""

    function = staticmethod(_avg_pool.blur_pool2d)

    def __init__(self, kernel_size: int = 3, stride=2, padding_mode: str = "reflect"):
        choice("padding_mode", padding_mode, MODES)
        super().__init__(kernel_size=kernel_size, stride=stride, padding_mode=padding_mode)
