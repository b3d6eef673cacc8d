"""Principal component analysis: the directions in which data vary most."""

from typing import NamedTuple

import torch

from .._arguments import floats, readable, same_type, whole
from .._precision import in_float32


class PCA(NamedTuple):
    """A mean and the directions of largest variance around it."""

    mean: torch.Tensor
    """(D)"""
    components: torch.Tensor
    """Directions of length 1 at right angles to each other, (d, D), that of largest variance first."""
    variances: torch.Tensor
    """Along each of them, (d), with N − 1 as the divisor."""
    total: torch.Tensor
    """The variances of all D inputs, added up, ()."""

    def encode(self, x: torch.Tensor) -> torch.Tensor:
        """Coordinates (…, d) of inputs (…, D) along the components."""
        return _encoded(self._ending("x", x, 1), self.mean, self.components)

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        """Inputs (…, D) from coordinates (…, d)."""
        return _decoded(self._ending("codes", codes, 0), self.mean, self.components)

    def errors(self, x: torch.Tensor) -> torch.Tensor:
        """Squared distances (…) of inputs (…, D) from what is decoded of their codes."""
        return _lost(self._ending("x", x, 1), self.mean, self.components)

    def _ending(self, name: str, value: torch.Tensor, axis: int) -> torch.Tensor:
        size = self.components.shape[axis]
        if not floats(name, value).ndim or value.shape[-1] != size:
            raise ValueError(f"{name} must end in an axis of {size}, not have shape {tuple(value.shape)}")
        same_type(components=self.components, **{name: value})
        return value


def pca(x: torch.Tensor, d: int) -> PCA:
    r"""Principal component analysis by a singular value decomposition.

    With :math:`\bar x` the mean and :math:`X` the matrix whose rows are :math:`x_n - \bar x`,

    .. math::
        X = U S V^\top, \qquad \text{components } v_1, \dots, v_d, \qquad
        \text{variances } \lambda_j = \frac{s_j^2}{N - 1} .

    A component and its negative are equally good. Here its entry of largest absolute value is positive,
    as in scikit-learn.

    Args:
        x: examples, (N, D), N ≥ 2.
        d: how many components, in 1..min(N, D).

    Returns:
        Mean, components and variances.

    Raises:
        TypeError: ``x`` is no tensor of floating-point numbers, or ``d`` no integer.
        ValueError: ``x`` is no matrix of two examples or more, of finite numbers, or ``d`` is out of range.

    Source: Pearson (1901) and Hotelling (1933); by singular values, Jolliffe and Cadima (2016), section 2(a).
    """
    if floats("x", x).ndim != 2 or len(x) < 2:
        raise ValueError(f"x must have shape (N, D) with at least two examples, not {tuple(x.shape)}")
    if readable(x) and not x.isfinite().all():
        raise ValueError("x must hold finite numbers, not infinite ones or NaN")
    return PCA(*_decomposed(x, whole("d", d, 1, min(x.shape))))


@in_float32
def _decomposed(x: torch.Tensor, d: int) -> tuple[torch.Tensor, ...]:
    mean = x.mean(0)
    _, sizes, directions = torch.linalg.svd(x - mean, full_matrices=False)
    variances = sizes.square() / (len(x) - 1)
    directions = directions[:d]
    largest = directions.gather(1, directions.detach().abs().argmax(1, keepdim=True))
    return mean, directions * largest.detach().sign(), variances[:d], variances.sum()


@in_float32
def _encoded(x: torch.Tensor, mean: torch.Tensor, components: torch.Tensor) -> torch.Tensor:
    return (x - mean) @ components.T


@in_float32
def _decoded(codes: torch.Tensor, mean: torch.Tensor, components: torch.Tensor) -> torch.Tensor:
    return codes @ components + mean


@in_float32
def _lost(x: torch.Tensor, mean: torch.Tensor, components: torch.Tensor) -> torch.Tensor:
    return (x - _decoded(_encoded(x, mean, components), mean, components)).square().sum(-1)
