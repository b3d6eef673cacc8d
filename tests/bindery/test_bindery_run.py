"""``bindery run``: what is stored is one clean run, and the same every time."""

import json
import re
import sys

import nbformat
import pytest
import tiny_book
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from tiny_book import store

from bindery import notebooks, setup_cell
from bindery.__main__ import main

FIGURE = """\
import matplotlib.pyplot as plt

plt.plot([2, 3, 5])
plt.show()"""
EXPLORE = """\
def draw(k):
    plt.plot([0, k])


print("three")
dg.explore(draw, k=[1, 2, 3], alt="A line")"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    return tiny_book.begin(tmp_path, monkeypatch)


def texts(path):
    """The stream outputs of a stored notebook's code cells."""
    cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if "outputs" in c]
    return ["".join("".join(o.get("text", [])) for o in c["outputs"]) for c in cells]


def test_running_twice_changes_no_byte(book, capsys):
    path = store(book, "adam", FIGURE, EXPLORE)
    assert main(["run"]) == 0
    first = path.read_bytes()
    assert main(["run", "--all", "optimization/adam"]) == 0
    assert path.read_bytes() == first and first.endswith(b"}\n")
    assert main(["run", "adam"]) == 0
    assert "0 run, 1 up to date, 0 failed" in capsys.readouterr().out

    stored = nbformat.read(path, as_version=4)
    nbformat.validate(stored)
    assert (stored.nbformat, stored.nbformat_minor) == (4, 5)
    assert stored.metadata.kernelspec == notebooks.KERNELSPEC
    assert set(stored.metadata) == {"kernelspec", "language_info", "deepgloss"}
    assert "version" not in stored.metadata.language_info
    _, setup, figure, player = stored.cells
    assert [c.execution_count for c in (setup, figure, player)] == [1, 2, 3]
    assert setup.source == setup_cell.source(book, "adam")
    assert setup.metadata == {"jupyter": {"source_hidden": True}, "tags": ["remove-input"]}
    assert figure.metadata == {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
    assert "image/png" in figure.outputs[0].data
    assert set(figure.outputs[0].metadata["image/png"]) == {"width", "height", "pictures"}
    assert player.outputs[0].text == "three\n" and "<figure" in player.outputs[1].data["text/html"]


def test_only_a_change_of_code_or_of_outputs_makes_a_chapter_stale(book):
    path = store(book, "apart", "print(3)")
    assert notebooks.stale(notebooks.read(path), None) == notebooks.NEVER_RUN
    assert main(["run"]) == 0
    notebook = notebooks.read(path)
    assert notebooks.stale(notebook, None) is None
    notebook.cells[0].source = "# Another title"
    notebook.cells[1].metadata = nbformat.from_dict({"tags": []})
    assert notebooks.stale(notebook, None) is None
    # A chapter's cards and tables show its entries in the glossary.
    assert "glossary" in notebooks.stale(notebook, "adam")
    notebook.cells[1].outputs[0].text = "5\n"
    assert "outputs" in notebooks.stale(notebook, None)
    notebook.cells[1].outputs[0].text = "3\n"
    notebook.cells[1].source = "print(5)"
    assert "code" in notebooks.stale(notebook, None)
    del notebook.metadata["deepgloss"]
    assert notebooks.stale(notebook, None)


def test_a_failure_is_told_and_leaves_its_notebook_but_not_the_others(book, capsys):
    broken = store(book, "broken", "print(2)", "x = 3\nraise RuntimeError('no way')")
    slow = store(book, "slow", "import time\ntime.sleep(30)")
    dead = store(book, "dead", "import os\nos._exit(3)")
    whole = store(book, "whole", "print(7)")
    before = [path.read_bytes() for path in (broken, slow, dead)]
    assert main(["run", "-j", "2", "--timeout", "3"]) == 1
    assert [path.read_bytes() for path in (broken, slow, dead)] == before
    assert texts(whole) == ["7\n"]
    told = capsys.readouterr().out
    assert "chapters/optimization/broken.ipynb: cell 3 failed" in told
    assert told.count("    x = 3\n    raise RuntimeError('no way')\n") == 1
    assert "RuntimeError: no way" in told
    assert "slow.ipynb: cell 2 failed" in told and "longer than 3 seconds" in told
    assert "dead.ipynb: cell 2 failed" in told and "kernel died" in told
    assert "1 run, 0 up to date, 3 failed" in told
    assert "\x1b" not in told


def test_the_kernel_sees_one_thread_the_cpu_and_the_notebooks_folder(book, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.setenv("DEEPGLOSS_DEVICE", "cuda")
    monkeypatch.setenv("DEEPGLOSS_SHIFT", "1000")
    monkeypatch.setenv("DEEPGLOSS_BUDGET", "0.1")
    names = ["DEEPGLOSS_BUDGET", "DEEPGLOSS_DEVICE", "DEEPGLOSS_SHIFT", "DEEPGLOSS_STATIC", "MKL_NUM_THREADS",
             "OMP_NUM_THREADS", "PYTHONHASHSEED"]
    path = store(book, "seen", f"import os\nprint([os.environ[n] for n in {names}])",
                 "print(os.getcwd())", "print(1)\nprint(2)")
    assert main(["run", str(path)]) == 0
    assert texts(path) == ["['1', 'cpu', '0', '1', '1', '1', '0']\n", f"{path.parent}\n", "1\n2\n"]


def test_adjacent_streams_become_one():
    parts = [("stdout", "2"), ("stdout", "3\n"), ("stderr", "5"), ("stdout", "7")]
    cell = new_code_cell("x", outputs=[new_output("stream", name=n, text=t) for n, t in parts])
    notebook = new_notebook(cells=[cell])
    notebooks.normalize(notebook)
    found = [(o.name, o.text) for o in notebook.cells[0].outputs]
    assert found == [("stdout", "23\n"), ("stderr", "5"), ("stdout", "7")]


def test_ids_are_kept_and_missing_or_double_ones_come_from_the_content():
    def named(*sources):
        notebook = new_notebook(cells=[new_markdown_cell(text) for text in sources])
        for cell in notebook.cells:
            del cell["id"]
        notebooks.normalize(notebook)
        return notebook

    first, second, third, again = (cell.id for cell in named("a", "b", "c", "b").cells)
    assert len({first, second, third, again}) == 4
    assert all(re.fullmatch("[0-9a-f]{8}", name) for name in (first, second, third, again))
    # An edit of one cell leaves the others' ids alone.
    assert [cell.id for cell in named("a", "x", "c").cells][::2] == [first, third]
    notebook = named("a", "b")
    notebook.cells[0].source = "edited"
    notebook.cells[1]["id"] = notebook.cells[0].id
    notebooks.normalize(notebook)
    assert notebook.cells[0].id == first and notebook.cells[1].id == second


@pytest.mark.parametrize("name, hint", [
    ("adm", "the book has no chapter 'adm'; nearest are optimization/adam"),
    ("losses/adam", "the book has no chapter 'losses/adam'"),
    ("relu", "relu.ipynb does not exist yet"),
    ("chapters/optimization/gone.ipynb", "gone.ipynb does not exist yet"),
])
def test_an_unknown_chapter_is_told_apart_from_one_to_come(book, capsys, name, hint):
    assert main(["run", name]) == 2
    assert hint in capsys.readouterr().err


def test_outside_of_a_book_there_is_nothing_to_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["run"]) == 2
    assert "no book at or above" in capsys.readouterr().err


def test_a_chapter_named_twice_runs_once_and_a_folder_means_what_it_holds(book):
    path = store(book, "adam", "print(3)")
    stray = store(book, "stray", "print(5)")
    assert notebooks.select(book, ["adam", "optimization/adam", str(path)]) == [path]
    assert notebooks.select(book, ["chapters/optimization"]) == [path, stray]
    assert notebooks.every(book) == [path, stray]


def test_the_setup_cell_names_the_repository_of_the_configuration(book):
    for chapter, term in (("adam", "adam"), ("data-splits", "training-dataset")):
        code = setup_cell.source(book, chapter)
        assert '"git+https://github.com/someone/somewhere#subdirectory=code"' in code
        assert code.endswith(f'dg.term("{term}")')
        assert max(map(len, code.splitlines())) <= 84


def test_an_old_setup_cell_is_replaced_and_a_missing_one_put_after_the_title():
    before = new_code_cell("old", metadata={"tags": ["remove-input"]})
    old = new_notebook(cells=[new_markdown_cell("# T"), before])
    bare = new_notebook(cells=[new_markdown_cell("# T\n\nText."), new_code_cell("print(3)")])
    for notebook, sources in ((old, ["# T", "new"]), (bare, ["# T", "new", "Text.", "print(3)"])):
        setup_cell.ensure(notebook, "new")
        notebooks.normalize(notebook)
        assert [cell.source for cell in notebook.cells] == sources
        assert notebook.cells[1].metadata.tags == ["remove-input"]


def test_a_file_that_is_no_notebook_is_named(book):
    path = book / "chapters" / "optimization" / "adam.ipynb"
    for text in ("not JSON", "[]", "{}"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match="adam.ipynb: not a notebook"):
            notebooks.read(path)


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_an_interrupt_stops_every_kernel_and_leaves_the_notebooks(book):
    started = [book / name for name in ("one", "two")]
    paths = [store(book, path.name, tiny_book.waiting(path)) for path in started]
    before = [path.read_bytes() for path in paths]
    status, told = tiny_book.interrupted(["run", "-j", "2"], started)
    assert status == 130
    assert told == "stopped; chapters that had not finished are as they were\n"
    assert [path.read_bytes() for path in paths] == before
