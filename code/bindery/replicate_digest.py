"""What a record of replication is a record of: a chapter's code, and the package's code below it."""

import ast
import hashlib
import io
import re
import tokenize
from functools import cache
from pathlib import Path

import deepgloss
from deepgloss import glossary

from . import setup_cell

PACKAGE = Path(deepgloss.__file__).parent
# Rooms that only show what was computed, or check a reader's answer; and the list of all rooms.
SHOWING = {"__init__", "_explore", "_figures", "_static", "checks", "diagram", "glossary", "plot"}
ALWAYS = {"_arguments", "_budget", "_device"}


def digests(notebook, chapter: str) -> dict[str, str]:
    """The two digests that a record carries: of the chapter's ``code``, and of the ``package``.

    Comments and docstrings leave both as they are, and so do text and outputs. ``code`` covers the
    chapter's code cells, except the setup cell, and the verdicts of its claims. ``package`` covers the rooms of the package
    (its folders and single modules) that the chapter names as ``dg.<room>``, its part's own room,
    and what these import, in turn; rooms that only show things are left out.
    """
    cells = [essence(cell.source.strip("\n")) for cell in notebook.cells
             if cell.cell_type == "code" and cell.source.strip()
             and cell.metadata.get("tags", []) != setup_cell.TAGS]
    verdicts = [f"{entry['id']} {entry['verdict']}" for entry in glossary.all_claims()
                if entry["chapter"] == chapter]
    rooms = sorted(stands_on(cells, chapter))
    return {"code": _sha(cells + verdicts), "package": _sha([_room_digest(room) for room in rooms])}


def stands_on(cells: list[str], chapter: str) -> frozenset[str]:
    """The rooms of the package that a chapter's cells stand on."""
    named = {name for cell in cells for name in re.findall(r"\b(?:dg|deepgloss)\.(\w+)", cell)}
    # dg.count lives in the module _count.
    found, waiting = set(), named | {f"_{name}" for name in named} | ALWAYS
    waiting.add(glossary.chapters()[chapter].part)
    while waiting:
        room = waiting.pop()
        if room not in found and room not in SHOWING and _files(room):
            found.add(room)
            waiting |= _imports(room)
    return frozenset(found)


def essence(source: str) -> str:
    """Source code without its docstrings, comments and blank lines; itself if it is no Python."""
    try:
        tree = ast.parse(source)
        # Comments alone need the tokens, and these take longest.
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline)) if "#" in source else []
    except (SyntaxError, tokenize.TokenError):      # a cell with a magic
        return source
    lines = [line.encode() for line in source.splitlines()]     # ast counts in bytes
    spans = [(d.lineno, d.col_offset, d.end_lineno, d.end_col_offset) for d in _docstrings(tree)]
    for token in tokens:
        if token.type == tokenize.COMMENT:
            (row, start), text = token.start, lines[token.start[0] - 1].decode()
            spans.append((row, len(text[:start].encode()), row, len(lines[row - 1])))
    for first, start, last, end in sorted(spans, reverse=True):
        kept = lines[first - 1][:start] + lines[last - 1][end:]
        lines[first - 1:last] = [kept, *[b""] * (last - first)]
    return "\n".join(text for line in lines if (text := line.decode().rstrip()))


def _docstrings(tree):
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and body:
            first = body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                if isinstance(first.value.value, str):
                    yield first


@cache
def _files(room: str) -> tuple[Path, ...]:
    alone = PACKAGE / f"{room}.py"
    return (alone,) if alone.exists() else tuple(sorted((PACKAGE / room).rglob("*.py")))


@cache
def _imports(room: str) -> frozenset[str]:
    """The other rooms that a room imports from."""
    found = set()
    for path in _files(room):
        depth = len(path.relative_to(PACKAGE).parts)    # of dots that lead to the package
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == depth:
                found |= {node.module.partition(".")[0]} if node.module else {a.name for a in node.names}
    return frozenset(found - {room})


@cache
def _room_digest(room: str) -> str:
    return _sha([f"{path.relative_to(PACKAGE).as_posix()}\n{essence(path.read_text(encoding='utf-8'))}"
                 for path in _files(room)])


def _sha(texts: list[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
