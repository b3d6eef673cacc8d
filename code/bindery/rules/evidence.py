"""Evidence: claims that are computed beside a control, experiments that show numbers."""

import re

from .. import program
from ._wanted import Remarks, code_cells, section

MAX_CLAIMS_LINES = 60


def claims(notebook, wanted) -> Remarks:
    """One cell holds every claim against something computed."""
    calls = _calls(notebook)
    if wanted.claims and not calls:
        yield None, f"no dg.claims({wanted.slug!r}, {{…}}): the glossary has claims for it"
    for index, (chapter, evidence) in calls:
        if chapter != wanted.slug:
            yield index, f"dg.claims names {chapter!r}; this chapter is {wanted.slug!r}"
        for name, value in evidence.items():
            if any(map(program.literal, program.parts(value))):
                yield index, f"claim {name}: a literal is no evidence; compute it"
            if program.mirrored(value):
                yield index, f"claim {name}: the control is the outcome turned around; test a case"
        if evidence and _testable(wanted) - set(evidence):
            yield index, f"no evidence for {', '.join(sorted(_testable(wanted) - set(evidence)))}"


def controls(notebook, wanted) -> Remarks:
    """Each claim stands beside its control, as a pair that is written out in the call."""
    for index, (_, evidence) in _calls(notebook):
        paired = {name for name, value in evidence.items() if len(program.parts(value)) == 2}
        # Evidence that is put together elsewhere cannot be read here.
        seen = set(evidence) or _testable(wanted)
        if bare := _testable(wanted) & seen - paired:
            yield index, f"no control beside {', '.join(sorted(bare))}: (outcome, control)"


def claims_cell(notebook, wanted) -> Remarks:
    """The cell that holds the claims has at most 60 lines."""
    for index, _ in _calls(notebook):
        lines = len(notebook.cells[index].source.splitlines())
        if lines > MAX_CLAIMS_LINES:
            yield index, (
                f"a claims cell of {lines} lines; at most {MAX_CLAIMS_LINES} are wanted: "
                "move its machinery to the package"
            )


def numbers(notebook, wanted) -> Remarks:
    """The experiment prints what it found: numbers, not conclusions alone."""
    if not any(re.search(r"\d", _printed(cell)) for _, cell in section(notebook, "On real data")):
        yield None, "no cell of '## On real data' prints a number"


def _calls(notebook) -> list:
    """The calls of ``dg.claims``, each with its cell's index."""
    return [(index, call) for index, cell in code_cells(notebook)
            for call in program.claims(cell.source)]


def _testable(wanted) -> set[str]:
    return {entry["id"] for entry in wanted.claims if entry["verdict"] != "history"}


def _printed(cell) -> str:
    """What a cell put out as text or as a table; a picture's stand-in is none."""
    shown = [output.get("text", "") for output in cell.outputs if output.get("name") == "stdout"]
    for output in cell.outputs:
        data = output.get("data", {})
        page = str(data.get("text/html", ""))
        if any(kind.startswith("image/") for kind in data) or "<img" in page:
            continue
        shown.append(re.sub(r"<[^>]*>", "", page) or str(data.get("text/plain", "")))
    return "\n".join(shown)
