"""``python -m bindery check``: hold chapters against the guide, and the book's files together."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import yaml

from deepgloss import checks, glossary

from . import bibliography, debts, notebooks, published, rules, setup_cell

MAX_BYTES = 600 * 1024


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER",
                        help="adam, optimization/adam, or a path; the whole book unless given")
    parser.add_argument("--debts", action="store_true",
                        help="print which rules chapters do not meet yet, and check nothing")


def main(options: argparse.Namespace) -> int:
    """Print every remark; 1 if there is any."""
    if options.debts:
        print(debts.table())
        return 0
    book = notebooks.root()
    paths = notebooks.select(book, options.chapters)
    found = [line for path in paths for line in chapter(book, path)]
    if not options.chapters:
        found += files(book)
    for line in found:
        print(line)
    return 1 if found else 0


def chapter(book: Path, path: Path) -> list[str]:
    """Every remark on one chapter's notebook, as ``path: cell N: what``; cells count from 1."""
    name, slug = notebooks.shown(book, path), notebooks.slug_of(path)
    if slug is None:
        return [f"{name}: no chapter of the glossary belongs here"]
    notebook = notebooks.read(path)
    lines = [
        f"{name}: {'' if index is None else f'cell {index + 1}: '}{what}"
        for index, what in remarks(notebook, wanted(book, slug))
    ]
    size = path.stat().st_size
    if size > MAX_BYTES:
        most = MAX_BYTES // 1024
        lines.append(f"{name}: {size / 1024:.0f} KB; at most {most} KB are wanted")
    return lines


def remarks(notebook, about: rules.Wanted) -> list[tuple[int | None, str]]:
    """What all rules have to say of a notebook: on the whole, then in the order of its cells."""
    found: list[tuple[int | None, str]] = []
    for name, rule in rules.RULES.items():
        said = list(rule(notebook, about))
        if name not in about.owed:
            found += said
        elif not said:
            found.append((None, f"the rule {name} is met: take it out of {debts.FILE.name}"))
    return sorted(found, key=lambda remark: -1 if remark[0] is None else remark[0])


def wanted(book: Path, slug: str) -> rules.Wanted:
    """What the rest of the book knows of a chapter."""
    known = glossary.chapters()
    own = tuple(entry for entry in glossary.terms() if entry["chapter"] == slug)
    return rules.Wanted(
        slug=slug,
        title=known[slug].title,
        setup=setup_cell.source(book, slug),
        path=notebooks.path_of(book, slug),
        needs=tuple(notebooks.path_of(book, need) for need in glossary.needs(slug)),
        terms=own,
        claims=tuple(entry for entry in glossary.all_claims() if entry["chapter"] == slug),
        defined=glossary.written(slug),
        checks=frozenset(checks.exercises()),
        sources=bibliography.sources(book / "references.bib"),
        book=frozenset(notebooks.path_of(book, other) for other in known),
        site=published.site(book),
        owed=debts.owed(slug),
    )


def files(book: Path) -> list[str]:
    """Every remark on the files around the chapters: contents, pages, bibliography, debts."""
    return [*_contents(book), *_bibliography_remarks(book), *_pages(book), *debts.problems()]


def _bibliography_remarks(book: Path) -> Iterator[str]:
    keys: dict[str, str] = {}
    for key, fields in bibliography.fields(book / "references.bib").items():
        # Some proceedings gave their papers no identifier; the address of the paper stands in then.
        address = bibliography.address_of(fields)
        if not address:
            yield f"references.bib: {key}: neither doi nor eprint (the arXiv id), nor at least url"
        elif address in keys:
            yield f"references.bib: {key} has the address of {keys[address]}, {address}"
        keys[address] = key


def _pages(book: Path) -> Iterator[str]:
    for path, _ in published.pages(book):
        yield f"{notebooks.shown(book, path)}: links to chapters that are to come or written by now: python -m bindery run"


def _contents(book: Path) -> Iterator[str]:
    """Whether ``_toc.yml`` lists the chapters that exist, each below its part's page."""
    listed = list(_files(yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))))
    listed = [name for name in listed if name.startswith("chapters/")]
    wanted = []
    for part in glossary.parts():
        folder = f"chapters/{part.slug}"
        present = [
            f"{folder}/{slug}" for slug in part.chapters
            if (book / folder / f"{slug}.ipynb").exists()
        ]
        if present and not (book / folder / "index.md").exists():
            yield f"{folder}/index.md: missing: what the part is about, in what order, and why"
        if present or f"{folder}/index" in listed and (book / folder / "index.md").exists():
            wanted += [f"{folder}/index", *present]
    for name in wanted:
        if name not in listed:
            yield f"_toc.yml: {name} is not listed"
    for name in dict.fromkeys(listed):
        if name not in wanted:
            yield f"_toc.yml: {name} is listed, but there is no such chapter"
        if listed.count(name) > 1:
            yield f"_toc.yml: {name} is listed {listed.count(name)} times"
    ordered = sorted((name for name in set(listed) & set(wanted)), key=wanted.index)
    actual = [name for name in dict.fromkeys(listed) if name in ordered]
    for right, there in zip(ordered, actual):
        if right != there:
            yield f"_toc.yml: {there} stands where {right} comes in the glossary's order"
            break


def _files(node) -> Iterator[str]:
    """The pages that a table of contents lists, top to bottom, without suffix."""
    if isinstance(node, list):
        for item in node:
            yield from _files(item)
    elif isinstance(node, dict):
        if "file" in node:
            yield str(node["file"]).removesuffix(".ipynb").removesuffix(".md")
        for key in ("parts", "subtrees", "chapters", "sections", "entries"):
            yield from _files(node.get(key, []))
