"""The parts of the book with their chapters, for the front page."""

from collections.abc import Callable

from deepgloss import glossary

from .markup import link, text


def parts_html(page_of: Callable[[str], str | None], index_of: Callable[[str], str | None]) -> str:
    """Every part and every chapter in the order of the book; what is written is a link.

    Args:
        page_of: a chapter's page by its slug, or None while it is to come.
        index_of: a part's page by its slug, or None.
    """
    known = glossary.chapters()
    rows = ""
    for part in glossary.parts():
        chapters = " · ".join(_chapter(known[slug].title, page_of(slug)) for slug in part.chapters)
        rows += f"<li><strong>{link(index_of(part.slug), part.title)}</strong> <span>{chapters}</span></li>\n"
    written = sum(page_of(slug) is not None for slug in known)
    state = "" if written == len(known) else (
        f"<p>{written} of {len(known)} chapters are written; the others are named in gray.</p>\n"
    )
    return f'{state}<ol class="dg-parts">\n{rows}</ol>'


def _chapter(title: str, page: str | None) -> str:
    return link(page, title) if page else f'<span class="dg-to-come">{text(title)}</span>'
