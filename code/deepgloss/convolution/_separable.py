"""Convolutions taken apart: channel by channel and pixel by pixel, or column by column and row by row."""

import torch
from torch import nn

from .._arguments import floats, same_type, whole
from .._precision import in_float32
from ._conv import conv2d
from ._layers import Conv2d
from ._maps import check_maps


def depthwise_separable_conv2d(
    input: torch.Tensor, depthwise: torch.Tensor, pointwise: torch.Tensor,
    bias: torch.Tensor | None = None, stride=1, padding=0, dilation=1,
) -> torch.Tensor:
    r"""A depthwise convolution, then a pointwise one, with nothing in between.

    .. math::
        h_{cm + r,\,ij} = \sum_{u,v} d_{cm + r,\,uv}\, x_{c,\; si + du - p,\; sj + dv - p},
        \qquad
        y_{o,\,ij} = b_o + \sum_{q=0}^{Cm - 1} p_{oq}\, h_{q,\,ij}

    The same as one full convolution with :func:`factored_kernel`.

    Args:
        input: ``(N, C, H, W)`` or ``(C, H, W)``.
        depthwise: m filters for each channel, ``(C m, 1, kH, kW)``; m is the depth multiplier.
        pointwise: ``(O, C m, 1, 1)``.
        bias: ``(O,)``, or None.
        stride, padding, dilation: of the depthwise step, as in :func:`conv2d`.

    Returns:
        ``(N, O, H', W')`` or ``(O, H', W')``.

    Raises:
        TypeError: a tensor is none of floating-point numbers, or dtypes differ.
        ValueError: a shape does not fit, or an option is out of range.

    Source: Howard et al. (2017), section 3.1; for m > 1, Chollet (2017).
    """
    check_factors(depthwise, pointwise)
    check_maps(2, input)
    hidden = conv2d(input, depthwise, None, stride, padding, dilation, groups=input.shape[-3])
    return conv2d(hidden, pointwise, bias)


@in_float32
def factored_kernel(depthwise: torch.Tensor, pointwise: torch.Tensor, channels: int) -> torch.Tensor:
    r"""The kernel of the full convolution that a separable one is.

    .. math:: w_{o,\,c,\,uv} = \sum_{r=0}^{m-1} p_{o,\,cm + r}\, d_{cm + r,\,uv}

    For each input channel it is, as a matrix of O rows and kH · kW columns, of rank m at most.

    Args:
        depthwise: ``(C m, 1, kH, kW)``.
        pointwise: ``(O, C m, 1, 1)``.
        channels: C.

    Returns:
        The kernel ``(O, C, kH, kW)``.

    Raises:
        ValueError: a shape does not fit.
    """
    check_factors(depthwise, pointwise)
    if len(depthwise) % whole("channels", channels):
        raise ValueError(f"channels={channels} must divide the {len(depthwise)} depthwise filters")
    mixing = pointwise[:, :, 0, 0].unflatten(1, (channels, -1))           # (O, C, m)
    filters = depthwise[:, 0].unflatten(0, (channels, -1))                # (C, m, kH, kW)
    return torch.einsum("ocr,cruv->ocuv", mixing, filters)


@in_float32
def factor_kernel(kernel: torch.Tensor, multiplier: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    r"""The separable convolution closest to a full one: the inverse of :func:`factored_kernel`.

    Each input channel's matrix :math:`(O, k_H k_W)` is cut to its ``multiplier`` largest singular
    values, which leaves the smallest sum of squared errors (Eckart and Young). With a multiplier
    of min(O, kH kW) nothing is lost: every convolution is depthwise separable, at a price.

    Args:
        kernel: ``(O, C, kH, kW)``.
        multiplier: filters for each channel m, in 1..min(O, kH kW).

    Returns:
        The filters ``(C m, 1, kH, kW)`` and the mixing weights ``(O, C m, 1, 1)``.

    Raises:
        ValueError: ``kernel`` has no four axes, or ``multiplier`` is out of range.
    """
    floats("kernel", kernel)
    if kernel.ndim != 4 or 0 in kernel.shape:
        raise ValueError(f"kernel must be (O, C, kH, kW), not {tuple(kernel.shape)}")
    m = whole("multiplier", multiplier, 1, min(len(kernel), kernel[0, 0].numel()))
    u, s, v = torch.linalg.svd(kernel.transpose(0, 1).flatten(2), full_matrices=False)
    mixing = (u * s.unsqueeze(1))[:, :, :m]                               # (C, O, m)
    filters = v[:, :m].unflatten(2, kernel.shape[2:])                     # (C, m, kH, kW)
    return filters.flatten(0, 1)[:, None], mixing.transpose(0, 1).flatten(1)[..., None, None]


@in_float32
def separate_kernel(kernel: torch.Tensor, rank: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    r"""The sum of ``rank`` products of a column and a row that is closest to a spatial kernel.

    .. math:: w_{uv} \approx \sum_{r} a_{ru}\, b_{rv}

    A kernel is *spatially separable* when one product is all of it, that is, when as a matrix it
    has rank 1.

    Args:
        kernel: ``(kH, kW)``.
        rank: number of products, in 1..min(kH, kW).

    Returns:
        Columns ``(rank, kH)`` and rows ``(rank, kW)``, of equal length in each product.

    Raises:
        ValueError: ``kernel`` is no matrix, or ``rank`` is out of range.
    """
    floats("kernel", kernel)
    if kernel.ndim != 2 or 0 in kernel.shape:
        raise ValueError(f"kernel must be (kH, kW), not {tuple(kernel.shape)}")
    rank = whole("rank", rank, 1, min(kernel.shape))
    u, s, v = torch.linalg.svd(kernel, full_matrices=False)
    root = s[:rank].sqrt()[:, None]
    return root * u.T[:rank], root * v[:rank]


def check_factors(depthwise: torch.Tensor, pointwise: torch.Tensor) -> None:
    """Refuse filters that do not go together.

    Raises:
        TypeError: one is no tensor of floating-point numbers, or their types differ.
        ValueError: a shape does not fit.
    """
    for name, filters in (("depthwise", depthwise), ("pointwise", pointwise)):
        floats(name, filters)
    same_type(depthwise=depthwise, pointwise=pointwise)
    if depthwise.ndim != 4 or depthwise.shape[1] != 1:
        raise ValueError(f"depthwise must be (C m, 1, kH, kW), not {tuple(depthwise.shape)}")
    if pointwise.ndim != 4 or pointwise.shape[1:] != (len(depthwise), 1, 1):
        raise ValueError(
            f"pointwise must be (O, {len(depthwise)}, 1, 1) for {len(depthwise)} depthwise "
            f"filters, not {tuple(pointwise.shape)}"
        )


class DepthwiseSeparableConv2d(nn.Module):
    """:func:`depthwise_separable_conv2d` as a layer, in two layers: ``depthwise`` and ``pointwise``.

    Args:
        in_channels, out_channels: C and O.
        kernel_size, stride, padding, dilation: of the depthwise step, as in :class:`Conv2d`.
        depth_multiplier: filters for each channel.
        bias: give the pointwise step a bias. The depthwise one has none: it would be absorbed.
        padding_mode: 'zeros' | 'reflect' | 'replicate' | 'circular'.
        device, dtype: of the parameters.

    Raises:
        TypeError, ValueError: an option is out of range.
    """

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size, stride=1, padding=0, dilation=1,
        depth_multiplier: int = 1, bias: bool = True, padding_mode: str = "zeros", device=None,
        dtype=None,
    ):
        super().__init__()
        hidden = whole("in_channels", in_channels) * whole("depth_multiplier", depth_multiplier)
        options = {"device": device, "dtype": dtype}
        self.depthwise = Conv2d(in_channels, hidden, kernel_size, stride, padding, dilation,
                                in_channels, False, padding_mode, **options)
        self.pointwise = Conv2d(hidden, out_channels, 1, bias=bias, **options)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """The feature maps of a batch ``(N, in_channels, H, W)`` or of one example."""
        return self.pointwise(self.depthwise(input))

    def kernel(self) -> torch.Tensor:
        """The kernel of the equal full convolution, ``(O, C, kH, kW)``."""
        return factored_kernel(self.depthwise.weight, self.pointwise.weight,
                               self.depthwise.in_channels)
