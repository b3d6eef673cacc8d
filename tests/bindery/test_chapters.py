"""The book's own chapters and files meet the guide."""

from pathlib import Path

import pytest
import yaml

from bindery import check, notebooks

BOOK = notebooks.root(Path(__file__).parent)
CHAPTERS = {f"{path.parent.name}/{path.stem}": path for path in notebooks.every(BOOK)}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_meets_the_guide(chapter):
    assert "\n".join(check.chapter(BOOK, CHAPTERS[chapter])) == ""


def test_contents_pages_and_bibliography_fit_together():
    assert "\n".join(check.files(BOOK)) == ""


def test_headings_of_every_level_are_anchors_in_the_built_book():
    """As the check of links takes them: a link to a heading that only GitHub finds would break the build."""
    config = yaml.safe_load((BOOK / "_config.yml").read_text(encoding="utf-8"))
    assert config["sphinx"]["config"]["myst_heading_anchors"] == 6
