"""Data sets: all but two need no download, and every one comes out the same from the same seed.

Inputs are ``float32``, labels and token ids ``int64``, all on :func:`deepgloss.device`; random
numbers are drawn on the CPU, so that a data set is the same on every device. ``DEEPGLOSS_SHIFT``
moves every ``seed``, see :func:`deepgloss.seed`; a split is drawn by a seed and moves, too.

=============================== ================================================================
pictures
=============================== ================================================================
:func:`digits`                  1,797 handwritten digits, 8 × 8 pixels, as a :class:`Split`
:func:`digit_scenes`            several digits on a canvas, with boxes, class masks and instance
                                masks: :class:`DigitScenes`
:func:`photographs`             two color photographs: :class:`Photographs`
=============================== ================================================================

=============================== ================================================================
points in the plane
=============================== ================================================================
:func:`blobs`                   one Gaussian cloud a class
:func:`moons`                   two interleaving half circles
:func:`circles`                 a circle within a circle
:func:`spirals`                 one spiral arm a class
:func:`xor`                     four quadrants, two labels
:func:`checkerboard`            many fields, two labels
=============================== ================================================================

=============================== ================================================================
sequences and text
=============================== ================================================================
:func:`sine_mixtures`           smooth series, to forecast
:func:`adding_problem`          sum two marked numbers far apart
:func:`copy_task`               repeat symbols after a delay
:func:`parity`                  odd or even number of ones: :class:`Parity`
:func:`reversed_strings`        strings and their reverse: :class:`StringPairs`
:func:`dates`                   dates in sixteen ways of writing, and in ISO 8601:
                                :class:`StringPairs`, with a :class:`Vocabulary` each side
:func:`text`                    prose from the Python reference: :class:`Corpus`
=============================== ================================================================

=============================== ================================================================
for readers with a network
=============================== ================================================================
:func:`fashion_mnist`           70,000 gray pictures of clothes, as a :class:`Split`
:func:`cifar10`                 60,000 color pictures, as a :class:`Split`
:class:`DownloadError`          what the two raise when a download fails
=============================== ================================================================
"""

from ._classics import cifar10, fashion_mnist
from ._dates import dates
from ._digits import digits
from ._download import DownloadError
from ._pairs import StringPairs, Vocabulary
from ._photographs import Photographs, photographs
from ._scenes import DigitScenes, digit_scenes
from ._sequences import (
    Parity,
    adding_problem,
    copy_task,
    parity,
    reversed_strings,
    sine_mixtures,
)
from ._split import Split
from ._text import Corpus, text
from ._toy import blobs, checkerboard, circles, moons, spirals, xor

__all__ = [
    "Corpus",
    "DigitScenes",
    "DownloadError",
    "Parity",
    "Photographs",
    "Split",
    "StringPairs",
    "Vocabulary",
    "adding_problem",
    "blobs",
    "checkerboard",
    "cifar10",
    "circles",
    "copy_task",
    "dates",
    "digit_scenes",
    "digits",
    "fashion_mnist",
    "moons",
    "parity",
    "photographs",
    "reversed_strings",
    "sine_mixtures",
    "spirals",
    "text",
    "xor",
]
