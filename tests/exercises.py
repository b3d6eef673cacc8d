"""Takes exercises out of their chapters, so that tests can hold solutions against checks.

A chapter's check cell calls ``dg.check("slug", name)``, and the solution cell after it defines the
name: that pairs a slug with the function or class that answers it.
"""

import ast
import re
import textwrap
from functools import cache
from pathlib import Path

from bindery import exercises, notebooks

BOOK = Path(__file__).resolve().parents[1]
COMMAND = re.compile(r"^(\s*)[%!].*$", re.M)


def slugs(chapter: str) -> tuple[str, ...]:
    """The exercises of a chapter (``"activations/relu"``), in its order."""
    return tuple(_answers(chapter))


def solution(chapter: str, slug: str):
    """The chapter's own answer to an exercise."""
    return _answer(chapter, slug, _source(chapter, slug))


def stub(chapter: str, slug: str):
    """What a reader starts from: the answer with the part between the markers cut out."""
    return _answer(chapter, slug, exercises.cut(_source(chapter, slug)))


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
def _notebook(chapter: str):
    """The chapter, its code without IPython's commands (``%pip``)."""
    notebook = notebooks.read(BOOK / "chapters" / f"{chapter}.ipynb")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = COMMAND.sub(r"\1pass", cell.source)
    return notebook


@cache
def _answers(chapter: str) -> dict[str, tuple[str, str]]:
    """For each slug, the name that is checked and the source of the cell that defines it."""
    found = {}
    for exercise in exercises.find(_notebook(chapter)):
        (_, check), = exercise.checks
        (_, solution), = exercise.solutions
        call = ast.parse(check.source).body[0].value
        name = ast.unparse(call.args[1])
        defined = [node.name for node in ast.parse(solution.source).body
                   if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        assert name in defined, f"{chapter}: the solution of {exercise.label!r} defines no {name}"
        found[exercise.label] = name, solution.source
    return found


def _source(chapter: str, slug: str) -> str:
    assert slug in _answers(chapter), f"{chapter} has no exercise {slug!r}: {slugs(chapter)}"
    return _answers(chapter)[slug][1]


def _answer(chapter: str, slug: str, source: str):
    return _run(chapter, ast.parse(source))[_answers(chapter)[slug][0]]


def _run(chapter: str, tree: ast.Module) -> dict:
    """Execute code after the chapter's imports and those of its definitions that it needs."""
    imports, definitions = [], {}
    for cell in _notebook(chapter).cells:
        if cell.cell_type != "code" or {"stub", "solution"} & set(cell.metadata.get("tags", ())):
            continue
        for node in ast.parse(cell.source).body:
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
