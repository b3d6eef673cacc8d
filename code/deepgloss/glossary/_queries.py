"""Questions to the glossary."""

import unicodedata
from difflib import get_close_matches
from functools import cache

from ._data import Chapter, Part, book, leading_terms, names, needed_chapters


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


@cache
def _by_name() -> dict[str, dict]:
    """Every id and every name, folded, with its entry."""
    index: dict[str, dict] = {}
    for entry in terms():
        index[fold(entry["id"])] = entry
    for entry in terms():
        for language in names(entry).values():
            for name in language:
                index.setdefault(fold(name), entry)
    return index


def lookup(name: str) -> dict:
    """The entry of a term, by its id or by any of its English, Japanese or Korean names.

    Case, outer blanks and the width of letters make no difference.

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
    index = _by_name()
    try:
        return index[fold(name)]
    except KeyError:
        near = get_close_matches(fold(name), index, n=3)
        hint = f"; nearest are {', '.join(near)}" if near else ""
        raise KeyError(f"the glossary has no term {name!r}{hint}") from None


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
        near = get_close_matches(str(chapter), book().chapters, n=3)
        hint = f"; nearest are {', '.join(near)}" if near else ""
        raise KeyError(f"the book has no chapter {chapter!r}{hint}")
