"""One judge for digits that models make: a classifier, its features, and distances to real digits."""

from typing import NamedTuple

import torch
from torch import nn

from .._arguments import floats, generator, whole_seed
from .._device import device
from ..data import Split, digits
from ..train import accuracy, fit, predict
from ._arguments import finite
from ._class_scores import class_coverage
from ._frechet import frechet_bootstrap, frechet_distance
from ._neighbors import nearest_neighbors, precision_recall_by_neighbors

FEATURES = 32


class SampleScores(NamedTuple):
    """What :class:`DigitScorer` says of a set of pictures.

    Attributes:
        confidence: the classifier's largest probability, mean over the pictures, in [0.1, 1].
        entropy: of its probabilities, mean over the pictures, in nats, in [0, ln 10].
        classes: how many of the ten more than 1 % of the pictures are taken for.
        frechet: :func:`frechet_distance` of the features to those of the test digits.
        frechet_error: standard deviation of :func:`frechet_bootstrap`.
        precision: share of the pictures among the test digits, :func:`precision_recall_by_neighbors`.
        recall: share of the test digits among the pictures.
        nearest: median distance to the nearest training digit, over that of the test digits: near 0 for copies.
    """

    confidence: float
    entropy: float
    classes: int
    frechet: float
    frechet_error: float
    precision: float
    recall: float
    nearest: float


class DigitScorer:
    """Scores pictures of 8 × 8 digits by a classifier that saw the training digits alone.

    The classifier has two convolutions and 32 hidden units, which are the features; it stops where its validation loss is
    lowest. Set :meth:`real` beside every score, and score as many pictures as there are test digits:
    the Fréchet distance, precision and recall all depend on their number.

    Args:
        seed: of the split, the classifier's weights and the order of its batches; ``DEEPGLOSS_SHIFT`` is added to it.

    Attributes:
        split: :class:`deepgloss.data.Split` of pictures (N, 1, 8, 8) in [0, 1]; models learn from its training part.
        accuracy: of the classifier, on the test digits.

    Raises:
        TypeError, ValueError: ``seed`` is no integer in range.

    Source: Heusel and others (2017) for the distance in a classifier's features; Salimans and others (2016), section 4,
    for its probabilities; Kynkäänniemi and others (2019) for precision and recall.
    """

    split: Split
    accuracy: float

    def __init__(self, seed: int = 0) -> None:
        shifted = whole_seed(seed)
        self.split = digits(images=True, seed=seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(shifted)
            self._features = nn.Sequential(
                nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(), nn.Flatten(),
                nn.Linear(512, FEATURES))
            network = nn.Sequential(self._features, nn.ReLU(), nn.Linear(FEATURES, 10)).to(device())
        fit(network, self.split, torch.optim.Adam(network.parameters(), 2e-3), epochs=40, patience=8, seed=seed)
        self._network = network.eval().requires_grad_(False)
        self.accuracy = accuracy(network, self.split.test_x, self.split.test_y)
        known = predict(self._features, self.split.train_x)
        self._mean, self._std = known.mean(0), known.std(0).clamp_min(1e-6)
        self._real = self.features(self.split.test_x)
        self._apart = self._nearest(self.split.test_x)
        self._draw = generator(shifted, 1)

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        """Of the ten classes, for pictures (N, 1, 8, 8): (N, 10), without gradients."""
        return predict(self._network, self._pictures(x))

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """The last hidden layer before its ReLU, for pictures (N, 1, 8, 8): (N, 32), without gradients.

        Each feature has mean 0 and standard deviation 1 over the training digits, so that distances of scorers of
        different seeds are of one size.
        """
        return (predict(self._features, self._pictures(x)) - self._mean) / self._std

    def score(self, x: torch.Tensor) -> SampleScores:
        """The scores of pictures.

        Args:
            x: (N, 1, 8, 8), N ≥ 4; values outside [0, 1] are scored as they are.

        Raises:
            TypeError: ``x`` is no tensor of float32 numbers.
            ValueError: it has another shape, is elsewhere than the classifier, or holds numbers that are not finite.
        """
        return self._score(x, self._nearest(self._pictures(x, 4)))

    def real(self) -> SampleScores:
        """The scores of training digits, as many as there are test digits, drawn anew each time.

        A perfect model would score like them. Each is compared with the nearest *other* training digit.
        """
        chosen = torch.randperm(len(self.split.train_x), generator=self._draw)[:len(self.split.test_x)]
        x = self.split.train_x[chosen.to(self.split.train_x.device)]
        return self._score(x, self._nearest(x, 1))

    def _score(self, x: torch.Tensor, apart: float) -> SampleScores:
        log_p, seen = self.logits(x).double().log_softmax(1), self.features(x)
        precision, recall = precision_recall_by_neighbors(self._real, seen)
        return SampleScores(
            log_p.max(1).values.exp().mean().item(), -(log_p.exp() * log_p).sum(1).mean().item(),
            class_coverage(log_p.argmax(1), 10)[0], frechet_distance(seen, self._real),
            frechet_bootstrap(seen, self._real, 50).std().item(), precision, recall, apart / self._apart)

    def _nearest(self, x: torch.Tensor, skipped: int = 0) -> float:
        return nearest_neighbors(x, self.split.train_x, skipped + 1).distances[:, skipped].median().item()

    def _pictures(self, x, least: int = 0) -> torch.Tensor:
        if floats("x", x).ndim != 4 or x.shape[1:] != (1, 8, 8) or len(x) < least:
            few = f" with at least {least}" if least else ""
            raise ValueError(f"x must have shape (N, 1, 8, 8){few}, not {tuple(x.shape)}")
        if x.dtype != torch.float32:
            raise TypeError(f"x must be float32 as the classifier's weights are, not {x.dtype}")
        here = self.split.test_x.device
        if x.device != here:
            raise ValueError(f"x must be on {here} as the classifier is, not on {x.device}")
        return finite("x", x)
