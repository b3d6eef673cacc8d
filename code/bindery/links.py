"""Links in a notebook's prose, and whether they lead anywhere."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat

from deepgloss import glossary

from . import equations, landing, notebooks

LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
CODE = re.compile(r"(?<!\})(`+)[^`].*?\1")
NAMED = re.compile(r"^\s*:(?:label|name):\s*(\S+)\s*$", re.M)


def targets(text: str) -> list[str]:
    """Where the links of a text lead, in order; what stands as code is no link."""
    return [found[1] for found in _found(text)]


def replaced(text: str, new: Callable[[str], str]) -> str:
    """A text with ``new`` of every link's target in place of the target."""
    for found in reversed(list(_found(text))):
        text = text[:found.start(1)] + new(found[1]) + text[found.end(1):]
    return text


def _found(text: str) -> Iterator[re.Match]:
    """The links of a text, each where it stands."""
    return LINK.finditer(CODE.sub(lambda code: " " * len(code[0]), text))


def relative(notebook) -> Iterator[tuple[int, str]]:
    """The relative links of a notebook's prose and fences, each with its cell's index."""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            for target in targets(cell.source):
                # References to the page's own equations are held together with their numbers.
                if not re.match(r"[a-z][a-z0-9+.-]*:|#equation-", target):
                    yield index, target


def broken(target: str, notebook, wanted) -> str | None:
    """Why a relative link leads nowhere, or None if it leads somewhere."""
    name, _, anchor = target.partition("#")
    path = (wanted.path.parent / name).resolve() if name else wanted.path.resolve()
    if path == wanted.path.resolve():
        page = notebook
    elif path in wanted.book and not path.exists():
        if wanted.site:
            return f"the chapter is to come, and elsewhere this is a dead end: python -m bindery run {wanted.slug}"
        page = None
    elif not path.exists():
        near = [p for p in wanted.book if p.name == path.name]
        hint = f"; the chapter stands in {near[0].parent.name}/" if near else ""
        return f"{path.name} is neither a file there nor a chapter to come{hint}"
    elif path.suffix in (".ipynb", ".md"):
        page = _page(path)
    else:
        return None
    if anchor and page is not None and anchor not in anchors(page, path.stem):
        return f"{path.name} has no anchor {anchor!r}"
    return None


def anchors(page, slug: str) -> set[str]:
    """What a link into a page can name: labels, headings as GitHub names them, and its terms."""
    headings = landing.headings(page)
    found = {re.sub(r"[^\w\- ]", "", h.text.lower()).replace(" ", "-") for h in headings}
    found |= {label for heading in headings for label in heading.labels}
    for cell in page.cells:
        if cell.cell_type == "markdown":
            found |= set(NAMED.findall(cell.source))
            found |= {m[1] for line in cell.source.splitlines() if (m := landing.LABEL.match(line))}
    found |= {f"equation-{label}" for _, _, label in equations.tags(page)}
    own = [entry for entry in glossary.terms() if entry["chapter"] == slug]
    return found | {f"term-{name}" for name in landing.landings(headings, own)}


def _page(path: Path):
    if path.suffix == ".ipynb":
        return notebooks.read(path)
    text = path.read_text(encoding="utf-8")
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
