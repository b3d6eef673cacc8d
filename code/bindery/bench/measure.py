"""Taking times fairly, and printing them in rows."""

import statistics
import time
from collections.abc import Callable


def ratio(ours: Callable[[], object], theirs: Callable[[], object], seconds: float = 1.0) -> tuple[float, float]:
    """How many times as long one call takes as another.

    The two take turns, so that whatever else the machine does slows both; medians shrug off the
    rounds that were interrupted.

    Args:
        ours, theirs: called without arguments.
        seconds: about how long to measure.

    Returns:
        The ratio of the medians, and the median of ``ours`` in seconds.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for call in (ours, theirs, ours, theirs):
        call()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[0]) < 5:
        for call, kept in zip((ours, theirs), times):
            start = time.perf_counter()
            call()
            kept.append(time.perf_counter() - start)
    median = statistics.median(times[0])
    return median / statistics.median(times[1]), median


def rate(make: Callable[[], int], seconds: float = 0.5) -> float:
    """How many things a second ``make`` makes; it returns how many one call made."""
    make()
    made, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        made += make()
    return made / spent


def seconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def heading(title: str, *columns: str) -> None:
    """Begin a table: its title and the heads of its columns."""
    print(f"\n{title:52}" + "".join(f"{column:>14}" for column in columns), flush=True)


def row(name: str, *cells: str, over: bool = False) -> None:
    """One line of a table; what is over its budget is marked."""
    print(f"  {name[:50]:50}" + "".join(f"{cell:>14}" for cell in cells) + ("   OVER" if over else ""),
          flush=True)
