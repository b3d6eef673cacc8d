"""Where a token stands: sinusoids, learned vectors, rotations and linear biases."""

import torch
from torch import nn

from .._arguments import real, whole
from .._device import wide
from .._precision import rounded_once


def sinusoids(length: int, dim: int, base: float = 10_000.0, device=None, dtype=None) -> torch.Tensor:
    r"""Waves of geometrically growing length.

    .. math::
        P_{t,\,2i} = \sin\bigl(t\, \omega_i\bigr), \qquad P_{t,\,2i+1} = \cos\bigl(t\, \omega_i\bigr), \qquad
        \omega_i = \text{base}^{-2i / d}

    Args:
        length: positions t = 0..T−1, T ≥ 1.
        dim: d, even, at least 2.
        base: above 1; the longest wave is nearly 2π · base positions long.
        device, dtype: of the result.

    Returns:
        ``(T, d)``.

    Raises:
        TypeError, ValueError: a number is out of range.

    Source: Vaswani et al. (2017), section 3.5.
    """
    if dtype is not None and not (isinstance(dtype, torch.dtype) and dtype.is_floating_point):
        raise TypeError(f"dtype must be one of floating-point numbers, not {dtype}")
    positions = torch.arange(whole("length", length), device=device)
    angles = _angles(positions, dim, base)
    table = torch.stack([angles.sin(), angles.cos()], -1).flatten(-2)
    return table.to(dtype or torch.get_default_dtype()).to(positions.device)


def _angles(positions: torch.Tensor, dim: int, base: float) -> torch.Tensor:
    """t ω_i in double precision, for at large t single precision would lose the phase; on the CPU
    where the positions' device has none."""
    dim = whole("dim", dim, 2)
    if dim % 2:
        raise ValueError(f"dim must be even, not {dim}")
    if not real("base", base) > 1:
        raise ValueError(f"base must be above 1, not {base}")
    if wide(positions.device) != torch.float64:
        positions = positions.cpu()
    steps = torch.arange(0, dim, 2, device=positions.device, dtype=torch.float64)
    return positions[..., None].double() * base ** (-steps / dim)


def require_vectors(name: str, x, dim: int | None = None) -> None:
    """Refuse what is no tensor ``(..., T, dim)`` of floating-point numbers."""
    if not isinstance(x, torch.Tensor) or not x.is_floating_point():
        got = x.dtype if isinstance(x, torch.Tensor) else type(x).__name__
        raise TypeError(f"{name} must be a tensor of floating-point numbers, not {got}")
    if x.dim() < 2 or dim not in (None, x.shape[-1]):
        raise ValueError(f"{name} must be (..., T, {dim or 'd'}), not {tuple(x.shape)}")


class LearnedPositions(nn.Module):
    """A vector for each position, learned like the tokens'.

    Args:
        longest: positions that there are vectors for.
        dim: features.

    Shape:
        tokens' vectors ``(B, T, dim)`` to their sums with the positions', ``(B, T, dim)``.

    Raises:
        TypeError: in ``forward``, ``x`` is no tensor of floating-point numbers, or the offset no integer.
        ValueError: in ``forward``, the offset is negative, or T plus the offset is above ``longest``.

    Source: Gehring et al. (2017); Devlin et al. (2019), figure 2.
    """

    def __init__(self, longest: int, dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(0.02 * torch.randn(whole("longest", longest), whole("dim", dim)))

    def forward(self, x: torch.Tensor, offset: int = 0) -> torch.Tensor:
        """Add the vectors of the positions from ``offset`` on."""
        require_vectors("x", x, self.weight.shape[1])
        end = whole("offset", offset, 0) + x.shape[-2]
        if end > len(self.weight):
            raise ValueError(f"x must end within {len(self.weight)} positions, not at {end}")
        return x + self.weight[offset:end]


def rotary(x: torch.Tensor, positions: torch.Tensor | None = None, base: float = 10_000.0) -> torch.Tensor:
    r"""Turn each pair of features by an angle that grows with the position.

    .. math::
        \begin{pmatrix} x'_{2i} \\ x'_{2i+1} \end{pmatrix} =
        \begin{pmatrix} \cos t\omega_i & -\sin t\omega_i \\ \sin t\omega_i & \cos t\omega_i \end{pmatrix}
        \begin{pmatrix} x_{2i} \\ x_{2i+1} \end{pmatrix}, \qquad \omega_i = \text{base}^{-2i/d}

    Turned queries and keys have a product that depends on the distance of their positions alone.

    Args:
        x: queries or keys ``(..., T, d)``, d even.
        positions: t of each row, ``(T,)``; 0..T−1 by default.
        base: above 1.

    Returns:
        ``(..., T, d)``.

    Raises:
        TypeError: ``x`` is no tensor of floating-point numbers.
        ValueError: ``x`` has fewer than two dimensions, d is odd, ``base`` too small, or ``positions`` do not fit.

    Source: Su et al. (2024), sections 3.2.2 and 3.4.2.
    """
    require_vectors("x", x)
    length, dim = x.shape[-2:]
    if positions is not None and not isinstance(positions, torch.Tensor):
        raise TypeError(f"positions must be a tensor, not {type(positions).__name__}")
    if positions is None:
        positions = torch.arange(length, device=x.device)
    if positions.shape != (length,):
        raise ValueError(f"positions must be ({length},), not {tuple(positions.shape)}")
    angles = _angles(positions, dim, base)                            # (T, d/2)
    return rounded_once(lambda x: _turned(x, angles.cos().to(x), angles.sin().to(x)), x)


def _turned(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2)


def alibi(heads: int, queries: int, keys: int | None = None, device=None) -> torch.Tensor:
    r"""A penalty for distance, added to the scores: each head forgets at a rate of its own.

    .. math:: B_{h i j} = -2^{-8h / H}\, (i - j), \qquad h = 1, \dots, H

    The last query stands at the last key. Behind a query the term is positive; a causal mask hides
    it there.

    Args:
        heads: H ≥ 1.
        queries: L ≥ 1.
        keys: S ≥ L; L by default.
        device: of the result.

    Returns:
        ``(H, L, S)``.

    Raises:
        TypeError, ValueError: a number is out of range.

    Source: Press, Smith and Lewis (2022), section 3, whose slopes are these where H is a power of two.
    """
    heads, queries = whole("heads", heads), whole("queries", queries)
    keys = queries if keys is None else whole("keys", keys, queries)
    slopes = 2 ** (-8 * torch.arange(1, heads + 1, device=device) / heads)
    rows = torch.arange(keys - queries, keys, device=device)[:, None]
    return -slopes[:, None, None] * (rows - torch.arange(keys, device=device))
