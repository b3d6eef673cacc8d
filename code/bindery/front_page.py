"""The front page's own parts: the cell that fetches the package, and the list of parts and chapters."""

from pathlib import Path

from deepgloss import glossary

from . import notebooks, setup_cell

HEADING = "## The parts"


def ensure(notebook, book: Path) -> None:
    """Bring the first code cell and the list below its heading up to date, in place."""
    setup_cell.ensure(notebook, setup_cell.fetch(book))
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and HEADING in cell.source.splitlines():
            before = cell.source.partition(HEADING)[0]
            cell.source = f"{before}{HEADING}\n\n{parts(book)}"


def parts(book: Path) -> str:
    """Every part and every chapter in the order of the book as Markdown; what is written is a link."""
    known, rows = glossary.chapters(), []
    for number, part in enumerate(glossary.parts(), start=1):
        index = f"chapters/{part.slug}/index.md"
        title = f"[{part.title}]({index})" if (book / index).exists() else part.title
        chapters = " · ".join(_chapter(book, slug, known[slug].title) for slug in part.chapters)
        rows.append(f"{number}. **{title}**\n\n{' ' * (len(str(number)) + 2)}{chapters}")
    written = sum(notebooks.path_of(book, slug).exists() for slug in known)
    state = [] if written == len(known) else [
        f"{written} of {len(known)} chapters are written; the others have no link yet."
    ]
    return "\n\n".join([*state, *rows])


def _chapter(book: Path, slug: str, title: str) -> str:
    path = notebooks.path_of(book, slug)
    return f"[{title}]({path.relative_to(book).as_posix()})" if path.exists() else title
