"""The code of a chapter, cell by cell."""

import re

from .. import program
from ._wanted import Remarks, code_cells

MAX_COLUMNS = 84


def code(notebook, wanted) -> Remarks:
    """Cells are narrow and clean, and assert something."""
    assertions = 0
    # The first one is the setup cell, which has a rule of its own.
    for index, cell in code_cells(notebook)[1:]:
        try:
            tree = program.parse(cell.source)
        except SyntaxError as error:
            yield index, f"not Python: {error.msg}"
            continue
        assertions += program.assertions(tree)
        for complaint in program.unwanted(tree):
            yield index, complaint
        width = max((len(line) for line in cell.source.splitlines()), default=0)
        if width > MAX_COLUMNS:
            yield index, f"a line of {width} columns; at most {MAX_COLUMNS} fit"
        if re.search(r"https?://", re.sub(r"git\+https\S+", "", cell.source)):
            yield index, "a URL in code: chapters load nothing from a network"
    if assertions < 2:
        yield None, f"{assertions} assertions; at least 2 are wanted"
