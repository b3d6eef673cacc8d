"""What a chapter shows of the glossary: a term's card, and its claims beside the evidence."""

import html
from collections.abc import Mapping

from IPython.display import HTML, display

from ._data import LANGUAGES, names
from ._queries import _require_chapter, all_claims, chapters, lookup, parts, written

SURVIVES = {"holds": True, "holds here": True, "needs care": False, "fails": False}


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


def claims(chapter: str, survives: Mapping[str, bool]) -> None:
    """Hold every claim that glossaries make on a chapter's terms against evidence, in one table.

    Args:
        chapter: the chapter's slug.
        survives: for each claim's id, whether what was just computed bears the claim out
            as it is worded. Claims of the verdict "history" need no entry.

    Raises:
        KeyError: there is no such chapter.
        TypeError: a value is no truth value; a number such as an accuracy would always count
            as true.
        AssertionError: a claim is missing or unknown, or the evidence contradicts the
            verdict on record.
    """
    _require_chapter(chapter)
    wanted = [entry for entry in all_claims() if entry["chapter"] == chapter]
    testable = {entry["id"] for entry in wanted if entry["verdict"] in SURVIVES}
    assert testable == set(survives), (
        f"missing {sorted(testable - set(survives))}, unknown {sorted(set(survives) - testable)}"
    )
    evidence = {name: _truth(name, value) for name, value in survives.items()}
    rows = ""
    for entry in wanted:
        name, verdict = entry["id"], entry["verdict"]
        assert name not in evidence or evidence[name] == SURVIVES[verdict], (
            f"{name}: on record as {verdict!r}, the evidence says {evidence[name]}"
        )
        remark = html.escape(" — ".join(entry[k] for k in ("instead", "note") if k in entry))
        rows += (
            f'<tr id="claim-{name}"><td>{html.escape(entry["claim"])}</td>'
            f'<td class="dg-{verdict.replace(" ", "-")}">{verdict}</td><td>{remark}</td></tr>'
        )
    display(HTML(
        '<table class="dg-claims"><thead><tr><th scope="col">What is said</th>'
        '<th scope="col">Verdict</th><th scope="col">What is so</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    ))


def _truth(name: str, value) -> bool:
    """A Python, NumPy or PyTorch truth value as a Python one."""
    plain = value.item() if hasattr(value, "item") else value
    if not isinstance(plain, bool):
        raise TypeError(f"{name}: evidence must be True or False, not {value!r}")
    return plain
