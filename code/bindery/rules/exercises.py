"""Exercises: a statement, a stub to fill in, its check, and the solution, folded."""

from .. import exercises as book
from .. import program
from ._wanted import Remarks


def exercises(notebook, wanted) -> Remarks:
    """Three to five exercises, each with its four cells."""
    found = book.find(notebook)
    if not 3 <= len(found) <= 5:
        yield None, f"{len(found)} exercises; three to five are wanted"
    yield from _labels(found, wanted)
    for exercise in found:
        if exercise.label is not None:
            yield from _cells(exercise)
    yield from _strays(notebook, found)


def _labels(found, wanted) -> Remarks:
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


def _cells(exercise) -> Remarks:
    label, places = exercise.label, []
    for what, cells in (("cell tagged stub", exercise.stubs),
                        (f"cell dg.check({label!r}, …)", exercise.checks),
                        ("cell tagged solution, hide-cell", exercise.solutions)):
        if not cells:
            yield exercise.cell, f"exercise {label}: no {what}"
        if len(cells) > 1:
            yield cells[1][0], f"exercise {label}: a second {what}"
        places += [index for index, _ in cells[:1]]
    if len(places) == 3 and places != sorted(places):
        yield min(places), f"exercise {label}: the order is statement, stub, check, solution"
    for index, cell in exercise.checks:
        if not program.only_calls(cell.source, "check"):
            yield index, f"exercise {label}: a check cell calls dg.check and does nothing else"
    for index, cell in exercise.solutions[:1]:
        try:
            stub = book.cut(cell.source)
        except ValueError as error:
            yield index, str(error)
            continue
        for place, other in exercise.stubs[:1]:
            if other.source != stub:
                yield place, f"exercise {label}: the stub is not what cutting its solution leaves"


def _strays(notebook, found) -> Remarks:
    owned = {"stub": [exercise.stubs for exercise in found],
             "solution": [exercise.solutions for exercise in found]}
    for tag in owned:
        known = {index for cells in owned[tag] for index, _ in cells}
        for index, cell in enumerate(notebook.cells):
            if tag in cell.metadata.get("tags", []) and index not in known:
                yield index, f"a {tag} that follows no exercise"
    labels = {exercise.label for exercise in found}
    for index, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        if ("hide-cell" in tags) != ("solution" in tags):
            yield index, "the tags solution and hide-cell belong together"
        for slug in program.checked(cell.source) if cell.cell_type == "code" else ():
            if slug not in labels:
                yield index, f"check({slug!r}): no exercise of this chapter has that label"
