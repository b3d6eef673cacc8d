"""The benchmark's measuring is fair, and what is over its budget is marked."""

import time

import pytest

from bindery.bench import __main__ as bench
from bindery.bench import data, measure, operations


def test_a_ratio_is_that_of_the_work_done():
    """Sleep takes its time whatever else the machine does, so the bounds can be wide and hold."""
    times, seconds = measure.ratio(lambda: time.sleep(0.02), lambda: time.sleep(0.005), seconds=0.3)
    assert 2 < times < 6 and seconds >= 0.02


def test_a_rate_counts_what_was_made():
    made = measure.rate(lambda: (time.sleep(0.01), 7)[1], seconds=0.1)
    assert 70 < made <= 700


def test_a_row_over_its_budget_is_marked(capsys):
    measure.row("slow", "2.0", over=True)
    measure.row("quick", "1.0")
    assert [line.endswith("OVER") for line in capsys.readouterr().out.splitlines()] == [True, False]


@pytest.mark.parametrize("group", operations.GROUPS, ids=lambda group: group.__name__)
def test_both_sides_of_every_comparison_run(group):
    for name, budget, ours, theirs in group():
        assert budget in (1.5, 3.0), name
        ours()
        theirs()


def test_every_generator_makes_what_it_says():
    for name, (make, wanted) in data.makers().items():
        assert make() > 0 and wanted > 0, name


def test_an_unknown_table_is_named(capsys):
    assert bench.main(["speed"]) == 2
    assert "there are operations, data, book, chapters" in capsys.readouterr().err
