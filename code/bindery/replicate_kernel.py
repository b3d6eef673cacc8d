"""What a replication does inside its kernel: it records every assertion and claim, and none ends the run.

The first cell of a replicated chapter calls :func:`begin`. From then on each ``assert`` statement and
each call such as ``torch.testing.assert_close(…)`` that stands in a cell, its functions and loops
included, is noted as held or fallen where it is written, however often it runs; a chapter's claims are
noted one by one. Errors that are no assertions pass through: they are the cell's own.
"""

import ast
import builtins
import json
import sys
from pathlib import Path

CALLS = ("assert_allclose", "assert_array_equal", "assert_close", "assert_equal")
NAME = "__deepgloss_held__"
# A failed assertion that the cell itself catches is a part of its story, not a conclusion.
CATCHING = {"AssertionError", "BaseException", "Exception"}


class Notes:
    """A file with one line of JSON for each assertion that ran, and one more when it fell first.

    A file survives a kernel that is killed for its memory or its time.
    """

    def __init__(self, path: Path):
        self.path, self.seen = path, set()

    def note(self, held: bool, **what) -> None:
        """Write down that something held or fell, unless that is known."""
        line = json.dumps({**what, "held": held}, ensure_ascii=False)
        if line not in self.seen:
            self.seen.add(line)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def holding(self, **what) -> "Holding":
        """A context in which an assertion is noted and its failure ends there."""
        return Holding(self, what)


class Holding:
    """Around one assertion: notes how it ended."""

    def __init__(self, notes: Notes, what: dict):
        self.notes, self.what = notes, what

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        failed = kind is not None and issubclass(kind, AssertionError)
        if kind is None or failed:
            self.notes.note(not failed, **self.what)
        return failed


class Wrap(ast.NodeTransformer):
    """Puts every assertion of a cell into a context of its own."""

    def __init__(self, number):
        self.number = number

    def visit_Assert(self, node):
        return self._held(node, ast.unparse(node.test))

    def visit_Expr(self, node):
        call = node.value
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in CALLS:
            return self._held(node, ast.unparse(call))
        return self.generic_visit(node)

    def visit_Try(self, node):
        if any(handler.type is None or CATCHING & _names(handler.type) for handler in node.handlers):
            for field in ("handlers", "orelse", "finalbody"):
                setattr(node, field, [self.visit(child) for child in getattr(node, field)])
            return node
        return self.generic_visit(node)

    def _held(self, node, text: str):
        what = {"cell": self.number(), "line": node.lineno, "assertion": text}
        call = ast.Call(ast.Name(NAME, ast.Load()), [], [
            ast.keyword(key, ast.Constant(value)) for key, value in what.items()
        ])
        around = ast.With([ast.withitem(call)], [node], lineno=node.lineno, col_offset=node.col_offset)
        return ast.fix_missing_locations(ast.copy_location(around, node))


def _names(node) -> set[str]:
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}


def begin(path: str) -> None:
    """From the next cell on, note every assertion and claim in a file, and go on after failures."""
    from IPython import get_ipython

    shell, notes, started = get_ipython(), Notes(Path(path)), []

    def before_a_cell(info):
        started.append(info)
        # Imported by the chapter's first cell; to import it here would be to pay for it where none does.
        if claims := sys.modules.get("deepgloss.glossary._claims"):
            _watch(claims, notes, number)

    def number() -> int:
        # Counted as JupyterLab counts a chapter's cells.
        return len(started)

    setattr(builtins, NAME, notes.holding)
    shell.ast_transformers.append(Wrap(number))
    shell.events.register("pre_run_cell", before_a_cell)


def _watch(claims, notes: Notes, number) -> None:
    """Let the module that decides on claims note what it decides, once for all."""
    decide = claims._decide
    if getattr(decide, "noted", False):
        return

    def noted(entry, evidence):
        with notes.holding(cell=number(), claim=entry["id"]):
            decide(entry, evidence)

    noted.noted = True
    claims._decide = noted
