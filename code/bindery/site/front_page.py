"""The front page's ways into the book: links in one line everywhere, buttons here."""

from docutils import nodes
from sphinx import addnodes

BETWEEN = " · "


def _buttons(app, doctree):
    if app.env.docname != app.config.root_doc:
        return
    for paragraph in doctree.findall(nodes.paragraph):
        words = [child for child in paragraph if isinstance(child, nodes.Text)]
        links = [child for child in paragraph if isinstance(child, (nodes.reference, addnodes.pending_xref))]
        # In a list it is a part's chapters.
        if (len(links) > 1 and len(words) + len(links) == len(paragraph)
                and {word.astext() for word in words} == {BETWEEN} and not isinstance(paragraph.parent, nodes.list_item)):
            paragraph["classes"].append("dg-ways")
            for word in words:
                paragraph.remove(word)


def setup(app):
    """Listen while the front page is read."""
    app.connect("doctree-read", _buttons)
