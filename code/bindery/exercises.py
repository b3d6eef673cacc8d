"""The exercises of a chapter: a statement, a solution that can be cut out, and a check."""

import re
from typing import NamedTuple

from . import program
from .rules import Remarks

STATEMENT = re.compile(r"^(`{3,}|:{3,})\{exercise(?:-start)?\}.*$", re.M)
OPTION = re.compile(r"^:label:\s*(\S+)\s*$", re.M)
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


class Exercise(NamedTuple):
    """An exercise: its label (None without one), its statement's cell, and the code cells after."""

    label: str | None
    cell: int
    code: list


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


def exercises(notebook, wanted) -> Remarks:
    """Three to five exercises, each with a statement, a solution cell and a check cell."""
    found = find(notebook)
    if not 3 <= len(found) <= 5:
        yield None, f"{len(found)} exercises; three to five are wanted"
    owners = (wanted.slug, *(entry["id"] for entry in wanted.terms))
    seen = set()
    for exercise in found:
        label = exercise.label
        if label is None:
            yield exercise.cell, "an exercise without :label:"
            continue
        if label in seen:
            yield exercise.cell, f"exercise {label}: the label stands twice"
        seen.add(label)
        if not any(label == owner or label.startswith(f"{owner}-") for owner in owners):
            yield exercise.cell, (
                f"exercise {label}: the label must start with {wanted.slug!r} "
                "or a term of the chapter"
            )
        if label not in wanted.checks:
            yield exercise.cell, f"exercise {label}: deepgloss.checks has no check for it"
        yield from _cells(exercise)
    solutions = {i for e in found for i, cell in e.code if _is_solution(cell)}
    for index, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        if "solution" in tags and index not in solutions:
            yield index, "a solution that follows no exercise"
        if ("hide-cell" in tags) != ("solution" in tags):
            yield index, "the tags solution and hide-cell belong together"
    labels = {exercise.label for exercise in found}
    for index, cell in enumerate(notebook.cells):
        for slug in program.checked(cell.source) if cell.cell_type == "code" else ():
            if slug not in labels:
                yield index, f"check({slug!r}): no exercise of this chapter has that label"


def _is_solution(cell) -> bool:
    return "solution" in cell.metadata.get("tags", [])


def _cells(exercise: Exercise) -> Remarks:
    solutions = [(index, cell) for index, cell in exercise.code if _is_solution(cell)]
    checks = [
        index for index, cell in exercise.code if exercise.label in program.checked(cell.source)
    ]
    if not solutions:
        yield exercise.cell, f"exercise {exercise.label}: no cell tagged solution, hide-cell"
    if not checks:
        yield exercise.cell, f"exercise {exercise.label}: no cell dg.check({exercise.label!r}, …)"
    if solutions and checks and checks[0] < solutions[-1][0]:
        yield checks[0], f"exercise {exercise.label}: the check must come after the solution"
    for index, cell in solutions:
        if not cell.metadata.get("jupyter", {}).get("source_hidden"):
            yield index, "a solution cell needs the metadata jupyter: {source_hidden: true}"
        marks = [line.strip() for line in cell.source.splitlines() if line.strip() in (BEGIN, END)]
        if not marks or marks != [BEGIN, END] * (len(marks) // 2):
            yield index, f"the answer must stand between {BEGIN!r} and {END!r}"
