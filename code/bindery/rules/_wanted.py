"""What every rule takes and gives: a notebook, what the book knows of its chapter, and remarks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .. import bibliography, landing

Remarks = Iterator[tuple[int | None, str]]


@dataclass(frozen=True)
class Wanted:
    """What the rest of the book knows of a chapter."""

    slug: str
    title: str
    setup: str
    path: Path
    needs: tuple[Path, ...] = ()
    terms: tuple[dict, ...] = ()
    claims: tuple[dict, ...] = ()
    defined: bool = True
    checks: frozenset[str] = frozenset()
    sources: Mapping[str, bibliography.Source] = field(default_factory=dict)
    """The entries of ``references.bib`` by their addresses."""
    book: frozenset[Path] = frozenset()
    """Where the notebook of every chapter stands or will stand."""
    site: str = ""
    """The address of the published book."""
    owed: frozenset[str] = frozenset()
    """The names of the rules that the chapter is known not to meet yet."""


def code_cells(notebook) -> list:
    """The code cells with their indices."""
    return [(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]


def markdown_cells(notebook) -> list:
    """The cells of prose with their indices."""
    return [(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "markdown"]


def section(notebook, name: str) -> list:
    """The code cells below a section's heading, up to the next section, with their indices."""
    # Where one cell holds several headings, what follows belongs to the last of them.
    headings = {h.cell: h.text for h in landing.headings(notebook) if h.level == 2}
    inside, found = False, []
    for index, cell in enumerate(notebook.cells):
        inside = headings[index] == name if index in headings else inside
        if inside and cell.cell_type == "code":
            found.append((index, cell))
    return found
