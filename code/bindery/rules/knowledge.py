"""What a chapter owes to the rest of the book: prerequisites, links, sources, terms."""

from .. import bibliography, landing, links, published
from ._wanted import Remarks, markdown_cells


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
    linked = {goal for target in links.targets(text) if (goal := _goal(target, wanted))}
    needed = {path.resolve() for path in wanted.needs}
    if linked - needed:
        yield index, f"**Builds on** links {_names(linked - needed)}: no need in the glossary"
    if needed - linked:
        yield index, f"**Builds on** does not link {_names(needed - linked)}: the glossary needs it"


def _goal(target: str, wanted):
    """Where the notebook of the chapter that a link means stands or will stand, if it means one."""
    if chapter := published.chapter_of(target, wanted.site):
        return next((path.resolve() for path in wanted.book if path.stem == chapter), None)
    return (wanted.path.parent / target).resolve() if target.endswith(".ipynb") else None


def _names(paths) -> str:
    return ", ".join(sorted(path.stem for path in paths))


def linked(notebook, wanted) -> Remarks:
    """Every link into the book leads somewhere, there and elsewhere."""
    for index, target in links.relative(notebook):
        if why := links.broken(target, notebook, wanted):
            yield index, f"link {target!r}: {why}"
    for index, cell in markdown_cells(notebook):
        for target in links.targets(cell.source):
            if why := published.broken(target, wanted):
                yield index, f"link {target!r}: {why}"


def references(notebook, wanted) -> Remarks:
    """The last cell lists what the page cites, and each citation is known."""
    last = notebook.cells[-1] if notebook.cells else None
    place = len(notebook.cells) - 1
    if last is None or not bibliography.listed_by_hand(last.source):
        yield place, f"the last cell must begin with '{bibliography.HEADING}'"
        return
    if not any(address in wanted.sources for *_, address in bibliography.links(notebook)):
        yield None, "cites no source, as in: Kingma and Ba ([2015](https://arxiv.org/abs/1412.6980))"
        return
    yield from bibliography.problems(notebook, wanted.sources)
    if last.source != bibliography.section(notebook, wanted.sources):
        yield place, f"the list of references is not up to date: python -m bindery run {wanted.slug}"


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
