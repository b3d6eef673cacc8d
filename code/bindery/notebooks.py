"""The book's notebooks as files: where they stand, and the one form in which they are stored."""

import hashlib
import json
import os
from difflib import get_close_matches
from pathlib import Path

import nbformat

from deepgloss import glossary

from . import setup_cell

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
# Without "version", which differs from machine to machine.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
NEVER_RUN = "cells without outputs"
CELL_METADATA = ("tags", "mystnb", "jupyter", "nbgrader")
FOLDED = frozenset({"remove-input", "hide-input", "hide-cell"})
"""Tags of cells whose code the page hides or folds."""


def root(start: Path | None = None) -> Path:
    """The book's folder: the nearest one at or above ``start`` that has a ``_config.yml``.

    Args:
        start: where to look first; the current folder unless given.

    Raises:
        ValueError: no folder at or above ``start`` is a book.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "_config.yml").exists():
            return folder
    raise ValueError(f"no book at or above {start}: a book's folder holds _config.yml")


def path_of(book: Path, chapter: str) -> Path:
    """Where a chapter's notebook stands, written or not.

    Raises:
        ValueError: the book has no such chapter; the message names the nearest ones.
    """
    known = glossary.chapters()
    slug = chapter.rpartition("/")[2]
    if slug not in known or chapter not in (slug, f"{known[slug].part}/{slug}"):
        near = get_close_matches(slug, known, n=3)
        hint = f"; nearest are {', '.join(f'{known[n].part}/{n}' for n in near)}" if near else ""
        raise ValueError(f"the book has no chapter {chapter!r}{hint}")
    return book / "chapters" / known[slug].part / f"{slug}.ipynb"


def slug_of(path: Path) -> str | None:
    """The slug of the chapter that stands at a path; None for a notebook that is no chapter."""
    chapter = glossary.chapters().get(path.stem)
    return path.stem if chapter and chapter.part == path.resolve().parent.name else None


def shown(book: Path, path: Path) -> str:
    """A path as messages show it: below the book's folder where it stands there."""
    return str(path.relative_to(book) if path.is_relative_to(book) else path)


def front_page(book: Path) -> list[Path]:
    """The notebook that the book opens with, if it has one: no chapter, but run like one."""
    return [path for path in [book / "index.ipynb"] if path.exists()]


def every(book: Path) -> list[Path]:
    """The notebooks in the book's ``chapters/``, in the order of the book; strays come last."""
    known = glossary.chapters()
    found = (book / "chapters").glob("*/*.ipynb")

    def place(path):
        slug = slug_of(path)
        return (known[slug].order if slug else len(known), str(path))

    return sorted(found, key=place)


def select(book: Path, names: list[str]) -> list[Path]:
    """The notebooks that some names on a command line mean; all of the book's without a name.

    Args:
        book: the book's folder.
        names: slugs (``adam``), parts and slugs (``optimization/adam``), paths to notebooks, or
            folders that hold some.

    Raises:
        ValueError: there is no such chapter, or it has no notebook yet.
    """
    if not names:
        return every(book)
    chosen: list[Path] = []
    for name in names:
        path = Path(name)
        if path.suffix == ".ipynb":
            chosen.append(path)
        elif path.is_dir() and any(path.glob("*.ipynb")):
            inside = {p.resolve() for p in path.glob("*.ipynb")}
            chosen += [p for p in every(book) if p.resolve() in inside]
        else:
            chosen.append(path_of(book, name))
        if not chosen[-1].exists():
            raise ValueError(f"{name}: {chosen[-1]} does not exist yet")
    return list({path.resolve(): path.resolve() for path in chosen})


def read(path: Path) -> nbformat.NotebookNode:
    """Read a notebook.

    Raises:
        ValueError: the file is no notebook of format 4.
    """
    try:
        notebook = nbformat.reader.reads(path.read_text(encoding="utf-8"))
        valid = notebook.nbformat == 4 and isinstance(notebook.cells, list)
    except (nbformat.reader.NotJSONError, AttributeError):
        valid = False
    if not valid:
        raise ValueError(f"{path}: not a notebook of format 4")
    return notebook


def write(path: Path, notebook) -> bool:
    """Store a notebook in its normal form, whole or not at all.

    Returns:
        Whether the file changed.
    """
    normalize(notebook)
    nbformat.validate(notebook)
    text = nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"
    if path.exists() and path.read_bytes() == text.encode():
        return False
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8", newline="\n")
    os.replace(beside, path)
    return True


def normalize(notebook) -> None:
    """Bring a notebook into the form in which the book stores it, in place.

    Blank cells and the metadata that editors leave behind go; cell ids are kept, and made from
    the cell's content where they are missing or stand twice, so that an edit of one cell leaves
    the ids of the others alone. Cells that the page folds are folded in JupyterLab, too.
    """
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.cells = [cell for cell in notebook.cells if cell.source.strip()]
    ours = notebook.metadata.get("deepgloss")
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC, "language_info": LANGUAGE})
    if ours:
        notebook.metadata.deepgloss = ours
    for cell in notebook.cells:
        cell.source = cell.source.strip("\n")
        kept = {key: cell.metadata[key] for key in CELL_METADATA if cell.metadata.get(key)}
        hidden = kept.pop("jupyter", {}).get("source_hidden")
        if hidden or FOLDED & set(kept.get("tags", [])):
            kept["jupyter"] = {"source_hidden": True}
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code":
            cell.outputs = _merged(cell.outputs)
    _name_cells(notebook.cells)


def _merged(outputs: list) -> list:
    """Outputs in which neighbors of the same stream are one."""
    merged: list = []
    for output in outputs:
        if (
            output.output_type == "stream"
            and merged
            and merged[-1].output_type == "stream"
            and merged[-1].name == output.name
        ):
            merged[-1].text += output.text
        else:
            merged.append(nbformat.from_dict(output))
    return merged


def _name_cells(cells: list) -> None:
    taken: set[str] = set()
    nameless = []
    for cell in cells:
        if cell.get("id") and cell.id not in taken:
            taken.add(cell.id)
        else:
            nameless.append(cell)
    for cell in nameless:
        content, salt = f"{cell.cell_type}\n{cell.source}", 0
        while (name := _sha(content + "\n" * salt)[:8]) in taken:
            salt += 1
        cell["id"] = name
        taken.add(name)


def stamp(notebook, chapter: str | None) -> None:
    """Note in a notebook that its outputs are those of its code, in place."""
    normalize(notebook)
    ours = dict(notebook.metadata.get("deepgloss", {}))
    ours |= {"code": code_digest(notebook, chapter), "outputs": outputs_digest(notebook)}
    notebook.metadata["deepgloss"] = nbformat.from_dict(ours)


def stale(notebook, chapter: str | None) -> str | None:
    """Why a notebook must run again, in a few words; None if its outputs are those of its code."""
    ours = notebook.metadata.get("deepgloss", {})
    if any(c.cell_type == "code" and c.execution_count is None for c in notebook.cells):
        return NEVER_RUN
    if ours.get("code") != code_digest(notebook, chapter):
        return "code or glossary changed since it ran"
    if ours.get("outputs") != outputs_digest(notebook):
        return "outputs not written by bindery run"
    return None


def code_digest(notebook, chapter: str | None) -> str:
    """A digest of what a chapter's outputs depend on: its code and its entries in the glossary."""
    code = [setup_cell.digested(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    entries = [
        {key: value for key, value in entry.items() if key not in ("sources", "needs")}
        for entry in (*glossary.terms(), *glossary.all_claims())
        if entry["chapter"] == chapter
    ]
    return _sha(json.dumps([code, entries], sort_keys=True))


def outputs_digest(notebook) -> str:
    """A digest of everything that running stored in a notebook."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return _sha(json.dumps([[c.execution_count, _merged(c.outputs)] for c in code], sort_keys=True))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
