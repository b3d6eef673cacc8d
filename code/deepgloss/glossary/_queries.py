"""Questions to the glossary."""

import re
import unicodedata
from difflib import get_close_matches
from functools import cache

from ._data import Chapter, Part, book, leading_terms, names, needed_chapters

LONGEST = 100       # characters: twice as many as any name has
# Only behind a noun of two syllables at least: one of them may be a part of the noun itself.
PARTICLE = re.compile(r"(?<=[가-힣]{2})(?:이란|란|으로|로|은|는|이|가|을|를|의|에|와|과|도)$")


def parts() -> tuple[Part, ...]:
    """The parts of the book, in order."""
    return book().parts


def chapters() -> dict[str, Chapter]:
    """The chapters of the book by slug, in order."""
    return dict(book().chapters)


def terms() -> tuple[dict, ...]:
    """Every term's entry, in the order of the book."""
    return book().terms


def all_claims() -> tuple[dict, ...]:
    """Every claim's entry, in the order of the book."""
    return book().claims


def fold(name: str) -> str:
    """A name as names are compared: compatibility forms, case and outer blanks do not count."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def joined(name: str) -> str:
    """A folded name as one word, without blanks, hyphens, dots and apostrophes: "self-attention" as "selfattention"."""
    return "".join(letter for letter in fold(name) if letter.isalnum() or unicodedata.category(letter)[0] in "MS")


def without_particle(name: str) -> str:
    """A Korean noun without the particle at its end, as 과적합 in 과적합은; any other name as it is."""
    return PARTICLE.sub("", unicodedata.normalize("NFC", name))


@cache
def _by_name() -> tuple[dict[str, dict], dict[str, dict]]:
    """Every id and every name with its entry: folded, and as one word."""
    exact: dict[str, dict] = {}
    for entry in terms():
        exact[fold(entry["id"])] = entry
    for entry in terms():
        for language in names(entry).values():
            for name in language:
                exact.setdefault(fold(name), entry)
    loose: dict[str, dict] = {}
    for name, entry in exact.items():
        loose.setdefault(joined(name), entry)
    return exact, loose


def _find(name: str) -> dict | None:
    """The entry that a name means; None where there is none."""
    exact, loose = _by_name()
    return exact.get(fold(name)) or loose.get(joined(name)) or loose.get(joined(without_particle(name)))


def lookup(name: str) -> dict:
    """The entry of a term, by its id or by any of its English, Japanese or Korean names.

    Case, blanks, hyphens and the width of letters make no difference, nor does a Korean particle at
    the end: ``"self attention"`` is self-attention, ``"합성곱신경망은"`` is 합성곱 신경망.

    Args:
        name: for example ``"adam"``, ``"ReLU"``, ``"勾配消失"`` or ``"과적합"``.

    Returns:
        A dictionary with ``id``, the names ``en``, ``aka``, ``ja``, ``ko``, the ``level``
        (headword, sub or mention), the ``chapter``, the ``sources``, and, once its chapter is
        written, ``needs`` (ids of prerequisites) and ``definition`` by language.

    Raises:
        TypeError: ``name`` is not a string.
        KeyError: the glossary has no such term; the message names the nearest ones.
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, not {name!r}")
    entry = _find(name) if len(name) <= LONGEST else None
    if entry is None:
        raise KeyError(f"the glossary has no term {_unknown(name, _by_name()[0])}")
    return entry


def _unknown(name: str, known) -> str:
    """A name that is none, not at greater length than names have, and those nearest to it."""
    near = get_close_matches(fold(name), known, n=3) if len(name) <= LONGEST else []
    shown = repr(name) if len(name) <= LONGEST else f"{name[:LONGEST]!r}… ({len(name)} characters)"
    return shown + (f"; nearest are {', '.join(near)}" if near else "")


def needs(chapter: str) -> tuple[str, ...]:
    """The slugs of the chapters that a chapter builds on, in the order of the book.

    Raises:
        KeyError: there is no such chapter.
    """
    _require_chapter(chapter)
    return tuple(needed_chapters(chapter, book()))


def written(chapter: str) -> bool:
    """True once a chapter is there to be read: its terms then have their definitions.

    Raises:
        KeyError: there is no such chapter.
    """
    _require_chapter(chapter)
    return all("definition" in entry for entry in leading_terms(chapter, terms()))


def _require_chapter(chapter: str) -> None:
    if chapter not in book().chapters:
        raise KeyError(f"the book has no chapter {_unknown(str(chapter), book().chapters)}")
