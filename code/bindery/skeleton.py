"""A chapter's skeleton in MyST Markdown, from what the glossary knows of it."""

import os
import textwrap
from collections.abc import Iterator
from pathlib import Path

from deepgloss import glossary

from . import bibliography, exercises, landing, notebooks, setup_cell

HEAD = """\
---
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---"""
HINTS = {
    "Why it exists": "what failed before; who, when, with citations",
    "Derivation": "the formula derived; every symbol named with its shape; equations labeled",
    "From scratch": "tensors only, line by line; then the package's version against PyTorch",
    "See it move": "dg.explore with one to three sliders, and what to look for",
    "On real data": "an experiment that answers a question: contenders of equal size, three seeds, "
                    "numbers",
    "In practice": "the call and its settings; published accuracy beside size and cost; when not",
    "Pitfalls": "two to four mistakes, each with its symptom and the cure; not to be confused with",
}
LEAD = """\
% TODO: what it is, in one plain sentence; the term in **bold** where it is defined

% TODO: the picture of it, within the first 300 words (dg.diagram, dg.explore or dg.plot)

% TODO: its rule or formula, and the smallest example by hand, with numbers"""
RISING = ("warm-up", "step", "thought")


def markdown(book: Path, chapter: str) -> str:
    """The skeleton of a chapter: all that the guide asks for, and a TODO wherever work is left."""
    return "\n\n".join(_blocks(book, chapter)) + "\n"


def _blocks(book: Path, chapter: str) -> Iterator[str]:
    title = glossary.chapters()[chapter].title
    own = [entry for entry in glossary.terms() if entry["chapter"] == chapter]
    yield HEAD + f"\n# {title}"
    yield _cell(setup_cell.source(book, chapter), tags="remove-input")
    builds_on = _builds_on(book, chapter)
    if builds_on:
        yield builds_on
    yield LEAD
    mentions = ", ".join(entry["en"] for entry in own if entry["level"] == "mention")
    if mentions:
        yield f"% TODO: mention in **bold** where they fit: {mentions}"
    for name in ("Why it exists", "Derivation", "From scratch"):
        yield f"## {name}"
        yield f"% TODO: {HINTS[name]}"
    heading = landing.Heading(title, level=1)
    for entry in own:
        if entry["level"] != "mention" and not landing.landings([heading], [entry]):
            yield f"### {entry['en']}"
            yield f"% TODO: what {entry['en']} is"
    for name in ("See it move", "On real data", "In practice", "Pitfalls"):
        yield f"## {name}"
        yield f"% TODO: {HINTS[name]}"
    yield from _claims(chapter)
    yield "## Exercises"
    for kind in RISING:
        yield from _exercise(f"{chapter}-{kind}", kind.replace("-", "_"))
    yield bibliography.HEADING


def _builds_on(book: Path, chapter: str) -> str:
    """The line **Builds on**, empty where nothing is needed."""
    folder = notebooks.path_of(book, chapter).parent
    links = []
    for need in glossary.needs(chapter):
        target = Path(os.path.relpath(notebooks.path_of(book, need), folder)).as_posix()
        links.append(f"[{glossary.chapters()[need].title}]({target})")
    head = ", ".join(links[:-1])
    if len(links) > 1:
        return f"**Builds on** {head}{',' if len(links) > 2 else ''} and {links[-1]}."
    return f"**Builds on** {links[0]}." if links else ""


def _claims(chapter: str) -> Iterator[str]:
    entries = [entry for entry in glossary.all_claims() if entry["chapter"] == chapter]
    if not entries:
        return
    yield "## Claims, checked"
    yield "% TODO: a sentence of introduction; each claim a pair: (outcome, control)"
    lines = [f'dg.claims("{chapter}", {{  # TODO']
    for entry in entries:
        if entry["verdict"] != "history":
            lines += [f"    # {line}" for line in _wrapped(f"{entry['verdict']}: {entry['claim']}")]
            lines.append(f'    "{entry["id"]}": (..., ...),')
    yield _cell("\n".join([*lines, "})"]), tags="hide-input")


def _exercise(label: str, name: str) -> Iterator[str]:
    yield f":::{{exercise}}\n:label: {label}\n\nTODO\n\n:::"
    solution = (f'def {name}():\n    """TODO"""\n'
                f"    {exercises.BEGIN}\n    {exercises.END}")
    yield _cell(exercises.cut(solution), tags="stub")
    yield _cell(f'dg.check("{label}", {name})', tags="nbval-check-output")
    yield _cell(solution, tags="solution, hide-cell")


def _cell(source: str, *, tags: str) -> str:
    return f"```{{code-cell}} ipython3\n:tags: [{tags}]\n{source}\n```"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 78)
