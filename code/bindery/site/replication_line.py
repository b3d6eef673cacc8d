"""The line below a chapter's term card that says what was replicated; made when the book is built."""

from pathlib import Path

from docutils import nodes

from ..replicate_state import State, states
from .places import chapter_at
from .replication_page import line

PAGE = "replication"


def known(app) -> dict[str, State]:
    """How matters stand with every chapter, worked out once a build."""
    if not hasattr(app, "deepgloss_replication"):
        app.deepgloss_replication = states(Path(app.srcdir))
    return app.deepgloss_replication


def said(env) -> dict[str, tuple[str, str]]:
    """What each chapter's page says, by the page's name."""
    if not hasattr(env, "deepgloss_replicated"):
        env.deepgloss_replicated = {}
    return env.deepgloss_replicated


def _now(app, docname: str) -> tuple[str, str] | None:
    state = known(app).get(chapter_at(docname))
    return line(state) if state else None


def _insert(app, doctree):
    docname = app.env.docname
    if not (words := _now(app, docname)):
        return
    said(app.env)[docname] = words
    sentence, more = words
    paragraph = nodes.paragraph("", sentence, classes=["dg-replication"])
    if more and PAGE in app.env.found_docs:
        where = f"{app.builder.get_relative_uri(docname, PAGE)}#replication-{chapter_at(docname)}"
        paragraph += [nodes.Text(" "), nodes.reference("", more, refuri=where, internal=True), nodes.Text(".")]
    place = next(filter(_is_setup, doctree.findall(nodes.container)), None) or next(doctree.findall(nodes.title), None)
    if place is not None:
        place.parent.insert(place.parent.index(place) + 1, paragraph)


def _is_setup(container) -> bool:
    """True for a notebook's first code cell, whose output is the term's card."""
    return container.get("nb_element") == "cell_code"


def _outdated(app, env, added, changed, removed):
    """Pages whose line has changed: the record grew, or became old with the package's code."""
    return [name for name, words in said(env).items() if name not in removed and _now(app, name) != words]


def _purge(app, env, docname):
    said(env).pop(docname, None)


def _merge(app, env, docnames, other):
    said(env).update({name: words for name, words in said(other).items() if name in docnames})


def setup(app):
    """Listen while chapters are read."""
    app.connect("doctree-read", _insert)
    app.connect("env-get-outdated", _outdated)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
