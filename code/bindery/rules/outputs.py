"""What running a chapter stored: figures that speak, outputs that can be trusted."""

import re

from .. import notebooks, program
from ._wanted import Remarks, code_cells

ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
WIDGET = re.compile(r"application/vnd\.jupyter\.widget")


def figures(notebook, wanted) -> Remarks:
    """There is a figure, and each figure says in words what it shows."""
    seen = False
    for index, cell in code_cells(notebook):
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        if any(kind.startswith("image/") for o in cell.outputs for kind in o.get("data", {})):
            seen = True
            if not str(alt).strip():
                yield index, 'a figure without alt text: cell metadata mystnb: {image: {alt: "…"}}'
        for has_alt in program.explores(cell.source):
            seen = True
            if not has_alt:
                yield index, "explore without alt="
    if not seen:
        yield None, "no figure"


def outputs(notebook, wanted) -> Remarks:
    """What is stored comes from one clean run of the code as it stands."""
    for place, (index, cell) in enumerate(code_cells(notebook), start=1):
        if cell.execution_count is None:
            yield index, f"never executed: python -m bindery run {wanted.slug}"
        elif cell.execution_count != place:
            yield index, f"executed as number {cell.execution_count}, stands as number {place}"
        for output in cell.outputs:
            data = output.get("data", {})
            if output.output_type == "error":
                yield index, f"an error in the outputs: {output.ename}"
            if output.get("name") == "stderr":
                yield index, f"writes to stderr: {output.text.strip()[:60]!r}"
            if any(WIDGET.match(kind) for kind in data):
                yield index, "a widget in the outputs: use dg.explore, and run with bindery"
            if "image/svg+xml" in data:
                yield index, "an SVG in the outputs: figures are PNG"
            text = output.get("text", "") + "".join(
                str(value) for kind, value in data.items() if kind in ("text/plain", "text/html")
            )
            if found := ADDRESS.search(_without_data(text)):
                yield index, f"a memory address in the outputs, {found[0]}: it differs in every run"
    reason = notebooks.stale(notebook, wanted.slug)
    if reason and reason != notebooks.NEVER_RUN:
        yield None, f"stale, {reason}: python -m bindery run {wanted.slug}"


def _without_data(text: str) -> str:
    return re.sub(r"data:[\w/+.-]+;base64,[\w+/=]+", "", text)
