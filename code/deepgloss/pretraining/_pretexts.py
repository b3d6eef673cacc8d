"""Questions that pictures answer themselves: turned how far, what is hidden, the same in another view?"""

import math

import torch
from torch.nn import functional as F

from .._arguments import real, whole
from .._precision import in_float32
from ..losses._reduction import check_floats


@in_float32
def rotations(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Every picture in its four rotations, and how far each was turned.

    Args:
        x: square pictures ``(N, ..., H, H)``.

    Returns:
        Pictures ``(4N, ..., H, H)``: all as they are, then all turned by 90°, 180° and 270° counterclockwise;
        and their labels ``(4N,)``, 0 to 3, ``int64``.

    Raises:
        TypeError: ``x`` is no tensor of floating-point numbers.
        ValueError: the pictures are not square.

    Source: Gidaris, Singh and Komodakis (2018).
    """
    check_floats("x", x)
    if x.ndim < 3 or x.shape[-1] != x.shape[-2]:
        raise ValueError(f"x must hold square pictures (N, ..., H, H), not {tuple(x.shape)}")
    turned = torch.cat([x.rot90(k, (-2, -1)) for k in range(4)])
    return turned, torch.arange(4, device=x.device).repeat_interleave(len(x))


def hidden_pixels(shape: tuple[int, ...], share: float = 0.5, patch: int = 1, *,
                  generator: torch.Generator | None = None) -> torch.Tensor:
    """Choose what to hide: in every picture the same number of square patches, at random places.

    Args:
        shape: of the pictures, ``(..., H, W)``.
        share: of the patches that are hidden, in [0, 1], rounded to whole patches.
        patch: side of a patch, a divisor of H and W.
        generator: a CPU generator; the global one by default.

    Returns:
        A mask of this shape on the CPU, True where a pixel is hidden.

    Raises:
        TypeError: an argument has another type.
        ValueError: an argument is out of range, or the patches do not fit.

    Source: He et al. (2022), section 3, whose share is 0.75 and whose patches are 16 pixels wide.
    """
    shape = tuple(whole("shape", size) for size in shape)
    share, patch = real("share", share, 0, 1), whole("patch", patch)
    if len(shape) < 2 or shape[-1] % patch or shape[-2] % patch:
        raise ValueError(f"patches of {patch} × {patch} do not tile pictures of shape {shape}")
    rows, columns = shape[-2] // patch, shape[-1] // patch
    draws = torch.rand(*shape[:-2], rows * columns, generator=generator)
    chosen = draws.topk(round(share * rows * columns), -1, sorted=False).indices
    hidden = torch.zeros_like(draws, dtype=torch.bool).scatter_(-1, chosen, True)
    hidden = hidden.unflatten(-1, (rows, columns))
    return hidden.repeat_interleave(patch, -2).repeat_interleave(patch, -1)


@in_float32
def random_affine(x: torch.Tensor, degrees: float = 15.0, shift: float = 0.5, scale: float = 0.15,
                  shear: float = 0.2, *, generator: torch.Generator | None = None) -> torch.Tensor:
    r"""A view of each picture: turned, moved, scaled and slanted a little, each by its own draw.

    The output at place :math:`p` is the input, interpolated linearly, at :math:`A p + t`, places counted
    from the middle, with

    .. math::
        A = e^{s} \begin{pmatrix} \cos\alpha & -\sin\alpha \\ \sin\alpha & \cos\alpha \end{pmatrix}
            \begin{pmatrix} 1 & h \\ 0 & 1 \end{pmatrix} .

    Angle :math:`\alpha`, shift :math:`t`, logarithmic scale :math:`s` and slant :math:`h` are uniform between minus
    and plus the given numbers. Beyond its edge a picture is 0. Draws are made on the CPU.

    Args:
        x: pictures ``(..., H, W)``.
        degrees: largest angle.
        shift: largest shift along each axis, in pixels.
        scale: largest logarithm of the scale.
        shear: largest slant.
        generator: a CPU generator; the global one by default.

    Returns:
        Pictures of the same shape.

    Raises:
        TypeError: an argument has another type.
        ValueError: a size is negative, or ``x`` holds no pictures.
    """
    check_floats("x", x)
    if x.ndim < 2 or 0 in x.shape[-2:]:
        raise ValueError(f"x must hold pictures (..., H, W), not {tuple(x.shape)}")
    largest = [real(name, value, 0) for name, value in
               (("degrees", degrees), ("shift", shift), ("scale", scale), ("shear", shear))]
    height, width = x.shape[-2:]
    if not x.numel():
        return x.clone()
    pictures = x.reshape(-1, 1, height, width)
    draws = 2 * torch.rand(len(pictures), 5, generator=generator) - 1
    angle, log_scale, slant = math.radians(largest[0]) * draws[:, 0], largest[2] * draws[:, 1], largest[3] * draws[:, 2]
    cos, sin = log_scale.exp() * angle.cos(), log_scale.exp() * angle.sin()
    # affine_grid counts from −1 to 1: a pixel is 2 / W wide and 2 / H high
    across, down = largest[1] * draws[:, 3] * 2 / width, largest[1] * draws[:, 4] * 2 / height
    high = height / width
    matrix = torch.stack([cos, (slant * cos - sin) * high, across,
                          sin / high, cos + slant * sin, down], 1).view(-1, 2, 3).to(x)
    grid = F.affine_grid(matrix, list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, align_corners=False).view(x.shape)
