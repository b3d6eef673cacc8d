"""Upsampling without weights: repeat the nearest element, or draw a line between two."""

import torch

from .._arguments import LARGEST, choice, flag, real
from .._precision import in_float32
from ._maps import PLACES, check_batch
from ._sizes import each

LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}
NEAREST = {"nearest": 0.0, "nearest-exact": 0.5}       # what is added to the output's place


@in_float32
def interpolate(
    input: torch.Tensor, size=None, scale_factor=None, mode: str = "nearest",
    align_corners: bool = False,
) -> torch.Tensor:
    r"""Feature maps of another size, from neighbors in the input.

    Output element j of m lies at a coordinate of the input's n elements,

    .. math::
        \begin{aligned}
        x(j) &= \tfrac{n}{m}\,(j + \tfrac12) - \tfrac12 && \text{(linear)} \\
        x(j) &= \tfrac{n-1}{m-1}\, j && \text{(linear, corners aligned)} \\
        x(j) &= \lfloor \tfrac{n}{m}\, j \rfloor && \text{(nearest)} \\
        x(j) &= \lfloor \tfrac{n}{m}\,(j + \tfrac12) \rfloor && \text{(nearest-exact)}
        \end{aligned}

    along each axis; the first is clipped to the input. Linear modes mix the elements on either
    side by their distance, axis by axis; 'nearest' takes the element in which the output's first
    edge lies, 'nearest-exact' the one in which its center lies. The same function as
    :func:`torch.nn.functional.interpolate` for these modes, without antialiasing: also where a
    fractional scale leaves the size as it is: linear modes change nothing there, and nearest repeats
    (along two axes PyTorch copies small maps in that case). Both nearest modes round their
    coordinates in ``float32``, whatever the input's type, as PyTorch's gradients do; its values of
    'nearest-exact' in ``float64`` may come from the other side where a center lies on an edge.

    Args:
        input: ``(N, C, L)``, ``(N, C, H, W)`` or ``(N, C, D, H, W)``.
        size: m ≥ 1, an integer or one for each axis.
        scale_factor: instead of ``size``, a number or one for each axis: m is the whole part of
            n times it, and the formulas have its inverse for n / m.
        mode: 'nearest', 'nearest-exact', or for one, two or three axes 'linear', 'bilinear' or
            'trilinear'.
        align_corners: lay the first and last elements of input and output on each other, in the
            linear modes; else it is the outer edges of the elements that coincide.

    Returns:
        The resized maps, ``(N, C, *size)``.

    Raises:
        TypeError: the input is no tensor of floating-point numbers, or an option of a wrong kind.
        ValueError: the input's shape or an option is out of range, or not exactly one of ``size``
            and ``scale_factor`` is given.
    """
    check_batch(input)
    axes = input.ndim - 2
    choice("mode", mode, (*NEAREST, LINEAR[axes]))
    flag("align_corners", align_corners)
    if align_corners and mode in NEAREST:
        raise ValueError(f"align_corners is for linear modes; {mode} has no corners to align")
    if (size is None) == (scale_factor is None):
        raise ValueError("give either size or scale_factor")
    if size is not None:
        sizes = each("size", size, axes)
        steps = [n / m for n, m in zip(input.shape[2:], sizes)]
    else:
        scales = scale_factor if isinstance(scale_factor, (tuple, list)) else [scale_factor] * axes
        if len(scales) != axes:
            raise ValueError(f"scale_factor must hold {axes} numbers, one for each axis, not {scales}")
        scales = [real("scale_factor", scale, 0.0) for scale in scales]
        if max(scales) * max(input.shape[2:]) > LARGEST:
            raise ValueError(f"scale_factor must leave a size that can be counted, not {max(scales):g}")
        sizes = [int(n * scale) for n, scale in zip(input.shape[2:], scales)]
        if 0 in sizes:
            raise ValueError(f"scale_factor={scale_factor} leaves nothing of ({PLACES[axes]}) = "
                             f"{tuple(input.shape[2:])}")
        steps = [1 / scale for scale in scales]
    for dim, m, step in zip(range(-axes, 0), sizes, steps):
        if mode in NEAREST:
            places = nearest(input.shape[dim], m, step, NEAREST[mode])
            input = input.index_select(dim, places.to(input.device))
        elif m != input.shape[dim]:           # of equal size nothing is drawn, whatever the scale
            input = _linear(input, dim, coordinates(input.shape[dim], m, align_corners, step))
    return input


def nearest(n: int, m: int, step: float, center: float = 0.0) -> torch.Tensor:
    """The input element that each of m outputs repeats; rounded as PyTorch rounds, in float32.

    ``center`` is where in an output element its coordinate lies: 0 at its edge, 0.5 in its middle.
    """
    j = torch.arange(m, dtype=torch.float32)
    return ((j + center) * torch.tensor(step, dtype=torch.float32)).floor().long().clamp(max=n - 1)


def coordinates(n: int, m: int, align_corners: bool = False, step: float | None = None) -> torch.Tensor:
    """Where in the input's n elements the m outputs of linear interpolation lie, in float64.

    Args:
        n, m: elements of input and output along the axis.
        align_corners: whether the first and the last elements coincide.
        step: distance of two outputs in elements of the input, n / m unless given; not used
            where corners are aligned.
    """
    j = torch.arange(m, dtype=torch.float64)
    if align_corners:
        return j * ((n - 1) / (m - 1) if m > 1 else 0.0)
    step = n / m if step is None else step
    return ((j + 0.5) * step - 0.5).clamp(0, n - 1)


def _linear(x: torch.Tensor, dim: int, at: torch.Tensor) -> torch.Tensor:
    """The values of a polyline through the elements of one axis, at the given coordinates."""
    before = at.floor().long().clamp(0, x.shape[dim] - 1)
    behind = (before + 1).clamp(max=x.shape[dim] - 1)
    share = (at - before).view(-1, *[1] * (-dim - 1)).to(x)
    low, high = (x.index_select(dim, places.to(x.device)) for places in (before, behind))
    return (1 - share) * low + share * high
