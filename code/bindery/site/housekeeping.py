"""Small repairs of what themes and extensions write into every page."""

import re

from docutils import nodes

FONT_PRELOAD = re.compile(r'<link rel="preload" as="font"[^>]*>\n?')
TOGGLE = re.compile(r'>([^<]*)</a>(<details[^>]*>)<summary>(?=<span class="toctree-toggle")')
# sphinx-exercise gives every exercise's body the same id.
REPEATED_IDS = {"exercise-content", "solution-content"}


def without_repeats(scripts: list) -> list:
    """Drop inline scripts that stand a second time.

    Jupyter Book sets up sphinx-thebe twice. Its script declares a constant, and a constant
    declared twice is an error in the console of every page.
    """
    kept, seen = [], set()
    for script in scripts:
        body = getattr(script, "attributes", {}).get("body")
        if body is None or body not in seen:
            kept.append(script)
        seen.add(body)
    return kept


def repaired(page: str) -> str:
    """A finished page without the theme's slips.

    A browser refuses to preload fonts for a page opened from a folder, and says so in the
    console; it loads them anyway once they are needed. The arrow that unfolds a part in the
    sidebar has no name for a screen reader.
    """
    page = FONT_PRELOAD.sub("", page)
    return TOGGLE.sub(r'>\1</a>\2<summary aria-label="Pages of \1">', page)


def _page_context(app, pagename, templatename, context, doctree):
    context["script_files"][:] = without_repeats(context["script_files"])


def _wrap_templates(app):
    templates = getattr(app.builder, "templates", None)
    if templates is None:
        return
    render = templates.render

    def render_repaired(template, context):
        return repaired(render(template, context))

    templates.render = render_repaired


def _unique_ids(app, doctree, docname):
    for section in doctree.findall(nodes.section):
        if REPEATED_IDS & set(section["ids"]):
            section["ids"] = [name for name in section["ids"] if name not in REPEATED_IDS]


def _number_by_page(app, env):
    """Let exercises count from 1 on every page, as they do in JupyterLab and as the prose says."""
    for numbers in env.toc_fignumbers.values():
        if "exercise" in numbers:
            numbers["exercise"] = {name: (k,) for k, name in enumerate(numbers["exercise"], start=1)}
    return []


def setup(app):
    """Look at each page after everyone else has."""
    app.connect("env-get-updated", _number_by_page, priority=900)
    app.connect("builder-inited", _wrap_templates, priority=900)
    app.connect("html-page-context", _page_context, priority=900)
    app.connect("doctree-resolved", _unique_ids)
