"""The book's own chapters and files meet the guide."""

from pathlib import Path

import pytest

from bindery import check, notebooks

BOOK = notebooks.root(Path(__file__).parent)
CHAPTERS = notebooks.every(BOOK)


@pytest.mark.parametrize("path", CHAPTERS, ids=[f"{p.parent.name}/{p.stem}" for p in CHAPTERS])
def test_a_chapter_meets_the_guide(path):
    assert "\n".join(check.chapter(BOOK, path)) == ""


def test_contents_pages_and_bibliography_fit_together():
    assert "\n".join(check.files(BOOK)) == ""
