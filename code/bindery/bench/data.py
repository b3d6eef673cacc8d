"""How fast the data generators make what chapters train on."""

from collections.abc import Callable

from deepgloss import data

from .measure import heading, rate, row


def makers() -> dict[str, tuple[Callable[[], int], int]]:
    """For each generator, a call that says how many it made, and the rate that is wanted."""
    def counted(count: int, make: Callable, **options) -> Callable[[], int]:
        return lambda: (make(count, **options), count)[1]

    return {
        "digit scenes, 64 × 64, 1 to 6 digits": (counted(512, data.digit_scenes), 2000),
        "adding problem, 100 steps": (counted(1000, data.adding_problem, length=100), 10_000),
        "copy task": (counted(1000, data.copy_task), 10_000),
        "dates": (counted(1000, data.dates), 5000),
        "reversed strings": (counted(1000, data.reversed_strings), 5000),
        "spirals, points": (counted(10_000, data.spirals), 100_000),
    }


def main() -> None:
    """Print the table."""
    heading("data generator", "a second", "wanted")
    for name, (make, wanted) in makers().items():
        made = rate(make)
        row(name, f"{made:,.0f}", f"{wanted:,}", over=made < wanted)
