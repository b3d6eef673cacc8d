"""Links to chapters that are not written yet: they lead to the published glossary until they are.

An author links to a chapter by its file, ``[momentum](momentum.ipynb)``, whether the file is there or
not. On GitHub, in an editor and on Colab a file that is missing is a dead end, so ``bindery run``
writes the address of the term in the published glossary instead, and the file again as soon as it is
there. In the built book such a link leads to the glossary that was built with it.
"""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from deepgloss import glossary

from . import links, notebooks

GLOSSARY = "glossary"


def site(book: Path) -> str:
    """The address of the published book, without a slash at its end; it stands in ``_config.yml``."""
    config = yaml.safe_load((book / "_config.yml").read_text(encoding="utf-8"))
    return config.get("html", {}).get("baseurl", "").rstrip("/")


def entry_of(chapter: str) -> str:
    """The anchor on the glossary page that stands for a chapter.

    That is the term it is named after; a chapter named after no term has its first headword.
    """
    own = [term for term in glossary.terms() if term["chapter"] == chapter]
    ranked = sorted(own, key=lambda term: (term["id"] != chapter, term["level"] != "headword"))
    return f"term-{ranked[0]['id']}"


@cache
def _chapters() -> dict[str, str]:
    return {entry_of(chapter): chapter for chapter in glossary.chapters()}


def entry(chapter: str, address: str) -> str:
    """The address of a chapter's entry in the glossary of the book published at ``address``."""
    return f"{address}/{GLOSSARY}.html#{entry_of(chapter)}"


def chapter_of(target: str, address: str) -> str | None:
    """The chapter for which an address in the published glossary stands, or None for any other target."""
    page, _, anchor = target.partition("#")
    return _chapters().get(anchor) if address and page == f"{address}/{GLOSSARY}.html" else None


def right(target: str, path: Path, book: Path, address: str) -> str:
    """A link's target as it is to stand in the notebook at ``path``: what is there by its file, else its entry."""
    if chapter := chapter_of(target, address):
        goal = notebooks.path_of(book, chapter)
        return Path(os.path.relpath(goal, path.parent)).as_posix() if goal.exists() else target
    name = target.partition("#")[0]
    goal = (path.parent / name).resolve()
    if address and name.endswith(".ipynb") and ":" not in name and not goal.exists():
        slug = notebooks.slug_of(goal)
        return entry(slug, address) if slug else target
    return target


def broken(target: str, wanted) -> str | None:
    """Why a link into the published book is not as it is to be, or None."""
    page, _, anchor = target.partition("#")
    if not wanted.site or not page.startswith(f"{wanted.site}/"):
        return None
    chapter = chapter_of(target, wanted.site)
    if chapter and any(path.stem == chapter and path.exists() for path in wanted.book):
        return f"the chapter is written: python -m bindery run {wanted.slug}"
    if page == f"{wanted.site}/{GLOSSARY}.html":
        known = {f"term-{term['id']}" for term in glossary.terms()}
        return None if not anchor or anchor in known else f"the glossary has no {anchor!r}"
    return None


def ensure(notebook, path: Path, book: Path) -> None:
    """Let every link of a notebook's prose lead to what is there, in place."""
    address = site(book)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _led(cell.source, path, book, address)


def pages(book: Path) -> Iterator[tuple[Path, str]]:
    """The parts' pages whose links do not lead to what is there, each with the text that does."""
    address = site(book)
    for path in sorted((book / "chapters").glob("*/index.md")):
        text = path.read_text(encoding="utf-8")
        if (led := _led(text, path, book, address)) != text:
            yield path, led


def _led(text: str, path: Path, book: Path, address: str) -> str:
    return links.replaced(text, lambda target: right(target, path.resolve(), book, address))
