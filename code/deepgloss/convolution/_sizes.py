"""How large the output of a convolution is, and how much of the input each element sees."""

from collections.abc import Iterable
from typing import NamedTuple

from .._arguments import whole


def each(name: str, value, count: int, minimum: int = 1) -> tuple[int, ...]:
    """``value`` for each of ``count`` axes: an integer for all of them, or one for each.

    Raises:
        TypeError: it is no integer, or a sequence that holds something else.
        ValueError: there are not ``count`` of them, or one is below ``minimum``.
    """
    if not isinstance(value, (tuple, list)):
        return (whole(name, value, minimum),) * count
    if len(value) != count:
        raise ValueError(f"{name} must hold {count} integers, one for each axis, not {tuple(value)}")
    return tuple(whole(f"{name}[{k}]", number, minimum) for k, number in enumerate(value))


def check_sizes(**options) -> None:
    """Refuse what is no integer, nor a sequence of them, nor None, before it is known how many axes there are."""
    for name, value in options.items():
        for size in value if isinstance(value, (tuple, list)) else (value,):
            if size is not None:
                whole(name, size, 0)


def span(kernel_size: int, dilation: int) -> int:
    """How many elements a kernel reaches across along one axis: (k − 1) d + 1."""
    return (kernel_size - 1) * dilation + 1


def borders(padding, kernel: tuple, stride: tuple, dilation: tuple) -> list[tuple[int, int]]:
    """Elements to add before and behind each axis; what 'same' leaves over goes behind.

    Raises:
        TypeError: ``padding`` is neither an integer, nor a sequence of them, nor a string.
        ValueError: it is negative, of the wrong length or another string than 'same' or
            'valid', or 'same' meets a stride.
    """
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise ValueError(f"padding must be an integer, 'same' or 'valid', not {padding!r}")
        if padding == "valid":
            return [(0, 0)] * len(kernel)
        if any(step != 1 for step in stride):
            raise ValueError(f"padding='same' needs a stride of 1, not {stride}")
        missing = [span(k, d) - 1 for k, d in zip(kernel, dilation)]
        return [(total // 2, total - total // 2) for total in missing]
    return [(p, p) for p in each("padding", padding, len(kernel), 0)]


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    r"""The size of the output of a convolution or of pooling, along each axis.

    .. math:: n_{\text{out}} = \left\lfloor \frac{n + 2p - d\,(k - 1) - 1}{s} \right\rfloor + 1

    Args:
        size: elements of the input, n ≥ 1: an integer for one axis or a tuple for several.
        kernel_size: taps of the kernel, k ≥ 1.
        stride: step s ≥ 1 from one window to the next.
        padding: elements p ≥ 0 added on either side, or 'valid' for none, or 'same' for as many
            as keep the size, which needs a stride of 1.
        dilation: distance d ≥ 1 from one tap to the next.

    All but ``size`` are an integer for all axes or a tuple with one for each.

    Returns:
        An integer, or a tuple of them where ``size`` is one.

    Raises:
        TypeError: an argument holds something else than integers.
        ValueError: one is out of range, or the kernel is wider than the padded input.

    Source: Dumoulin and Visin (2016), relationship 15.
    """
    alone = not isinstance(size, (tuple, list))
    count = 1 if alone else len(size)
    size = each("size", size, count)
    kernel, stride, dilation = (
        each(name, value, count)
        for name, value in (("kernel_size", kernel_size), ("stride", stride), ("dilation", dilation))
    )
    found = []
    for n, (before, behind), k, s, d in zip(
        size, borders(padding, kernel, stride, dilation), kernel, stride, dilation
    ):
        room = n + before + behind - span(k, d)
        if room < 0:
            raise ValueError(
                f"a kernel that reaches across {span(k, d)} does not fit into {n + before + behind} "
                f"elements, padding included"
            )
        found.append(room // s + 1)
    return found[0] if alone else tuple(found)


class ReceptiveField(NamedTuple):
    """What one element of a layer's output sees of the network's input, along one axis.

    Attributes:
        size: how many elements of the input it depends on, at most.
        jump: how far apart in the input the fields of two neighbors are: the product of strides.
    """

    size: int
    jump: int


def receptive_field(layers: Iterable[tuple]) -> ReceptiveField:
    r"""The receptive field behind a stack of layers, along one axis.

    .. math:: r_\ell = r_{\ell-1} + (k_\ell - 1)\, d_\ell\, j_{\ell-1}, \qquad
              j_\ell = j_{\ell-1}\, s_\ell, \qquad r_0 = j_0 = 1

    Args:
        layers: from the input on, ``(kernel_size, stride, dilation)`` of each convolution or
            pooling; stride and dilation are 1 where they are left out.

    Returns:
        A :class:`ReceptiveField`. Padding does not change it: windows that reach beyond the
        border see less of the input.

    Raises:
        TypeError: a layer is no tuple of integers.
        ValueError: one of them is below 1, or there are more than three.

    Source: Araujo, Norris and Sim (2019), equation 2 with :math:`(k - 1) d + 1` for k.
    """
    size = jump = 1
    for number, layer in enumerate(layers):
        if not isinstance(layer, (tuple, list)):
            raise TypeError(f"layers[{number}] must be (kernel_size, stride, dilation), not {layer!r}")
        if not 1 <= len(layer) <= 3:
            raise ValueError(f"layers[{number}] must be (kernel_size, stride, dilation), not {layer!r}")
        kernel, stride, dilation = (
            whole(f"layers[{number}][{k}]", value)
            for k, value in enumerate((*layer, 1, 1)[:3])
        )
        size += (kernel - 1) * dilation * jump
        jump *= stride
    return ReceptiveField(size, jump)
