"""Each rule of ``bindery check``: a complete chapter passes, each way to break it is remarked on."""

import copy
import dataclasses
from types import SimpleNamespace

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from bindery import bibliography, check, debts, exercises, notebooks
from bindery.__main__ import main
from bindery.rules import MAY_BE_OWED, Wanted
from deepgloss.glossary import Part

SETUP = "import deepgloss as dg"
SOURCES = {address: bibliography.Source(f"ba{year}toy", ("Ba",), "Ba, J.", year, "Toys", "", address)
           for year, address in (("2016", "https://a.b/16"), ("2017", "https://a.b/17"))}
LEAD = """\
**Builds on** [slope](slope.ipynb)
and [ReLU](../activations/relu.ipynb).

A **toy** is small; its **Gauge boson** is a mention. By Ba ([2016](https://a.b/16), [2017](https://a.b/17))."""


def markdown(text):
    return new_markdown_cell(text)


def code(text, *tags, outputs=(), **metadata):
    return new_code_cell(text, outputs=list(outputs), metadata={"tags": list(tags), **metadata})


def exercise(label):
    """The four cells of an exercise."""
    name = label.replace("-", "_")
    source = f"def {name}():\n    ### BEGIN SOLUTION\n    return 3\n    ### END SOLUTION"
    return [
        markdown(f":::{{exercise}}\n:label: {label}\n\nWrite `{name}()`.\n\n:::"),
        code(exercises.cut(source), "stub"),
        code(f'dg.check("{label}", {name})', "nbval-check-output"),
        code(source, "solution", "hide-cell"),
    ]


def complete():
    """A chapter with which no rule finds fault."""
    picture = new_output("display_data", {"image/png": "iVBO", "text/plain": "<Figure>"})
    alt = {"image": {"alt": "A line that rises"}}
    cells = [
        markdown("# Toy models"),
        code(SETUP, "remove-input"),
        markdown(LEAD),
        code('dg.explore(print, size=[3, 5], alt="A toy")'),
        markdown("## Why it exists\n\n" + "word " * 900),
        markdown("## Derivation\n\n(term-twin)=\n### A second of its kind\n\n"
                 "See [slope](slope.ipynb)."),
        markdown("## From scratch\n\n### Ball bearings (small)\n\n"
                 "As [above](#a-second-of-its-kind)."),
        code("import torch\n\nassert torch.ones(3).sum() == 3\n"
             "torch.testing.assert_close(torch.ones(3), torch.ones(3))\nprint(3)",
             outputs=[new_output("stream", name="stdout", text="3\n")]),
        markdown("## See it move"),
        code('dg.explore(print, x=[1, 2], alt="A number")'),
        markdown("## On real data"),
        code("plt.plot([3, 5])\nplt.show()", "hide-input", mystnb=alt, outputs=[picture]),
        code("print(len('loss'))", outputs=[new_output("stream", name="stdout", text="4\n")]),
        markdown("## In practice"),
        markdown("## Pitfalls"),
        markdown("## Claims, checked"),
        code('dg.claims("toy", {"toy-1": (3 < 5, 5 < 3), "toy-2": (len("abc") > 5, 1 < 2)})',
             "hide-input"),
        markdown("## Exercises"),
        *exercise("toy-one"), *exercise("toy-two"), *exercise("ball-bearing-three"),
        markdown("\n".join(["## References", "", *(source.line for source in SOURCES.values())])),
    ]
    notebook = new_notebook(cells=cells)
    executed(notebook)
    return notebook


def executed(notebook):
    """Give every cell its number, and note that the outputs are those of the code."""
    numbered = (cell for cell in notebook.cells if cell.cell_type == "code")
    for place, cell in enumerate(numbered, start=1):
        cell.execution_count = place
    notebooks.stamp(notebook, "toy")


def term(name, level, text, *aka):
    return {"id": name, "level": level, "en": text, "aka": list(aka)}


@pytest.fixture
def wanted(tmp_path):
    """What the rest of a small book knows of the chapter."""
    here = tmp_path / "chapters" / "optimization"
    here.mkdir(parents=True)
    relu = tmp_path / "chapters" / "activations" / "relu.ipynb"
    (here / "notes.md").write_text("# Notes\n\n## To keep\n", encoding="utf-8")
    path = here / "toy.ipynb"
    return Wanted(
        slug="toy", title="Toy models", setup=SETUP, path=path,
        needs=(here / "slope.ipynb", relu),
        terms=(
            term("toy", "headword", "Toy model"), term("ball-bearing", "sub", "Ball-bearing"),
            term("twin", "sub", "Doppelgänger"), term("boson", "mention", "Boson", "gauge boson"),
        ),
        claims=tuple({"id": f"toy-{n}", "verdict": v}
                     for n, v in enumerate(("holds", "fails", "history"), start=1)),
        checks=frozenset({"toy-one", "toy-two", "ball-bearing-three"}),
        sources=SOURCES,
        book=frozenset({path, here / "slope.ipynb", relu}),
    )


def test_a_complete_chapter_has_no_remarks(wanted):
    assert check.remarks(complete(), wanted) == []


def cell_with(notebook, text):
    """The first cell that holds a text."""
    return next(cell for cell in notebook.cells if text in cell.source)


def swap(old, new):
    """A mutation that replaces a text wherever it stands; it must stand somewhere."""

    def mutate(notebook):
        assert any(old in cell.source for cell in notebook.cells)
        for cell in notebook.cells:
            cell.source = cell.source.replace(old, new)

    return mutate


def add(cell, line):
    """Write one more line into a cell."""
    cell.source += f"\n{line}"


def drop(text):
    """A mutation that takes out the first cell that holds a text."""

    def mutate(notebook):
        notebook.cells.remove(cell_with(notebook, text))

    return mutate


def output(text, *outputs):
    """A mutation that gives a cell other outputs."""

    def mutate(notebook):
        cell_with(notebook, text).outputs = [new_output(*o[0], **o[1]) for o in outputs]

    return mutate


def metadata(text, **values):
    """A mutation of a cell's metadata."""

    def mutate(notebook):
        cell_with(notebook, text).metadata.update(nbformat.from_dict(values))

    return mutate


def excused(*other, **reasons):
    """A mutation of what excuses the chapter from replication."""

    def mutate(notebook):
        notebook.metadata["deepgloss"]["replicate"] = other[0] if other else reasons

    return mutate


def without(*words):
    """A mutation of the chapter's list of sections it does without."""

    def mutate(notebook):
        notebook.metadata["deepgloss"]["without"] = list(words)

    return mutate


def stream(name, text):
    return (("stream",), {"name": name, "text": text})


def data(**kinds):
    return (("display_data", {k.replace("__", "/"): v for k, v in kinds.items()}), {})


MUTATIONS = {
    "title": (swap("# Toy models", "# Toys"), "first cell must be '# Toy models'"),
    "title with text": (swap("# Toy models", "# Toy models\n\nmore"), "first cell must be"),
    "second title": (swap("## Pitfalls", "# More\n\n## Pitfalls"), "a second title, 'More'"),
    "setup": (swap(SETUP, "import deepgloss"), "setup cell is not the template's"),
    "setup shown": (metadata(SETUP, tags=["hide-input"]), "setup cell must have the tag"),
    "setup late": (lambda nb: nb.cells.insert(1, nb.cells.pop(2)), "must come right after"),
    "no section": (swap("## Pitfalls", "## Traps"), "no section '## Pitfalls'"),
    "no claims": (swap("## Claims, checked", "## Claims"), "no section '## Claims, checked'"),
    "no derivation": (swap("## Derivation", "### Why"), "no section '## Derivation'"),
    "no practice": (swap("## In practice", "### Practice"), "no section '## In practice'"),
    "no slider": (swap("## See it move", "### Move"), "no section '## See it move'"),
    "twice": (swap("## Pitfalls", "## Pitfalls\n\n## Pitfalls"), "stands 2 times"),
    "order": (swap("## Pitfalls", "## Claims, checked\n\n## Pitfalls"), "must come before"),
    "replicate unknown": (excused(time="it takes long"), "'time' is none of shift, budget"),
    "replicate empty": (excused(budget=" "), "'budget' needs a reason in words, not ' '"),
    "replicate number": (excused(shift=3), "'shift' needs a reason in words, not 3"),
    "replicate no mapping": (excused("never"), "deepgloss.replicate must be a mapping"),
    "seed": (swap("plt.show", "torch.Generator().manual_seed(3)\nplt.show"),
             "torch.Generator().manual_seed(…): no shift reaches this seed"),
    "excuse unknown": (without("claims"), "'claims' is none of"),
    "excuse unused": (without("derivation"), "but the section is there"),
    "last section": (swap("## References", "## References\n\n## Thanks\n"), "comes last"),
    "list of references": (swap("- Ba, J. (2017)", "- Ba (2017)"), "is not up to date"),
    "list stale": (swap(", [2017](https://a.b/17))", ")"), "is not up to date"),
    "list not last": (lambda nb: nb.cells.append(markdown("Bye.")), "must begin with '## References'"),
    "citation": (swap("A **toy**", "By Ba ([2018](https://a.b/18)), a **toy**"), "nothing with that address"),
    "citation's year": (swap("[2017]", "[2018]"), "ba2017toy is of 2017"),
    "no citation": (swap("([2016](https://a.b/16), [2017](https://a.b/17))", "2016"), "cites no source"),
    "role": (swap("A **toy**", "By {eq}`x`, a **toy**"), "is referred to as [(1)]"),
    "equation": (swap("A **toy**", "By [(1)](#equation-x), a **toy**"), "there is none"),
    "thin": (swap("word " * 200, ""), "thin:"),
    "long": (swap("word " * 900, "word " * 2500), "long: 2"),
    "late picture": (swap("A **toy**", "word " * 300 + "A **toy**"), "words before the first picture"),
    "by": (swap("A **toy**", "The gradient of the loss by $x$. A **toy**"), "with respect to"),
    "who": (swap("A **toy**", "Who trains a **toy**"), "a sentence has a subject"),
    "for": (swap("is small;", "is small, for it grows slowly;"), "say because"),
    "for a noun": (swap("is small;", "is small, for no path leads there;"), "say because"),
    "per": (swap("is small;", "is small, with two biases a row;"), "two numbers per channel"),
    "no number": (output("print(len", stream("stdout", "many\n")), "prints a number"),
    "number of a figure": (output("print(len", data(text__html="<img alt='3'>", text__plain="3")),
                           "prints a number"),
    "todo": (swap("## Pitfalls", "## Pitfalls\n\n% TODO: two to four"), "a TODO is left"),
    "needs too few": (swap("[slope](slope.ipynb)\nand", ""), "does not link slope"),
    "needs too many": (swap("\nand [ReLU]", ", [toy](toy.ipynb)\nand [ReLU]"), "links toy: no need"),
    "no needs": (swap("**Builds on**", "From"), "no line **Builds on**"),
    "needs twice": (swap("## Pitfalls", "## Pitfalls\n\n**Builds on** sand"), "a second line"),
    "link": (swap("See [slope](slope.ipynb)", "See [slope](slopes.ipynb)"), "neither a file there"),
    "link folder": (swap("See [slope](slope", "See [slope](../activations/slope"),
                    "the chapter stands in optimization/"),
    "anchor here": (swap("(#a-second-of-its-kind)", "(#a-third)"), "no anchor 'a-third'"),
    "anchor there": (swap("(#a-second-of-its-kind)", "(notes.md#gone)"), "no anchor 'gone'"),
    "heading": (swap("### Ball bearings", "### Bearings"), "the sub 'Ball-bearing' has no heading"),
    "label": (swap("(term-twin)=", "(twin)="), "the sub 'Doppelgänger' has no heading"),
    "mention": (swap("**Gauge boson**", "Gauge boson"), "'Boson' is mentioned nowhere in **bold**"),
    "claims call": (swap("dg.claims(", "print("), "no dg.claims('toy'"),
    "claims chapter": (swap('dg.claims("toy"', 'dg.claims("adam"'), "dg.claims names 'adam'"),
    "claim missing": (swap('"toy-1": (3 < 5, 5 < 3), ', ""), "no evidence for toy-1"),
    "claim literal": (swap("3 < 5", "True"), "toy-1: a literal is no evidence"),
    "claim open": (swap("3 < 5", "..."), "toy-1: a literal is no evidence"),
    "control literal": (swap("5 < 3", "not True"), "toy-1: a literal is no evidence"),
    "control mirrored": (swap("5 < 3", "not 3 < 5"), "the control is the outcome turned around"),
    "outcome mirrored": (swap("(3 < 5", "(not 5 < 3"), "the control is the outcome turned around"),
    "no control": (swap("(3 < 5, 5 < 3)", "3 < 5"), "no control beside toy-1: (outcome, control)"),
    "control unseen": (swap("(3 < 5, 5 < 3)", "pair()"), "no control beside toy-1"),
    "controls unseen": (swap('{"toy-1"', 'e | {"toy-1"'), "no control beside toy-1, toy-2"),
    "claims cell": (swap('dg.claims("toy"', "# more\n" * 60 + 'dg.claims("toy"'), "cell of 61 lines"),
    "not Python": (swap("print(3)", "print(3"), "not Python"),
    "wide": (swap("print(3)", f"print({'3' * 84})"), "a line of 91 columns"),
    "url": (swap("print(3)", "print('https://example.org')"), "a URL in code"),
    "hidden": (metadata("print(3)", tags=["remove-input"]), "belongs to the setup cell alone"),
    "tag": (metadata("print(3)", tags=["skip-execution"]), "the tag 'skip-execution' is none of"),
    "except": (swap("print(3)", "try:\n    print(3)\nexcept:\n    pass"), "a bare except"),
    "path": (swap("print(3)", "import sys\nsys.path.append('.')"), "sys.path"),
    "warnings": (swap("print(3)", "warnings.simplefilter('ignore')"), "warnings.simplefilter"),
    "assertions": (swap("assert torch.ones(3).sum() == 3\n", ""), "1 assertions"),
    "no alt": (metadata("plt.show", mystnb={}), "a figure without alt text"),
    "explore without alt": (swap(', alt="A number"', ""), "explore without alt="),
    "explore blank alt": (swap('alt="A number"', 'alt=""'), "explore without alt="),
    "error": (output("print(3)", (("error",), {"ename": "E", "evalue": "", "traceback": []})),
              "an error in the outputs"),
    "stderr": (output("print(3)", stream("stderr", "hm")), "writes to stderr: 'hm'"),
    "widget": (output("print(3)", data(**{"application__vnd.jupyter.widget-view+json": {}})),
               "a widget in the outputs"),
    "svg": (output("print(3)", data(**{"image__svg+xml": "<svg/>"})), "an SVG in the outputs"),
    "address": (output("print(3)", data(text__plain="<Legend at 0x7f3a5b21c0d0>")),
                "a memory address in the outputs"),
    "few exercises": (lambda nb: nb.cells.__delitem__(slice(-5, -1)), "2 exercises"),
    "many exercises": (lambda nb: nb.cells.__setitem__(slice(-1, -1), [
        *exercise("toy-a"), *exercise("toy-b"), *exercise("toy-c")]), "6 exercises"),
    "exercise unlabeled": (swap(":label: toy-one\n", ""), "an exercise without :label:"),
    "exercise twice": (swap("toy-two", "toy-one"), "the label stands twice"),
    "exercise alien": (swap("toy-one", "doll-one"), "must start with 'toy'"),
    "exercise unchecked": (swap('dg.check("toy-one"', 'print("toy-one"'), "no cell dg.check("),
    "exercise unknown": (swap("toy-one", "toy-ten"), "deepgloss.checks has no check"),
    "check alien": (swap("print(3)", 'dg.check("toy-ten", 3)'), "no exercise of this chapter"),
    "unsolved": (drop("    return 3"), "toy-one: no cell tagged solution"),
    "unstubbed": (drop("raise NotImplementedError"), "toy-one: no cell tagged stub"),
    "stub by hand": (lambda nb: add(cell_with(nb, "def toy_one"), "    # a hint"),
                     "toy-one: the stub is not what cutting its solution leaves"),
    "stub astray": (metadata("print(3)", tags=["stub"]), "a stub that follows no exercise"),
    "solution unmarked": (swap("    return 3\n    ### END SOLUTION", "    return 3"), "must stand"),
    "solution shown": (metadata("    return 3", tags=["solution"]), "belong together"),
    "solution astray": (metadata("print(3)", tags=["solution", "hide-cell"]), "follows no"),
    "solution twice": (lambda nb: nb.cells.insert(-1, copy.deepcopy(nb.cells[-2])), "a second cell"),
    "check does more": (lambda nb: add(cell_with(nb, "dg.check("), "print(toy_one())"),
                        "a check cell calls dg.check and does nothing else"),
}
# One slip that shows in two places.
SEVERAL = {"title", "order", "not Python", "svg", "many exercises", "exercise unlabeled",
           "exercise alien", "solution unmarked", "last section"}


@pytest.mark.parametrize("name", MUTATIONS)
def test_each_way_to_break_a_chapter_is_remarked_on(name, wanted):
    mutate, phrase = MUTATIONS[name]
    notebook = complete()
    mutate(notebook)
    executed(notebook)
    found = [what for _, what in check.remarks(notebook, wanted)]
    assert any(phrase in what for what in found), found
    assert (len(found) > 1) == (name in SEVERAL), found


def test_an_exercise_has_its_order(wanted):
    notebook = complete()
    cells = notebook.cells
    place = cells.index(cell_with(notebook, ":label: toy-two"))
    cells[place + 2], cells[place + 3] = cells[place + 3], cells[place + 2]
    executed(notebook)
    assert check.remarks(notebook, wanted) == [
        (place + 1, "exercise toy-two: the order is statement, stub, check, solution")
    ]


@pytest.mark.parametrize("text, tag", [(SETUP, "remove-input"), ("plt.show", "hide-input"),
                                       ("    return 3", "hide-cell")])
def test_what_the_page_folds_is_folded_in_jupyterlab(text, tag, wanted):
    notebook = complete()
    cell = cell_with(notebook, text)
    assert cell.metadata.jupyter == {"source_hidden": True}
    del cell.metadata["jupyter"]
    assert check.remarks(notebook, wanted) == [(
        notebook.cells.index(cell),
        f"a cell tagged {tag} needs the metadata jupyter: {{source_hidden: true}}",
    )]


@pytest.mark.parametrize("start, end", [
    ("<details><summary>More</summary>", "</details>"),
    ("<details>\n<summary>More</summary>", "</details>"),
])
def test_words_that_are_folded_do_not_count(start, end, wanted):
    notebook = complete()
    swap("A **toy**", f"{start}\n\n{'word ' * 3000}\n\n{end}\n\nA **toy**")(notebook)
    executed(notebook)
    assert check.remarks(notebook, wanted) == []
    swap(start, "<div>")(notebook)
    assert len(check.remarks(notebook, wanted)) == 2


def test_a_debt_is_accepted_and_one_that_is_paid_is_remarked_on(wanted):
    notebook = complete()
    swap("## In practice", "### Practice")(notebook)
    executed(notebook)
    assert check.remarks(notebook, dataclasses.replace(wanted, owed=frozenset({"in-practice"}))) == []
    for name in MAY_BE_OWED:
        (_, what), = check.remarks(complete(), dataclasses.replace(wanted, owed=frozenset({name})))
        assert what == f"the rule {name} is met: take it out of debts.yml"


def test_debts_are_owed_by_chapters_for_rules(tmp_path, monkeypatch):
    file = tmp_path / "debts.yml"
    file.write_text("adam: [controls, controls]\naddam: [claims]\n", encoding="utf-8")
    monkeypatch.setattr(debts, "FILE", file)
    monkeypatch.setattr(debts, "read", debts.read.__wrapped__)
    assert [what.partition(" is none")[0] for what in debts.problems()] == [
        "debts.yml: adam: a rule stands twice",
        "debts.yml: the book has no chapter 'addam'", "debts.yml: addam: 'claims'",
    ]
    assert debts.owed("adam") == {"controls"} and debts.owed("relu") == frozenset()


def test_debts_are_shown_by_chapter_and_by_rule(capsys, monkeypatch):
    owed = {"adam": ["in-practice", "controls"], "relu": ["controls"]}
    monkeypatch.setattr(debts, "read", lambda: owed)
    assert main(["check", "--debts"]) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["relu", "controls"], ["adam", "in-practice,", "controls"], [],
        ["in-practice", "1"], ["controls", "2"], ["chapters", "with", "debts", "2"],
    ]


@pytest.mark.parametrize("section", ["Derivation", "See it move"])
def test_a_chapter_may_say_that_it_does_without_a_section(section, wanted):
    notebook = complete()
    swap(f"## {section}", "### Aside")(notebook)
    without(section.lower().replace(" ", "-"))(notebook)
    executed(notebook)
    assert check.remarks(notebook, wanted) == []


def test_without_claims_in_the_glossary_none_are_asked_for(wanted):
    notebook = complete()
    drop("## Claims")(notebook)
    drop("dg.claims")(notebook)
    executed(notebook)
    assert check.remarks(notebook, dataclasses.replace(wanted, claims=())) == []


def test_a_chapter_that_the_glossary_does_not_define_is_remarked_on(wanted):
    undefined = dataclasses.replace(wanted, defined=False)
    assert [what for _, what in check.remarks(complete(), undefined)] == [
        "the glossary lacks the chapter's definitions and needs"
    ]


def test_no_figure_at_all_is_remarked_on(wanted):
    notebook = complete()
    drop("dg.explore")(notebook)
    drop("dg.explore")(notebook)
    drop("plt.show")(notebook)
    executed(notebook)
    assert (None, "no figure") in check.remarks(notebook, wanted)


def test_outputs_must_come_from_a_run_of_the_code_as_it_stands(wanted):
    notebook = complete()
    cell_with(notebook, "print(3)").source += "\nprint(5)"
    (_, what), = check.remarks(notebook, wanted)
    assert "code or glossary changed" in what

    notebook = complete()
    cell_with(notebook, "print(3)").outputs[0].text = "5\n"
    (_, what), = check.remarks(notebook, wanted)
    assert "outputs not written by bindery run" in what

    notebook = complete()
    cell_with(notebook, "print(3)").execution_count = None
    (index, what), = check.remarks(notebook, wanted)
    assert notebook.cells[index] is cell_with(notebook, "print(3)") and "never executed" in what

    notebook = complete()
    first, second = (cell_with(notebook, f"def {name}") for name in ("toy_one", "toy_two"))
    first.execution_count, second.execution_count = second.execution_count, first.execution_count
    assert sum("stands as number" in what for _, what in check.remarks(notebook, wanted)) == 2


def test_prose_may_change_without_a_new_run(wanted):
    notebook = complete()
    cell_with(notebook, "## Pitfalls").source += "\n\nOne more."
    assert check.remarks(notebook, wanted) == []


def test_cells_are_counted_from_one_and_large_files_remarked_on(tmp_path, monkeypatch, wanted):
    monkeypatch.setattr(check, "wanted", lambda book, slug: wanted)
    monkeypatch.setattr(notebooks, "slug_of", lambda path: "toy")
    notebook = complete()
    cell_with(notebook, "print(3)").outputs[0].text = "3" * 700_000 + "\n"
    metadata("plt.show", mystnb={})(notebook)
    executed(notebook)
    notebooks.write(wanted.path, notebook)
    place = notebook.cells.index(cell_with(notebook, "plt.show")) + 1
    first, second = check.chapter(tmp_path, wanted.path)
    assert first.startswith(f"chapters/optimization/toy.ipynb: cell {place}: a figure without alt")
    assert second.startswith("chapters/optimization/toy.ipynb: 6") and "KB" in second


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of two parts with three chapters, and a function that writes its table of contents."""
    parts = (Part("first", "First", ("a", "b")), Part("second", "Second", ("c",)))
    monkeypatch.setattr("deepgloss.glossary.parts", lambda: parts)
    for part, slugs in (("first", "ab"), ("second", "c")):
        folder = tmp_path / "chapters" / part
        folder.mkdir(parents=True)
        (folder / "index.md").write_text(f"# {part}\n", encoding="utf-8")
        for slug in slugs:
            (folder / f"{slug}.ipynb").write_text("{}", encoding="utf-8")
    fields = "title={Toys}, author={Ba, J.}, journal={J}, year={2016}, doi={10.1/3}"
    entry = f"@article{{ba2016toy, {fields}}}\n"
    (tmp_path / "_config.yml").write_text("{}", encoding="utf-8")
    (tmp_path / "references.bib").write_text(entry, encoding="utf-8")

    def contents(*parts):
        listed = [{"caption": name, "chapters": [{
            "file": f"chapters/{name}/index",
            "sections": [{"file": f"chapters/{name}/{slug}"} for slug in slugs],
        }]} for name, slugs in parts]
        toc = {"format": "jb-book", "root": "index", "parts": listed}
        (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")

    contents(("first", "ab"), ("second", "c"))
    return SimpleNamespace(path=tmp_path, contents=contents)


def test_files_that_fit_together_have_no_remarks(book):
    assert check.files(book.path) == []


@pytest.mark.parametrize("parts, phrase", [
    ([("first", "a"), ("second", "c")], "chapters/first/b is not listed"),
    ([("first", "abd"), ("second", "c")], "chapters/first/d is listed, but there is no"),
    ([("first", "ba"), ("second", "c")], "chapters/first/b stands where chapters/first/a comes"),
    ([("second", "c"), ("first", "ab")], "stands where chapters/first/index comes"),
    ([("first", "abb"), ("second", "c")], "chapters/first/b is listed 2 times"),
])
def test_the_table_of_contents_lists_what_there_is_in_order(book, parts, phrase):
    book.contents(*parts)
    line, = check.files(book.path)
    assert line.startswith("_toc.yml: ") and phrase in line


def test_every_part_has_a_page(book):
    (book.path / "chapters" / "second" / "index.md").unlink()
    line, = check.files(book.path)
    assert line.startswith("chapters/second/index.md: missing")


def test_the_pages_of_parts_link_to_what_is_there(book):
    (book.path / "_config.yml").write_text("html: {baseurl: https://a.b}\n", encoding="utf-8")
    (book.path / "chapters" / "optimization").mkdir()
    (book.path / "chapters" / "optimization" / "index.md").write_text("[x](momentum.ipynb)\n", encoding="utf-8")
    line, = check.files(book.path)
    assert line.startswith("chapters/optimization/index.md: links to chapters that are to come")


def test_every_source_has_an_id(book):
    with (book.path / "references.bib").open("a", encoding="utf-8") as file:
        file.write("@article{ba2018toy, title={Toys}, author={Ba, J.}, journal={J}, year={2018}}\n")
    line, = check.files(book.path)
    assert line.startswith("references.bib: ba2018toy: neither doi nor eprint")


def test_a_rule_leaves_the_notebook_as_it_is(wanted):
    notebook = complete()
    before = copy.deepcopy(notebook)
    check.remarks(notebook, wanted)
    assert notebook == before
