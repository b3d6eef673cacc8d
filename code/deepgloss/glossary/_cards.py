"""What a chapter shows of the glossary first: its term's card."""

import html

from IPython.display import HTML, display

from ._data import LANGUAGES, names
from ._queries import chapters, lookup, parts, written


def term(*terms: str) -> None:
    """Show the cards of one or more terms: names and definition in three languages.

    Args:
        *terms: ids or names, as :func:`lookup` takes them. A term without a definition of its
            own shows its names; one whose chapter is still to come says so.

    Raises:
        ValueError: no term is given.
        KeyError: the glossary has no such term.
    """
    if not terms:
        raise ValueError("term needs at least one term")
    display(HTML("".join(_card(lookup(name)) for name in terms)))


def _card(entry: dict) -> str:
    by_language, definition = names(entry), entry.get("definition", {})
    rows = ""
    for language in LANGUAGES:
        label = html.escape(" · ".join(by_language[language]))
        rows += f'<dt lang="{language}">{label}</dt>'
        if language in definition:
            rows += f'<dd lang="{language}">{html.escape(definition[language])}</dd>'
    if not written(entry["chapter"]):
        chapter = chapters()[entry["chapter"]]
        part = next(part.title for part in parts() if part.slug == chapter.part)
        rows += f'<dd class="dg-to-come">Chapter to come: {html.escape(chapter.title)}, in {part}</dd>'
    return f'<dl class="dg-term" id="card-{entry["id"]}">{rows}</dl>'
