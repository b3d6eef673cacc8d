"""Convolution as a product of spectra."""

import torch

from .._arguments import whole
from .._precision import rounded_once
from ._conv import check_operands, conv
from ._padding import pad
from ._sizes import borders, conv_output_size, each, span


def fft_conv(
    input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None,
    stride=1, padding=0, dilation=1, groups: int = 1, *, padding_mode: str = "zeros",
) -> torch.Tensor:
    r"""The values of :func:`conv2d`, or of its kin along one or three axes, by Fourier transforms.

    .. math:: x \star w = \mathcal{F}^{-1}\big( \mathcal{F}(x)\, \overline{\mathcal{F}(w)} \big)

    The transform sees both as periodic, with the padded input's size n for a period; what wraps
    around falls on the last (k − 1) d outputs, which a convolution does not have. For k taps the
    cost does not depend on k, so that it pays for large kernels only.

    Args:
        input: ``(N, C, n₁, …, n_D)`` with one to three axes; they follow from the weight.
        weight: the filters ``(O, C / groups, k₁, …, k_D)``.
        bias, stride, padding, dilation, groups, padding_mode: as in :func:`conv2d`. Outputs
            between strides are computed and dropped.

    Returns:
        ``(N, O, m₁, …, m_D)``, or without N where the input has none.

    Raises:
        TypeError, ValueError: as :func:`conv2d` does.

    Source: Mathieu, Henaff and LeCun (2014).
    """
    if not isinstance(weight, torch.Tensor) or not 3 <= weight.ndim <= 5:
        raise ValueError("weight must be a tensor (O, C / groups, and the sizes of the kernel)")
    axes = weight.ndim - 2
    groups = whole("groups", groups)
    check_operands(axes, input, weight, bias, groups)
    kernel = tuple(weight.shape[2:])
    stride, dilation = each("stride", stride, axes), each("dilation", dilation, axes)
    out = conv_output_size(tuple(input.shape[-axes:]), kernel, stride, padding, dilation)
    if not input.numel():                                    # no example has no spectrum
        return conv(axes, input, weight, bias, stride, padding, dilation, groups, padding_mode)
    margins, alone = borders(padding, kernel, stride, dilation), input.ndim == axes + 1

    def filtered(input, weight, bias):
        x = pad(input[None] if alone else input, margins, padding_mode)
        y = _by_spectra(x, weight, out, stride, dilation, groups)
        if bias is not None:
            y = y + bias.view(-1, *[1] * axes)
        return y[0] if alone else y

    return rounded_once(filtered, input, weight, bias, autocast="product")


def _by_spectra(x, weight, out: tuple, stride: tuple, dilation: tuple, groups: int) -> torch.Tensor:
    """Of a padded batch, ``(N, C, *size)`` to ``(N, O, *out)``."""
    kernel, axes = weight.shape[2:], x.ndim - 2
    spread = weight.new_zeros(*weight.shape[:2], *map(span, kernel, dilation))
    spread[(..., *(slice(None, None, d) for d in dilation))] = weight
    size, dims = x.shape[2:], tuple(range(-axes, 0))
    spectrum = torch.fft.rfftn(x, dim=dims).unflatten(1, (groups, -1))       # (N, G, C / G, *f)
    filters = torch.fft.rfftn(spread, s=size, dim=dims).conj().unflatten(0, (groups, -1))
    product = torch.einsum("ngc...,goc...->ngo...", spectrum, filters)       # (N, G, O / G, *f)
    y = torch.fft.irfftn(product, s=size, dim=dims).flatten(1, 2)
    return y[(..., *(slice(0, (m - 1) * s + 1, s) for m, s in zip(out, stride)))]
