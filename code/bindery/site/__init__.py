"""What Sphinx needs to make the site: glossary, ledger, map, API pages, and links to chapters to come.

Add ``bindery.site`` to the extensions. The pages are directives, so they stand in ordinary
Markdown files: ``{deepgloss-glossary}``, ``{deepgloss-claims}``, ``{deepgloss-map}``,
``{deepgloss-replication}`` and ``{deepgloss-api}``. They read the chapters as built and grow by themselves.
"""

from . import api, cells, equations, front_page, housekeeping, links, pages, places, replication_line


def setup(app):
    """Sphinx calls this once, before it reads the first page."""
    for module in (places, links, equations, front_page, pages, replication_line, api, cells, housekeeping):
        module.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
