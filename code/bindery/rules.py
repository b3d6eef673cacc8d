"""What the guide asks of a chapter, rule by rule, as functions of a notebook.

Each rule yields remarks: a cell's index (None for the chapter as a whole) and a sentence that
says what is wrong and what is wanted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import landing, links, notebooks, program, setup_cell

SECTIONS = ("Why it exists", "Derivation", "From scratch", "See it move", "On real data",
            "Claims, checked", "Pitfalls", "Exercises", "References")
MAY_LACK = {"derivation": "Derivation", "see-it-move": "See it move"}
TAGS = {"remove-input", "hide-input", "solution", "hide-cell", "nbval-check-output"}
MAX_BYTES, MAX_COLUMNS, MIN_WORDS, MAX_WORDS = 600 * 1024, 84, 800, 3500
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
WIDGET = re.compile(r"application/vnd\.jupyter\.widget")
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
    citations: frozenset[str] = frozenset()
    book: frozenset[Path] = frozenset()
    """Where the notebook of every chapter stands or will stand."""


def code_cells(notebook) -> list:
    """The code cells with their indices."""
    return [(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]


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
    if cell is None or cell.source != wanted.setup:
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
    optional = {MAY_LACK.get(word) for word in without}
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


def references(notebook, wanted) -> Remarks:
    """The last cell lists what the page cites, and each citation is known."""
    last = notebook.cells[-1] if notebook.cells else None
    if last is None or "```{bibliography}\n:filter: docname in docnames\n```" not in last.source:
        yield len(notebook.cells) - 1, (
            "the last cell must hold ```{bibliography} with ':filter: docname in docnames'"
        )
    cited = list(links.citations(notebook))
    if not cited:
        yield None, "cites no source: {cite}`key`"
    for index, key in cited:
        if key not in wanted.citations:
            yield index, f"{{cite}}`{key}`: references.bib has no such entry"


def prose(notebook, wanted) -> Remarks:
    """Between 800 and 3,500 words, and nothing of the skeleton left."""
    count = words(notebook)
    if count < MIN_WORDS:
        yield None, f"thin: {count} words, at least {MIN_WORDS} are wanted"
    if count > MAX_WORDS:
        yield None, f"long: {count} words, at most {MAX_WORDS} are wanted"
    for index, cell in enumerate(notebook.cells):
        if re.search(r"\bTODO\b", cell.source):
            yield index, "not finished: a TODO is left"


def words(notebook) -> int:
    """How many words of prose a notebook has, formulas left out."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    formulas = r"\$\$.*?\$\$|```\{math\}.*?```|\$[^$]+\$|[{}`$\\]"
    return len(re.sub(formulas, " ", text, flags=re.S).split())


def prerequisites(notebook, wanted) -> Remarks:
    """The line **Builds on** links exactly the chapters that the glossary says are needed."""
    lines = [(index, line) for index, line in landing.prose_lines(notebook)
             if line.startswith("**Builds on**")]
    if len(lines) > 1:
        yield lines[1][0], "a second line **Builds on**"
    if not lines:
        if wanted.needs:
            yield None, f"no line **Builds on**: {_names(wanted.needs)} needed"
        return
    index, line = lines[0]
    # The line may run on: what counts is its paragraph.
    paragraph = notebook.cells[index].source.partition(line)
    text = line + paragraph[2].partition("\n\n")[0]
    folder = wanted.path.parent
    linked = {(folder / target).resolve() for target in links.targets(text)
              if target.endswith(".ipynb")}
    needed = {path.resolve() for path in wanted.needs}
    if linked - needed:
        yield index, f"**Builds on** links {_names(linked - needed)}: no need in the glossary"
    if needed - linked:
        yield index, f"**Builds on** does not link {_names(needed - linked)}: the glossary needs it"


def _names(paths) -> str:
    return ", ".join(sorted(path.stem for path in paths))


def linked(notebook, wanted) -> Remarks:
    """Every relative link leads somewhere."""
    for index, target in links.relative(notebook):
        if why := links.broken(target, notebook, wanted):
            yield index, f"link {target!r}: {why}"


def terms(notebook, wanted) -> Remarks:
    """Every term of the chapter has a place: a heading, or for a mention a bold word."""
    landed = landing.landings(landing.headings(notebook), wanted.terms)
    bold = landing.bold(notebook)
    for entry in wanted.terms:
        name = entry["en"]
        if entry["id"] in landed:
            continue
        if entry["level"] != "mention":
            yield None, (
                f"the {entry['level']} {name!r} has no heading: one that contains an English "
                f"name of it, or one after the label (term-{entry['id']})="
            )
        elif not any(landing.contains(text, [name, *entry["aka"]]) for text in bold):
            yield None, f"the term {name!r} is mentioned nowhere in **bold**"
    if not wanted.defined:
        yield None, "the glossary lacks the chapter's definitions and needs"


def claims(notebook, wanted) -> Remarks:
    """One cell holds every claim against something computed."""
    calls = [(index, call) for index, cell in code_cells(notebook)
             for call in program.claims(cell.source)]
    testable = {entry["id"] for entry in wanted.claims if entry["verdict"] != "history"}
    if wanted.claims and not calls:
        yield None, f"no dg.claims({wanted.slug!r}, {{…}}): the glossary has claims for it"
    for index, (chapter, evidence) in calls:
        if chapter != wanted.slug:
            yield index, f"dg.claims names {chapter!r}; this chapter is {wanted.slug!r}"
        for name, literal in evidence.items():
            if literal:
                yield index, f"claim {name}: a literal is no evidence; compute it"
        if evidence and testable - set(evidence):
            yield index, f"no evidence for {', '.join(sorted(testable - set(evidence)))}"


def code(notebook, wanted) -> Remarks:
    """Cells are narrow, clean, tagged as the guide says, and assert something."""
    assertions = 0
    # The first one is the setup cell, which has a rule of its own.
    for index, cell in code_cells(notebook)[1:]:
        try:
            tree = program.parse(cell.source)
        except SyntaxError as error:
            yield index, f"not Python: {error.msg}"
            continue
        assertions += program.assertions(tree)
        for complaint in program.unwanted(tree):
            yield index, complaint
        width = max((len(line) for line in cell.source.splitlines()), default=0)
        if width > MAX_COLUMNS:
            yield index, f"a line of {width} columns; at most {MAX_COLUMNS} fit"
        if re.search(r"https?://", re.sub(r"git\+https\S+", "", cell.source)):
            yield index, "a URL in code: chapters load nothing from a network"
        if "remove-input" in cell.metadata.get("tags", []):
            yield index, "the tag remove-input belongs to the setup cell alone"
    for index, cell in enumerate(notebook.cells):
        for tag in sorted(set(cell.metadata.get("tags", [])) - TAGS):
            yield index, f"the tag {tag!r} is none of {', '.join(sorted(TAGS))}"
    if assertions < 2:
        yield None, f"{assertions} assertions; at least 2 are wanted"


def figures(notebook, wanted) -> Remarks:
    """There is a figure, and each figure says in words what it shows."""
    seen = False
    for index, cell in code_cells(notebook):
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        if any(kind.startswith("image/") for o in cell.outputs for kind in o.get("data", {})):
            seen = True
            if not str(alt).strip():
                yield index, 'a figure without alt text: cell metadata mystnb: {image: {alt: "…"}}'
        for has_alt in program.explores(cell.source):
            seen = True
            if not has_alt:
                yield index, "explore without alt="
    if not seen:
        yield None, "no figure"


def outputs(notebook, wanted) -> Remarks:
    """What is stored comes from one clean run of the code as it stands."""
    for place, (index, cell) in enumerate(code_cells(notebook), start=1):
        if cell.execution_count is None:
            yield index, f"never executed: python -m bindery run {wanted.slug}"
        elif cell.execution_count != place:
            yield index, f"executed as number {cell.execution_count}, stands as number {place}"
        for output in cell.outputs:
            data = output.get("data", {})
            if output.output_type == "error":
                yield index, f"an error in the outputs: {output.ename}"
            if output.get("name") == "stderr":
                yield index, f"writes to stderr: {output.text.strip()[:60]!r}"
            if any(WIDGET.match(kind) for kind in data):
                yield index, "a widget in the outputs: use dg.explore, and run with bindery"
            if "image/svg+xml" in data:
                yield index, "an SVG in the outputs: figures are PNG"
            text = output.get("text", "") + "".join(
                str(value) for kind, value in data.items() if kind in ("text/plain", "text/html")
            )
            if found := ADDRESS.search(_without_data(text)):
                yield index, f"a memory address in the outputs, {found[0]}: it differs in every run"
    reason = notebooks.stale(notebook, wanted.slug)
    if reason and reason != notebooks.NEVER_RUN:
        yield None, f"stale, {reason}: python -m bindery run {wanted.slug}"


def _without_data(text: str) -> str:
    return re.sub(r"data:[\w/+.-]+;base64,[\w+/=]+", "", text)
