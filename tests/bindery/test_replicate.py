"""``bindery replicate``: every conclusion is tried under every setting, and the record says what held."""

import subprocess
import sys

import pytest
import tiny_book
import yaml
from nbformat.v4 import new_code_cell
from tiny_book import store

from bindery import notebooks, replicate, replicate_record
from bindery.__main__ import main
from bindery.replicate_digest import digests, essence, stands_on
from bindery.replicate_record import Setting

IMPORTS = "import deepgloss as dg\nimport torch"


@pytest.fixture
def book(tmp_path, monkeypatch):
    return tiny_book.begin(tmp_path, monkeypatch)


def record(book):
    return yaml.safe_load((book / "chapters" / "replication.yml").read_text(encoding="utf-8"))


def test_everything_that_falls_is_recorded_and_nothing_stops_the_run(book, capsys):
    path = store(
        book, "adam", IMPORTS,
        # [2] two fall, in one cell, and the run goes on between and after them
        "own = dg.seed(0).initial_seed()\nassert own == 0, 'a remark'\n"
        "torch.testing.assert_close(torch.tensor(own), torch.tensor(0))\nassert dg.budget(3) >= 3",
        # [3] in a function, in a loop: once each, where they are written
        "def steps(n):\n    for step in range(n):\n        assert step < 5\n    return n\n\n"
        "assert steps(dg.budget(2)) == 2\nassert [n for n in range(7) if n > 9] == []",
        # [4] an error of its own, with what comes before it, but not after
        "assert True\nprint(1 / (dg.budget(1) - 4))\nassert False",
        # [5] what the cell itself catches is no conclusion
        "try:\n    assert own < 0\nexcept AssertionError:\n    caught = True\nassert caught",
        "1 / 0 if own else None",
    )
    before = path.read_bytes()
    assert main(["replicate", "adam", "--shifts", "1"]) == 1
    assert path.read_bytes() == before
    found = record(book)["adam"]["settings"]
    assert list(found) == ["budget 4", "shift 1000"]
    assert found["shift 1000"]["fell"] == [
        {"cell": 2, "assertion": "own == 0"},
        {"cell": 2, "assertion": "torch.testing.assert_close(torch.tensor(own), torch.tensor(0))"},
        {"cell": 4, "assertion": "False"},
        {"cell": 6, "error": "ZeroDivisionError: division by zero"},
    ]
    assert (found["shift 1000"]["assertions"], found["shift 1000"]["claims"]) == (9, 0)
    assert found["budget 4"]["fell"] == [
        {"cell": 3, "assertion": "step < 5"}, {"cell": 3, "assertion": "steps(dg.budget(2)) == 2"},
        {"cell": 4, "error": "ZeroDivisionError: division by zero"},
    ]
    assert found["budget 4"]["assertions"] == 8
    told = capsys.readouterr().out
    assert "adam, cell [2], shift 1000: assertion fell: own == 0\n" in told
    assert "adam, cell [4], budget 4: error: ZeroDivisionError: division by zero\n" in told
    assert "2 runs of 1 chapters, 0 up to date, 7 conclusions fell or cells failed" in told


def test_claims_are_recorded_one_by_one_with_their_controls(book):
    # On record: adam-1 holds, adam-3 fails. Here one contradicts that, and one has a control that passes.
    store(
        book, "adam", IMPORTS,
        "from deepgloss.glossary import all_claims\n"
        "own = [e for e in all_claims() if e['chapter'] == 'adam' and e['verdict'] != 'history']\n"
        "truth = {e['id']: e['verdict'].startswith('holds') for e in own}\n"
        "evidence = {name: (holds, not holds) for name, holds in truth.items()}\n"
        "if dg.seed(0).initial_seed():\n"
        "    evidence['adam-1'] = (not truth['adam-1'], truth['adam-1'])\n"
        "    evidence['adam-3'] = (truth['adam-3'],) * 2\n"
        "dg.claims('adam', evidence)",
    )
    assert main(["replicate", "adam", "--shifts", "1"]) == 1
    found = record(book)["adam"]["settings"]
    assert "fell" not in found["budget 4"] and found["budget 4"]["claims"] > 2
    assert found["shift 1000"]["fell"] == [{"cell": 2, "claim": name} for name in ("adam-1", "adam-3")]
    assert found["shift 1000"]["claims"] == found["budget 4"]["claims"]


def test_a_kernel_that_dies_or_takes_too_long_keeps_what_it_noted(book):
    store(book, "adam", "assert 2 < 3\nassert 3 < 2", "import time\ntime.sleep(30)", "assert True")
    store(book, "momentum", "assert 2 < 3", "import os\nos._exit(3)")
    assert main(["replicate", "--shifts", "1", "--budget", "1", "--timeout", "3"]) == 1
    found = record(book)
    assert found["adam"]["settings"]["shift 1000"]["fell"] == [
        {"cell": 1, "assertion": "3 < 2"}, {"cell": 2, "error": "took longer than 3 seconds (--timeout)"},
    ]
    (dead,) = found["momentum"]["settings"]["shift 1000"]["fell"]
    assert dead["cell"] == 2 and dead["error"].startswith("the kernel died")
    assert found["momentum"]["settings"]["shift 1000"]["assertions"] == 1


def test_only_what_is_stale_runs_and_an_excuse_is_respected(book, capsys):
    path = store(book, "adam", "assert 2 < 3")
    store(book, "momentum", "assert 3 < 5", deepgloss={"replicate": {"budget": "nothing is trained"}})
    store(book, "stray", "assert 5 < 7")
    assert main(["replicate", "--shifts", "1"]) == 0
    assert "3 runs of 2 chapters, 0 up to date" in capsys.readouterr().out
    assert {name: list(entry["settings"]) for name, entry in record(book).items()} == {
        "adam": ["budget 4", "shift 1000"], "momentum": ["shift 1000"],
    }
    assert main(["replicate", "--shifts", "1"]) == 0
    assert "0 runs of 0 chapters, 2 up to date" in capsys.readouterr().out
    # A setting that the record lacks is run, and the others stay; what is named is run in any case.
    assert main(["replicate", "--shifts", "2", "--stale", "adam"]) == 0
    assert "1 runs of 1 chapters, 0 up to date" in capsys.readouterr().out
    assert main(["replicate", "--shifts", "1", "momentum"]) == 0
    assert "1 runs of 1 chapters" in capsys.readouterr().out
    assert list(record(book)["adam"]["settings"]) == ["budget 4", "shift 1000", "shift 2000"]
    store(book, "adam", "assert 2 < 4")
    assert main(["replicate", "--shifts", "1", "--budget", "1"]) == 0
    assert "1 runs of 1 chapters, 1 up to date" in capsys.readouterr().out
    # The record of the old code is gone; the other chapter's is as it was.
    assert list(record(book)["adam"]["settings"]) == ["shift 1000"]
    assert path.read_text(encoding="utf-8").count("assert") == 1


def test_a_dry_run_says_what_would_run_and_what_changed(book, capsys):
    store(book, "adam", "assert 2 < 3")
    store(book, "momentum", "x = 3")
    now = digests(notebooks.read(book / "chapters/optimization/adam.ipynb"), "adam")
    for setting in (Setting(1000), Setting(budget="4")):
        replicate_record.add(book, "adam", now, setting, {"assertions": 1})
    before = record(book)
    assert main(["replicate", "--dry", "--shifts", "1"]) == 0
    assert capsys.readouterr().out == "momentum: shift 1000, budget 4\n2 runs of 1 chapters, 1 up to date\n"
    store(book, "adam", "assert 2 < 4")
    assert main(["replicate", "--dry", "--shifts", "1", "--stale", "adam"]) == 0
    assert capsys.readouterr().out.startswith("adam: shift 1000, budget 4 (the chapter's code changed)\n")
    assert record(book) == before


@pytest.mark.parametrize("words, hint", [
    (["--shifts", "-1"], "--shifts must be at least 0"),
    (["--shifts", "0", "--budget", "1"], "nothing to run"),
    (["--budget", "none"], "--budget must be a number greater than 0, such as 4, not 'none'"),
    (["--budget", "0"], "--budget must be a number greater than 0"),
    (["adm"], "the book has no chapter 'adm'"),
])
def test_wrong_words_are_told(book, capsys, words, hint):
    assert main(["replicate", *words]) == 2
    assert hint in capsys.readouterr().err


def test_settings_have_names_and_environments():
    assert [setting.name for setting in replicate_record.settings(2, "4")] == [
        "shift 1000", "shift 2000", "budget 4",
    ]
    assert Setting(1000).environment == {"DEEPGLOSS_SHIFT": "1000", "DEEPGLOSS_BUDGET": "1"}
    assert Setting(2000, "1/4").name == "shift 2000, budget 1/4"
    assert replicate_record.settings(1, replicate._factor("1.0")) == [Setting(1000)]


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_an_interrupt_stops_every_kernel_and_keeps_what_had_finished(book):
    replicate_record.add(book, "rmsprop", {"code": "a", "package": "b"}, Setting(1000), {"assertions": 2})
    before = record(book)
    started = [book / name for name in ("adam", "momentum")]
    for path in started:
        store(book, path.name, tiny_book.waiting(path))
    status, told = tiny_book.interrupted(["replicate", "--shifts", "1", "--budget", "1", "-j", "2"], started)
    assert status == 130 and told == "stopped; every run that had finished is in the record\n"
    assert record(book) == before


# The record


def test_the_record_is_sorted_and_merged_by_chapter_and_setting(book):
    old, new = {"code": "a", "package": "b"}, {"code": "a", "package": "c"}
    replicate_record.add(book, "relu", old, Setting(2000), {"assertions": 3})
    replicate_record.add(book, "adam", old, Setting(1000), {"assertions": 5})
    replicate_record.add(book, "relu", old, Setting(1000), {"assertions": 7})
    text = (book / replicate_record.FILE).read_text(encoding="utf-8")
    assert text.startswith("# ") and text.index("adam:") < text.index("relu:")
    assert text.index("shift 1000", text.index("relu:")) < text.index("shift 2000")
    found = replicate_record.read(book)
    assert {k: v["assertions"] for k, v in found["relu"]["settings"].items()} == {"shift 1000": 7, "shift 2000": 3}
    assert replicate_record.changed(found["relu"], new) == ("package",)
    assert replicate_record.current(found["relu"], old) and not replicate_record.current(found["relu"], new)
    assert not replicate_record.current(None, old)
    replicate_record.add(book, "relu", new, Setting(budget="4"), {"assertions": 11})
    assert replicate_record.read(book)["relu"] == {**new, "settings": {"budget 4": {"assertions": 11}}}
    assert replicate_record.read(book)["adam"] == found["adam"]
    assert not list((book / "chapters").glob(".replication*"))


def test_processes_that_record_at_once_lose_nothing(book):
    code = ("import sys\nfrom pathlib import Path\nfrom bindery import replicate_record as r\n"
            "for n in range(1, 12):\n    r.add(Path(), sys.argv[1], {'code': 'a'}, r.Setting(n), {'claims': n})")
    running = [subprocess.Popen([sys.executable, "-c", code, name]) for name in ("adam", "relu", "elu")]
    assert [process.wait(timeout=120) for process in running] == [0, 0, 0]
    assert {name: len(entry["settings"]) for name, entry in record(book).items()} == {
        "adam": 11, "elu": 11, "relu": 11,
    }


@pytest.mark.parametrize("text", ["<<<<<<< ours\nadam: {}\n=======\n", "adam: 3\n", "- adam\n", "adam: {code: a}\n"])
def test_a_broken_record_is_named(book, capsys, text):
    (book / replicate_record.FILE).write_text(text, encoding="utf-8")
    store(book, "adam", "1")
    assert main(["replicate"]) == 2
    assert "chapters/replication.yml: not a record of replication" in capsys.readouterr().err


# What makes a record old


@pytest.mark.parametrize("source, wanted", [
    ("x = 2  # why\n\n\ny = '#'   \n", "x = 2\ny = '#'"),
    ('def f():\n    """Doc."""\n    return "é"  # é\n', 'def f():\n    return "é"'),
    ('"""Doc\nlines."""\nx = """text\n"""', 'x = """text\n"""'),
    ('class A:\n    "Doc"; x = 3', "class A:\n    ; x = 3"),
    ("%pip install x  # y", "%pip install x  # y"),
])
def test_the_essence_of_code_is_what_runs(source, wanted):
    assert essence(source) == wanted


def test_comments_text_and_outputs_leave_a_record_current_but_code_and_verdicts_do_not(book, monkeypatch):
    notebook = notebooks.read(store(book, "adam", "x = dg.seed(0)", "assert x"))
    first = digests(notebook, "adam")
    notebook.cells[0].source = "# Another title"
    notebook.cells[1].source = "x = dg.seed(0)  # why"
    notebook.cells[1].execution_count = 7
    notebook.cells.insert(1, new_code_cell("dg.term('adam')", metadata={"tags": ["remove-input"]}))
    assert digests(notebook, "adam") == first
    del notebook.cells[1]
    assert digests(notebook, "momentum")["code"] != first["code"]       # other claims
    notebook.cells[2].source = "assert x and x"
    changed = digests(notebook, "adam")
    assert changed["code"] != first["code"] and changed["package"] == first["package"]
    notebook.cells[2].source = "assert x\nz = dg.losses"
    assert digests(notebook, "adam")["package"] != first["package"]


def test_a_chapter_stands_on_what_it_names_and_what_that_imports():
    rooms = stands_on(["dg.seed(0)"], "adam")
    assert {"_arguments", "_budget", "_device", "optimization"} <= rooms
    assert not rooms & {"data", "losses", "train"}
    rooms = stands_on(["dg.train.fit()\ndg.plot.curve()\ndg.count(x)"], "self-attention")
    assert {"train", "_count", "attention", "sequences"} <= rooms
    assert not rooms & {"plot", "_explore", "glossary", "checks", "losses", "optimization"}
