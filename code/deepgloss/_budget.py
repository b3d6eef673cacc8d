"""How much training a run gets."""

import math
import os
from fractions import Fraction

from ._arguments import whole


def budget(n: int) -> int:
    """How many updates (or epochs) stand for ``n`` in this run: ``n`` times ``DEEPGLOSS_BUDGET``.

    Without the variable that is ``n`` itself. A loop that takes its length from here can be run
    again with four times the training, or with a tenth of it, and not a line changes::

        for step in range(dg.budget(300)):
            ...

    What depends on the number of updates takes it from here, too: a schedule of the learning rate,
    the number of examples that are drawn in advance, a list of steps in a plot.
    :func:`deepgloss.train.fit` and the other training functions of the package scale their own
    ``epochs`` or ``steps``; give them plain numbers.

    Args:
        n: a number of updates or epochs, at least 0.

    Returns:
        The product, rounded up, so that at least one update is left of one.

    Raises:
        TypeError: ``n`` is not an integer.
        ValueError: it is negative, or ``DEEPGLOSS_BUDGET`` is no number greater than 0.
    """
    return math.ceil(whole("n", n, 0) * factor())


def factor() -> Fraction:
    """The number in ``DEEPGLOSS_BUDGET``; 1 where it is not set."""
    text = os.environ.get("DEEPGLOSS_BUDGET", "").strip() or "1"
    try:
        return number(text)
    except ValueError:
        raise ValueError(
            f"DEEPGLOSS_BUDGET must be a number greater than 0, such as 4, not {text!r}"
        ) from None


def number(text: str) -> Fraction:
    """A factor exactly as it is written: in binary, a tenth of 70 could be 8 after rounding up.

    Raises:
        ValueError: it is no number greater than 0.
    """
    try:
        found = Fraction(text)
    except ZeroDivisionError:
        found = Fraction(0)
    if found <= 0:
        raise ValueError(f"{text!r} is not greater than 0")
    return found
