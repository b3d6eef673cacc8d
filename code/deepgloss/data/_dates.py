"""Dates as people write them, to be translated to ISO 8601."""

import datetime
from functools import lru_cache

import torch

from .._arguments import choice, generator, whole, whole_range, whole_seed
from ._digits import PARTS
from ._pairs import StringPairs, Vocabulary, string_pairs

# Spelled out here, because strftime would give the names of the reader's language.
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# {weekday} and {month} have a short form of three letters, {wkd} and {mon}; {th} is st, nd, rd, th.
FORMATS = (
    "{month} {day}, {year}",
    "{mon} {day}, {year}",
    "{day} {month} {year}",
    "{day} {mon} {year}",
    "{weekday}, {day} {month} {year}",
    "{weekday}, {month} {day}, {year}",
    "{wkd} {day} {mon} {year}",
    "the {day}{th} of {month}, {year}",
    "{month} {day}{th}, {year}",
    "{day:02}-{mon}-{year}",
    "{year} {month} {day}",
    "{year}.{number:02}.{day:02}",
    "{year}/{number}/{day}",
    "{year}{number:02}{day:02}",
)
# Day and month in digits with the year last, in either order: only where one of them is above
# twelve, or both are equal, does a reader know which is which.
AMBIGUOUS = ("{day:02}/{number:02}/{year}", "{number}/{day}/{year}")

SOURCE_CHARACTERS = (
    " ,-./0123456789" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "abcdefghijklmnopqrstuvwxyz"
)
TARGET_CHARACTERS = "-0123456789"


def dates(
    count: int, *, years: tuple[int, int] = (1900, 2099), split: str = "train", seed: int = 0
) -> StringPairs:
    """Dates in sixteen ways of writing, and the same dates as ``2021-03-03``.

    Sources look like ``March 3, 2021``, ``3 Mar 2021``, ``wednesday, 3 march 2021``,
    ``THE 3RD OF MARCH, 2021``, ``2021.03.03``, ``03-Mar-2021`` or ``20210303``; half of them keep
    their capitals, a quarter each is in lower and in upper case. ``13/03/2021`` and ``3/13/2021``
    occur only where a reader can tell day from month (the day is above 12, or both are equal).
    Names are English wherever the program runs.

    Days are drawn with replacement from three fixed pools, about 80, 10 and 10 percent of the
    calendar: no day is in two of them, whatever the seed and the years, so that the test set asks
    about days which training has never shown.

    Args:
        count: number of pairs, N ≥ 1.
        years: first and last year, both included, within 1000..9999.
        split: ``"train"``, ``"validation"`` or ``"test"``: the pool of days.
        seed: the same seed gives the same pairs; pair n does not depend on ``count``.

    Returns:
        A :class:`StringPairs`, characters as tokens; targets are ``YYYY-MM-DD``. The vocabularies
        are the same for every call.

    Raises:
        ValueError: if an argument is out of range.
    """
    count, seed = whole("count", count), whole_seed(seed)
    first, last = whole_range("years", years, 1000, 9999)
    days = _pool(first, last)[PARTS.index(choice("split", split, PARTS))]
    # Rows are drawn one after the other, so that longer sets continue shorter ones.
    numbers = torch.rand(count, 3, generator=generator(seed), dtype=torch.float64).tolist()
    sources, targets = [], []
    for which, form, case in numbers:
        date = days[int(which * len(days))]
        sources.append(_write(date, form, case))
        targets.append(date.isoformat())
    return string_pairs(
        sources, targets, Vocabulary(SOURCE_CHARACTERS), Vocabulary(TARGET_CHARACTERS)
    )


@lru_cache(maxsize=8)
def _pool(first: int, last: int) -> tuple[list[datetime.date], ...]:
    """The days of the years, in three pools: one in ten each for validation and test."""
    pools = ([], [], [])
    start = datetime.date(first, 1, 1).toordinal()
    for ordinal in range(start, datetime.date(last, 12, 31).toordinal() + 1):
        # A fixed scramble of the day's number (Knuth's multiplicative hash), the same for all
        # ranges of years.
        tenth = (ordinal * 2654435761 % 2**32) * 10 >> 32
        pools[max(0, tenth - 7)].append(datetime.date.fromordinal(ordinal))
    return pools


def _write(date: datetime.date, form: float, case: float) -> str:
    """A date in the way that two numbers in [0, 1) choose."""
    clear = date.day > 12 or date.day == date.month
    formats = FORMATS + AMBIGUOUS if clear else FORMATS
    month, weekday = MONTHS[date.month - 1], WEEKDAYS[date.weekday()]
    text = formats[int(form * len(formats))].format(
        year=date.year, number=date.month, month=month, mon=month[:3], day=date.day,
        th=_ordinal(date.day), weekday=weekday, wkd=weekday[:3],
    )
    return text if case < 0.5 else text.lower() if case < 0.75 else text.upper()


def _ordinal(day: int) -> str:
    """The ending of an ordinal number: 1st, 2nd, 3rd, 11th."""
    return "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
