"""The form of a chapter: its title, its setup cell, its sections, its cells' tags."""

from .. import landing, notebooks, setup_cell
from ._wanted import Remarks, code_cells

SECTIONS = ("Why it exists", "Derivation", "From scratch", "See it move", "On real data",
            "In practice", "Pitfalls", "Claims, checked", "Exercises", "References")
MAY_LACK = {"derivation": "Derivation", "see-it-move": "See it move"}
TAGS = {"remove-input", "hide-input", "stub", "solution", "hide-cell", "nbval-check-output"}


def title(notebook, wanted) -> Remarks:
    """The first cell is the title and nothing else."""
    first = notebook.cells[0] if notebook.cells else None
    if first is None or first.source.strip() != f"# {wanted.title}":
        yield 0, f"the first cell must be '# {wanted.title}' and nothing else"
    for heading in landing.headings(notebook)[1:]:
        if heading.level == 1:
            yield heading.cell, f"a second title, {heading.text!r}: a chapter has one"


def setup(notebook, wanted) -> Remarks:
    """The first code cell is the one that every chapter has."""
    index, cell = next(iter(code_cells(notebook)), (None, None))
    if cell is None or setup_cell.digested(cell.source) != setup_cell.digested(wanted.setup):
        yield index, f"the setup cell is not the template's: python -m bindery run {wanted.slug}"
    elif list(cell.metadata.get("tags", [])) != setup_cell.TAGS:
        yield index, "the setup cell must have the tag remove-input, and no other"
    elif index != 1:
        yield index, "the setup cell must come right after the title"


def sections(notebook, wanted) -> Remarks:
    """The sections of the guide are there, in its order, and the references come last."""
    present = [h for h in landing.headings(notebook) if h.level == 2]
    names = [heading.text for heading in present]
    without = list(notebook.metadata.get("deepgloss", {}).get("without", []))
    for word in without:
        if word not in MAY_LACK:
            yield None, f"metadata deepgloss.without: {word!r} is none of {', '.join(MAY_LACK)}"
        elif MAY_LACK[word] in names:
            yield None, f"metadata deepgloss.without names {word!r}, but the section is there"
    optional = {MAY_LACK.get(word) for word in without} | {"In practice"}  # a rule of its own
    if not wanted.claims:
        optional.add("Claims, checked")
    for name in SECTIONS:
        if name not in names and name not in optional:
            yield None, f"no section '## {name}'"
        if names.count(name) > 1:
            yield None, f"the section '## {name}' stands {names.count(name)} times"
    ranks = [(SECTIONS.index(h.text), h) for h in present if h.text in SECTIONS]
    for (before, _), (after, heading) in zip(ranks, ranks[1:]):
        if after < before:
            yield heading.cell, f"'## {heading.text}' must come before '## {SECTIONS[before]}'"
    if names and names[-1] != "References":
        yield present[-1].cell, f"the chapter ends with {names[-1]!r}; '## References' comes last"


def in_practice(notebook, wanted) -> Remarks:
    """A section says what an engineer types, and when to take something else."""
    if not any(h.level == 2 and h.text == "In practice" for h in landing.headings(notebook)):
        yield None, "no section '## In practice': the call, its settings, published results, limits"


def tags(notebook, wanted) -> Remarks:
    """Cells have the guide's tags, and what the page folds is folded in JupyterLab, too."""
    for index, cell in enumerate(notebook.cells):
        own = set(cell.metadata.get("tags", []))
        for tag in sorted(own - TAGS):
            yield index, f"the tag {tag!r} is none of {', '.join(sorted(TAGS))}"
        folded = own & notebooks.FOLDED
        if folded and not cell.metadata.get("jupyter", {}).get("source_hidden"):
            yield index, (
                f"a cell tagged {min(folded)} needs the metadata jupyter: {{source_hidden: true}}"
            )
    for index, cell in code_cells(notebook)[1:]:
        if "remove-input" in cell.metadata.get("tags", []):
            yield index, "the tag remove-input belongs to the setup cell alone"
