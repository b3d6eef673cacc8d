"""The directives of the generated pages.

While a page is read, a directive only leaves sections and places to fill: at that time other
pages may not have been read. Once all are, the places are filled.
"""

from pathlib import Path

from deepgloss import glossary
from docutils import nodes
from sphinx.domains import Domain, ObjType
from sphinx.util.docutils import SphinxDirective

from ..replicate_record import FILE
from .claims_page import part_html, summary_html
from .glossary_page import glossary_html
from .links import GLOSSARY
from .map_page import picture_html, words_html
from .places import claim_target, document, target
from .replication_line import known
from .replication_page import fallen_html, table_html

SCRIPTS = {"glossary": "find.js", "claims": "find.js", "map": "map.js", "search": "search.js"}


class Place(nodes.General, nodes.Element):
    """A place to fill: attribute ``kind`` says with what, ``part`` for which part."""


def generated(env) -> dict[str, str]:
    """The kind of every generated page, by its name."""
    if not hasattr(env, "deepgloss_generated"):
        env.deepgloss_generated = {}
    return env.deepgloss_generated


class GeneratedPage(SphinxDirective):
    """What the three directives have in common."""

    kind = ""

    def run(self):
        """Leave places to fill, and remember that this page depends on all others."""
        generated(self.env)[self.env.docname] = self.kind
        for path in Path(glossary.__file__).parent.iterdir():
            if path.suffix in (".yml", ".py"):
                self.env.note_dependency(str(path))
        return self.places()

    def places(self) -> list[nodes.Node]:
        """One place for the whole page."""
        return [Place(kind=self.kind)]

    def part_sections(self, kind: str) -> list[nodes.Node]:
        """A section for each part, so that the page's own contents list them."""
        sections = []
        for part in glossary.parts():
            section = nodes.section("", nodes.title("", part.title), ids=[f"part-{part.slug}"])
            section += Place(kind=kind, part=part.slug)
            sections.append(section)
        return sections


class GlossaryPage(GeneratedPage):
    """Every term of the book."""

    kind = "glossary"


class ClaimsPage(GeneratedPage):
    """Every claim, by part and chapter."""

    kind = "claims"

    def places(self):
        """Counts and controls, then the parts."""
        return [Place(kind="claims"), *self.part_sections("claims-part")]


class MapPage(GeneratedPage):
    """What builds on what."""

    kind = "map"

    def places(self):
        """The picture, then the same in words."""
        words = nodes.section("", nodes.title("", "The same in words"), ids=["in-words"])
        words += self.part_sections("map-part")
        return [Place(kind="map"), words]


class ReplicationPage(GeneratedPage):
    """What held with other seeds and more training."""

    kind = "replication"

    def places(self):
        """The table, then what fell."""
        self.env.note_dependency(str(Path(self.env.srcdir) / FILE))
        fell = nodes.section("", nodes.title("", "What fell"), ids=["what-fell"])
        fell += Place(kind="replication-fell")
        return [Place(kind="replication"), fell]


class TermDomain(Domain):
    """Lets the site's search find a term by any of its names and go to its entry."""

    name = "deepgloss"
    label = "Deep learning"
    object_types = {"term": ObjType("term")}

    def get_objects(self):
        """Every name of every term, once for each term."""
        if GLOSSARY not in self.env.all_docs:
            return
        for term in glossary.terms():
            by_language = glossary.names(term).values()
            for name in dict.fromkeys(name for group in by_language for name in group):
                yield name, name, "term", GLOSSARY, f"term-{term['id']}", 1

    def resolve_any_xref(self, env, fromdocname, builder, target, node, contnode):
        """Nothing: pages link to terms by address, and names would clash with headings."""
        return []

    def merge_domaindata(self, docnames, otherdata):
        """Nothing to merge: the glossary's files hold everything."""


def _fill(app, doctree, docname):
    env = app.env

    def relative(goal: str | None) -> str | None:
        if goal is None:
            return None
        page, hash_, anchor = goal.partition("#")
        name = page.removesuffix(".html")
        return app.builder.get_relative_uri(docname, name) + hash_ + anchor

    def page_of(chapter):
        name = document(chapter)
        return relative(f"{name}.html") if name in env.all_docs else None

    def of_term(term):
        return relative(target(env, term))

    def of_claim(claim):
        return relative(claim_target(env, claim))

    parts = {part.slug: part for part in glossary.parts()}
    makers = {
        "glossary": lambda part: glossary_html(of_term),
        "claims": lambda part: summary_html(of_claim),
        "claims-part": lambda part: part_html(part, of_claim, page_of),
        "map": lambda part: picture_html(page_of),
        "map-part": lambda part: words_html(part, page_of),
        "replication": lambda part: table_html(known(app), page_of),
        "replication-fell": lambda part: fallen_html(known(app), page_of, of_claim),
    }
    for place in list(doctree.findall(Place)):
        made = makers[place["kind"]](parts.get(place.get("part")))
        place.replace_self(nodes.raw("", made, format="html"))


def _outdated(app, env, added, changed, removed):
    """Generated pages show all others, so any change makes them new."""
    return sorted(generated(env)) if added or changed or removed else []


def _purge(app, env, docname):
    generated(env).pop(docname, None)


def _merge(app, env, docnames, other):
    generated(env).update({n: k for n, k in generated(other).items() if n in docnames})


def _script(app, pagename, templatename, context, doctree):
    kind = "search" if pagename == "search" else generated(app.env).get(pagename)
    if kind in SCRIPTS:
        app.add_js_file(SCRIPTS[kind], loading_method="defer")


def setup(app):
    """Register directives, the search's domain and the moment of filling."""
    app.add_node(Place)
    app.add_directive("deepgloss-glossary", GlossaryPage)
    app.add_directive("deepgloss-claims", ClaimsPage)
    app.add_directive("deepgloss-map", MapPage)
    app.add_directive("deepgloss-replication", ReplicationPage)
    app.add_domain(TermDomain)
    app.connect("doctree-resolved", _fill)
    app.connect("env-get-outdated", _outdated)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("html-page-context", _script)
