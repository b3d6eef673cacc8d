"""Sequences made to measure: each one asks for a skill that is known in advance."""

import math
from typing import NamedTuple

import torch

from .._arguments import generator, pair, real, whole, whole_range, whole_seed
from ._pairs import LETTERS, StringPairs, Vocabulary, string_pairs
from ._split import on_device


def sine_mixtures(
    count: int,
    length: int = 100,
    *,
    components: int = 3,
    frequencies: tuple[float, float] = (0.01, 0.1),
    noise: float = 0.0,
    seed: int = 0,
) -> torch.Tensor:
    r"""Smooth series, each a mean of sine waves with frequencies, phases and heights of its own.

    .. math:: x_t = \frac1C \sum_{c=1}^{C} a_c \sin(2\pi f_c t + \varphi_c) + \varepsilon_t,
              \qquad a_c \sim U(0.5, 1),\ \varphi_c \sim U(0, 2\pi)

    Without noise every value lies in [−1, 1].

    Args:
        count: number of series, N ≥ 1.
        length: values in each, T ≥ 1, at t = 0..T−1.
        components: number of waves, C ≥ 1.
        frequencies: range of f in cycles per step, within (0, 0.5]; drawn uniformly.
        noise: standard deviation of ε ≥ 0.
        seed: the same seed gives the same series.

    Returns:
        ``(N, T, 1)``, ``float32``.

    Raises:
        ValueError: if an argument is out of range.
    """
    count, length = whole("count", count), whole("length", length)
    components, noise = whole("components", components), real("noise", noise, 0)
    low, high = (real("frequencies", f) for f in pair("frequencies", frequencies))
    if not 0 < low <= high <= 0.5:
        raise ValueError(f"frequencies must satisfy 0 < low <= high <= 0.5, not {frequencies}")
    draw = generator(whole_seed(seed))
    height, frequency, phase = torch.rand(3, count, components, 1, generator=draw)
    angle = 2 * math.pi * ((low + (high - low) * frequency) * torch.arange(length) + phase)
    series = ((0.5 + height / 2) * angle.sin()).mean(1)     # (N, T)
    series = series + noise * torch.randn(count, length, generator=draw)
    return on_device(series.unsqueeze(2))[0]


def adding_problem(
    count: int, length: int = 100, *, seed: int = 0
) -> tuple[torch.Tensor, torch.Tensor]:
    r"""The adding problem: sum the two numbers that are marked, however far back they are.

    The variant of Arjovsky et al. (2016): values uniform in [0, 1), markers 0 except for one 1 in
    the first half (steps 0..⌊T/2⌋−1) and one 1 in the second, each place equally likely. Whoever
    always answers 1 has a mean squared error of 1/6, the variance of the sum: the score to beat.
    The original of Hochreiter and Schmidhuber (1997) differs: values in [−1, 1], lengths that
    vary, both marks in the first half, −1 as a marker at both ends, target 0.5 + (X₁ + X₂)/4.
    Le et al. (2015) let both marks fall anywhere.

    Args:
        count: number of sequences, N ≥ 1.
        length: steps in each, T ≥ 2.
        seed: the same seed gives the same sequences.

    Returns:
        Inputs ``(N, T, 2)``, ``float32``, value first and marker second; targets ``(N,)``,
        ``float32``, in [0, 2).

    Raises:
        ValueError: if an argument is out of range.

    Source: Arjovsky, Shah and Bengio (2016), "Unitary Evolution Recurrent Neural Networks";
    after Hochreiter and Schmidhuber (1997), "Long Short-Term Memory", Experiment 4.
    """
    count, length = whole("count", count), whole("length", length, 2)
    draw, half = generator(whole_seed(seed)), length // 2
    values = torch.rand(count, length, generator=draw)
    first = torch.randint(0, half, (count, 1), generator=draw)
    second = torch.randint(half, length, (count, 1), generator=draw)
    marked = torch.cat([first, second], dim=1)              # (N, 2)
    markers = torch.zeros(count, length).scatter(1, marked, 1.0)
    x = torch.stack([values, markers], dim=2)
    return on_device(x, values.gather(1, marked).sum(1))


def copy_task(
    count: int, delay: int = 20, *, length: int = 10, symbols: int = 8, seed: int = 0
) -> tuple[torch.Tensor, torch.Tensor]:
    r"""The copy task: repeat a string of symbols after a delay in which nothing happens.

    With length L, delay D, blank ``_`` and delimiter ``|`` the layout is

    ======= ======== ========== === ==========
    steps   L        D − 1      1   L
    ======= ======== ========== === ==========
    input   symbols  ``_``      \|  ``_``
    target  ``_``    ``_``      \_  symbols
    ======= ======== ========== === ==========

    Token ids are 0..S−1 for symbols, S for the blank and S + 1 for the delimiter. A network
    without memory reaches at best a mean cross-entropy of :math:`L \ln S / (D + 2L)`: it writes
    the blanks and guesses the symbols.

    Args:
        count: number of sequences, N ≥ 1.
        delay: steps D ≥ 1 between the end of the string and the start of the answer.
        length: symbols to remember, L ≥ 1.
        symbols: size of the alphabet, S ≥ 2.
        seed: the same seed gives the same sequences.

    Returns:
        Inputs and targets, each ``(N, D + 2L)``, ``int64``; the targets never hold the delimiter.

    Raises:
        ValueError: if an argument is out of range.

    Source: Arjovsky, Shah and Bengio (2016), "Unitary Evolution Recurrent Neural Networks", with
    L = 10, S = 8 and T for our D; after Hochreiter and Schmidhuber (1997).
    """
    count, delay = whole("count", count), whole("delay", delay)
    length, symbols = whole("length", length), whole("symbols", symbols, 2)
    draw = generator(whole_seed(seed))
    string = torch.randint(symbols, (count, length), generator=draw)
    x = torch.full((count, delay + 2 * length), symbols)
    y = x.clone()
    x[:, :length] = string
    x[:, length + delay - 1] = symbols + 1
    y[:, -length:] = string
    return on_device(x, y)


class Parity(NamedTuple):
    """Bits and how many ones they hold, modulo 2.

    Attributes:
        bits: ``(N, T, 1)``, ``float32``, 0 or 1.
        running: ``(N, T)``, ``int64``: the parity of bits 0..t, a target at every step.
        final: ``(N,)``, ``int64``: the parity of all bits, one target for the sequence.
    """

    bits: torch.Tensor
    running: torch.Tensor
    final: torch.Tensor


def parity(count: int, length: int = 10, *, seed: int = 0) -> Parity:
    """Random bits and their parity: two states suffice, but no bit may be missed.

    Args:
        count: number of sequences, N ≥ 1.
        length: bits in each, T ≥ 1; zeros and ones are equally likely.
        seed: the same seed gives the same bits.

    Returns:
        A :class:`Parity`.

    Raises:
        ValueError: if an argument is out of range.
    """
    count, length = whole("count", count), whole("length", length)
    bits = torch.randint(2, (count, length), generator=generator(whole_seed(seed)))
    running = bits.cumsum(1) % 2
    return Parity(*on_device(bits.unsqueeze(2).float(), running, running[:, -1]))


def reversed_strings(
    count: int, *, lengths: tuple[int, int] = (3, 8), symbols: int = 26, seed: int = 0
) -> StringPairs:
    """Random strings and the same strings read backwards, as a smallest translation task.

    Args:
        count: number of pairs, N ≥ 1.
        lengths: shortest and longest string, both included; each length is equally likely.
        symbols: size of the alphabet, the first letters of ``abc…z``, in 1..26.
        seed: the same seed gives the same strings.

    Returns:
        A :class:`StringPairs` whose two vocabularies are equal.

    Raises:
        ValueError: if an argument is out of range.
    """
    count, symbols = whole("count", count), whole("symbols", symbols, 1, len(LETTERS))
    shortest, longest = whole_range("lengths", lengths)
    draw = generator(whole_seed(seed))
    sizes = torch.randint(shortest, longest + 1, (count,), generator=draw).tolist()
    letters = torch.randint(symbols, (count, longest), generator=draw).tolist()
    sources = ["".join(LETTERS[i] for i in row[:size]) for row, size in zip(letters, sizes)]
    vocabulary = Vocabulary(LETTERS[:symbols])
    return string_pairs(sources, [s[::-1] for s in sources], vocabulary, vocabulary)
