"""The cells of an exercise: the stub is cut from the solution, and the order is kept."""

import copy

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bindery import exercises, notebooks

SOLUTION = """\
@torch.no_grad()
def doubled(x, times=1):
    \"\"\"x, doubled some times.\"\"\"
    for _ in range(times):
        ### BEGIN SOLUTION
        x = 2 * x
        ### END SOLUTION
    ### BEGIN SOLUTION
    return x
    ### END SOLUTION"""
STUB = """\
@torch.no_grad()
def doubled(x, times=1):
    \"\"\"x, doubled some times.\"\"\"
    for _ in range(times):
        raise NotImplementedError  # your answer
    raise NotImplementedError  # your answer"""


def chapter(*kinds):
    """A chapter with one exercise, whose code cells come in an order of one's choice."""
    made = {
        "stub": new_code_cell("def doubled(x): pass", metadata={"tags": ["stub"]}),
        "check": new_code_cell('dg.check("toy-one", doubled)'),
        "solution": new_code_cell(SOLUTION, metadata={"tags": ["solution", "hide-cell"]}),
        "more": new_code_cell("print(doubled(3))"),
    }
    statement = new_markdown_cell("```{exercise}\n:label: toy-one\nDouble it.\n```")
    cells = [new_markdown_cell("## Exercises"), statement,
             *(copy.deepcopy(made[kind]) for kind in kinds), new_markdown_cell("## References")]
    for place, cell in enumerate(cells):
        cell.id = f"cell-{place}"
    return new_notebook(cells=cells)


def kinds(notebook):
    """What the cells between the statement and the references are."""
    untagged = {"dg.check": "check", "print": "more"}
    return [
        (cell.metadata.get("tags") or [untagged[cell.source.partition("(")[0]]])[0]
        for cell in notebook.cells[2:-1]
    ]


def test_a_stub_keeps_all_but_the_answers():
    assert exercises.cut(SOLUTION) == STUB


@pytest.mark.parametrize("source", [
    "def f():\n    return 3",
    "def f():\n    ### BEGIN SOLUTION\n    return 3",
    "def f():\n    return 3\n    ### END SOLUTION",
    SOLUTION.replace("### END", "### BEGIN"),
    "### BEGIN SOLUTION\ndef f():\n    return 3\n### END SOLUTION",
])
def test_an_answer_without_its_markers_is_refused(source):
    with pytest.raises(ValueError, match="must stand between '### BEGIN SOLUTION' and '### END"):
        exercises.cut(source)


@pytest.mark.parametrize("order", [
    ("solution", "check"), ("check", "solution"), ("stub", "check", "solution"),
    ("solution", "stub", "check"),
])
def test_an_exercise_is_brought_into_its_order(order):
    notebook = chapter(*order, "more")
    exercises.ensure(notebook)
    assert kinds(notebook) == ["stub", "check", "solution", "more"]
    assert notebook.cells[2].source == STUB and notebook.cells[4].source == SOLUTION
    notebooks.normalize(notebook)
    before = [cell.id for cell in notebook.cells]
    exercises.ensure(notebook)
    notebooks.normalize(notebook)
    assert [cell.id for cell in notebook.cells] == before


@pytest.mark.parametrize("order", [
    ("solution",), ("check",), ("solution", "check", "check"), ("solution", "solution", "check"),
])
def test_what_is_no_whole_exercise_is_left_as_it_is(order):
    notebook = chapter(*order)
    exercises.ensure(notebook)
    assert kinds(notebook) == list(order)
