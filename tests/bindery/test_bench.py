"""The benchmark's measuring is fair, and what is over its budget is marked."""

import pytest

from bindery.bench import __main__ as bench
from bindery.bench import data, measure, operations, tokenizers


@pytest.fixture
def clock(monkeypatch):
    """A clock that only work moves on; whatever else the machine does cannot fail a test."""
    now = [0.0]
    monkeypatch.setattr(measure.time, "perf_counter", lambda: now[0])

    def work(seconds, made=None):
        def call():
            now[0] += seconds
            return made
        return call

    return work


def test_a_ratio_is_that_of_the_work_done(clock):
    times, seconds = measure.ratio(clock(0.02), clock(0.005), seconds=0.3)
    assert times == pytest.approx(4) and seconds == pytest.approx(0.02)


def test_a_rate_counts_what_was_made(clock):
    assert measure.rate(clock(0.01, made=7), seconds=0.1) == pytest.approx(700)


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


@pytest.mark.parametrize("kind", tokenizers.KINDS)
def test_tokenizers_are_measured(kind):
    text = "an apple a day " * 20
    assert tokenizers.passes(kind, text, 300) > 0
    assert tokenizers.reading(kind, text, 300)() == pytest.approx(300e-6)


def test_an_unknown_table_is_named(capsys):
    assert bench.main(["speed"]) == 2
    assert "there are operations, data, tokenizers, book, chapters" in capsys.readouterr().err
