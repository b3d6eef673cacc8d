"""Links to chapters that are still to come lead to the glossary instead of breaking the build.

Notebooks link to them by the address of their entry in the published glossary (see
:mod:`bindery.published`), or by their file, ``[momentum](momentum.ipynb)``, long before that file is
there. Either link goes to the entry in the glossary of this build and says so. Other links to pages of
the published book go to the same pages of this build. Any other link to nothing still warns.
"""

import posixpath

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from deepgloss import glossary

from ..published import GLOSSARY, chapter_of, entry_of
from .places import chapter_at, document


def chapter_to_come(target: str, docname: str, present) -> str | None:
    """The chapter that a relative link means, if it is known and not there yet; else None.

    Args:
        target: the link as written, for example ``"../networks/perceptron.ipynb#section"``.
        docname: the page that holds the link.
        present: the names of the pages that are there.
    """
    path = target.partition("#")[0]
    stem, ending = posixpath.splitext(path)
    if ending != ".ipynb":
        return None
    goal = posixpath.normpath(posixpath.join(posixpath.dirname(docname), stem))
    return None if goal in present else chapter_at(goal)


class LinkChaptersToCome(SphinxPostTransform):
    """Resolve links to chapters to come, before MyST looks for their files and warns; keep links in this build."""

    default_priority = 8  # MyST resolves at 9

    def run(self, **kwargs):
        """Replace every such link of one page."""
        for node in list(self.document.findall(addnodes.pending_xref)):
            if node.get("reftype") != "myst" or node.get("refdomain") == "doc":
                continue
            docname = node.get("refdoc", self.env.docname)
            chapter = chapter_to_come(node["reftarget"], docname, self.env.all_docs)
            if chapter is None:
                continue
            link = self.entry(chapter, docname)
            if node.get("refexplicit"):
                link += [child.deepcopy() for child in node[0].children]
            else:
                link += nodes.Text(glossary.chapters()[chapter].title)
            node.replace_self(link)
        for node in list(self.document.findall(nodes.reference)):
            self.keep_here(node)

    def entry(self, chapter: str, docname: str) -> nodes.reference:
        """A link, still without a text, to the entry that stands for a chapter to come."""
        return nodes.reference(
            "", "", internal=True, classes=["dg-to-come"],
            refuri=self.app.builder.get_relative_uri(docname, GLOSSARY) + f"#{entry_of(chapter)}",
            reftitle=f"Chapter to come: {glossary.chapters()[chapter].title}",
        )

    def keep_here(self, node: nodes.reference) -> None:
        """Let a link into the published book lead to the same place of this build."""
        here = self.config.html_baseurl.rstrip("/")
        page, hash_, anchor = node.get("refuri", "").partition("#")
        name = page.removeprefix(f"{here}/").removesuffix(".html")
        if not here or not page.startswith(f"{here}/") or name not in self.env.all_docs:
            return
        docname = self.env.docname
        chapter = chapter_of(node["refuri"], here)
        if chapter and document(chapter) not in self.env.all_docs:
            link = self.entry(chapter, docname)
        else:
            uri = self.app.builder.get_relative_uri(docname, name) + hash_ + anchor
            link = nodes.reference("", "", internal=True, refuri=uri, classes=["internal"])
        link += [child.deepcopy() for child in node.children]
        node.replace_self(link)


def linked_chapters(doctree: nodes.document, docname: str, here: str = "") -> frozenset[str]:
    """The places of all chapters that a page links to, there or not: by file, or in the book published at ``here``."""
    found = {document(chapter) for node in doctree.findall(nodes.reference)
             if (chapter := chapter_of(node.get("refuri", ""), here))}
    for node in doctree.findall(addnodes.pending_xref):
        if node.get("reftype") != "myst":
            continue
        if node.get("refdomain") == "doc":
            found.add(node["reftarget"])
        elif (path := node["reftarget"].partition("#")[0]).endswith(".ipynb"):
            stem = posixpath.splitext(path)[0]
            found.add(posixpath.normpath(posixpath.join(posixpath.dirname(docname), stem)))
    return frozenset(name for name in found if chapter_at(name))


def _links(env) -> dict[str, frozenset[str]]:
    if not hasattr(env, "deepgloss_links"):
        env.deepgloss_links = {}
    return env.deepgloss_links


def _collect(app, doctree):
    here = app.config.html_baseurl.rstrip("/")
    _links(app.env)[app.env.docname] = linked_chapters(doctree, app.env.docname, here)


def _purge(app, env, docname):
    _links(env).pop(docname, None)


def _merge(app, env, docnames, other):
    _links(env).update({name: _links(other)[name] for name in docnames})


def _outdated(app, env, added, changed, removed):
    """Pages whose links change their goal because a chapter has come or gone."""
    moved = set(added) | set(removed)
    return [name for name, goals in _links(env).items() if goals & moved and name not in removed]


def setup(app):
    """Register the transform and keep track of who links where."""
    app.add_post_transform(LinkChaptersToCome)
    app.connect("doctree-read", _collect)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("env-get-outdated", _outdated)
