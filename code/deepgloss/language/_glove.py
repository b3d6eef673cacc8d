"""GloVe: word vectors by weighted least squares on the logarithms of counts."""

import torch
from torch import nn

from .._arguments import floats, numbers, real, whole
from .._budget import budget
from .._precision import in_float32


@in_float32
def glove_weight(counts: torch.Tensor, maximum: float = 100.0, power: float = 0.75) -> torch.Tensor:
    r"""How much GloVe trusts a count.

    .. math:: f(x) = \min\bigl(1, (x / x_{\max})^\alpha\bigr)

    Args:
        counts: x ≥ 0, of any shape.
        maximum: :math:`x_{\max} > 0`, from which on every count weighs 1.
        power: α > 0.

    Returns:
        Weights in [0, 1], with the shape of ``counts``; 0 for a pair that never occurs.

    Raises:
        ValueError: ``maximum`` or ``power`` is not positive.

    Source: Pennington, Socher and Manning (2014), equation 9.
    """
    numbers("counts", counts)
    if not (real("maximum", maximum) > 0 and real("power", power) > 0):
        raise ValueError(f"maximum and power must be greater than 0, not {maximum:g} and {power:g}")
    return (counts / maximum).clamp(max=1).pow(power)


@in_float32
def glove_loss(
    scores: torch.Tensor, counts: torch.Tensor, maximum: float = 100.0, power: float = 0.75
) -> torch.Tensor:
    r"""GloVe's loss, a sum over the pairs that occur.

    .. math:: J = \sum_{X_{wc} > 0} f(X_{wc}) \bigl( s_{wc} - \log X_{wc} \bigr)^2

    Args:
        scores: :math:`s_{wc} = v_w \cdot u_c + b_w + \tilde b_c`, ``(V, C)``.
        counts: X ≥ 0, ``(V, C)``.
        maximum, power: see :func:`glove_weight`.

    Returns:
        A scalar ≥ 0. Scores of pairs that never occur have no part in it.

    Raises:
        ValueError: the shapes differ.

    Source: Pennington, Socher and Manning (2014), equation 8.
    """
    floats("scores", scores), floats("counts", counts)
    if scores.shape != counts.shape:
        raise ValueError(f"scores must be {tuple(counts.shape)} like counts, not {tuple(scores.shape)}")
    logs = counts.clamp(min=torch.finfo(counts.dtype).tiny).log()     # weight 0 where the count is 0
    return (glove_weight(counts, maximum, power) * (scores - logs).square()).sum()


class GloVe(nn.Module):
    """Word and context vectors with a bias each, for :func:`glove_loss`.

    Every number begins at random in ±1/(2 dim), every bias at 0. For vocabularies of some thousand
    words: scores and counts are whole matrices.

    Args:
        size: the number of words, V.
        dim: numbers a vector, d.
        generator: a CPU generator; the global one by default.

    Raises:
        TypeError, ValueError: a size is no positive integer.

    Source: Pennington, Socher and Manning (2014), section 3.
    """

    def __init__(self, size: int, dim: int, generator: torch.Generator | None = None):
        super().__init__()
        size, dim = whole("size", size), whole("dim", dim)
        self.words = nn.Parameter((torch.rand(size, dim, generator=generator) - 0.5) / dim)
        self.contexts = nn.Parameter((torch.rand(size, dim, generator=generator) - 0.5) / dim)
        self.word_bias = nn.Parameter(torch.zeros(size))
        self.context_bias = nn.Parameter(torch.zeros(size))

    def forward(self) -> torch.Tensor:
        """The score ``(V, V)`` of every word with every context."""
        return self.words @ self.contexts.T + self.word_bias[:, None] + self.context_bias

    def vectors(self) -> torch.Tensor:
        """The sum of each word's two vectors ``(V, d)``, without gradient."""
        return (self.words + self.contexts).detach()

    def fit(
        self, counts: torch.Tensor, steps: int = 100, lr: float = 0.05, *, maximum: float = 100.0,
        power: float = 0.75,
    ) -> list[float]:
        """Minimize the loss by Adam, all pairs at a time.

        Args:
            counts: X ≥ 0, ``(V, V)``, dense or sparse.
            steps: at least 1; times ``DEEPGLOSS_BUDGET``, see :func:`deepgloss.budget`.
            lr: the learning rate.
            maximum, power: see :func:`glove_weight`.

        Returns:
            Before each step, the loss divided by the number of pairs that occur.

        Raises:
            ValueError: the shapes differ, or another argument is out of range.
        """
        counts = counts.to_dense() if counts.is_sparse else counts
        counts, some = counts.to(self.words), (counts > 0).sum()
        optimizer = torch.optim.Adam(self.parameters(), lr=real("lr", lr, 0), fused=True)
        losses = []
        for _ in range(budget(whole("steps", steps))):
            loss = glove_loss(self(), counts, maximum, power) / some
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        return torch.stack(losses).tolist()
