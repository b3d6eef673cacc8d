"""What the site says of replication: one line on each chapter's page, and the table of all of them."""

from collections.abc import Callable, Iterable

from deepgloss import glossary

from ..replicate_state import Fallen, State
from .markup import link, text

EXCUSED = {"shift": "other seeds", "budget": "more training"}
CHANGED = {
    ("code",): "its code changed", ("package",): "the package's code changed",
    ("code", "package"): "its code and the package's changed",
}
COLOR = {"never": "dg-open", "old": "dg-needs-care", "held": "dg-holds", "fell": "dg-fails"}


def line(state: State) -> tuple[str, str]:
    """One sentence on a chapter's replication, and the words that lead to the page, or none."""
    why = "".join(f" Not run with {EXCUSED.get(key, key)}: {reason}." for key, reason in state.excused.items())
    if state.status == "never":
        return f"Not replicated yet.{why}", ""
    if state.status == "old":
        return f"Not replicated since {CHANGED[state.changed]}.{why}", "What was tried before"
    ran = f"{_many(state.count('assertions'), 'assertion')} and {_many(state.count('claims'), 'claim')}"
    tried = settings_in_words(state.settings)
    if state.status == "held":
        return f"Replicated {tried}: {ran} held every time.{why}", "How, and when"
    return (f"Replicated {tried}: of {ran}, {_many(len(state.fallen), 'conclusion')} fell.{why}",
            "What fell")


def settings_in_words(names: Iterable[str]) -> str:
    """Names of settings as a sentence says them: with seeds moved by 1,000 and 2,000, and …"""
    names = list(names)
    shifts = [f"{int(name.split()[1]):,}" for name in names if name.startswith("shift") and "," not in name]
    others = [_in_words(name) for name in names if not name.startswith("shift") or "," in name]
    parts = [f"with all seeds moved by {_listed(shifts)}"] if shifts else []
    parts += [f"with {_listed(others)}"] if others else []
    return ", and ".join(parts)


def _in_words(name: str) -> str:
    words = []
    for piece in name.split(", "):
        kind, value = piece.split()
        words.append(f"all seeds moved by {int(value):,}" if kind == "shift" else f"{value} times the training")
    return " and ".join(words)


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" + "s" * (number != 1)


def table_html(states: dict[str, State], page_of: Callable[[str], str | None]) -> str:
    """How matters stand, in a sentence and in a row for each chapter.

    Args:
        states: what :func:`bindery.replicate_state.states` gives.
        page_of: a chapter's page by its slug, or None.
    """
    rows = "\n".join(_row(state, page_of(slug)) for slug, state in states.items())
    return f"""<p>{text(summary(states.values()))}</p>
<div class="dg-scroll" role="region" tabindex="0" aria-label="Replication by chapter">
<table class="dg-replications"><thead><tr><th scope="col">Chapter</th> <th scope="col">Held</th>
<th scope="col">Assertions</th> <th scope="col">Claims</th> <th scope="col">Settings tried</th>
<th scope="col">Date</th></tr></thead>
<tbody>
{rows}
</tbody></table></div>"""


def summary(states: Iterable[State]) -> str:
    """One sentence that counts chapters by how they stand."""
    tally = dict.fromkeys(("held", "fell", "old", "never"), 0)
    for state in states:
        tally[state.status] += 1
    return (
        f"{_many(sum(tally.values()), 'chapter')}: {tally['held']} held under every setting tried, "
        f"{tally['fell']} fell under some, {tally['old']} changed since they were replicated, "
        f"{tally['never']} were not replicated yet."
    )


def _row(state: State, page: str | None) -> str:
    title = link(page, glossary.chapters()[state.chapter].title)
    held = {"never": "not yet", "held": "all"}.get(state.status)
    if state.status == "old":
        held = f"not since {text(CHANGED[state.changed])}"
    elif state.status == "fell":
        held = f'<a href="#fell-{state.chapter}">{len(state.fallen)} fell</a>'
    tried = [*map(_tag, state.settings), *(f"no {EXCUSED.get(key, key)}: {why}" for key, why in state.excused.items())]
    numbers = [str(state.count(what)) if state.settings else "" for what in ("assertions", "claims")]
    return (
        f'<tr id="replication-{state.chapter}"><th scope="row">{title}</th> '
        f'<td class="{COLOR[state.status]}">{held}</td> <td>{numbers[0]}</td> <td>{numbers[1]}</td> '
        f"<td>{text('; '.join(tried))}</td> <td>{state.date}</td></tr>"
    )


def _tag(name: str) -> str:
    """A setting's name for a narrow column: seeds + 1,000, training × 4."""
    kinds = (piece.split() for piece in name.split(", "))
    return ", ".join(f"seeds + {int(value):,}" if kind == "shift" else f"training × {value}" for kind, value in kinds)


def fallen_html(states: dict[str, State], page_of: Callable[[str], str | None],
                target_of: Callable[[dict], str | None]) -> str:
    """Everything that fell, chapter by chapter, in words.

    Args:
        states: what :func:`bindery.replicate_state.states` gives.
        page_of: a chapter's page by its slug, or None.
        target_of: page and anchor of the row that tests a claim, or None.
    """
    claims = {claim["id"]: claim for claim in glossary.all_claims()}
    groups = ""
    for slug, state in states.items():
        if state.status != "fell":
            continue
        title = link(page_of(slug), glossary.chapters()[slug].title)
        items = "\n".join(f"<li>{_told(fallen, claims, target_of)}</li>" for fallen in state.fallen)
        groups += f'<h3 id="fell-{slug}">{title}</h3>\n<ul class="dg-fell">\n{items}\n</ul>\n'
    return groups or "<p>Nothing that is in the record as the chapters stand.</p>"


def _told(fallen: Fallen, claims: dict[str, dict], target_of) -> str:
    if fallen.kind == "claim" and fallen.what in claims:
        claim = claims[fallen.what]
        what = f"the verdict “{claim['verdict']}” on " + link(target_of(claim), f"“{claim['claim']}”")
    elif fallen.kind == "error":
        what = f"the cell ended in <code>{text(fallen.what)}</code>"
    else:
        what = f"<code>{text(fallen.what)}</code>"
    return f"Cell [{fallen.cell}], {text(settings_in_words(fallen.settings))}: {what}"
