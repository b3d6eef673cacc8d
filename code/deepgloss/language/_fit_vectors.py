"""Training word vectors by negative sampling."""

import torch

from .._arguments import generator, real, whole, whole_seed
from .._budget import budget
from .._device import device
from ._cooccurrence import noise_distribution
from ._negative_sampling import SkipGram, keep_probability
from ._word_corpus import WordCorpus


def fit_vectors(
    model: SkipGram, corpus: WordCorpus, *, window: int = 5, epochs: int = 6, negatives: int = 5, lr: float = 0.02,
    batch_size: int = 2048, threshold: float | None = 1e-3, power: float = 0.75, shared: int | None = 64,
    seed: int = 0,
) -> list[float]:
    """Train a model of negative sampling on a corpus, by Adam with a rate that falls to 0.

    word2vec takes one pair at a time by plain SGD, and draws the reach of every window from
    1..window. Here pairs come in shuffled batches, which a small text trains on in seconds, and all
    windows have full reach. Everything is drawn on the CPU, the same on any device.

    Args:
        model: a :class:`~deepgloss.language.SkipGram`, :class:`~deepgloss.language.CBOW` or
            :class:`~deepgloss.language.SubwordSkipGram`; it goes to :func:`deepgloss.device`.
        corpus: the sentences.
        window: reach to either side.
        epochs: readings of the corpus, times ``DEEPGLOSS_BUDGET``, see :func:`deepgloss.budget`.
        negatives: k.
        lr: the learning rate to begin with.
        batch_size: examples a step.
        threshold: of subsampling, see :func:`~deepgloss.language.keep_probability`; None for none.
        power: of the noise distribution.
        shared: that many noise words serve a whole batch, with the weight of ``negatives`` words;
            None to draw ``negatives`` words for each example.
        seed: of the order, the subsampling and the noise.

    Returns:
        The mean loss of each epoch.

    Raises:
        TypeError, ValueError: an argument is out of range.
    """
    epochs = budget(whole("epochs", epochs))
    batch_size, k = whole("batch_size", batch_size), whole("negatives", negatives)
    lr, draws, chip = real("lr", lr, 0), generator(whole_seed(seed)), device()
    shared = None if shared is None else whole("shared", shared)
    keep = None if threshold is None else keep_probability(corpus.counts, threshold)
    levels = noise_distribution(corpus.counts, power).cumsum(0)
    optimizer = torch.optim.Adam(model.to(chip).parameters(), lr=lr, fused=True)
    means = []
    for epoch in range(epochs):
        inputs, targets = model.examples(corpus, window, keep, draws)
        if not len(inputs):
            raise ValueError("the corpus has no two words in one window")
        order = torch.randperm(len(inputs), generator=draws)
        steps = -(-len(inputs) // batch_size)
        shape = (len(inputs), k) if shared is None else (steps, shared)
        # inverse transform: a uniform draw falls into a word's piece of [0, 1]
        drawn = torch.rand(shape, generator=draws, dtype=levels.dtype)
        noise = torch.searchsorted(levels, drawn).clamp(max=len(levels) - 1).to(chip)
        inputs, targets = inputs[order].to(chip), targets[order].to(chip)
        total = torch.zeros((), device=chip)
        for step in range(steps):
            optimizer.param_groups[0]["lr"] = lr * (1 - (epoch + step / steps) / epochs)
            batch = slice(step * batch_size, (step + 1) * batch_size)
            loss = model(inputs[batch], targets[batch], noise[batch] if shared is None else noise[step], k)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(inputs[batch])
        means.append(total / len(inputs))
    return torch.stack(means).tolist()
