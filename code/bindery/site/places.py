"""What the generated pages must know of every other page, collected once when it is read.

Kept in Sphinx's environment, so that an incremental build opens no chapter a second time.
"""

import re
from typing import NamedTuple

from deepgloss import glossary
from docutils import nodes

from bindery.landing import Heading, contains, landings

CLAIM_ROW = re.compile(r'<tr id="claim-([a-z0-9-]+)"')


class Page(NamedTuple):
    """What is kept of a page.

    Headings, the title first, each with its place in ``anchors``; bold texts, each with the
    anchor of its section; the ids of the claims that the page's outputs show.
    """

    headings: tuple[Heading, ...] = ()
    anchors: tuple[str, ...] = ()
    bolds: tuple[tuple[str, str], ...] = ()
    claims: frozenset[str] = frozenset()


def anchor(term: dict, page: Page) -> str:
    """The anchor that a term's link goes to, or "" for the top of the page.

    The heading of :func:`bindery.landing.landings`, if there is one; else the title, for the
    term that its chapter is named after; else the section where a name first stands in bold.
    """
    if heading := landings(page.headings, [term]).get(term["id"]):
        return page.anchors[heading.cell]
    if term["id"] == term["chapter"] and page.anchors:
        return page.anchors[0]
    names = glossary.names(term)["en"]
    return next((where for text, where in page.bolds if contains(text, names)), "")


def known_pages(env) -> dict[str, Page]:
    """The pages read so far, by Sphinx's name for them."""
    if not hasattr(env, "deepgloss_pages"):
        env.deepgloss_pages = {}
    return env.deepgloss_pages


def document(chapter: str) -> str:
    """Where a chapter stands: ``chapters/<part>/<chapter>``, without an ending."""
    return f"chapters/{glossary.chapters()[chapter].part}/{chapter}"


def chapter_at(docname: str) -> str | None:
    """The chapter that belongs at a place, whether it is written or to come; None if none does."""
    slug = docname.rpartition("/")[2]
    return slug if slug in glossary.chapters() and document(slug) == docname else None


def target(env, term: dict) -> str | None:
    """Page and anchor that a term links to, or None as long as its chapter is to come."""
    docname = document(term["chapter"])
    if docname not in env.all_docs:
        return None
    where = anchor(term, known_pages(env)[docname])
    return f"{docname}.html#{where}" if where else f"{docname}.html"


def claim_target(env, claim: dict) -> str | None:
    """Page and anchor of the row that tests a claim, or None if no row does yet."""
    docname = document(claim["chapter"])
    if docname not in env.all_docs or claim["id"] not in known_pages(env)[docname].claims:
        return None
    return f"{docname}.html#claim-{claim['id']}"


def read_page(doctree: nodes.document) -> Page:
    """Collect a page's headings, bold texts and claims, in the order of the page."""
    sections = list(doctree.findall(_titled))
    headings = (
        Heading(section[0].astext(), _level(section), tuple(section["ids"]), place)
        for place, section in enumerate(sections)
    )
    bolds = (
        (strong.astext(), section["ids"][0])
        for strong in doctree.findall(nodes.strong)
        if (section := _section(strong)) is not None
    )
    claims = (
        name for raw in doctree.findall(nodes.raw) for name in CLAIM_ROW.findall(raw.astext())
    )
    anchors = (section["ids"][0] for section in sections)
    return Page(tuple(headings), tuple(anchors), tuple(bolds), frozenset(claims))


def _section(node):
    """The section under a heading that a node stands in, or None."""
    while node is not None and not _titled(node):
        node = node.parent
    return node


def _level(section) -> int:
    """1 for the title's section, 2 for those in it, and so on."""
    return 1 if (outer := _section(section.parent)) is None else 1 + _level(outer)


def _titled(node) -> bool:
    """True for a section under a heading; an exercise is a section without one."""
    return isinstance(node, nodes.section) and len(node) > 0 and isinstance(node[0], nodes.title)


def _collect(app, doctree):
    known_pages(app.env)[app.env.docname] = read_page(doctree)


def _purge(app, env, docname):
    known_pages(env).pop(docname, None)


def _merge(app, env, docnames, other):
    known_pages(env).update({name: known_pages(other)[name] for name in docnames})


def setup(app):
    """Listen while pages are read."""
    app.connect("doctree-read", _collect)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
