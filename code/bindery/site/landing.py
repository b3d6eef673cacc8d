"""Where in its chapter a term lands: text matching only, no Sphinx and no notebook."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from deepgloss.glossary import names


class Heading(NamedTuple):
    """A heading of a page: its anchor, its text, and the explicit labels before it."""

    anchor: str
    text: str
    labels: tuple[str, ...] = ()


class Bold(NamedTuple):
    """Bold text in a page, with the anchor of the section it stands in."""

    anchor: str
    text: str


def mentions(text: str, name: str) -> bool:
    """True if a text contains a name as whole words; case and a plural's ending do not count."""
    return re.search(rf"(?<!\w){re.escape(name)}(?:s|es)?(?!\w)", text, re.IGNORECASE) is not None


def landing(term: dict, headings: Sequence[Heading], bolds: Sequence[Bold]) -> str:
    """The anchor that a term's link goes to, or "" for the top of the page.

    The first rule that applies decides: a heading labeled ``term-<id>``; a heading that is one
    of the English names; a heading that contains one; the page's title, for the term that its
    chapter is named after; the section where a name first stands in bold; the top.

    Args:
        term: the term's entry in the glossary.
        headings: the page's headings in order, the title first.
        bolds: the page's bold texts in order.
    """
    label = f"term-{term['id']}"
    english = names(term)["en"]
    for heading in headings:
        if label in heading.labels:
            return heading.anchor
    folded = {name.casefold() for name in english}
    for heading in headings:
        if heading.text.strip().casefold() in folded:
            return heading.anchor
    for heading in headings:
        if any(mentions(heading.text, name) for name in english):
            return heading.anchor
    if headings and term["id"] == term["chapter"]:
        return headings[0].anchor
    for bold in bolds:
        if any(mentions(bold.text, name) for name in english):
            return bold.anchor
    return ""
