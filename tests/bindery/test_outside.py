"""Notebooks read well where nobody knows MyST: equations, citations, references, setup cell."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbconvert.filters import markdown2html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bindery import bibliography, equations, notebooks, setup_cell
from bindery.rules.outside import outside, raw

BOOK = notebooks.root(Path(__file__).parent)
FIRST = """\
try:
    import deepgloss as dg
except ModuleNotFoundError:  # on Colab: fetch the package
    %pip install -q "git+https://github.com/deepgloss/deepgloss#subdirectory=code"
    import deepgloss as dg

dg.plot.style()
dg.term("adam")"""
BIB = r"""
@article{noether1918, title = {Invariante {Variationsprobleme}}, author = {Noether, Emmy},
  journal = {Nachrichten}, volume = {2}, number = {3}, pages = {235--257}, year = {1918},
  doi = {10.1002/(SICI)<3::X>4}}
@misc{erdos1959, title = {On Random Graphs}, author = {Erd{\H{o}}s, P{\'a}l and van der Laak, Jean-Luc M.},
  year = {1959}, eprint = {1234.5678}}
@inproceedings{many2021, title = {A * of [x]}, booktitle = {Proceedings},
  author = {Ab, C. and De, F. and Gh, I. and Jk, L. and Mn, O. and Pq, R. and St, U. and Vw, X. and Yz, A.},
  year = {2021}, url = {https://example.org/a}}
@book{nowhere2000, title = {Lost}, author = {Nobody, N.}, publisher = {None}, year = {2000}}
"""
NOETHER = "https://doi.org/10.1002/%28SICI%29%3C3::X%3E4"
ERDOS = "https://arxiv.org/abs/1234.5678"


def book_of(*texts):
    return new_notebook(cells=[new_markdown_cell(text) for text in texts])


@pytest.fixture
def known(tmp_path):
    """The sources of a small bibliography by address."""
    path = tmp_path / "references.bib"
    path.write_text(BIB, encoding="utf-8")
    return bibliography.sources(path)


def test_a_source_is_found_by_its_doi_its_arxiv_id_or_its_address(known):
    assert list(known) == [NOETHER, ERDOS, "https://example.org/a"]
    assert [source.short for source in known.values()] == ["Noether", "Erdős and van der Laak", "Ab et al."]


def test_the_list_of_references_holds_what_is_cited_in_order(known):
    notebook = book_of(f"As Noether ([1918]({NOETHER})) and others ([Ab et al., 2021](https://example.org/a)) "
                       f"and [Erdős]({ERDOS}) say.", "## References\n\nold")
    bibliography.ensure(notebook, known)
    assert notebook.cells[-1].source.splitlines() == [
        "## References", "",
        "- Ab, C., De, F., Gh, I., Jk, L., Mn, O., Pq, R., St, U., Vw, X. and others (2021). "
        r"[A \* of \[x\]](https://example.org/a). Proceedings.",
        "- Erdős, P. and van der Laak, J.-L. M. (1959). "
        f"[On Random Graphs]({ERDOS}). arXiv:1234.5678.",
        f"- Noether, E. (1918). [Invariante Variationsprobleme]({NOETHER}). Nachrichten 2(3), 235–257.",
    ]
    # The list itself cites nothing.
    notebook.cells[0].source = "Nothing."
    bibliography.ensure(notebook, known)
    assert notebook.cells[-1].source == "## References"


def test_parentheses_of_an_address_may_stand_as_they_are(known):
    plain = NOETHER.replace("%28", "(").replace("%29", ")")
    notebook = book_of(f"Noether ([1918]({plain})), (as [x](https://a.b) says), y ([2003](https://example.org/b(c))).", "## References")
    assert [address for *_, address in bibliography.links(notebook)] == [NOETHER, "https://a.b", "https://example.org/b%28c%29"]
    assert [what for _, what in bibliography.problems(notebook, known)] == [
        "[2003](https://example.org/b%28c%29): references.bib has nothing with that address"]
    bibliography.ensure(notebook, known)
    assert NOETHER in notebook.cells[-1].source


def test_unknown_sources_and_wrong_years_are_told(known):
    notebook = book_of(f"Noether ([1919]({NOETHER})), x ([2003](https://example.org/b)), [y](https://a.b).")
    assert [what for _, what in bibliography.problems(notebook, known)] == [
        f"[1919]({NOETHER}): noether1918 is of 1918",
        "[2003](https://example.org/b): references.bib has nothing with that address",
    ]


def test_every_source_of_the_book_makes_one_line():
    for source in bibliography.sources(BOOK / "references.bib").values():
        assert re.fullmatch(r"- .+ \(\d{4}\)\. \[.+\]\(https?://[^()<>\s]+\)\.( .+\.)?", source.line)
        assert not re.search(r"[{}]|\\(?![\\`*_\[\]<>$])", source.line), source.line


TWO = "$$\nx\n\\tag{5} % toy-b\n$$\n\nBy [(7)](#equation-toy-a) and [(?)](#equation-toy-b)."


def test_equations_are_numbered_in_order_and_references_follow():
    notebook = book_of("$$\ny\n$$\n\n" + TWO, "$$\nz\n\\tag{1} %  toy-a\n$$")
    assert [what for _, what in equations.problems(notebook)] == [
        "equation toy-b is number 1, not '5': python -m bindery run",
        "equation toy-a is number 2, not '1': python -m bindery run",
        "equation toy-a is number 2, but the text says (7): python -m bindery run",
        "equation toy-b is number 1, but the text says (?): python -m bindery run",
    ]
    equations.ensure(notebook)
    assert list(equations.problems(notebook)) == []
    assert "\\tag{1} % toy-b\n" in notebook.cells[0].source
    assert "By [(2)](#equation-toy-a) and [(1)](#equation-toy-b)." in notebook.cells[0].source
    before = [cell.source for cell in notebook.cells]
    equations.ensure(notebook)
    assert [cell.source for cell in notebook.cells] == before


def test_a_label_that_stands_twice_or_nowhere_is_told():
    twice = book_of("$$\nx\n\\tag{1} % toy\n$$", "$$\nx\n\\tag{1} % toy\n$$")
    assert (1, "equation toy: the label stands twice") in list(equations.problems(twice))
    lost = book_of("By [(3)](#equation-gone).")
    assert list(equations.problems(lost)) == [(0, "(3) refers to an equation gone: there is none")]


@pytest.mark.parametrize("text, advice", [
    ("```{math}\n:label: x\ny\n```", "between two lines $$"),
    ("````{exercise}\n:label: x\n```python\n3\n```\n````", "made of colons"),
    (":::{dropdown} More\ny\n:::", "<details>"), ("```{note}\ny\n```", "only in the book"),
    ("::::{grid}\n::::", "only in the book"), ("By {eq}`x`.", "[(1)](#equation"),
    ("`f{k}` by Ba {cite:p}`x` and `b`.", "a citation is a link"), ("See {ref}`x`.", "only in the book"),
])
def test_what_only_the_book_can_show_is_told(text, advice):
    (found,) = raw(text)
    assert advice in found[1]


@pytest.mark.parametrize("text", [
    ":::{exercise}\n:label: x\n\nWrite `f`.\n\n:::", "```python\n{'a': 3}\n```", "`{eq}`",
    r"$\hat{L}`$ and $$\bigl\{x\bigr\}$$ `` {cite}`x` ``", "<details>\n<summary>x</summary>\n\ny\n\n</details>",
])
def test_what_reads_everywhere_is_let_pass(text):
    assert raw(text) == []


def test_the_setup_cell_must_be_the_templates():
    notebook = new_notebook(cells=[new_code_cell(FIRST), new_markdown_cell("## References")])
    ((_, told),) = outside(notebook, SimpleNamespace(setup=setup_cell.source(BOOK, "adam"), slug="adam"))
    assert "not the template's" in told


def test_how_the_package_is_fetched_leaves_the_digest():
    now = setup_cell.source(BOOK, "adam")
    assert now != FIRST and setup_cell.digested(now) == FIRST == setup_cell.digested(FIRST)
    for other in (now.replace('"adam"', '"relu"'), now.replace("gloss/deep", "gloss/other")):
        assert setup_cell.digested(other) != FIRST
    assert setup_cell.digested("print(3)") == "print(3)"


def test_without_a_network_the_first_cell_says_one_sentence():
    code = setup_cell.source(BOOK, "adam").replace("deepgloss as dg", "nowhere_to_be_found as dg")
    code = re.sub(r"%pip .*", "pass", code)
    with pytest.raises(ModuleNotFoundError, match="go online, then run") as told:
        exec(code, {})
    assert told.value.__suppress_context__


def paragraphs(notebook):
    """A notebook's prose as plain HTML, made by nbconvert, without code and formulas."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            page = markdown2html(cell.source)
            page = re.sub(r"<pre.*?</pre>|<code.*?</code>", "", page, flags=re.S)
            yield re.sub(r"\$\$.*?\$\$|\$[^$]+\$", "", page, flags=re.S)


@pytest.mark.parametrize("path", [*notebooks.front_page(BOOK), *notebooks.every(BOOK)], ids=lambda path: path.stem)
def test_a_notebook_shows_no_markup_outside_of_the_book(path):
    notebook = notebooks.read(path)
    for page in paragraphs(notebook):
        # Code was cut out above: of a role its name would be left, of a directive the fence.
        page = re.sub(r":::+\{exercise\}", "", page)
        assert re.findall(r"(?<!\w)\{[a-z][\w:-]*\}", page) == []
        assert "\\tag" not in page and "\\begin" not in page
    fences = [line for cell in notebook.cells if cell.cell_type == "markdown"
              for line in cell.source.splitlines() if re.match(r"\s*[`~]{3,}\s*\{", line)]
    assert fences == []
