"""The Sphinx extension: text matching, links, generated pages, and a small book built for real."""

import os
import re
import shutil
import subprocess
import sys
import types
from pathlib import Path

import nbformat
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bindery import notebooks, replicate_record
from bindery.landing import Heading
from bindery.published import entry_of
from bindery.replicate_digest import digests
from bindery.replicate_record import Setting
from bindery.site import api, cells, claims_page, glossary_page, housekeeping, links, map_layout, map_page
from bindery.site.places import Page, anchor
from deepgloss import glossary

ROOT = Path(__file__).parents[2]
TERM = {"id": "cell", "chapter": "lstm", "en": "Memory cell", "aka": ["cell state"], "ja": ["x"],
        "ko": ["y"], "level": "sub"}


def run(*command, folder):
    """Run this Python with some arguments; its exit status and all it said."""
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "NO_COLOR": "1"}, check=False,
    )
    return done.returncode, done.stdout + done.stderr


JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"


# Where a term lands


def page_with(*headings, bolds=()):
    """A page from (text, level, labels), with anchors h0, h1, …"""
    return Page(
        tuple(Heading(text, level, labels, k) for k, (text, level, labels) in enumerate(headings)),
        tuple(f"h{k}" for k in range(len(headings))), bolds,
    )


def test_landing_prefers_heading_then_bold_then_top():
    title = ("Long short-term memory", 1, ())
    containing = ("Why memory cells help", 2, ())
    exact, label = ("Cell state", 2, ()), ("Inside the block", 3, ("inside", "term-cell"))
    bolds = (("memory cell", "derivation"), ("cell state", "later"))
    assert anchor(TERM, page_with(title, containing, exact, label, bolds=bolds)) == "h3"
    assert anchor(TERM, page_with(title, containing, exact, bolds=bolds)) == "h2"
    assert anchor(TERM, page_with(title, containing, bolds=bolds)) == "h1"
    assert anchor(TERM, page_with(title, bolds=bolds)) == "derivation"
    assert anchor(TERM, page_with(title)) == anchor(TERM, Page()) == ""


def test_landing_puts_the_chapters_own_term_on_its_title():
    own = {**TERM, "id": "lstm", "en": "LSTM", "aka": []}
    title = ("Long short-term memory", 1, ())
    assert anchor(own, page_with(title, bolds=(("LSTM", "derivation"),))) == "h0"


# Links to chapters to come


@pytest.mark.parametrize("target, docname, chapter", [
    ("momentum.ipynb", "chapters/optimization/adam", "momentum"),
    ("momentum.ipynb#nesterov", "chapters/optimization/adam", "momentum"),
    ("../networks/perceptron.ipynb", "chapters/optimization/adam", "perceptron"),
    ("chapters/networks/perceptron.ipynb", "index", "perceptron"),
    ("perceptron.ipynb", "chapters/optimization/adam", None),      # another part's
    ("../optimization/nonsense.ipynb", "chapters/optimization/adam", None),
    ("momentum.md", "chapters/optimization/adam", None),
    ("momentum", "chapters/optimization/adam", None),
    ("adam.ipynb", "chapters/optimization/rmsprop", None),         # is there
])
def test_chapter_to_come(target, docname, chapter):
    assert links.chapter_to_come(target, docname, {"chapters/optimization/adam"}) == chapter


def test_every_chapter_has_an_entry():
    anchors = {f"term-{term['id']}" for term in glossary.terms()}
    assert {entry_of(chapter) for chapter in glossary.chapters()} <= anchors
    assert entry_of("momentum") == "term-momentum"


# Generated pages


def test_glossary_page_has_every_term_and_name_once():
    page = glossary_page.glossary_html(lambda term: None)
    ids = re.findall(r'id="(term-[^"]+)"', page)
    assert len(ids) == len(set(ids)) == 345
    assert page.count("Chapter to come: ") == 345
    assert "<a href" not in page.partition('class="dg-list"')[2]
    for term in glossary.terms():
        for group in glossary.names(term).values():
            for name in group:
                assert f">{name.replace('&', '&amp;')}<" in page, name
    assert page.count(" lang=\"ja\">") >= 345 and page.count(" lang=\"ko\">") >= 345


def test_glossary_is_filed_by_letter():
    letters = [glossary_page.letter(term["en"]) for term in glossary_page.filed(glossary.terms())]
    assert letters == sorted(letters, key=lambda letter: (letter == "0–9", letter))
    assert glossary_page.letter("ε-insensitive loss") == "E"
    assert glossary_page.letter("1×1 convolution") == "0–9"


def test_an_entry_links_only_to_what_is_there():
    adam = glossary.lookup("adam")
    here, waiting = (glossary_page.entry_html(adam, goal) for goal in ("a.html#adam", None))
    assert 'href="a.html#adam"' in here and "Chapter to come" not in here
    assert "href" not in waiting and "Chapter to come: Adam, in Optimization" in waiting


def test_ledger_counts_and_shows_every_claim():
    claims = glossary.all_claims()
    tested = {"adam-1", "adam-3"}
    tally = claims_page.counts(claims, lambda claim: claim["id"] in tested)
    assert sum(map(sum, tally.values())) == len(claims) == 465
    assert tally["holds"][0] == tally["fails"][0] == 1

    def target_of(claim):
        return f"x.html#claim-{claim['id']}" if claim["id"] in tested else None

    pages = "".join(
        claims_page.part_html(part, target_of, lambda slug: None) for part in glossary.parts()
    )
    ids = re.findall(r'<tr id="([^"]+)"', pages)
    assert sorted(ids) == sorted(claim["id"] for claim in claims)
    assert pages.count("not yet tested") == 463 and pages.count("x.html#claim-") == 2


def test_ledger_names_every_verdict():
    assert set(claims_page.VERDICTS) == {claim["verdict"] for claim in glossary.all_claims()}


# Map


@st.composite
def prerequisites(draw):
    """Chapters 0, 1, 2 …, each needing some of the earlier ones."""
    size = draw(st.integers(1, 11))
    return {k: draw(st.sets(st.integers(0, k - 1))) if k else set() for k in range(size)}


def reachable(edges, start):
    """Everything that edges lead to from a start."""
    found, front = set(), {start}
    while front:
        front = {b for a, b in edges if a in front} - found
        found |= front
    return found


@given(prerequisites())
def test_map_leaves_out_only_what_a_longer_way_says(needs):
    every = {(a, b) for b, wanted in needs.items() for a in wanted}
    kept = map_layout.direct(needs)
    assert kept <= every
    for start in needs:
        assert reachable(kept, start) == reachable(every, start)
    for edge in kept:
        assert edge[1] not in reachable(kept - {edge}, edge[0])


def test_map_places_every_chapter_inside_its_band_and_apart():
    labels = {s: map_layout.short(c.title) for s, c in glossary.chapters().items()}
    layout = map_layout.arrange(glossary.parts(), labels)
    assert set(layout.pills) == set(glossary.chapters())
    for part in glossary.parts():
        band = layout.bands[part.slug]
        for slug in part.chapters:
            pill = layout.pills[slug]
            assert band.x <= pill.x and pill.x + pill.width <= band.x + band.width, slug
            assert band.y < pill.y and pill.y + pill.height < band.y + band.height, slug
    boxes = list(layout.pills.values())
    for k, one in enumerate(boxes):
        for other in boxes[k + 1:]:
            assert (one.x + one.width <= other.x or other.x + other.width <= one.x
                    or one.y + one.height <= other.y or other.y + other.height <= one.y)


def test_map_links_what_is_written_and_only_that():
    page = map_page.picture_html(lambda slug: f"{slug}.html" if slug == "adam" else None)
    assert re.findall(r'href="([^"]+)"', page) == ["adam.html"]
    assert page.count("chapter to come</title>") == len(glossary.chapters()) - 1
    assert 'data-from="rmsprop" data-to="adam"' in page


def test_map_in_words():
    optimization = next(part for part in glossary.parts() if part.slug == "optimization")
    words = map_page.words_html(optimization, lambda s: "a.html" if s == "adam" else None)
    assert '<a href="a.html">Adam</a> builds on Momentum and RMSprop' in words
    assert words.count("chapter to come") == len(optimization.chapters) - 1


# API


def test_api_knows_every_public_module():
    names = api.module_names()
    assert names[0] == "deepgloss" and "deepgloss.optimization" in names
    assert not [name for name in names if "._" in name]
    assert len(names) == len(set(names))


def test_api_documents_everything_once_where_it_is_defined(monkeypatch):
    parts = types.ModuleType("deepgloss.madeup"), types.ModuleType("deepgloss.madeup.inner")

    def public():
        """Something."""

    public.__module__ = "deepgloss.madeup.inner"
    for module in parts:
        module.public, module.foreign, module._hidden = public, re.compile, public
        monkeypatch.setitem(sys.modules, module.__name__, module)
    claimed = set()
    assert api.items("deepgloss.madeup", claimed) == [api.Item("deepgloss.madeup.public", "function")]
    assert api.items("deepgloss.madeup.inner", claimed) == []


# Housekeeping


def test_inline_scripts_stand_once():
    scripts = [types.SimpleNamespace(attributes={"body": body})
               for body in ("const A = 1", "let b", "const A = 1")]
    files = [types.SimpleNamespace(attributes={}) for _ in range(2)]
    assert housekeeping.without_repeats([*scripts, *files]) == [*scripts[:2], *files]


def test_slips_of_the_theme_are_repaired():
    page = ('<link rel="preload" as="font" type="font/woff2" crossorigin href="a.woff2" />\n'
            '<a href="x">Losses</a><details><summary><span class="toctree-toggle">')
    fixed = housekeeping.repaired(page)
    assert "preload" not in fixed and '<summary aria-label="Pages of Losses">' in fixed
    assert housekeeping.repaired("<summary>An exercise</summary>") == "<summary>An exercise</summary>"


# Cells

PNG, MOVING = {"data": {"image/png": "iVBO"}}, {"data": {"text/html": '<figure class="dg-explore" id="x">'}}


@pytest.mark.parametrize("tags, outputs, name", [
    (["hide-cell", "solution"], [], "Solution"),
    (["hide-cell", "solution"], [PNG], "Solution"),
    (["hide-input"], [PNG], "Code of this figure"),
    (["hide-input"], [{"text": "3"}, MOVING], "Code of this figure"),
    (["hide-input"], [PNG, MOVING, PNG], "Code of these figures"),
    (["hide-input"], [{"data": {"text/html": '<table class="dg-claims">'}}, {"text": "3"}], "Code"),
    (["hide-input"], [], "Code"),
])
def test_folded_cells_are_named_by_what_they_hold(tags, outputs, name):
    assert cells.prompt(tags, outputs) == name


@pytest.mark.parametrize("code, left", [
    ("### BEGIN SOLUTION\ndef f():\n    return 2\n### END SOLUTION", "def f():\n    return 2"),
    ("def f():\n    ### BEGIN SOLUTION\n    return 2\n    ### END SOLUTION\n\n\nf()", "def f():\n    return 2\n\n\nf()"),
    ("x = 2  ### BEGIN SOLUTION", "x = 2  ### BEGIN SOLUTION"),
    ("# BEGIN SOLUTION", "# BEGIN SOLUTION"),
])
def test_a_graders_marks_are_not_shown(code, left):
    assert cells.without_markers(code) == left


# A small book, built for real

CONF = """
extensions = ["myst_nb", "bindery.site"]
nb_execution_mode = "off"
html_theme = "basic"
html_baseurl = "https://toys.example/book"
autodoc_typehints = "none"
"""


def notebook(path: Path, text: str, output: str = ""):
    """A notebook of one text, and one cell with a stored output."""
    cell = nbformat.v4.new_code_cell("1", id="b")
    if output:
        cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": output})]
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [nbformat.v4.new_markdown_cell(text, id="a"), cell]
    metadata = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)


def build(folder: Path) -> list[str]:
    """Build a small book, incrementally; its warnings."""
    status, said = run("-m", "sphinx", "-n", "-q", "-b", "html", ".", "../site/html", folder=folder)
    assert status == 0, said
    return [line for line in said.splitlines() if "WARNING" in line or "ERROR" in line]


@pytest.fixture(scope="module")
def small_book(tmp_path_factory):
    """Folder of a book with one chapter and the generated pages."""
    folder = tmp_path_factory.mktemp("small") / "book"
    folder.mkdir()
    (folder / "conf.py").write_text(CONF, encoding="utf-8")
    (folder / "index.md").write_text(
        "# Small\n\n[Read](chapters/optimization/adam.ipynb) · [Look](https://toys.example/book/map.html)\n\n"
        "1. [Read](chapters/optimization/adam.ipynb) · [Look](glossary.md)\n\n```{toctree}\n:glob:\nglossary\nclaims\nmap\nreplication\nchapters/*/*\n```\n", encoding="utf-8"
    )
    for name in ("glossary", "claims", "map", "replication"):
        (folder / f"{name}.md").write_text(
            f"# The {name}\n\n```{{deepgloss-{name}}}\n```\n", encoding="utf-8"
        )
    notebook(
        folder / "chapters/optimization/adam.ipynb",
        "# Adam\n\nBuilds on [*momentum*](momentum.ipynb) and [](../networks/perceptron.ipynb), see the "
        "[*map*](https://toys.example/book/map.html#in-words) and [RMS](https://toys.example/book/glossary.html#term-rmsprop).\n\n"
        "## Bias correction\n\nA **first moment** and **moment estimation**.",
        '<table class="dg-claims"><tr id="claim-adam-2"><td>x</td></tr></table>',
    )
    return folder


def test_small_book_grows(small_book):
    """The steps build on each other: a chapter alone, a dead link, then the chapter it waited for."""
    built = small_book.parent / "site" / "html"

    def page(name):
        return (built / name).read_text(encoding="utf-8")

    assert build(small_book) == []
    adam = page("chapters/optimization/adam.html")
    assert re.search(r'<a class="dg-to-come[^>]*href="../../glossary.html#term-momentum"[^>]*'
                     r'title="Chapter to come: Momentum"><em>momentum</em></a>', adam)
    assert re.search(r'href="../../glossary.html#term-perceptron"[^>]*>Perceptron</a>', adam)
    # What leads to the published book stays in this build.
    assert re.search(r'<a class="dg-to-come[^>]*href="../../glossary.html#term-rmsprop"[^>]*'
                     r'title="Chapter to come: RMSprop">RMS</a>', adam)
    assert re.search(r'href="../../map.html#in-words"[^>]*><em>map</em></a>', adam)
    assert "toys.example" not in re.sub("<link [^>]*>", "", adam)
    (ways,) = re.findall(r'<p class="dg-ways">(.*?)</p>', page("index.html"), re.S)
    assert re.findall(r'href="([^"]*)"', ways) == ["chapters/optimization/adam.html", "map.html"] and "·" not in ways
    entries = page("glossary.html")
    assert 'href="chapters/optimization/adam.html#adam"' in entries
    assert 'href="chapters/optimization/adam.html#bias-correction"' in entries
    assert "chapters/optimization/momentum.html" not in entries
    assert 'href="chapters/optimization/adam.html#claim-adam-2"' in page("claims.html")
    assert page("claims.html").count("not yet tested</span>") == 464
    assert re.search(r'<a class="dg-node dg-here" data-chapter="adam"', page("map.html"))
    assert re.search(r'<script defer="defer" src="_static/search.js', page("search.html"))
    assert "search.js" not in adam

    assert '<p class="dg-replication">Not replicated yet.</p>' in adam
    assert "1 were not replicated yet" in page("replication.html")

    notebook(small_book / "chapters/optimization/rmsprop.ipynb", "# RMSprop\n\n[x](nothing.ipynb)")
    warnings = build(small_book)
    assert len(warnings) == 1 and "'nothing.ipynb'" in warnings[0]
    assert 'href="chapters/optimization/rmsprop.html#rmsprop"' in page("glossary.html")

    notebook(small_book / "chapters/optimization/momentum.ipynb", "# Momentum\n\nText.")
    notebook(small_book / "chapters/optimization/rmsprop.ipynb", "# RMSprop\n\nText.")
    assert build(small_book) == []
    assert 'href="momentum.html"' in page("chapters/optimization/adam.html")
    assert "#term-momentum" not in page("chapters/optimization/adam.html")
    assert re.search(r'<a class="(?!dg-to-come)[^>]*href="../../glossary.html#term-rmsprop"[^>]*>RMS</a>',
                     page("chapters/optimization/adam.html"))
    assert 'href="chapters/optimization/momentum.html#momentum"' in page("glossary.html")

    (small_book / "chapters/optimization/momentum.ipynb").unlink()
    assert build(small_book) == []
    assert "glossary.html#term-momentum" in page("chapters/optimization/adam.html")
    assert "chapters/optimization/momentum.html" not in page("glossary.html")


def test_the_book_can_leave_jupyter_book(tmp_path):
    """``jupyter-book config sphinx`` gives a conf.py that plain Sphinx builds without a warning.

    `make book` reads every chapter with the same extensions; here the first of each part is enough.
    """
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    parts = [page for caption in toc["parts"] for page in caption["chapters"] if "sections" in page]
    for part in parts:
        del part["sections"][1:]
    shutil.copytree(ROOT / "assets", tmp_path / "assets")
    for path in [*ROOT.glob("*.md"), *ROOT.glob("*.ipynb"), *ROOT.glob("_*.yml"), ROOT / "references.bib",
                 *ROOT.glob("chapters/*/index.md"), ROOT / "chapters/replication.yml",
                 *(ROOT / f"{page['file']}.ipynb" for part in parts for page in part["sections"])]:
        (tmp_path / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / path.relative_to(ROOT))
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
    status, said = run("-c", JUPYTER_BOOK, "config", "sphinx", ".", folder=tmp_path)
    assert status == 0 and (tmp_path / "conf.py").is_file(), said
    status, said = run(
        "-m", "sphinx", "-b", "html", "-W", "-n", "--keep-going", "-q", ".", "_build", folder=tmp_path
    )
    assert status == 0, said
    assert (tmp_path / "_build/glossary.html").is_file()


def test_a_new_record_reaches_the_chapter_and_the_table(small_book):
    """An incremental build notices the record alone: the chapter's line, the table's row, and their links."""
    built = small_book.parent / "site" / "html"
    source = small_book / "chapters/optimization/adam.ipynb"
    (small_book / "_config.yml").write_text("{}", encoding="utf-8")
    build(small_book)
    now = digests(notebooks.read(source), "adam")
    fell = [{"cell": 1, "claim": "adam-2"}]
    replicate_record.add(small_book, "adam", now, Setting(1000), {"assertions": 3, "claims": 2, "fell": fell})
    assert build(small_book) == []
    line = re.search(r'<p class="dg-replication">(.*?)</p>', (built / "chapters/optimization/adam.html").read_text(), re.S)
    assert "of 3 assertions and 2 claims, 1 conclusion fell." in line[1]
    assert 'href="../../replication.html#replication-adam"' in line[1]
    page = (built / "replication.html").read_text(encoding="utf-8")
    assert 'id="replication-adam"' in page and '<a href="#fell-adam">1 fell</a>' in page
    assert 'href="chapters/optimization/adam.html#claim-adam-2"' in page
    before = {path: path.stat().st_mtime_ns for path in built.rglob("*.html")}
    build(small_book)
    assert before == {path: path.stat().st_mtime_ns for path in built.rglob("*.html")}
