"""Small repairs of what themes and extensions put on every page."""


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


def _page_context(app, pagename, templatename, context, doctree):
    context["script_files"][:] = without_repeats(context["script_files"])


def setup(app):
    """Look at each page's scripts after everyone else has added theirs."""
    app.connect("html-page-context", _page_context, priority=900)
