"""The glossary page: every term in three languages, A to Z or by part, one filter for all names."""

import unicodedata
from collections.abc import Callable
from itertools import groupby

from deepgloss import glossary

from .markup import attribute, link, search_box, text

LANGUAGE_NAMES = {"en": "English", "ja": "日本語", "ko": "한국어"}
# A Greek letter at the front of a name is filed under the Latin letter it is spoken with.
SPOKEN = {"ε": "e", "ϵ": "e", "ℓ": "l"}


def letter(name: str) -> str:
    """The letter that a name is filed under; "0–9" for digits and signs."""
    first = unicodedata.normalize("NFKD", name)[0].casefold()
    first = SPOKEN.get(first, first)
    return first.upper() if "a" <= first <= "z" else "0–9"


def filed(terms) -> list[dict]:
    """Terms in the order of the alphabet; digits and signs come last."""

    def key(term):
        name = unicodedata.normalize("NFKD", term["en"]).casefold()
        name = SPOKEN.get(name[0], name[0]) + name[1:]
        return letter(term["en"]) == "0–9", name

    return sorted(terms, key=key)


def entry_html(term: dict, target: str | None) -> str:
    """One entry: names, definition, place."""
    chapter = glossary.chapters()[term["chapter"]]
    part = next(part for part in glossary.parts() if part.slug == chapter.part)
    names, definition = glossary.names(term), term.get("definition", {})
    main, *others = names["en"]
    head = f'<dfn class="dg-name" data-name>{link(target, main)}</dfn>'
    if others:
        spans = " · ".join(f"<span data-name>{text(name)}</span>" for name in others)
        head += f' <span class="dg-aka">{spans}</span>'
    foreign = " ".join(
        f'<span lang="{language}">'
        + " · ".join(f"<span data-name>{text(name)}</span>" for name in names[language])
        + "</span>"
        for language in ("ja", "ko")
    )
    body = f'<dd class="dg-foreign">{foreign}</dd>\n'
    if "en" in definition:
        body += f'<dd class="dg-definition">{text(definition["en"])}</dd>\n'
    translated = [language for language in ("ja", "ko") if language in definition]
    if translated:
        label = " · ".join(
            f'<span lang="{language}">{LANGUAGE_NAMES[language]}</span>' for language in translated
        )
        paragraphs = "\n".join(
            f'<p lang="{language}">{text(definition[language])}</p>' for language in translated
        )
        body += (
            f'<dd><details class="dg-translations"><summary>{label}</summary>\n'
            f"{paragraphs}</details></dd>\n"
        )
    if target is None:
        place = f"Chapter to come: {text(chapter.title)}, in {text(part.title)}"
    else:
        place = f"{text(part.title)} › {link(target, chapter.title)}"
    state = "dg-to-come" if target is None else "dg-here"
    return (
        f'<div class="dg-entry {state}" id="term-{term["id"]}" data-entry '
        f'data-chapter="{chapter.slug}" data-order="{chapter.order}">\n'
        f"<dt>{head}</dt>\n{body}"
        f'<dd class="dg-place">{place}</dd></div>'
    )


def glossary_html(target_of: Callable[[dict], str | None]) -> str:
    """The whole page below its title.

    Args:
        target_of: page and anchor of a term, or None while its chapter is to come.
    """
    terms = filed(glossary.terms())
    groups = [(name, list(group)) for name, group in groupby(terms, lambda t: letter(t["en"]))]
    letters = " ".join(f'<a href="#letter-{name}">{name}</a>' for name, _ in groups)
    shelves = " ".join(
        f'<li data-part="{part.slug}" data-title="{attribute(part.title)}">'
        + " ".join(
            f'<span data-slug="{slug}">{text(glossary.chapters()[slug].title)}</span>'
            for slug in part.chapters
        )
        + "</li>"
        for part in glossary.parts()
    )
    lists = "\n".join(
        f'<section class="dg-group" aria-labelledby="letter-{name}" data-group>\n'
        f'<h2 id="letter-{name}">{name}</h2>\n<dl>'
        + "\n".join(entry_html(term, target_of(term)) for term in group)
        + "</dl></section>"
        for name, group in groups
    )
    return f"""<div class="dg-find" data-noun="term">
<div class="dg-controls" role="search" aria-label="Terms">
{search_box("Find a term", "ReLU, 過学習, 경사 하강법 …")}
<fieldset class="dg-views"><legend>Order</legend>
<label><input type="radio" name="dg-view" value="letters" checked> A–Z</label>
<label><input type="radio" name="dg-view" value="parts"> By part</label></fieldset>
<p class="dg-count" role="status" aria-live="polite">{len(terms)} terms</p>
</div>
<nav class="dg-letters" aria-label="Letters">{letters}</nav>
<ul class="dg-shelves" hidden>{shelves}</ul>
<div class="dg-list">
{lists}
</div>
<p class="dg-nothing" hidden>No term goes by that name.</p>
</div>"""
