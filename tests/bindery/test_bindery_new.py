"""``bindery new``: a skeleton that asks for everything, and notebooks from MyST Markdown."""

import dataclasses
import re

import jupytext
import nbformat
import pytest

from bindery import check, landing, new, notebooks, setup_cell, skeleton
from bindery.__main__ import main
from deepgloss import glossary

SOURCE = """\
---
kernelspec: {display_name: Python 3, language: python, name: python3}
deepgloss: {without: [derivation]}
---
# Adam

Text before.

```{code-cell} ipython3
:tags: [hide-input]
:mystnb: {image: {alt: "A line"}}
print(3)
```

```{code-cell} ipython3
:jupyter: {source_hidden: true}
:tags: [solution, hide-cell]
print(5)
```
"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    """An empty book, with the working directory in it."""
    config = "repository: {url: https://github.com/deepgloss/deepgloss}\n"
    (tmp_path / "_config.yml").write_text(config, encoding="utf-8")
    (tmp_path / "references.bib").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def skeletal(book, chapter):
    """The skeleton of a chapter as a notebook in normal form."""
    notebook = new.from_markdown(skeleton.markdown(book, chapter))
    setup_cell.ensure(notebook, setup_cell.source(book, chapter))
    notebooks.normalize(notebook)
    return notebook


def test_a_skeleton_is_a_notebook_that_is_not_finished(book, capsys):
    assert main(["new", "adam"]) == 0
    path = book / "chapters" / "optimization" / "adam.ipynb"
    nbformat.validate(nbformat.read(path, as_version=4))
    assert "next: python -m bindery run adam" in capsys.readouterr().out
    assert main(["check", "adam"]) == 1
    told = capsys.readouterr().out
    for phrase in ("a TODO is left", "thin:", "never executed", "a literal is no evidence",
                   "deepgloss.checks has no check", "assertions", "no figure", "cites no source"):
        assert phrase in told


@pytest.mark.parametrize("chapter", glossary.chapters())
def test_every_skeleton_has_the_form_that_is_asked_for(book, chapter):
    notebook = skeletal(book, chapter)
    wanted = dataclasses.replace(check.wanted(book, chapter), owed=frozenset())
    found = [what for _, what in check.remarks(notebook, wanted)]
    unfinished = ("TODO", "thin", "never executed", "literal", "has no check for it", "assertions",
                  "no figure", "cites no source", "**bold**", "lacks the chapter's definitions",
                  "the book's own", "prints a number")
    assert [what for what in found if not any(word in what for word in unfinished)] == []


def test_a_skeleton_lists_each_testable_claim_and_none_of_history(book):
    for chapter in ("adam", "pooling"):
        text = skeleton.markdown(book, chapter)
        for entry in glossary.all_claims():
            if entry["chapter"] == chapter:
                stands = f'"{entry["id"]}": (..., ...),' in text
                assert stands == (entry["verdict"] != "history")
    history = next(e for e in glossary.all_claims() if e["verdict"] == "history")
    assert f'"{history["id"]}"' not in skeleton.markdown(book, history["chapter"])


def test_builds_on_links_relative_to_the_part(book, monkeypatch):
    needed = {"adam": (), "relu": ("perceptron",), "rmsprop": ("perceptron", "relu", "momentum")}
    monkeypatch.setattr(glossary, "needs", needed.__getitem__)
    assert "**Builds on**" not in skeleton.markdown(book, "adam")
    perceptron = "[Perceptron](../networks/perceptron.ipynb)"
    assert f"**Builds on** {perceptron}." in skeleton.markdown(book, "relu")
    relu = f"[{glossary.chapters()['relu'].title}](../activations/relu.ipynb)"
    assert (
        f"**Builds on** {perceptron}, {relu}, "
        "and [Momentum](momentum.ipynb)." in skeleton.markdown(book, "rmsprop")
    )


def test_a_notebook_that_is_there_is_not_overwritten(book, capsys):
    assert main(["new", "adam"]) == 0
    path = book / "chapters" / "optimization" / "adam.ipynb"
    before = path.read_bytes()
    assert main(["new", "adam"]) == 2
    assert "exists; --force replaces it" in capsys.readouterr().err
    assert path.read_bytes() == before


@pytest.mark.parametrize("words, hint", [
    (["adm"], "the book has no chapter 'adm'; nearest are optimization/adam"),
    (["--from", "gone.md", "adam"], "gone.md is not a file"),
    (["--from", "_config.yml", "adam"], "_config.yml holds no ```{code-cell}"),
])
def test_wrong_words_are_told(book, capsys, words, hint):
    assert main(["new", *words]) == 2
    assert hint in capsys.readouterr().err
    assert not (book / "chapters").exists()


def test_the_skeleton_in_markdown_gives_the_same_notebook(book):
    assert main(["new", "adam", "--to", "adam.md"]) == 0
    assert not (book / "chapters").exists()
    assert main(["new", "adam", "--to", "adam.md"]) == 2
    assert main(["new", "adam", "--from", "adam.md"]) == 0
    path = book / "chapters" / "optimization" / "adam.ipynb"
    from_source = path.read_bytes()
    assert main(["new", "adam", "--force"]) == 0
    assert path.read_bytes() == from_source


def test_markdown_keeps_its_metadata_and_gets_the_setup_cell(book):
    (book / "x.md").write_text(SOURCE, encoding="utf-8")
    assert main(["new", "--from", "x.md", "adam"]) == 0
    path = book / "chapters" / "optimization" / "adam.ipynb"
    notebook = notebooks.read(path)
    title, setup, text, figure, solution = notebook.cells
    assert (title.source, text.source) == ("# Adam", "Text before.")
    assert setup.source == setup_cell.source(book, "adam")
    assert figure.metadata == {
        "jupyter": {"source_hidden": True}, "mystnb": {"image": {"alt": "A line"}},
        "tags": ["hide-input"],
    }
    assert solution.metadata.tags == ["solution", "hide-cell"]
    assert solution.metadata.jupyter == {"source_hidden": True}
    assert notebook.metadata.deepgloss.without == ["derivation"]
    first = path.read_bytes()
    assert main(["new", "--from", "x.md", "--force", "adam"]) == 0
    assert path.read_bytes() == first


def test_outputs_stay_while_the_code_stays(book, monkeypatch):
    source = book / "x.md"
    source.write_text(SOURCE, encoding="utf-8")
    assert main(["new", "--from", "x.md", "adam"]) == 0
    path = book / "chapters" / "optimization" / "adam.ipynb"
    notebook = notebooks.read(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for place, cell in enumerate(code, start=1):
        cell.execution_count = place
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=f"{place}\n")]
    notebooks.stamp(notebook, "adam")
    notebooks.write(path, notebook)
    ids = {cell.source: cell.id for cell in notebook.cells}

    source.write_text(SOURCE.replace("Text before.", "Other text."), encoding="utf-8")
    assert main(["new", "--from", "x.md", "--force", "adam"]) == 0
    again = notebooks.read(path)
    assert again.cells[2].source == "Other text."
    assert notebooks.stale(again, "adam") is None
    assert all(cell.id == ids.get(cell.source, cell.id) for cell in again.cells)

    source.write_text(SOURCE.replace("print(5)", "print(7)"), encoding="utf-8")
    assert main(["new", "--from", "x.md", "--force", "adam"]) == 0
    assert notebooks.stale(notebooks.read(path), "adam") == notebooks.NEVER_RUN


def term(name, text, *aka):
    return {"id": name, "en": text, "aka": list(aka)}


def landed(markdown, *terms):
    """The heading on which each term lands, by id."""
    notebook = jupytext.reads(markdown, fmt="md")
    found = landing.landings(landing.headings(notebook), terms)
    return {name: heading.text for name, heading in found.items()}


def test_terms_land_by_label_then_by_name_then_by_part_of_a_heading():
    text = "# Pooling\n\n## Max pooling layers\n\n## Max pooling\n\n(term-max)=\n## The largest\n"
    assert landed(text, term("max", "Max pooling")) == {"max": "The largest"}
    assert landed(text, term("other", "Max pooling")) == {"other": "Max pooling"}
    assert landed(text, term("layer", "Pooling layer")) == {"layer": "Max pooling layers"}
    assert landed(text, term("pooling", "Pooling")) == {"pooling": "Pooling"}


def test_a_title_counts_only_for_the_term_it_names():
    assert landed("# Local optima and saddle points\n", term("s", "Saddle point")) == {}
    assert landed("# Saddle points\n", term("s", "Saddle point")) == {"s": "Saddle points"}


def test_a_title_with_its_abbreviation_is_the_terms_own_heading():
    entries = [glossary.lookup("relu"), glossary.lookup("dead-relu")]
    headings = [landing.Heading("Rectified linear unit (ReLU)", 1), landing.Heading("Dead ReLU", 3)]
    found = landing.landings(headings, entries)
    assert [found[entry["id"]].text for entry in entries] == [h.text for h in headings]


@pytest.mark.parametrize("heading, name, lands", [
    ("Gated recurrent unit (GRU)", "GRU", True),
    ("Gated recurrent unit (GRU)", "Gated recurrent unit", True),
    ("Mini-batch *gradient* descent", "Mini batch gradient descent", True),
    ("Encoder and decoder", "Encoder and decoder (sequence models)", True),
    ("ReLU in practice", "relu", True),
    ("Convolutions and strides", "Stride", True),
    ("SGD", "GD", False),
    ("Optimizers", "Optima", False),
    ("Learning rates", "Learning rate schedule", False),
])
def test_names_are_whole_words_whatever_their_case_hyphens_and_parentheses(heading, name, lands):
    assert bool(landed(f"# T\n\n## {heading}\n", term("x", name))) == lands


def test_headings_inside_of_fences_are_none():
    text = "# T\n\n````{note}\n## Not one\n```\n## Nor this\n```\n````\n\n## One\n"
    notebook = jupytext.reads(text, fmt="md:myst")
    assert [h.text for h in landing.headings(notebook)] == ["T", "One"]


def test_a_label_belongs_to_the_heading_right_after_it():
    notebook = jupytext.reads("# T\n\n(a)=\n(b)=\n## One\n\n(c)=\nText.\n\n## Two\n", fmt="md:myst")
    assert [h.labels for h in landing.headings(notebook)] == [(), ("a", "b"), ()]


def test_the_skeletons_comments_are_hints_of_one_line(book):
    text = skeleton.markdown(book, "adam")
    hints = re.findall(r"^% TODO: .+$", text, re.M)
    assert len(hints) >= 7 and all(len(line) <= 100 for line in hints)
