"""The front page: what bindery writes into it, and that it starts without the package, too."""

import shutil
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bindery import front_page, notebooks, run, setup_cell
from deepgloss import glossary

BOOK = notebooks.root(Path(__file__).parent)
INDEX = BOOK / "index.ipynb"


@pytest.fixture
def book(tmp_path):
    """A book with one chapter, in a part that has a page."""
    shutil.copy(BOOK / "_config.yml", tmp_path)
    folder = tmp_path / "chapters" / "optimization"
    folder.mkdir(parents=True)
    (folder / "index.md").write_text("# Optimization\n", encoding="utf-8")
    (folder / "adam.ipynb").write_text("{}", encoding="utf-8")
    return tmp_path


def test_every_part_and_chapter_is_named_and_what_is_written_is_a_link(book):
    text = front_page.parts(book)
    known = glossary.chapters()
    assert text.startswith(f"1 of {len(known)} chapters are written; the others have no link yet.\n\n1. **")
    assert "\n\n5. **[Optimization](chapters/optimization/index.md)**\n\n   Gradient descent · " in text
    assert text.count("](") == 2 and " · [Adam](chapters/optimization/adam.ipynb)\n" in text
    assert all(chapter.title in text for chapter in known.values())
    assert all(f"\n\n{n}. **" in text for n in range(1, len(glossary.parts()) + 1))


def test_what_stands_before_the_list_is_left_alone_and_the_list_is_made_anew(book):
    notebook = new_notebook(cells=[new_markdown_cell("# Book"), new_code_cell("print(2)"),
                                   new_markdown_cell("Words.\n\n## The parts\n\nold\n\n## older")])
    front_page.ensure(notebook, book)
    assert [cell.source for cell in notebook.cells] == [
        "# Book", setup_cell.fetch(book), "print(2)", f"Words.\n\n## The parts\n\n{front_page.parts(book)}"]
    before = [cell.source for cell in notebook.cells]
    front_page.ensure(notebook, book)
    assert [cell.source for cell in notebook.cells] == before


def test_the_book_s_front_page_fetches_the_package_as_chapters_do():
    first = next(cell for cell in notebooks.read(INDEX).cells if cell.cell_type == "code")
    assert first.source == setup_cell.fetch(BOOK) and setup_cell.source(BOOK, "adam").startswith(first.source)
    notebook, stale = run.prepared(BOOK, INDEX)
    assert stale is None and notebook == notebooks.read(INDEX), "python -m bindery run index.ipynb"
