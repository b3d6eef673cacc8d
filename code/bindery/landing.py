"""Where a term lands: the heading of its chapter that a link to the term leads to.

One rule for the checks of notebooks and for the built pages. A term lands, in this order, on

1. the heading right after the label ``(term-<id>)=``,
2. a heading that is one of the term's English names; the chapter's title counts,
3. the first heading below the title that contains one of its English names.

Case, hyphens and parentheses make no difference, nor does a plural s.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

FENCE = re.compile(r"^\s*(`{3,}|~{3,}|:{3,})")
HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*\s*$")
LABEL = re.compile(r"^\(([^()\s]+)\)=\s*$")
BOLD = re.compile(r"\*\*(.+?)\*\*", re.S)


class Heading(NamedTuple):
    """A heading: its text as written, its level from 1, its labels, and its cell's index."""

    text: str
    level: int
    labels: tuple[str, ...] = ()
    cell: int = 0


def landings(headings: Iterable[Heading], terms: Iterable[dict]) -> dict[str, Heading]:
    """The heading on which each term lands, by the term's id; terms that land nowhere are absent.

    Args:
        headings: a chapter's headings in order, its title included.
        terms: entries of the glossary, with ``id``, ``en`` and ``aka``.
    """
    headings, found = list(headings), {}
    for entry in terms:
        ranked = [(how, place) for place, heading in enumerate(headings)
                  if (how := rank(heading, entry)) is not None]
        if ranked:
            found[entry["id"]] = headings[min(ranked)[1]]
    return found


def rank(heading: Heading, entry: dict) -> int | None:
    """How well a heading fits a term: 0, 1 or 2 by the rules above, None if not at all."""
    names = [entry["en"], *entry["aka"]]
    if f"term-{entry['id']}" in heading.labels:
        return 0
    if any(re.fullmatch(_pattern(name), text) for name in names for text in _readings(heading.text)):
        return 1
    if heading.level > 1 and contains(heading.text, names):
        return 2
    return None


def contains(text: str, names: Iterable[str]) -> bool:
    """Whether one of the names stands in a text, as whole words."""
    return any(re.search(rf"(?<!\w){_pattern(name)}(?!\w)", folded(text)) for name in names)


def folded(text: str) -> str:
    """A text as it is compared: no case, no markup, no parentheses; hyphens are blanks."""
    return " ".join(re.sub(r"[*`_(){}\[\]–‐‑-]", " ", text).casefold().split())


def _readings(text: str) -> list[str]:
    """A heading as a whole, and without what it has in parentheses, often an abbreviation."""
    return [folded(text), folded(re.sub(r"\(.*?\)", "", text))]


def _pattern(name: str) -> str:
    """A name as a pattern for folded text; what it has in parentheses may be missing."""
    whole, bare = folded(name), folded(re.sub(r"\(.*?\)", "", name))
    return f"(?:{'|'.join(re.escape(n) for n in dict.fromkeys((whole, bare)) if n)})(?:e?s)?"


def headings(notebook) -> list[Heading]:
    """The headings of a notebook's Markdown cells, in order; what stands in a fence is none."""
    found, labels = [], []
    for index, line in prose_lines(notebook):
        if label := LABEL.match(line):
            labels.append(label[1])
        elif heading := HEADING.match(line):
            found.append(Heading(heading[2], len(heading[1]), tuple(labels), index))
            labels = []
        elif line.strip():
            labels = []
    return found


def bold(notebook) -> list[str]:
    """Every text set in bold in a notebook's prose."""
    cells: dict[int, list[str]] = {}
    for index, line in prose_lines(notebook):
        cells.setdefault(index, []).append(line)
    return [text for lines in cells.values() for text in BOLD.findall("\n".join(lines))]


def prose_lines(notebook) -> Iterator[tuple[int, str]]:
    """The lines of a notebook's Markdown cells outside of fences, each with its cell's index."""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown":
            continue
        fence = None
        for line in cell.source.splitlines():
            mark = FENCE.match(line)
            if fence is None and mark:
                fence = mark[1]
            elif fence is not None:
                # Only a bare fence that is at least as long closes.
                if mark and mark[1].startswith(fence) and line.strip() == mark[1]:
                    fence = None
            else:
                yield index, line
