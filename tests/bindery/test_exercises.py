"""Every check of the book takes its chapter's solution, and answers each plausible mistake with advice.

``mistakes/<chapter>.py`` holds, for each exercise of a chapter, what a reader may well get wrong:

- ``MISTAKES``: slug → pairs of a wrong answer and a pattern for the advice. An answer is the code
  of a whole function or class, or one or more edits ``(old, new)`` to the chapter's solution.
- ``ALSO_RIGHT`` (optional): slug → other answers that are right, written the same two ways.
"""

import importlib

import pytest
from exercises import altered, slugs, solution, stub, written
from odd_answers import ODD, changing, endless

import deepgloss as dg
from deepgloss import checks, glossary

BOOK = {
    chapter.slug: f"{chapter.part}/{chapter.slug}"
    for chapter in glossary.chapters().values()
    if glossary.written(chapter.slug)
}
EXERCISES = [(chapter, slug) for chapter in BOOK.values() for slug in slugs(chapter)]


def listed(name: str) -> list[tuple]:
    """All rows of one table in every chapter's module of mistakes."""
    rows = []
    for chapter, path in BOOK.items():
        table = getattr(importlib.import_module(f"mistakes.{chapter.replace('-', '_')}"), name, {})
        rows += [(path, slug, row) for slug, several in table.items() for row in several]
    return rows


def made(chapter: str, slug: str, answer):
    """An answer from its code, or from edits to the solution."""
    if isinstance(answer, str):
        return written(chapter, answer)
    return altered(chapter, slug, *([answer] if isinstance(answer[0], str) else answer))


@pytest.mark.parametrize("chapter, slug", EXERCISES)
def test_the_solution_passes(chapter, slug, capsys):
    dg.check(slug, solution(chapter, slug))
    assert capsys.readouterr().out == f"✓ {slug}\n"


@pytest.mark.parametrize("chapter, slug", EXERCISES)
def test_the_stub_is_not_answered_yet(chapter, slug, capsys):
    assert not dg.check(slug, stub(chapter, slug))
    assert capsys.readouterr().out == f"… {slug}: not answered yet\n"


@pytest.mark.parametrize("chapter, slug, row", listed("MISTAKES"))
def test_a_mistake_gets_advice(chapter, slug, row):
    answer, advice = row
    with pytest.raises(AssertionError, match=advice):
        dg.check(slug, made(chapter, slug, answer))


@pytest.mark.parametrize("chapter, slug, answer", listed("ALSO_RIGHT"))
def test_another_right_answer_passes(chapter, slug, answer):
    dg.check(slug, made(chapter, slug, answer))


@pytest.mark.parametrize("chapter, slug", EXERCISES)
def test_any_answer_gets_a_tick_or_advice(chapter, slug):
    for what, answer in ODD.items():
        with pytest.raises(checks.WrongAnswer) as wrong:
            dg.check(slug, answer)
        assert len(str(wrong.value).split()) > 5, f"{what}: {wrong.value}"
        assert len(str(wrong.value)) < 2000, f"{what}: {wrong.value}"


@pytest.mark.parametrize("chapter, slug", EXERCISES)
def test_an_answer_cannot_change_what_it_is_held_against(chapter, slug):
    try:
        assert dg.check(slug, changing(solution(chapter, slug)))
    except checks.WrongAnswer as wrong:
        assert len(str(wrong).split()) > 5


@pytest.mark.parametrize("chapter, slug", EXERCISES[::29])
def test_an_endless_answer_is_stopped(chapter, slug):
    with pytest.raises(checks.WrongAnswer, match=r"has not come to an end after 0.05 seconds in line \d+ of endless"):
        dg.check(slug, endless, seconds=0.05)


@pytest.mark.parametrize("chapter, slug", EXERCISES)
def test_an_exercise_names_at_least_three_mistakes(chapter, slug):
    assert sum(other == slug for _, other, _ in listed("MISTAKES")) >= 3


def test_every_check_has_its_exercise_and_every_exercise_its_check():
    assert sorted(slug for _, slug in EXERCISES) == list(checks.exercises())
