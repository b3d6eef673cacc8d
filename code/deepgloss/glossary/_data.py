"""The glossary's files, read once: parts, chapters, terms and claims in the order of the book."""

from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import yaml

DIRECTORY = Path(str(resources.files(__package__)))
LANGUAGES = ("en", "ja", "ko")


class Part(NamedTuple):
    """A part of the book: its folder's name, its title and its chapters' slugs in order."""

    slug: str
    title: str
    chapters: tuple[str, ...]


class Chapter(NamedTuple):
    """A chapter: its slug, its part's slug, its title, and its place in the book from 0."""

    slug: str
    part: str
    title: str
    order: int


class Book(NamedTuple):
    """Everything the glossary's files hold."""

    parts: tuple[Part, ...]
    chapters: MappingProxyType
    terms: tuple[dict, ...]
    claims: tuple[dict, ...]


# The loader in C is ten times as fast, but not every build of PyYAML carries it.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path, loader=Loader):
    """The content of one YAML file."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)


def read(directory: Path = DIRECTORY) -> Book:
    """Read a folder that holds ``parts.yml`` and one file a part."""
    outline = read_yaml(directory / "parts.yml")
    parts = tuple(Part(p["slug"], p["title"], tuple(p["chapters"])) for p in outline["parts"])
    contents = [read_yaml(directory / f"{part.slug}.yml") for part in parts]
    terms = tuple(entry for content in contents for entry in content["terms"])
    titles = {entry["id"]: entry["en"] for entry in terms} | outline.get("titles", {})
    places = ((part.slug, slug) for part in parts for slug in part.chapters)
    chapters = {
        slug: Chapter(slug, part, titles[slug], order) for order, (part, slug) in enumerate(places)
    }
    claims = tuple(entry for content in contents for entry in content["claims"])
    return Book(parts, MappingProxyType(chapters), terms, claims)


@cache
def book() -> Book:
    """The project's own glossary."""
    return read()


def names(entry: dict) -> dict[str, list[str]]:
    """A term's names by language, the preferred one first."""
    return {"en": [entry["en"], *entry["aka"]], "ja": entry["ja"], "ko": entry["ko"]}


def leading_terms(chapter: str, terms) -> list[dict]:
    """The terms whose definitions a chapter owes: its headwords, or the term it is named after."""
    own = [entry for entry in terms if entry["chapter"] == chapter]
    heads = [entry for entry in own if entry["level"] == "headword"]
    return heads or [entry for entry in own if entry["id"] == chapter]


def needed_chapters(chapter: str, content: Book) -> Iterator[str]:
    """The slugs of the other chapters that a chapter's terms need, in the order of the book."""
    home = {entry["id"]: entry["chapter"] for entry in content.terms}
    wanted = {
        home[need]
        for entry in content.terms
        if entry["chapter"] == chapter
        for need in entry.get("needs", [])
    }
    return (slug for slug in content.chapters if slug in wanted - {chapter})
