"""The ledger: every claim that glossaries make, its verdict, and the row that tests it."""

from collections.abc import Callable

from deepgloss import glossary

from .markup import choice, link, search_box, text

VERDICTS = {
    "holds": "true as it is worded, in general",
    "holds here": "borne out by an experiment on the book's data",
    "needs care": "true only with a qualification, which stands beside it",
    "fails": "wrong; what is right stands beside it",
    "history": "a matter of dates and names, checked against sources",
}


def counts(claims, tested: Callable[[dict], bool]) -> dict[str, tuple[int, int]]:
    """For each verdict, how many claims are tested and how many are to come."""
    tally = {verdict: [0, 0] for verdict in VERDICTS}
    for claim in claims:
        tally[claim["verdict"]][0 if tested(claim) else 1] += 1
    return {verdict: tuple(pair) for verdict, pair in tally.items()}


def summary_html(target_of: Callable[[dict], str | None]) -> str:
    """The table of counts, and the controls that narrow the tables below it."""
    claims = glossary.all_claims()
    tally = counts(claims, lambda claim: target_of(claim) is not None)
    rows = "\n".join(
        f'<tr><th scope="row" class="{_css(verdict)}">{verdict}</th> <td>{meaning}</td> '
        f"<td>{tally[verdict][0]}</td> <td>{tally[verdict][1]}</td></tr>"
        for verdict, meaning in VERDICTS.items()
    )
    tested, open_ = (sum(pair[k] for pair in tally.values()) for k in (0, 1))
    verdicts = [("", "all"), *((verdict, verdict) for verdict in VERDICTS)]
    states = [("", "all"), ("tested", "tested"), ("open", "not yet tested")]
    return f"""<div class="dg-scroll" role="region" tabindex="0" aria-label="Claims by verdict">
<table class="dg-tally"><thead><tr><th scope="col">Verdict</th> <th scope="col">Meaning</th>
<th scope="col">Tested</th> <th scope="col">To come</th></tr></thead>
<tbody>
{rows}
</tbody>
<tfoot><tr><th scope="row">all</th> <td></td> <td>{tested}</td> <td>{open_}</td></tr></tfoot>
</table></div>
<div class="dg-find" data-noun="claim" data-page>
<div class="dg-controls" role="search" aria-label="Claims">
{search_box("Find a claim", "variance, Adam, 2012 …")}
{choice("Verdict", "verdict", verdicts)}
{choice("State", "state", states)}
<p class="dg-count" role="status" aria-live="polite">{len(claims)} claims</p>
</div>
<p class="dg-nothing" hidden>No claim fits.</p>
</div>"""


def part_html(part, target_of: Callable[[dict], str | None], page_of) -> str:
    """The claims of one part, chapter by chapter, in one table.

    Args:
        part: the part, as ``glossary.parts()`` gives it.
        target_of: page and anchor of the row that tests a claim, or None.
        page_of: a chapter's page by its slug, or None.
    """
    bodies = ""
    for slug in part.chapters:
        claims = [claim for claim in glossary.all_claims() if claim["chapter"] == slug]
        if not claims:
            continue
        title = link(page_of(slug), glossary.chapters()[slug].title)
        rows = "\n".join(_row(claim, target_of(claim)) for claim in claims)
        bodies += (
            f'<tbody data-group>\n<tr><th colspan="3" scope="rowgroup">{title}</th></tr>\n'
            f"{rows}\n</tbody>\n"
        )
    if not bodies:
        return "<p>No glossary we read makes a claim here.</p>"
    return f"""<div class="dg-scroll" role="region" tabindex="0" aria-label="Claims: {text(part.title)}">
<table class="dg-claims dg-ledger"><thead><tr><th scope="col">What is said</th>
<th scope="col">Verdict</th> <th scope="col">What is so</th></tr></thead>
{bodies}</table></div>"""


def _row(claim: dict, target: str | None) -> str:
    verdict = claim["verdict"]
    remark = " — ".join(claim[field] for field in ("instead", "note") if field in claim)
    if target is None:
        state, place = "open", '<span class="dg-open">not yet tested</span>'
    else:
        state = "tested"
        place = link(target, "see the test", **{"aria-label": f"see the test: {claim['claim']}"})
    return (
        f'<tr id="{claim["id"]}" data-entry data-verdict="{verdict}" data-state="{state}">'
        f"<td data-name>{text(claim['claim'])}</td> "
        f'<td class="{_css(verdict)}">{verdict}</td> '
        f'<td><span data-name>{text(remark)}</span> <small>{place}</small></td></tr>'
    )


def _css(verdict: str) -> str:
    return "dg-" + verdict.replace(" ", "-")
