"""The first code cell of every chapter and of the front page, made from one template."""

import re
from pathlib import Path

import nbformat
import yaml

from deepgloss import glossary

TAGS = ["remove-input"]
FETCH = """\
try:
    import deepgloss as dg
except ModuleNotFoundError:  # on Colab: fetch the package
    %pip install -q "git+{address}#subdirectory=code"
    try:
        import deepgloss as dg
    except ModuleNotFoundError:
        advice = "deepgloss was not fetched: go online, then run this cell again"
        raise ModuleNotFoundError(advice) from None"""
REST = """

dg.plot.style()
dg.term("{term}")"""

FETCHING = re.compile(r"\Atry:\n.*?(?P<pip>^ +%pip [^\n]*\n).*?(?=\n\ndg\.)", re.M | re.S)
FIRST = r"""try:
    import deepgloss as dg
except ModuleNotFoundError:  # on Colab: fetch the package
\g<pip>    import deepgloss as dg"""


def source(book: Path, chapter: str) -> str:
    """The code of a chapter's setup cell."""
    return fetch(book) + REST.format(term=title_term(chapter))


def fetch(book: Path) -> str:
    """The code that imports the package and fetches it where it is not; its address is that of ``_config.yml``."""
    config = yaml.safe_load((book / "_config.yml").read_text(encoding="utf-8"))
    return FETCH.format(address=config["repository"]["url"])


def digested(code: str) -> str:
    """A setup cell as a digest sees it: how the package is fetched changes no output.

    What fetches it is read as the first chapters had it, so that their digests hold.
    """
    return FETCHING.sub(FIRST, code, count=1)


def title_term(chapter: str) -> str:
    """The id of the term whose card opens a chapter: the one with its slug, else its first."""
    own = [entry["id"] for entry in glossary.terms() if entry["chapter"] == chapter]
    return chapter if chapter in own else own[0]


def ensure(notebook, code: str) -> None:
    """Make ``code`` the setup cell of a notebook, in place: after the title, before all else."""
    cells = notebook.cells
    first = next((cell for cell in cells if cell.cell_type == "code"), None)
    if first is None or "remove-input" not in first.metadata.get("tags", []):
        first = nbformat.v4.new_code_cell(code)
        # The id that nbformat draws is random; the notebook's normal form makes a stable one.
        first.pop("id", None)
        cells.insert(_after_title(cells), first)
    first.source = code
    first.metadata = nbformat.from_dict({"jupyter": {"source_hidden": True}, "tags": TAGS})


def _after_title(cells: list) -> int:
    """Where the cell after the title goes; a title is cut off from the text that follows it."""
    if not cells or cells[0].cell_type != "markdown" or not cells[0].source.startswith("# "):
        return 0
    title, _, rest = cells[0].source.partition("\n")
    if rest.strip():
        cells[0].source = title
        lead = nbformat.v4.new_markdown_cell(rest.strip("\n"))
        lead.pop("id", None)
        cells.insert(1, lead)
    return 1
