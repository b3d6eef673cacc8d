"""Sources: the entries of ``references.bib``, links to them in the prose, and each chapter's list.

A chapter cites by an ordinary link beside the author's name, ``Kingma and Ba ([2015](https://…))``,
which reads the same in the book, on GitHub and in any editor. The link's address says which source
is meant. The list below ``## References`` is made from that: ``bindery run`` writes it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from pybtex.database import Entry, Person, parse_file
from pybtex.richtext import Text

HEADING = "## References"
# An address may hold parentheses of its own, as old DOIs do.
LINK = re.compile(r"\[([^\[\]]*)\]\((https?://(?:[^()\s]|\([^()\s]*\))+)\)")
YEAR = re.compile(r"\b(\d{4})\Z")
MOST_NAMES = 8
VENUES = ("journal", "booktitle", "publisher", "institution", "school", "howpublished")


class Source(NamedTuple):
    """One source as the book shows it."""

    key: str
    names: tuple[str, ...]
    """The authors' last names."""
    authors: str
    year: str
    title: str
    venue: str
    address: str

    @property
    def short(self) -> str:
        """The authors as prose names them: *Elman*, *Kingma and Ba*, *Guo et al.*"""
        if len(self.names) > 2:
            return f"{self.names[0]} et al."
        return " and ".join(self.names)

    @property
    def line(self) -> str:
        """The source in a list of references, as Markdown."""
        venue = f" {_escaped(self.venue)}." if self.venue else ""
        return f"- {self.authors} ({self.year}). [{_escaped(self.title)}]({self.address}).{venue}"


@cache
def fields(path: Path) -> dict[str, dict]:
    """The entries of a bibliography by key, each with its fields as written."""
    return {key: dict(entry.fields) for key, entry in parse_file(str(path)).entries.items()}


@cache
def sources(path: Path) -> dict[str, Source]:
    """The sources of a bibliography that have an address, by their addresses; none without a file."""
    if not path.exists():
        return {}
    entries = parse_file(str(path)).entries.items()
    return {address: _source(key, entry, address) for key, entry in entries
            if (address := address_of(entry.fields))}


def address_of(entry: Mapping) -> str:
    """Where a source is found: by its DOI, else its arXiv id, else its ``url``; empty without."""
    if entry.get("doi"):
        return f"https://doi.org/{quote(entry['doi'], safe='/:;')}"
    if entry.get("eprint"):
        return f"https://arxiv.org/abs/{entry['eprint']}"
    return quote(entry.get("url", ""), safe="/:;?=&%#~+,@!")


def links(notebook) -> Iterator[tuple[int, str, str]]:
    """The links of a notebook's prose into the web: the cell's index, the text, the address.

    Parentheses in an address are quoted, as :func:`address_of` quotes them.
    """
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and not listed_by_hand(cell.source):
            for text, address in LINK.findall(cell.source):
                yield index, text, address.replace("(", "%28").replace(")", "%29")


def problems(notebook, known: Mapping[str, Source]) -> Iterator[tuple[int, str]]:
    """Citations of unknown sources, and years that are not the source's.

    A link whose text ends with a year is a citation, and so is every link to a known source.
    """
    for index, text, address in links(notebook):
        source, year = known.get(address), YEAR.search(text)
        if year and source is None:
            yield index, f"[{text}]({address}): references.bib has nothing with that address"
        elif year and year[1] != source.year:
            yield index, f"[{text}]({address}): {source.key} is of {source.year}"


def section(notebook, known: Mapping[str, Source]) -> str:
    """The last cell that a notebook ought to have: the list of what it cites."""
    cited = {address for *_, address in links(notebook)}
    listed = sorted((known[address] for address in cited & set(known)), key=_place)
    return "\n".join([HEADING, *([""] if listed else []), *(source.line for source in listed)])


def ensure(notebook, known: Mapping[str, Source]) -> None:
    """Write the list of references into the cell that a notebook ends with, in place."""
    last = notebook.cells[-1] if notebook.cells else None
    if last is not None and listed_by_hand(last.source):
        last.source = section(notebook, known)


def listed_by_hand(text: str) -> bool:
    """Whether a cell is the one that holds the list of references, up to date or not."""
    return text.partition("\n")[0].strip() == HEADING


def _source(key: str, entry: Entry, address: str) -> Source:
    people = entry.persons["author"]
    names = [_plain(" ".join((*p.prelast_names, *p.last_names))) for p in people]
    full = [_inverted(person) for person in people[:MOST_NAMES]]
    if len(people) > MOST_NAMES:
        authors = f"{', '.join(full)} and others"
    else:
        authors = " and ".join(part for part in (", ".join(full[:-1]), full[-1]) if part)
    year, title = entry.fields["year"], _plain(entry.fields["title"])
    return Source(key, tuple(names), authors, year, title, _venue(entry.fields), address)


def _inverted(person: Person) -> str:
    """A person with the last name first, the others as initials: *Kingma, D. P.*"""
    given = _plain(" ".join((*person.first_names, *person.middle_names)))
    initials = " ".join("-".join(f"{part[0]}." for part in name.split("-") if part)
                        for name in given.split())
    last = _plain(" ".join((*person.prelast_names, *person.last_names)))
    return f"{last}, {initials}" if initials else last


def _venue(entry: Mapping) -> str:
    where = next((_plain(entry[name]) for name in VENUES if entry.get(name)), "")
    if not where:
        return f"arXiv:{entry['eprint']}" if entry.get("eprint") else ""
    number = f"({entry['number']})" if entry.get("number") and entry.get("volume") else ""
    volume = f" {entry['volume']}{number}" if entry.get("volume") else ""
    return where + volume + (f", {_plain(entry['pages'])}" if entry.get("pages") else "")


def _place(source: Source) -> tuple:
    """Where a source stands in a list: by name without accents, then year, then title."""
    names = " ".join((*source.names, source.year, source.title))
    return unicodedata.normalize("NFKD", names).encode("ascii", "ignore").decode().casefold(), source.key


def _plain(text: str) -> str:
    return str(Text.from_latex(text)).replace("\N{NO-BREAK SPACE}", " ")


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>$])", r"\\\1", text)
