r"""Numbers of displayed equations, and the links that name them.

An equation that the text refers to ends with its number and, behind LaTeX's sign for a comment,
its label::

    $$
    f(x) = \max(0, x) .
    \tag{1} % relu-definition
    $$

and a reference is a link, ``[(1)](#equation-relu-definition)``. Both read the same wherever
Markdown and LaTeX are shown. The labels are written by hand, the numbers by ``bindery run``.
"""

import re
from collections import Counter
from collections.abc import Iterator

TAG = re.compile(r"\\tag\{([^{}]*)\}[ \t]*%[ \t]*([\w:.-]+)[ \t]*$", re.M)
REFERENCE = re.compile(r"\[\(([^()\[\]]*)\)\]\(#equation-([\w:.-]+)\)")


def tags(notebook) -> list[tuple[int, str, str]]:
    """The numbered equations of a notebook in order: the cell's index, the number, the label."""
    return [(index, *found) for index, cell in _prose(notebook) for found in TAG.findall(cell.source)]


def ensure(notebook) -> None:
    """Number a notebook's equations from 1, and every reference to them, in place."""
    numbers = {label: n for n, (_, _, label) in enumerate(tags(notebook), start=1)}
    for _, cell in _prose(notebook):
        text = TAG.sub(lambda m: rf"\tag{{{numbers[m[2]]}}} % {m[2]}", cell.source)
        cell.source = REFERENCE.sub(
            lambda m: f"[({numbers.get(m[2], m[1])})](#equation-{m[2]})", text)


def problems(notebook) -> Iterator[tuple[int, str]]:
    """Labels that stand twice, numbers out of order, references that lead nowhere or elsewhere."""
    found = tags(notebook)
    numbers = {label: str(n) for n, (_, _, label) in enumerate(found, start=1)}
    for label, count in Counter(label for *_, label in found).items():
        if count > 1:
            yield [i for i, _, name in found if name == label][1], f"equation {label}: the label stands twice"
    for n, (index, number, label) in enumerate(found, start=1):
        if number != str(n):
            yield index, f"equation {label} is number {n}, not {number!r}: python -m bindery run"
    for index, cell in _prose(notebook):
        for number, label in REFERENCE.findall(cell.source):
            if label not in numbers:
                yield index, f"({number}) refers to an equation {label}: there is none"
            elif number != numbers[label]:
                yield index, (f"equation {label} is number {numbers[label]}, but the text says "
                              f"({number}): python -m bindery run")


def _prose(notebook) -> list:
    return [(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "markdown"]
