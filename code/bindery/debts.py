"""What chapters written before the guide's younger rules still owe: ``debts.yml``.

The list can only shrink. A chapter that breaks a rule it is not listed for is remarked on, and so
is one that is listed for a rule it meets.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from deepgloss import glossary

from .rules import MAY_BE_OWED

FILE = Path(__file__).with_name("debts.yml")


@cache
def read() -> dict[str, list[str]]:
    """For each chapter with debts, the names of the rules that it does not meet yet."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8")) or {}


def owed(slug: str) -> frozenset[str]:
    """The names of the rules that a chapter does not meet yet."""
    return frozenset(read().get(slug, ()))


def problems() -> Iterator[str]:
    """Every remark on the list itself."""
    for slug, names in read().items():
        if slug not in glossary.chapters():
            yield f"{FILE.name}: the book has no chapter {slug!r}"
        for name in names:
            if name not in MAY_BE_OWED:
                yield f"{FILE.name}: {slug}: {name!r} is none of {', '.join(MAY_BE_OWED)}"
        if len(set(names)) < len(names):
            yield f"{FILE.name}: {slug}: a rule stands twice"


def table() -> str:
    """What is still owed, chapter by chapter in the order of the book, and rule by rule."""
    debts = {slug: read()[slug] for slug in glossary.chapters() if slug in read()}
    width = max(map(len, (*debts, *MAY_BE_OWED)))
    lines = [f"{slug:{width}}  {', '.join(names)}" for slug, names in debts.items()]
    counts = Counter(name for names in debts.values() for name in names)
    lines += ["", *(f"{name:{width}}  {counts[name]}" for name in MAY_BE_OWED if counts[name])]
    return "\n".join([*lines, f"{'chapters with debts':{width}}  {len(debts)}"])
