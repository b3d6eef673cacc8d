"""How matters stand with the replication of every chapter: what was tried, what fell, and whether it is news."""

from pathlib import Path
from typing import NamedTuple

from . import notebooks, replicate_record
from .replicate_digest import digests


class Fallen(NamedTuple):
    """Something that did not hold: where it stands, what it is, and under which settings it fell."""

    cell: int
    kind: str
    what: str
    settings: tuple[str, ...]


class State(NamedTuple):
    """A chapter's replication.

    ``settings`` holds the record of each setting by its name, in the order of :func:`order`;
    ``changed`` says what is not as it was when they were made, the chapter's ``code`` or the
    ``package`` below it; ``excused`` why
    it is not run with other seeds (``shift``) or more training (``budget``).
    """

    chapter: str
    settings: dict[str, dict]
    changed: tuple[str, ...]
    excused: dict[str, str]

    @property
    def status(self) -> str:
        """One of ``never``, ``old``, ``held`` and ``fell``."""
        if not self.settings:
            return "never"
        if self.changed:
            return "old"
        return "fell" if self.fallen else "held"

    @property
    def fallen(self) -> list[Fallen]:
        """Everything that fell, by cell; once, with all settings under which it did."""
        found: dict[tuple, list[str]] = {}
        for name, result in self.settings.items():
            for entry in result.get("fell", []):
                kind = kind_of(entry)
                found.setdefault((entry["cell"], kind, entry[kind]), []).append(name)
        return [Fallen(*key, tuple(dict.fromkeys(names))) for key, names in sorted(found.items())]

    def count(self, what: str) -> int:
        """How many ``assertions`` or ``claims`` ran; the most under any setting."""
        return max((result.get(what, 0) for result in self.settings.values()), default=0)

    @property
    def date(self) -> str:
        """The day of the newest run, or nothing."""
        return max((str(result.get("date", "")) for result in self.settings.values()), default="")


def kind_of(entry: dict) -> str:
    """Whether what fell is an ``assertion``, a ``claim``, or an ``error``."""
    return next(key for key in ("assertion", "claim", "error") if key in entry)


def order(name: str) -> tuple:
    """Where a setting comes among others: shifts first, by size."""
    return name.startswith("budget"), [int(word) if word.isdecimal() else 0 for word in name.split()], name


def states(book: Path) -> dict[str, State]:
    """The state of every chapter that is written, in the order of the book."""
    record, found = replicate_record.read(book), {}
    for path in notebooks.every(book):
        if chapter := notebooks.slug_of(path):
            notebook, entry = notebooks.read(path), record.get(chapter)
            settings = entry["settings"] if entry else {}
            found[chapter] = State(
                chapter, {name: settings[name] for name in sorted(settings, key=order)},
                replicate_record.changed(entry, digests(notebook, chapter)) if entry else (),
                replicate_record.excuses(notebook),
            )
    return found
