"""word2vec: skip-gram and continuous bag of words, trained by telling pairs from noise."""

import torch
from torch import nn

from .._arguments import floats, integers, numbers, real, same_type, whole
from .._precision import in_float32
from ..activations import softplus
from ._cooccurrence import check_counts, noise_distribution
from ._word_corpus import context_pairs, context_windows


@in_float32
def negative_sampling_loss(
    vectors: torch.Tensor, targets: torch.Tensor, noise: torch.Tensor, negatives: int | None = None
) -> torch.Tensor:
    r"""The loss of negative sampling, a mean over the batch.

    .. math:: -\log \sigma(v \cdot u) - \sum_{i=1}^{k} \log \sigma(-v \cdot u_i)

    v is an input vector, u that of the word which stood there, and the :math:`u_i` are those of k
    words drawn at random. ``noise`` may be drawn anew for each example, or once for the whole
    batch: the expected value is the same, and a matrix product takes the place of a gathering.

    Args:
        vectors: v, ``(B, d)``.
        targets: u, ``(B, d)``.
        noise: ``(B, n, d)``, or ``(n, d)`` for the whole batch.
        negatives: k, the weight of the noise; n by default.

    Returns:
        A scalar ≥ 0.

    Raises:
        TypeError: ``negatives`` is no integer.
        ValueError: the shapes do not fit.

    Source: Mikolov, Sutskever, Chen, Corrado and Dean (2013), equation 4, with its sign changed.
    """
    for name, tensor in (("vectors", vectors), ("targets", targets), ("noise", noise)):
        floats(name, tensor)
    same_type(vectors=vectors, targets=targets, noise=noise)
    shape = vectors.shape
    if vectors.ndim != 2 or targets.shape != shape:
        raise ValueError(f"vectors and targets must be (B, d) both, not {tuple(shape)} and {tuple(targets.shape)}")
    if noise.ndim not in (2, 3) or noise.shape[-1] != shape[1] or noise.shape[:-2] not in ((), shape[:1]):
        raise ValueError(f"noise must be ({shape[0]}, n, {shape[1]}) or (n, {shape[1]}), not {tuple(noise.shape)}")
    k = noise.shape[-2] if negatives is None else whole("negatives", negatives)
    real_dots = (vectors * targets).sum(1)                            # (B,)
    if noise.ndim == 2:
        noise_dots = vectors @ noise.T                                # (B, n)
    else:
        noise_dots = (noise @ vectors[:, :, None])[:, :, 0]           # (B, n)
    # -log sigmoid(x) = softplus(-x), at any x without overflow
    return softplus(-real_dots).mean() + k * softplus(noise_dots).mean()


@in_float32
def expected_negative_sampling_loss(
    dots: torch.Tensor, counts: torch.Tensor, negatives: int = 5, power: float = 0.75
) -> torch.Tensor:
    r"""What :func:`negative_sampling_loss` is on average over all pairs and all draws of noise.

    .. math::
        \frac{1}{|D|} \sum_{w,c} \bigl( X_{wc}\, \zeta(-x_{wc}) + k\, X_w\, Q(c)\, \zeta(x_{wc}) \bigr)

    with :math:`\zeta` for softplus, :math:`X_w = \sum_c X_{wc}` and :math:`|D| = \sum_w X_w`. It is
    convex in x, and least at :func:`~deepgloss.language.pmi` with ``shift=k`` and
    ``smoothing=power``.

    Args:
        dots: x, the dot product of each word's vector with each context's, ``(V, C)``.
        counts: X, ``(V, C)``, dense or sparse.
        negatives: k.
        power: the exponent of the noise distribution Q over contexts.

    Returns:
        A scalar ≥ 0.

    Raises:
        TypeError: an argument has another type.
        ValueError: the shapes differ, or ``counts`` are none.

    Source: Levy and Goldberg (2014), section 3.1, there with power 1.
    """
    counts = check_counts(counts)
    floats("dots", dots)
    if dots.shape != counts.shape:
        raise ValueError(f"dots must be {tuple(counts.shape)} like counts, not {tuple(dots.shape)}")
    k, rows = whole("negatives", negatives), counts.sum(1, keepdim=True)
    noise = k * rows * noise_distribution(counts.sum(0), power)       # (V, C)
    return (counts * softplus(-dots) + noise * softplus(dots)).sum() / rows.sum()


@in_float32
def keep_probability(counts: torch.Tensor, threshold: float = 1e-5) -> torch.Tensor:
    r"""With which probability an occurrence of each word survives subsampling.

    .. math:: \min\Bigl(1, \sqrt{t / f(w)}\Bigr)

    f is the word's share of all words. The published C code of word2vec keeps
    :math:`\sqrt{t / f} + t / f` instead, a little more.

    Args:
        counts: how often each word occurs, ``(V,)``.
        threshold: t > 0; words with a smaller share all stay.

    Returns:
        Probabilities ``(V,)``, ``float32`` for integer counts.

    Raises:
        ValueError: ``threshold`` is not positive.

    Source: Mikolov, Sutskever, Chen, Corrado and Dean (2013), equation 5.
    """
    numbers("counts", counts)
    if not real("threshold", threshold) > 0:
        raise ValueError(f"threshold must be greater than 0, not {threshold:g}")
    return (threshold * counts.sum() / counts).sqrt().clamp(max=1)


class SkipGram(nn.Module):
    """Skip-gram with negative sampling: a word's vector tells which words stand around it.

    Two vectors a word: one for it as the center, ``words``, and one for it as a context,
    ``contexts``. As in word2vec, the first begin at random in ±1/(2 dim), the second at 0.

    Args:
        size: the number of words, V.
        dim: numbers a vector, d.
        generator: a CPU generator; the global one by default.

    Raises:
        TypeError, ValueError: a size is no positive integer.

    Source: Mikolov, Sutskever, Chen, Corrado and Dean (2013), section 2.2.
    """

    def __init__(self, size: int, dim: int, generator: torch.Generator | None = None):
        super().__init__()
        size, dim = whole("size", size), whole("dim", dim)
        self.words, self.contexts = nn.Embedding(size, dim), nn.Embedding(size, dim)
        with torch.no_grad():
            self.words.weight.copy_((torch.rand(size, dim, generator=generator) - 0.5) / dim)
            self.contexts.weight.zero_()

    def examples(self, corpus, window, keep=None, generator=None):
        """Inputs and targets of one reading of a corpus: centers ``(P,)`` and contexts ``(P,)``."""
        return context_pairs(corpus, window, keep, generator)[:2]

    def represent(self, inputs: torch.Tensor) -> torch.Tensor:
        """The vectors ``(B, d)`` of inputs."""
        return self.words(inputs)

    def vectors(self) -> torch.Tensor:
        """All word vectors ``(V, d)``, without gradient, in memory of their own."""
        return self.words.weight.detach().clone()

    def forward(self, inputs, targets, noise, negatives: int | None = None) -> torch.Tensor:
        """The loss of a batch.

        Args:
            inputs: center words ``(B,)``.
            targets: words ``(B,)`` that stood there.
            noise: words drawn at random, ``(B, n)``, or ``(n,)`` for the whole batch.
            negatives: k, the weight of the noise; n by default.

        Returns:
            A scalar, see :func:`negative_sampling_loss`.
        """
        for name, ids in (("inputs", inputs), ("targets", targets), ("noise", noise)):
            integers(name, ids)
        return negative_sampling_loss(
            self.represent(inputs), self.contexts(targets), self.contexts(noise), negatives
        )


class CBOW(SkipGram):
    """Continuous bag of words: the mean of the vectors around a place tells which word stands there.

    Parameters and arguments are those of :class:`SkipGram`; an input is a row of context words
    ``(2 * window,)``, −1 where there is none, and the target is the word in their middle.

    Source: Mikolov, Chen, Corrado and Dean (2013), section 3.1.
    """

    def examples(self, corpus, window, keep=None, generator=None):
        """Inputs and targets: contexts ``(n, 2 * window)`` and centers ``(n,)``."""
        centers, contexts = context_windows(corpus, window, keep, generator)
        return contexts, centers

    def represent(self, inputs: torch.Tensor) -> torch.Tensor:
        """The mean vectors ``(B, d)`` of rows of words, −1 left out."""
        there = (inputs >= 0).to(self.words.weight)
        total = nn.functional.embedding_bag(
            inputs.clamp(min=0), self.words.weight, per_sample_weights=there, mode="sum"
        )
        return total / there.sum(1, keepdim=True)
