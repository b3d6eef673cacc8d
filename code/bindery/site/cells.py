"""What the book makes of notebook cells: figures at home in the dark, and toggles with a name.

myst-nb has turned each cell into a container; what a figure holds stands in the notebook, beside
its picture (``deepgloss.plot.style`` writes it).
"""

import re
from pathlib import Path

from deepgloss import _figures
from docutils import nodes

from .. import notebooks

MARKER = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[ \t]*(?:\n|\Z)", re.MULTILINE)


class Shown(nodes.General, nodes.Element):
    """Frame of one picture: its ``width`` and ``height``, and its ``pictures`` as a clip-path."""


def prompt(tags, outputs) -> str:
    """What a folded cell is called."""
    if "solution" in tags:
        return "Solution"
    kinds = [kind for output in outputs for kind in output.get("data", {})]
    html = "".join(str(output.get("data", {}).get("text/html", "")) for output in outputs)
    count = kinds.count("image/png") + html.count('class="dg-explore"')
    return ("Code", "Code of this figure")[count] if count < 2 else "Code of these figures"


def without_markers(code: str) -> str:
    """A solution's code without the lines that tell a grader where it begins and ends."""
    return MARKER.sub("", code).strip("\n")


def _is(kind):
    return lambda node: isinstance(node, nodes.container) and node.get("nb_element") == kind


def _cells(app, doctree):
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    stored = notebooks.read(path).cells
    for cell in doctree.findall(_is("cell_code")):
        outputs = stored[cell["cell_index"]].get("outputs", [])
        tags = cell["cell_metadata"].get("tags", [])
        if cell.get("hide_mode"):
            cell["prompt_show"] = cell["prompt_hide"] = prompt(tags, outputs)
        if "solution" in tags:
            _unmark(cell)
        _frame(cell, [output for output in outputs if "image/png" in output.get("data", {})])


def _unmark(cell):
    for source in cell.findall(_is("cell_code_source")):
        for block in source.findall(nodes.literal_block):
            block.rawsource = without_markers(block.astext())
            block.children = [nodes.Text(block.rawsource)]


def _frame(cell, outputs):
    found = cell.findall(lambda node: isinstance(node, nodes.container) and node.get("mime_type") == "image/png")
    for box, output in zip(list(found), outputs):
        about = output.get("metadata", {}).get("image/png", {})
        image = next(box.findall(nodes.image), None)
        if image is None or "pictures" not in about:
            continue
        # Sphinx makes a link of an image with a size of its own; here the frame has the size.
        size = {name: image.attributes.pop(name, None) and about[name] for name in ("width", "height")}
        frame = Shown(pictures=_figures.clip(about["pictures"]) if about["pictures"] else "", **size)
        image.replace_self(frame)
        frame += image


def _open(writer, node):
    size = "width:{width}px;aspect-ratio:{width}/{height}".format(**node.attributes)
    writer.body.append(f'<span class="dg-figure" style="{size}">')


def _close(writer, node):
    if node["pictures"]:
        # The writer has by now put the address of the copied file into the image.
        address = node.children[0]["uri"]
        writer.body.append(
            f'<span class="dg-pictures" style="background-image:url({address});clip-path:{node["pictures"]}"></span>'
        )
    writer.body.append("</span>")


def _nothing(writer, node):
    """Other formats know no dark pages."""


def setup(app):
    """Look at the cells of each notebook once it is read."""
    other = {name: (_nothing, _nothing) for name in ("latex", "text", "man", "texinfo")}
    app.add_node(Shown, html=(_open, _close), **other)
    app.connect("doctree-read", _cells)
