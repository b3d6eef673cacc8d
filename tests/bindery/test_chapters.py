"""The book's own chapters and files meet the guide."""

from pathlib import Path

import pytest

from bindery import check, notebooks

BOOK = notebooks.root(Path(__file__).parent)
CHAPTERS = {f"{path.parent.name}/{path.stem}": path for path in notebooks.every(BOOK)}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_meets_the_guide(chapter):
    assert "\n".join(check.chapter(BOOK, CHAPTERS[chapter])) == ""


def test_contents_pages_and_bibliography_fit_together():
    assert "\n".join(check.files(BOOK)) == ""
