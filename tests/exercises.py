"""Takes exercises out of their chapters, so that tests can hold solutions against checks.

A chapter's solution cell carries the tag ``solution``, and the cell after it calls
``dg.check("slug", name)``: that pairs a slug with the function or class that answers it.
"""

import ast
import re
import textwrap
from functools import cache
from pathlib import Path

import nbformat

BOOK = Path(__file__).resolve().parents[1]
COMMAND = re.compile(r"^(\s*)[%!].*$", re.M)
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


def slugs(chapter: str) -> tuple[str, ...]:
    """The exercises of a chapter (``"activations/relu"``), in its order."""
    return tuple(_answers(chapter))


def solution(chapter: str, slug: str):
    """The chapter's own answer to an exercise."""
    return _answer(chapter, slug, _source(chapter, slug))


def stub(chapter: str, slug: str):
    """What a reader starts from: the answer with the part between the markers cut out."""
    kept, inside = [], False
    for line in _source(chapter, slug).splitlines():
        if line.strip() == BEGIN:
            inside = True
            kept.append(line.replace(BEGIN, "..."))
        elif line.strip() == END:
            inside = False
        elif not inside:
            kept.append(line)
    source = "\n".join(kept)
    assert BEGIN in _source(chapter, slug) and not inside, f"{slug}: no {BEGIN} … {END}"
    return _answer(chapter, slug, source)


def altered(chapter: str, slug: str, *edits: tuple[str, str]):
    """The chapter's answer with some text replaced: one mistake, everything else right."""
    source = _source(chapter, slug)
    for old, new in edits:
        assert source.count(old) == 1, f"{slug}: {old!r} stands {source.count(old)} times"
        source = source.replace(old, new)
    return _answer(chapter, slug, source)


def written(chapter: str, code: str):
    """A function or class written in a test, amid the chapter's imports and definitions."""
    tree = ast.parse(textwrap.dedent(code))
    return _run(chapter, tree)[tree.body[-1].name]


@cache
def _cells(chapter: str) -> tuple:
    """The chapter's code cells: tags and source, without IPython's commands (``%pip``)."""
    notebook = nbformat.read(BOOK / "chapters" / f"{chapter}.ipynb", as_version=4)
    return tuple(
        (tuple(cell.metadata.get("tags", ())), COMMAND.sub(r"\1pass", cell.source))
        for cell in notebook.cells
        if cell.cell_type == "code"
    )


@cache
def _answers(chapter: str) -> dict[str, tuple[str, str]]:
    """For each slug, the name that is checked and the source of the cell that defines it."""
    found, defined = {}, {}
    for tags, source in _cells(chapter):
        for node in ast.parse(source).body:
            if "solution" in tags and isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                defined[node.name] = source
        for call in ast.walk(ast.parse(source)):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "dg.check":
                slug, name = call.args[0].value, ast.unparse(call.args[1])
                assert name in defined, f"{chapter}: no solution cell defines {name} for {slug!r}"
                found[slug] = name, defined[name]
    return found


def _source(chapter: str, slug: str) -> str:
    assert slug in _answers(chapter), f"{chapter} has no exercise {slug!r}: {slugs(chapter)}"
    return _answers(chapter)[slug][1]


def _answer(chapter: str, slug: str, source: str):
    return _run(chapter, ast.parse(source))[_answers(chapter)[slug][0]]


def _run(chapter: str, tree: ast.Module) -> dict:
    """Execute code after the chapter's imports and those of its definitions that it needs."""
    imports, definitions = [], {}
    for tags, source in _cells(chapter):
        if "solution" in tags:
            continue
        for node in ast.parse(source).body:
            # The setup cell imports inside a try statement.
            top = [node, *node.body] if isinstance(node, ast.Try) else [node]
            imports += [n for n in top if isinstance(n, (ast.Import, ast.ImportFrom))]
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                definitions[node.name] = node
    needed, open_nodes = {}, [tree]
    while open_nodes:
        for node in ast.walk(open_nodes.pop()):
            if isinstance(node, ast.Name) and node.id in definitions and node.id not in needed:
                needed[node.id] = definitions[node.id]
                open_nodes.append(definitions[node.id])
    ordered = [definition for name, definition in definitions.items() if name in needed]
    namespace = {"__name__": "exercise"}
    module = ast.Module(body=[*imports, *ordered, *tree.body], type_ignores=[])
    exec(compile(module, f"{chapter}.ipynb", "exec"), namespace)
    return namespace
