"""Functions of two numbers on which optimizers show what they can do."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from .._arguments import floats, real
from .._precision import in_float32
from ._noisy import check_noise, tilt


@in_float32
def ravine(w: torch.Tensor, condition: float = 20.0) -> torch.Tensor:
    r"""A long valley with straight walls: :math:`\tfrac12 (x^2 + \kappa y^2)`, with its minimum 0 at (0, 0).

    Its curvatures are 1 and κ, so gradient descent is stable below the rate 2/κ.

    Args:
        w: points (x, y), (…, 2).
        condition: κ ≥ 1, the condition number.

    Returns:
        The heights, (…).

    Raises:
        TypeError, ValueError: ``w`` is no such tensor, or κ no such number.
    """
    x, y = _point(w)
    return (x * x + real("condition", condition, 1) * y * y) / 2


@in_float32
def saddle(w: torch.Tensor) -> torch.Tensor:
    r"""A pass between two valleys: :math:`\tfrac12 x^2 - \tfrac12 y^2 + \tfrac14 y^4`.

    At (0, 0) all slopes are zero and the curvatures are 1 and −1; the minima, −1/4, are at (0, 1) and (0, −1).

    Args:
        w: points (x, y), (…, 2).

    Returns:
        The heights, (…).

    Raises:
        TypeError, ValueError: ``w`` is no such tensor.
    """
    x, y = _point(w)
    return (x * x - y * y) / 2 + (y * y) ** 2 / 4


@in_float32
def rosenbrock(w: torch.Tensor) -> torch.Tensor:
    r"""A curved valley with a flat floor: :math:`(1 - x)^2 + 100\,(y - x^2)^2`, with its minimum 0 at (1, 1).

    Args:
        w: points (x, y), (…, 2).

    Returns:
        The heights, (…).

    Raises:
        TypeError, ValueError: ``w`` is no such tensor.

    Source: Rosenbrock (1960).
    """
    x, y = _point(w)
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2


@in_float32
def beale(w: torch.Tensor) -> torch.Tensor:
    r"""Plains between steep corners: :math:`\sum_{k=1}^3 (c_k - x + x y^k)^2`, with its minimum 0 at (3, ½).

    The constants c are 1.5, 2.25 and 2.625.

    Args:
        w: points (x, y), (…, 2).

    Returns:
        The heights, (…).

    Raises:
        TypeError, ValueError: ``w`` is no such tensor.

    Source: Moré, Garbow and Hillstrom (1981), problem 5.
    """
    x, y = _point(w)
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


@in_float32
def noisy_bowl(w: torch.Tensor, noise: float = 1.0, generator: torch.Generator | None = None) -> torch.Tensor:
    r"""A round bowl whose slope is measured with noise: :math:`\tfrac12 |w|^2 + \sigma\, \xi \cdot w`.

    The noise is that of :func:`noisy`: the gradient is :math:`w + \sigma \xi`, right on average.

    Args:
        w: points (x, y), (…, 2).
        noise: σ ≥ 0.
        generator: of ξ, on the CPU; PyTorch's global one unless given.

    Returns:
        The heights, (…).

    Raises:
        TypeError, ValueError: ``w`` is no such tensor, σ no such number, or ``generator`` no generator.
    """
    _point(w)
    check_noise(noise, generator)
    return (w * w / 2 + tilt(w, noise, generator)).sum(-1)


@dataclass(frozen=True)
class Surface:
    """A function of two numbers, and what a picture of it needs.

    Attributes:
        function: of points (…, 2), gives heights (…).
        start: a point from which a race is worth watching.
        minima: where it is lowest.
        x: from where to where a picture shows the first number.
        y: the same for the second.
    """

    function: Callable[[torch.Tensor], torch.Tensor]
    start: tuple[float, float]
    minima: tuple[tuple[float, float], ...]
    x: tuple[float, float]
    y: tuple[float, float]


SURFACES = {
    "ravine": Surface(ravine, (-4.0, 1.0), ((0.0, 0.0),), (-5.0, 2.0), (-1.75, 1.75)),
    "saddle": Surface(saddle, (-1.5, 0.01), ((0.0, -1.0), (0.0, 1.0)), (-2.0, 1.0), (-1.5, 1.5)),
    "Rosenbrock": Surface(rosenbrock, (-1.2, 1.0), ((1.0, 1.0),), (-2.0, 2.0), (-1.0, 3.0)),
    "Beale": Surface(beale, (1.0, 1.5), ((3.0, 0.5),), (-4.5, 4.5), (-2.0, 2.0)),
    "noisy bowl": Surface(noisy_bowl, (-2.0, 1.5), ((0.0, 0.0),), (-3.0, 3.0), (-2.0, 2.0)),
}
"""The surfaces by name."""


def _point(w: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    if not floats("w", w).ndim or w.shape[-1] != 2:
        raise ValueError(f"w must be points, (…, 2), not have shape {tuple(w.shape)}")
    return w[..., 0], w[..., 1]
