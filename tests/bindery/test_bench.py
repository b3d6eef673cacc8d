"""The benchmark's measuring is fair, and what is over its budget is marked."""

import pytest
import torch

import deepgloss as dg
from bindery.bench import __main__ as bench
from bindery.bench import data, measure, models, operations, tokenizers


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
        assert budget in (1.1, 1.5, 3.0), name
        ours()
        theirs()


def test_gpts_of_both_kinds_compute_the_same_and_train_alike():
    ours = dg.pretraining.GPT(models.VOCABULARY, 11, 24, 3, 2).to(dg.device())
    theirs = models.reference(ours)
    ids = torch.randint(models.VOCABULARY, (5, 11), device=dg.device())
    torch.testing.assert_close(theirs(ids), ours(ids))
    for model in (ours, theirs):
        models.training(model, 5, 11)()
    assert sum(p.numel() for p in theirs.parameters()) == sum(p.numel() for p in ours.parameters())
    torch.testing.assert_close(theirs.norm.weight, ours.stack.norm.weight)
    torch.testing.assert_close(theirs.layers[0].attention.into.weight, ours.stack.layers[0].self_attn.in_proj_weight)


def test_layers_of_both_kinds_compute_the_same():
    for name, budget, ours, theirs in models.layers():
        assert budget == 1.05, name
        ours()
        theirs()
        torch.testing.assert_close(ours.result(), theirs.result(), msg=lambda text, name=name: f"{name}: {text}")


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
    assert "there are operations, models, data, tokenizers, book, chapters" in capsys.readouterr().err
