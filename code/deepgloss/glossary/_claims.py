"""A chapter's claims beside the evidence: each held to its verdict, each test to its control."""

import html
from collections.abc import Mapping
from typing import NamedTuple

from IPython.display import HTML, display

from ._queries import _require_chapter, all_claims

SURVIVES = {"holds": True, "holds here": True, "needs care": False, "fails": False}


class Evidence(NamedTuple):
    """What a test says of a claim, and of a case where the truth is the other way round."""

    outcome: bool
    control: bool | None
    """None where a claim of old comes without a control."""


def claims(chapter: str, evidence: Mapping[str, bool | tuple[bool, bool]]) -> None:
    """Hold every claim that glossaries make on a chapter's terms against evidence, in one table.

    A test that cannot come out otherwise is no evidence: linearity tried on a linear map alone, a
    bound that no number crosses, a comparison of a value with itself. So each claim's test runs
    twice, and the two must differ::

        def is_linear(f):
            return torch.allclose(f(2 * x - 3 * y), 2 * f(x) - 3 * f(y))

        dg.claims("toy", {
            "toy-1": (is_linear(conv), is_linear(relu)),    # holds: "convolution is linear"
            "toy-2": (is_linear(relu), is_linear(conv)),    # fails: "ReLU is linear"
        })

    Args:
        chapter: the chapter's slug.
        evidence: for each claim's id the pair ``(outcome, control)``. ``outcome``: whether the
            claim, as it is worded, survives the test. ``control``: what *the same test* says of a
            case where the truth is the other way round: for a claim that holds, a case where it
            is false; for one that fails or needs care, a case where its words are true. A bare
            outcome, without a control, is accepted from older chapters. Claims of the verdict
            "history" need no entry.

    Raises:
        KeyError: there is no such chapter.
        TypeError: a value is neither a truth value nor a pair of them; a number such as an
            accuracy would always count as true.
        AssertionError: a claim is missing or unknown, its outcome contradicts the verdict on
            record, or its control came out as the test itself did.
    """
    _require_chapter(chapter)
    wanted = [entry for entry in all_claims() if entry["chapter"] == chapter]
    testable = {entry["id"]: entry for entry in wanted if entry["verdict"] in SURVIVES}
    assert set(testable) == set(evidence), (
        f"missing {sorted(set(testable) - set(evidence))}, "
        f"unknown {sorted(set(evidence) - set(testable))}"
    )
    read = {name: _evidence(name, evidence[name]) for name in testable}
    for name, entry in testable.items():
        _decide(entry, read[name])
    display(HTML(_table(wanted)))


def _decide(entry: dict, evidence: Evidence) -> None:
    """Let one claim pass, or raise AssertionError: nothing else decides on any claim."""
    name, verdict = entry["id"], entry["verdict"]
    assert evidence.outcome == SURVIVES[verdict], (
        f"{name}: on record as {verdict!r}, the evidence says {evidence.outcome}"
    )
    assert evidence.control != evidence.outcome, (
        f"{name}: the control came out {evidence.control}, as the test itself did; "
        "a test that cannot come out otherwise is no evidence"
    )


def _evidence(name: str, value) -> Evidence:
    """A bare outcome, or the pair of an outcome and its control.

    Raises:
        TypeError: the value is neither.
    """
    if not isinstance(value, tuple):
        return Evidence(_truth(name, value), None)
    if len(value) != 2:
        raise TypeError(
            f"{name}: evidence must be a pair (outcome, control), not {len(value)} values"
        )
    return Evidence(*(_truth(name, part) for part in value))


def _truth(name: str, value) -> bool:
    """A Python, NumPy or PyTorch truth value as a Python one."""
    try:
        plain = value.item() if hasattr(value, "item") else value
    except (RuntimeError, ValueError):  # an array of several
        plain = None
    if not isinstance(plain, bool):
        raise TypeError(
            f"{name}: evidence must be True or False, or a pair of them, not {value!r}"
        )
    return plain


def _table(entries: list[dict]) -> str:
    rows = ""
    for entry in entries:
        verdict = entry["verdict"]
        remark = html.escape(" — ".join(entry[k] for k in ("instead", "note") if k in entry))
        rows += (
            f'<tr id="claim-{entry["id"]}"><td>{html.escape(entry["claim"])}</td>'
            f'<td class="dg-{verdict.replace(" ", "-")}">{verdict}</td><td>{remark}</td></tr>'
        )
    return (
        '<table class="dg-claims"><thead><tr><th scope="col">What is said</th>'
        '<th scope="col">Verdict</th><th scope="col">What is so</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
