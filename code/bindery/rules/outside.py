"""A notebook reads well where nobody knows MyST: on GitHub, in VS Code, on Colab."""

import re

from .. import equations, setup_cell
from ._wanted import Remarks, code_cells, markdown_cells

FENCE = re.compile(r"^[ \t]*([`~]{3,}|:{3,})[ \t]*(?:\{([\w:-]+)\})?")
INLINE = re.compile(
    r"\{(?P<role>[A-Za-z][\w:+-]*)\}(?P<quote>`+)(?!`).*?(?<!`)(?P=quote)(?!`)"
    r"|\$\$.*?\$\$|(?<!\\)\$[^$\n]+\$|(?P<code>`+)(?!`).*?(?<!`)(?P=code)(?!`)", re.S)
INSTEAD = {
    "math": "a displayed equation stands between two lines $$",
    "exercise": "an exercise's fence is made of colons, :::{exercise}",
    "dropdown": "what is folded stands in <details>, its title in <summary>",
    "eq": "an equation is referred to as [(1)](#equation-its-label)",
    "cite": "a citation is a link, Kingma and Ba ([2015](https://…))",
}
OTHERWISE = "this shows only in the book"


def raw(text: str) -> list[tuple[str, str]]:
    """What of a Markdown text shows as it is written outside of the book, and what to do."""
    found, prose, inside = [], [], None
    for line in text.splitlines():
        mark = FENCE.match(line)
        if inside:
            if mark and mark[1].startswith(inside) and line.strip() == mark[1]:
                inside = None
            continue
        if not mark:
            prose.append(line)
            continue
        fence, name = mark.groups()
        if name and (fence[0] != ":" or name != "exercise"):
            found.append((f"{fence}{{{name}}}", INSTEAD.get(name, OTHERWISE)))
        # A fence of colons holds Markdown, any other holds code.
        inside = None if fence[0] == ":" else fence
    for span in INLINE.finditer("\n".join(prose)):
        if span["role"]:
            found.append((span[0], INSTEAD.get(span["role"].partition(":")[0], OTHERWISE)))
    return found


def outside(notebook, wanted) -> Remarks:
    """Nothing but an exercise's fence needs MyST; equations are numbered in the text itself."""
    for index, cell in markdown_cells(notebook):
        for what, advice in raw(cell.source):
            yield index, f"{what}: {advice}"
    yield from equations.problems(notebook)
    for index, cell in code_cells(notebook)[:1]:
        # Any other difference is the matter of form.setup.
        same = setup_cell.digested(cell.source) == setup_cell.digested(wanted.setup)
        if same and cell.source != wanted.setup:
            yield index, f"the setup cell is not the template's: python -m bindery run {wanted.slug}"
