"""``python -m bindery new``: a chapter's notebook, from MyST Markdown or as a skeleton."""

import argparse
from pathlib import Path

import jupytext

from . import bibliography, equations, exercises, notebooks, setup_cell, skeleton


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("chapter", help="the chapter's slug: adam, or optimization/adam")
    parser.add_argument("--from", dest="source", type=Path, metavar="FILE.md",
                        help="make the notebook from MyST Markdown")
    parser.add_argument("--to", type=Path, metavar="FILE.md",
                        help="write the skeleton as MyST Markdown, and no notebook")
    parser.add_argument("--force", action="store_true", help="replace a notebook that is there")


def main(options: argparse.Namespace) -> int:
    """Make a chapter's notebook; the number to exit with."""
    book = notebooks.root()
    path = notebooks.path_of(book, options.chapter)
    if options.to:
        if options.to.exists() and not options.force:
            raise ValueError(f"{options.to} exists; --force replaces it")
        options.to.write_text(skeleton.markdown(book, path.stem), encoding="utf-8")
        print(f"{options.to}; next: python -m bindery new --from {options.to} {path.stem}")
        return 0
    if path.exists() and not options.force:
        raise ValueError(f"{path} exists; --force replaces it")
    if options.source:
        notebook = from_markdown(_text(options.source))
    else:
        notebook = from_markdown(skeleton.markdown(book, path.stem))
    setup_cell.ensure(notebook, setup_cell.source(book, path.stem))
    exercises.ensure(notebook)
    equations.ensure(notebook)
    bibliography.ensure(notebook, bibliography.sources(book / "references.bib"))
    if path.exists():
        keep(notebooks.read(path), notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    notebooks.write(path, notebook)
    reason = notebooks.stale(notebook, path.stem)
    print(f"{path.relative_to(book)}: {len(notebook.cells)} cells"
          + (f"; next: python -m bindery run {path.stem}" if reason else ""))
    return 0


def _text(source: Path) -> str:
    """What stands in the file that ``--from`` names.

    Raises:
        ValueError: there is no such file, or it holds no code cell.
    """
    if not source.is_file():
        raise ValueError(f"--from: {source} is not a file")
    text = source.read_text(encoding="utf-8")
    if "```{code-cell}" not in text:
        raise ValueError(f"--from: {source} holds no ```{{code-cell}}")
    return text


def from_markdown(text: str):
    """The notebook that a text in MyST Markdown describes, cell metadata included."""
    notebook = jupytext.reads(text, fmt="md:myst")
    for cell in notebook.cells:
        # Drawn at random by jupytext; the normal form makes stable ones.
        cell.pop("id", None)
    return notebook


def keep(old, new) -> None:
    """Carry over, in place, what of an old notebook still fits: ids, settings and, with unchanged
    code, the outputs."""
    ids: dict = {}
    for cell in old.cells:
        ids.setdefault((cell.cell_type, cell.source.strip("\n")), []).append(cell.id)
    for cell in new.cells:
        fitting = ids.get((cell.cell_type, cell.source.strip("\n")))
        if fitting:
            cell["id"] = fitting.pop(0)
    before, after = ([c for c in nb.cells if c.cell_type == "code"] for nb in (old, new))
    settings = dict(old.metadata.get("deepgloss", {}))
    if [c.source.strip("\n") for c in before] == [c.source.strip("\n") for c in after]:
        for there, here in zip(before, after):
            here.outputs, here.execution_count = there.outputs, there.execution_count
    new.metadata["deepgloss"] = settings | dict(new.metadata.get("deepgloss", {}))
