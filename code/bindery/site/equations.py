"""Numbered equations become the book's own: a number in the margin, and an anchor to link to.

Outside of the book a formula shows its ``\\tag`` itself; see ``bindery.equations``.
"""

from docutils import nodes
from docutils.transforms import Transform

from ..equations import TAG


class NumberEquations(Transform):
    """Take number and label out of each tagged formula, and give them to Sphinx."""

    default_priority = 800  # MyST looks for the targets of links at 879

    def apply(self, **kwargs):
        """Do so for one page."""
        for formula in list(self.document.findall(nodes.math_block)):
            found = TAG.search(formula.astext())
            if not found:
                continue
            number, label = found.groups()
            # Sphinx would set several lines in an environment that allows no tag inside.
            formula.children = [nodes.Text(TAG.sub("", formula.astext()).strip())]
            name = f"equation-{label}"
            formula["label"], formula["number"] = label, number
            formula["ids"], formula["names"] = [nodes.make_id(name)], [name]
            self.document.note_explicit_target(formula, formula)


def setup(app):
    """Number the equations of each page as it is read."""
    app.add_transform(NumberEquations)
