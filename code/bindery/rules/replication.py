"""Replication: every seed can be moved, and a chapter that is not run again says why."""

import ast

from .. import program, replicate_record
from ._wanted import Remarks, code_cells

GENERATORS = ("manual_seed", "default_rng", "RandomState", "random.seed")


def excuses(notebook, wanted) -> Remarks:
    """What excuses a chapter from a part of its replication is a reason in words."""
    given = notebook.metadata.get("deepgloss", {}).get("replicate", {})
    if not isinstance(given, dict):
        yield None, f"metadata deepgloss.replicate must be a mapping such as {{budget: why}}, not {given!r}"
        return
    for key, reason in given.items():
        if key not in replicate_record.EXCUSES:
            known = ", ".join(replicate_record.EXCUSES)
            yield None, f"metadata deepgloss.replicate: {key!r} is none of {known}"
        if not isinstance(reason, str) or not reason.strip():
            yield None, f"metadata deepgloss.replicate: {key!r} needs a reason in words, not {reason!r}"


def seeds(notebook, wanted) -> Remarks:
    """Every seed passes through ``dg.seed`` or an argument of the package, which a shift reaches."""
    for index, cell in code_cells(notebook):
        try:
            tree = program.parse(cell.source)
        except SyntaxError:
            continue        # has a remark of its own
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (name := ast.unparse(node.func)).endswith(GENERATORS):
                yield index, f"{name}(…): no shift reaches this seed; take the generator from dg.seed"
