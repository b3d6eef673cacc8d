"""Ways from one code to another."""

import torch

from .._arguments import floats, readable, whole
from .._precision import in_float32
from ._arguments import alike


def linear_interpolation(a: torch.Tensor, b: torch.Tensor, steps: int) -> torch.Tensor:
    r"""Codes on the straight line from one to another.

    .. math:: (1 - t)\, a + t\, b, \qquad t = 0, \tfrac{1}{T - 1}, \dots, 1

    Halfway between two independent draws from a standard normal in many dimensions, the code is shorter than nearly all
    draws are, by about √2.

    Args:
        a, b: codes, (…, d).
        steps: T ≥ 2, both ends included.

    Returns:
        (T, …, d).

    Raises:
        TypeError: a code is no tensor of floating-point numbers, the types differ, or ``steps`` is no integer.
        ValueError: the shapes differ, or there are fewer than two steps.
    """
    alike("b", b, "a", floats("a", a))
    return _straight(a, b, whole("steps", steps, 2))


def spherical_interpolation(a: torch.Tensor, b: torch.Tensor, steps: int) -> torch.Tensor:
    r"""Codes on the arc from one to another: the angle grows evenly.

    .. math::
        \frac{\sin((1 - t)\, \theta)}{\sin \theta}\, a + \frac{\sin(t\, \theta)}{\sin \theta}\, b, \qquad
        \cos \theta = \frac{a \cdot b}{\lVert a \rVert \lVert b \rVert}

    Codes of equal length keep it on the way. Where two point the same way it is the straight line.

    Args:
        a, b: codes, (…, d), none of them 0.
        steps: T ≥ 2, both ends included.

    Returns:
        (T, …, d).

    Raises:
        TypeError: as for :func:`linear_interpolation`.
        ValueError: as there; or a code is 0, or two point in opposite directions, between which there are many arcs.

    Source: Shoemake (1985); White (2016), section 2.1, for codes.
    """
    alike("b", b, "a", floats("a", a))
    steps = whole("steps", steps, 2)
    if not a.ndim or not a.shape[-1]:
        raise ValueError(f"a must have shape (…, d) with d above 0, not {tuple(a.shape)}")
    if readable(a, b):
        for name, code in (("a", a), ("b", b)):
            if not code.detach().abs().amax(-1).gt(0).all():
                raise ValueError(f"{name} must not be 0, which points nowhere")
        if (_angle(a.detach(), b.detach()) > 3.1415).any():
            raise ValueError("b must not point in the direction opposite to a")
    return _arc(a, b, steps)


def _times(like: torch.Tensor, steps: int) -> torch.Tensor:
    return torch.linspace(0, 1, steps, device=like.device, dtype=like.dtype).view(-1, *[1] * like.ndim)


@in_float32
def _straight(a: torch.Tensor, b: torch.Tensor, steps: int) -> torch.Tensor:
    t = _times(a, steps)
    return (1 - t) * a + t * b


@in_float32
def _angle(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Between unit vectors, from the tangent of its half, which is exact for small angles as a cosine is not."""
    u, v = torch.nn.functional.normalize(a, dim=-1), torch.nn.functional.normalize(b, dim=-1)
    return 2 * torch.atan2((u - v).norm(dim=-1, keepdim=True), (u + v).norm(dim=-1, keepdim=True))


@in_float32
def _arc(a: torch.Tensor, b: torch.Tensor, steps: int) -> torch.Tensor:
    t, angle = _times(a, steps), _angle(a, b)
    same = angle < 1e-3                         # there the shares are 1 − t and t up to 10⁻⁷
    safe = torch.where(same, 1.0, angle)
    first = torch.where(same, 1 - t, ((1 - t) * safe).sin() / safe.sin())
    second = torch.where(same, t, (t * safe).sin() / safe.sin())
    return first * a + second * b
