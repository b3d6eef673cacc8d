"""The exercises of a chapter: a statement, a stub to fill in, its check, and the solution."""

import re
from typing import NamedTuple

import nbformat

from . import program

STATEMENT = re.compile(r"^(`{3,}|:{3,})\{exercise(?:-start)?\}.*$", re.M)
OPTION = re.compile(r"^:label:\s*(\S+)\s*$", re.M)
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
LEFT = "raise NotImplementedError  # your answer"


class Exercise(NamedTuple):
    """An exercise: its label (None without one), its statement's cell, and the code cells after.

    Code cells come as pairs of their index and themselves.
    """

    label: str | None
    cell: int
    code: list

    @property
    def stubs(self) -> list:
        """What a reader starts from."""
        return [(index, cell) for index, cell in self.code if _tagged(cell, "stub")]

    @property
    def checks(self) -> list:
        """The cells that check the answer."""
        return [(index, cell) for index, cell in self.code
                if self.label in program.checked(cell.source)]

    @property
    def solutions(self) -> list:
        """The book's own answer."""
        return [(index, cell) for index, cell in self.code if _tagged(cell, "solution")]


def find(notebook) -> list[Exercise]:
    """The exercises of a notebook in order."""
    found: list[Exercise] = []
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            if found:
                found[-1].code.append((index, cell))
            continue
        for statement in STATEMENT.finditer(cell.source):
            body = cell.source[statement.end():].partition(f"\n{statement[1]}")[0]
            label = OPTION.search(body)
            found.append(Exercise(label[1] if label else None, index, []))
    return found


def cut(solution: str) -> str:
    """The stub that a solution leaves: an error that says so in place of each marked answer.

    Raises:
        ValueError: the markers are missing, do not pair, or stand outside of a function.
    """
    kept, inside, answers = [], False, 0
    for line in solution.splitlines():
        text = line.strip()
        if text in (BEGIN, END):
            indent = line[: len(line) - len(line.lstrip())]
            if inside == (text == BEGIN) or not indent:
                raise ValueError(f"the answer must stand between {BEGIN!r} and {END!r}, in a function")
            inside = text == BEGIN
            if inside:
                kept.append(indent + LEFT)
                answers += 1
        elif not inside:
            kept.append(line)
    if inside or not answers:
        raise ValueError(f"the answer must stand between {BEGIN!r} and {END!r}")
    return "\n".join(kept)


def ensure(notebook) -> None:
    """Bring each exercise into its order, in place: statement, stub, check, solution.

    The stub is made from the solution. An exercise that has not one check and one solution, or a
    solution that cannot be cut, is left as it is.
    """
    for exercise in reversed(find(notebook)):
        if len(exercise.checks) != 1 or len(exercise.solutions) != 1:
            continue
        check, solution = exercise.checks[0][1], exercise.solutions[0][1]
        try:
            source = cut(solution.source)
        except ValueError:
            continue
        stub = exercise.stubs[0][1] if exercise.stubs else _empty()
        stub.source = source
        own = [*exercise.stubs, *exercise.checks, *exercise.solutions]
        first = min(index for index, _ in own)
        for index, _ in sorted(own, key=lambda pair: pair[0], reverse=True):
            del notebook.cells[index]
        notebook.cells[first:first] = [stub, check, solution]


def _empty():
    stub = nbformat.v4.new_code_cell("", metadata={"tags": ["stub"]})
    # The id that nbformat draws is random; the notebook's normal form makes a stable one.
    stub.pop("id", None)
    return stub


def _tagged(cell, tag: str) -> bool:
    return tag in cell.metadata.get("tags", [])
