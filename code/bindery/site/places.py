"""What the generated pages must know of every other page, collected once when it is read.

Kept in Sphinx's environment, so that an incremental build opens no chapter a second time.
"""

import re
from typing import NamedTuple

from deepgloss import glossary
from docutils import nodes

from .landing import Bold, Heading, landing

CLAIM_ROW = re.compile(r'<tr id="claim-([a-z0-9-]+)"')


class Page(NamedTuple):
    """Headings, bold texts and the ids of the claims that a page's outputs show."""

    headings: tuple[Heading, ...]
    bolds: tuple[Bold, ...]
    claims: frozenset[str]


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


def entry_of(chapter: str) -> str:
    """The anchor on the glossary page that stands for a chapter.

    That is the term it is named after; a chapter named after no term has its first headword.
    """
    own = [term for term in glossary.terms() if term["chapter"] == chapter]
    ranked = sorted(own, key=lambda term: (term["id"] != chapter, term["level"] != "headword"))
    return f"term-{ranked[0]['id']}"


def target(env, term: dict) -> str | None:
    """Page and anchor that a term links to, or None as long as its chapter is to come."""
    docname = document(term["chapter"])
    if docname not in env.all_docs:
        return None
    page = known_pages(env)[docname]
    anchor = landing(term, page.headings, page.bolds)
    return f"{docname}.html#{anchor}" if anchor else f"{docname}.html"


def claim_target(env, claim: dict) -> str | None:
    """Page and anchor of the row that tests a claim, or None if no row does yet."""
    docname = document(claim["chapter"])
    if docname not in env.all_docs or claim["id"] not in known_pages(env)[docname].claims:
        return None
    return f"{docname}.html#claim-{claim['id']}"


def read_page(doctree: nodes.document) -> Page:
    """Collect a page's headings, bold texts and claims, in the order of the page."""
    headings, bolds = [], []
    for section in doctree.findall(_titled):
        ids = section["ids"]
        headings.append(Heading(ids[0], section[0].astext(), tuple(ids)))
    for strong in doctree.findall(nodes.strong):
        parent = strong.parent
        while parent is not None and not _titled(parent):
            parent = parent.parent
        if parent is not None:
            bolds.append(Bold(parent["ids"][0], strong.astext()))
    claims = {
        name
        for raw in doctree.findall(nodes.raw)
        for name in CLAIM_ROW.findall(raw.astext())
    }
    return Page(tuple(headings), tuple(bolds), frozenset(claims))


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
