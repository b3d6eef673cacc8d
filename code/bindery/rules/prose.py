"""The prose of a chapter: its first picture, its length, and habits that readers stumble over."""

import re

from .. import bibliography, program
from ._wanted import Remarks, markdown_cells

MIN_WORDS, MAX_WORDS, WORDS_TO_PICTURE = 800, 2500, 300
FORMULA = re.compile(r"\$\$.*?\$\$|```\{math\}.*?```|\$[^$]+\$|[{}`$\\]", re.S)
FENCED = re.compile(r"^(`{3,}|:{3,})\{([\w:-]+)\}(.*?)^\1[ \t]*$", re.M | re.S)
DETAILS = re.compile(r"<details\b.*?</details>", re.S)
PICTURE = re.compile(r"!\[|(?:```|:::)\{(?:figure|image)\}|<svg|<img")


def finished(notebook, wanted) -> Remarks:
    """At least 800 words, and nothing of the skeleton left."""
    count = sum(words(cell.source) for _, cell in _told(notebook))
    if count < MIN_WORDS:
        yield None, f"thin: {count} words, at least {MIN_WORDS} are wanted"
    for index, cell in enumerate(notebook.cells):
        if re.search(r"\bTODO\b", cell.source):
            yield index, "not finished: a TODO is left"


def length(notebook, wanted) -> Remarks:
    """At most 2,500 words that are not folded."""
    count = sum(words(unfolded(cell.source)) for _, cell in _told(notebook))
    if count > MAX_WORDS:
        yield None, (
            f"long: {count} words that are not folded, at most {MAX_WORDS} are wanted; "
            "cut, or fold with <details>"
        )


def first_picture(notebook, wanted) -> Remarks:
    """The first picture comes within 300 words."""
    before = 0
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            text = unfolded(cell.source)
            found = PICTURE.search(text)
            before += words(text[:found.start()] if found else text)
        else:
            found = pictures(cell)
        if found or index == len(notebook.cells) - 1:
            if before > WORDS_TO_PICTURE:
                yield index, (
                    f"{before} words before the first picture, at most {WORDS_TO_PICTURE} are wanted"
                )
            return


def pictures(cell) -> bool:
    """Whether a code cell shows a picture: one that it stored, or the sliders that it makes."""
    data = [output.get("data", {}) for output in cell.outputs]
    return bool(
        any(kind.startswith("image/") for kinds in data for kind in kinds)
        or any(re.search("<svg|<img", str(kinds.get("text/html", ""))) for kinds in data)
        or program.explores(cell.source)
    )


def _told(notebook) -> list:
    """The cells of prose without the list of references, which is made."""
    return [(index, cell) for index, cell in markdown_cells(notebook)
            if not bibliography.listed_by_hand(cell.source)]


def words(text: str) -> int:
    """How many words of prose a text has, formulas left out."""
    return len(FORMULA.sub(" ", text).split())


def unfolded(text: str) -> str:
    """A text without what opens only with a click."""

    def kept(fence):
        mark, kind, body = fence.groups()
        if kind == "dropdown" or re.search(r"^:class:.*\bdropdown\b", body, re.M):
            return ""
        return f"{mark}{{{kind}}}{unfolded(body)}{mark}"

    return FENCED.sub(kept, DETAILS.sub("", text))


def _habit(pattern: str, advice: str):
    """The rule that a turn of phrase stands nowhere."""

    def rule(notebook, wanted) -> Remarks:
        for index, cell in markdown_cells(notebook):
            for found in re.finditer(pattern, cell.source, re.M):
                yield index, f"{found[0].strip()!r}: {advice}"

    return rule


HABITS = {
    "by": _habit(r"(?:gradients?|derivatives?)(?: of [^.;:]{1,40}?)? by (?:its|the|[$`{])",
                 "a derivative is taken with respect to something"),
    "who": _habit(r"(?:^|[.:;?!] )(?:Who|Whoever) [a-z]+s ",
                  "a sentence has a subject: a reader who, anyone who"),
    "for": _habit(r", for (?:(?:it|they|there|we|you) [a-z]+|no [a-z]+ [a-z]+s"
                  r"|(?:the|an?|no|its|that|this|these) (?:[^\s,.;:()]+ ){1,8}?(?:is|are|was|were"
                  r"|has|have|had|can|cannot|could|does|do|did|would|will|must|may))\b",
                  "where *for* means because, say because"),
    "per": _habit(r"\b(?:one|two|three|four) (?:bias(?:es)?|(?:row|number|filter|weight)s?) an? "
                  r"[a-z]+",
                  "two numbers per channel, not two numbers a channel"),
}
