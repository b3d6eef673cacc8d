"""One chapter under one setting: run to its end whatever falls, and what came of it."""

import json
import re
import tempfile
from pathlib import Path

import nbformat

from .kernel import ANSI, Failure, execute
from .replicate_record import Setting

ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+\b")
LONGEST = 200   # characters of an error that the record keeps


async def replicated(notebook, folder: Path, setting: Setting, *, timeout: int) -> dict:
    """Run a chapter in a fresh kernel; every assertion counts, none ends the run.

    Args:
        notebook: left as it is; its outputs are never stored.
        folder: the kernel's working directory.
        setting: which seeds, and how much training.
        timeout: seconds that one cell may take.

    Returns:
        How many ``assertions`` and ``claims`` ran, and if any did not hold, what ``fell``: for each
        the cell (counted as JupyterLab counts them) and the text of the ``assertion``, the id of the
        ``claim``, or the ``error`` that ended the cell.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        notes = Path(scratch) / "notes"
        first = f"from bindery.replicate_kernel import begin\nbegin({str(notes)!r})"
        watched = nbformat.from_dict({**notebook, "cells": [nbformat.v4.new_code_cell(first), *notebook.cells]})
        ran = await execute(watched, folder, timeout=timeout, go_on=True, settings=setting.environment)
        lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
    return summary([json.loads(line) for line in lines], errors(watched, ran))


def errors(watched, ran) -> list[dict]:
    """The cells that ended in an error, and how; the first cell is ours and counts as 0."""
    code = [cell for cell in watched.cells if cell.cell_type == "code"]
    if isinstance(ran, Failure):
        before = [cell for cell in watched.cells[:ran.cell] if cell.cell_type == "code"]
        return [{"cell": len(before) - 1, "error": _short(ran.reason)}]
    cells = [cell for cell in ran.cells if cell.cell_type == "code"]
    assert len(cells) == len(code)
    return [{"cell": number, "error": _short(f"{output.ename}: {output.evalue}")}
            for number, cell in enumerate(cells)
            for output in cell.outputs if output.output_type == "error"]


def _short(text: str) -> str:
    """An error's text without what differs from run to run, on one line."""
    plain = " ".join(ADDRESS.sub("0x…", ANSI.sub("", text)).split())
    return plain if len(plain) <= LONGEST else plain[:LONGEST - 1] + "…"


def summary(notes: list[dict], errors: list[dict]) -> dict:
    """What the record keeps of a run's notes: how much ran, and what did not hold."""
    kinds = {"assertion": set(), "claim": set()}
    fell = []
    for note in notes:
        kind = "claim" if "claim" in note else "assertion"
        kinds[kind].add((note["cell"], note.get("line"), note[kind]))
        if not note["held"]:
            fell.append({key: note[key] for key in ("cell", kind)})
    result = {"assertions": len(kinds["assertion"]), "claims": len(kinds["claim"])}
    fell = sorted(fell + errors, key=lambda what: what["cell"])
    return result | ({"fell": fell} if fell else {})
