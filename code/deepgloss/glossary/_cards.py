"""What a chapter shows of the glossary first: its term's card."""

import html

from IPython.display import HTML, display

from ._data import LANGUAGES, names
from ._queries import chapters, lookup, parts, written

_LINE = "margin:.3em 0;padding:0"
# A blue that is seen in both of JupyterLab's themes; it lets no variable pass.
_BOX = "border-left:4px solid #3b7dd8;padding:.1em 0 .1em 1em;margin:.5em 0 1.5em"


def term(*terms: str) -> None:
    """Show the cards of one or more terms: names and definition in three languages.

    English stands open; Japanese and Korean open with a click.

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
    # Inline styles, because JupyterLab has styles of its own for every element and none of the book's;
    # it hides the arrows of what unfolds, hence the line below.
    by_language, definition = names(entry), entry.get("definition", {})
    rows = ""
    for language in LANGUAGES:
        label = html.escape(" · ".join(by_language[language]))
        text = html.escape(definition.get(language, ""))
        if language == "en":
            rows += f'<p lang="en" style="{_LINE}"><strong>{label}</strong></p>'
            rows += f'<p lang="en" style="{_LINE}">{text}</p>' if text else ""
        elif text:
            rows += (
                f'<details lang="{language}" style="{_LINE}"><summary style="cursor:pointer;text-decoration:underline">{label}</summary>'
                f'<p style="{_LINE}">{text}</p></details>'
            )
        else:
            rows += f'<p lang="{language}" style="{_LINE}">{label}</p>'
    if not written(entry["chapter"]):
        chapter = chapters()[entry["chapter"]]
        part = next(part.title for part in parts() if part.slug == chapter.part)
        rows += f'<p class="dg-to-come" style="{_LINE}">Chapter to come: {html.escape(chapter.title)}, in {part}</p>'
    return f'<div class="dg-term" id="card-{entry["id"]}" style="{_BOX}">{rows}</div>'
