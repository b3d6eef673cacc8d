"""A convolution written out as the matrix that it is."""

import torch

from .._arguments import floats, whole
from .._precision import in_float32
from ._conv import check_operands
from ._padding import pad
from ._sizes import borders, conv_output_size, each


@in_float32
def toeplitz(
    weight: torch.Tensor, size, stride=1, padding=0, dilation=1, groups: int = 1, *,
    padding_mode: str = "zeros",
) -> torch.Tensor:
    r"""The matrix M of a convolution: ``M @ x.flatten()`` is the flattened output for one example.

    Along one axis, with one channel and no padding, :math:`M_{i j} = w_t` where
    :math:`j = s i + d t`: at stride 1 every diagonal holds one number, a Toeplitz matrix. With
    circular padding that keeps the size it is circulant. With several channels M consists of one
    such block for each pair of an output and an input channel; along several axes the blocks are
    built of blocks.

    Args:
        weight: the filters ``(O, C / groups, k₁, …, k_D)``, for one to three axes.
        size: sizes of the input, an integer for all axes or one for each.
        stride, padding, dilation, groups, padding_mode: as in :func:`conv2d`.

    Returns:
        ``(O · positions, C · elements)``: fine for small inputs, enormous for large ones.

    Raises:
        TypeError, ValueError: as :func:`conv2d` does.

    Source: Dumoulin and Visin (2016), section 4.1.
    """
    if not isinstance(weight, torch.Tensor) or not 3 <= weight.ndim <= 5:
        raise ValueError("weight must be a tensor (O, C / groups, and the sizes of the kernel)")
    floats("weight", weight)
    axes = weight.ndim - 2
    size, stride, dilation = (
        each(name, value, axes)
        for name, value in (("size", size), ("stride", stride), ("dilation", dilation))
    )
    groups = whole("groups", groups)
    outputs, inputs, *kernel = weight.shape
    check_operands(axes, weight.new_empty(inputs * groups, *size), weight, None, groups)
    out = conv_output_size(size, tuple(kernel), stride, padding, dilation)
    full = torch.zeros(outputs, inputs * groups, *kernel, dtype=weight.dtype, device=weight.device)
    for g in range(groups):                                  # filters see their own group only
        mine = slice(g * outputs // groups, (g + 1) * outputs // groups)
        full[mine, g * inputs:(g + 1) * inputs] = weight[mine]
    matrix = full                                            # (O, C, k₁, …, k_D)
    for n, m, k, s, d, margin in zip(size, out, kernel, stride, dilation,
                                     borders(padding, tuple(kernel), stride, dilation)):
        # row p of `source` says which element of the input stands at place p of the padded one
        source = pad(torch.eye(n, dtype=weight.dtype, device=weight.device).T, [margin], padding_mode).T
        places = torch.arange(k)[:, None] * d + torch.arange(m) * s
        matrix = torch.tensordot(matrix, source[places.to(weight.device)], ([2], [0]))
    # (O, C, m₁, n₁, …, m_D, n_D) to (O, m₁, …, m_D, C, n₁, …, n_D)
    matrix = matrix.permute(0, *range(2, 2 + 2 * axes, 2), 1, *range(3, 3 + 2 * axes, 2))
    return matrix.reshape(outputs * len(matrix[0].flatten(0, axes - 1)), -1)
