"""The benchmark's measuring is fair, and what is over its budget is marked."""

import pytest
import tiny_book
import torch

import deepgloss as dg
from bindery.bench import __main__ as bench
from bindery.bench import chapters, data, measure, models, operations, tokenizers


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
        assert budget in (1.1, 1.5, 3.0, 4.0, 5.0), name
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


@pytest.fixture
def machine(clock, monkeypatch):
    """A machine on which the reference loop takes as long as is asked, and each chapter so many loops."""
    def made(loop, loops, peak=600.0):
        monkeypatch.setattr(chapters, "reference", clock(loop))
        monkeypatch.setattr(chapters, "measured", lambda path: (loop * loops[path.stem], peak))
    return made


def test_a_slow_machine_gives_chapters_more_seconds(machine, capsys):
    loops = {"adam": 20, "lstm": 46, "transformer": 74}
    for loop in (1.0, 3.0):
        machine(loop, loops)
        assert bench.main(["chapters", *loops]) == 0
        lines = {line.split("  ")[1].strip(): line for line in capsys.readouterr().out.splitlines()[2:]}
        assert {name for name, line in lines.items() if line.endswith("OVER")} == {"lstm", "median"}
        assert lines["adam"].split()[1:] == [f"{20 * loop:.1f}", "20.0", "45", f"{45 * loop:.0f}", "600"]
        assert lines["transformer"].split()[3:5] == ["75", f"{75 * loop:.0f}"]
        assert lines["median"].split()[1:5] == [f"{46 * loop:.1f}", "46.0", "15", f"{15 * loop:.0f}"]
        assert lines["the reference loop"].split()[-3] == f"{loop:.2f}"
        assert lines["peak memory: at most 1536 MiB; 1 of 3 over a budget"]


def test_a_budget_follows_the_loops_before_and_after(clock, monkeypatch, capsys):
    took = iter((9.0, 1.0, 2.0))                            # warming up, before, after
    monkeypatch.setattr(chapters, "reference", lambda: clock(next(took))())
    monkeypatch.setattr(chapters, "measured", lambda path: (60.0, 1600.0))
    bench.main(["chapters", "adam"])
    assert "60.0          40.0            45            68          1600   OVER" in capsys.readouterr().out


def test_too_much_memory_is_over_and_a_chapter_that_fails_is_told(machine, monkeypatch, capsys):
    machine(1.0, {"adam": 10}, peak=1537.0)
    bench.main(["chapters", "adam"])
    assert "1537   OVER" in capsys.readouterr().out
    monkeypatch.setattr(chapters, "measured", lambda path: None)
    assert bench.main(["chapters", "adam"]) == 0
    assert "failed" in capsys.readouterr().out


def test_an_unknown_chapter_is_named(capsys):
    assert bench.main(["chapters", "adm"]) == 2
    assert "no chapter 'adm'; nearest are optimization/adam" in capsys.readouterr().err


def test_the_reference_loop_leaves_random_numbers_and_threads_alone():
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    chapters.reference()
    assert torch.equal(torch.get_rng_state(), state) and torch.get_num_threads() == threads


def test_a_notebook_is_measured_in_a_kernel_of_its_own(tmp_path, monkeypatch, capfd):
    book = tiny_book.begin(tmp_path, monkeypatch)
    took, peak = chapters.measured(tiny_book.store(book, "waits", "import time; time.sleep(0.3); b'x' * 2**20"))
    assert took > 0.3 and 10 < peak < 1536
    assert chapters.measured(tiny_book.store(book, "fails", "1 / 0")) is None
    assert "ZeroDivisionError" in capfd.readouterr().err
