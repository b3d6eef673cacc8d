"""Links to chapters: to the file where it is there, else to the term in the published glossary."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from bindery import notebooks, published
from bindery.rules import knowledge
from deepgloss import glossary

BOOK = notebooks.root(Path(__file__).parent)
HERE = "https://someone.github.io/somewhere"
MOMENTUM = f"{HERE}/glossary.html#term-momentum"


@pytest.fixture
def book(tmp_path):
    """A book with two chapters, published at HERE."""
    (tmp_path / "_config.yml").write_text(f"html: {{baseurl: '{HERE}/'}}\n", encoding="utf-8")
    for name in ("optimization/adam", "activations/relu"):
        path = tmp_path / "chapters" / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text("{}", encoding="utf-8")
    return tmp_path


def text(book, source):
    path, notebook = book / "chapters/optimization/adam.ipynb", new_notebook(cells=[new_markdown_cell(source)])
    published.ensure(notebook, path, book)
    return notebook.cells[0].source


@pytest.mark.parametrize("target, wanted", [
    ("momentum.ipynb", MOMENTUM), ("../optimization/momentum.ipynb#why", MOMENTUM),
    ("../networks/perceptron.ipynb", f"{HERE}/glossary.html#term-perceptron"),
    (f"{HERE}/glossary.html#term-relu", "../activations/relu.ipynb"), (MOMENTUM, MOMENTUM),
    *[(target, target) for target in (
        "../activations/relu.ipynb#x", "nothing.ipynb", "relu.ipynb", "index.md", "#here", "https://a.b/momentum.ipynb",
        f"{HERE}/map.html", f"{HERE}/glossary.html#term-first-moment", "https://a.b/glossary.html#term-relu",
    )],
])
def test_a_link_leads_to_what_is_there(book, target, wanted):
    assert text(book, f"`[a]({target})` and [*b* `c`]({target} \"why\").") == (
        f"`[a]({target})` and [*b* `c`]({wanted} \"why\").")


def test_the_pages_of_parts_lead_there_too(book):
    page = book / "chapters/optimization/index.md"
    page.write_text("[Momentum](momentum.ipynb), [Adam](adam.ipynb)\n", encoding="utf-8")
    assert list(published.pages(book)) == [(page, f"[Momentum]({MOMENTUM}), [Adam](adam.ipynb)\n")]
    page.write_text(f"[Momentum]({MOMENTUM})\n", encoding="utf-8")
    assert list(published.pages(book)) == []


def test_a_book_that_is_not_published_keeps_its_links(book):
    (book / "_config.yml").write_text("repository: {}\n", encoding="utf-8")
    assert text(book, "[a](momentum.ipynb) [b](../activations/relu.ipynb)").startswith("[a](momentum.ipynb)")


def wanted(book, *needs):
    return SimpleNamespace(
        slug="adam", path=book / "chapters/optimization/adam.ipynb", site=HERE,
        book=frozenset(notebooks.path_of(book, slug) for slug in glossary.chapters()),
        needs=tuple(notebooks.path_of(book, slug) for slug in needs))


def test_builds_on_counts_chapters_to_come(book):
    notebook = new_notebook(cells=[new_markdown_cell(f"**Builds on** [momentum]({MOMENTUM}) and\n[x](../activations/relu.ipynb).")])
    assert list(knowledge.prerequisites(notebook, wanted(book, "momentum", "relu"))) == []
    (_, told), = knowledge.prerequisites(notebook, wanted(book, "relu"))
    assert told == "**Builds on** links momentum: no need in the glossary"
    (_, told), = knowledge.prerequisites(notebook, wanted(book, "momentum", "relu", "rmsprop"))
    assert told == "**Builds on** does not link rmsprop: the glossary needs it"


@pytest.mark.parametrize("target, told", [
    (f"{HERE}/glossary.html#term-relu", "the chapter is written: python -m bindery run adam"),
    (f"{HERE}/glossary.html#term-nothing", "the glossary has no 'term-nothing'"),
    ("momentum.ipynb", "the chapter is to come, and elsewhere this is a dead end: python -m bindery run adam"),
    *[(good, None) for good in (MOMENTUM, f"{HERE}/glossary.html", f"{HERE}/map.html", "https://a.b/glossary.html#term-x")],
])
def test_a_link_into_the_published_book_is_held_against_what_is_there(book, target, told):
    notebook = new_notebook(cells=[new_markdown_cell(f"[a]({target})")])
    assert [what for _, what in knowledge.linked(notebook, wanted(book))] == (
        [f"link {target!r}: {told}"] if told else [])


def test_every_chapter_has_an_entry_of_its_own():
    entries = [published.entry_of(chapter) for chapter in glossary.chapters()]
    assert len(set(entries)) == len(entries)
