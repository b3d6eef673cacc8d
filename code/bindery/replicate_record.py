"""The record of replication: a file in which every chapter says what held, under which setting, and when."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import yaml
from filelock import FileLock

FILE = Path("chapters") / "replication.yml"
HEAD = """\
# Which assertions and claims of each chapter held with other seeds and with more training.
# Written by `python -m bindery replicate`, and shown on the page Replication. In a conflict, take
# either side of a chapter and replicate it again.
"""
EXCUSES = ("shift", "budget")
# Many times faster, where PyYAML has it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Setting(NamedTuple):
    """One way in which a chapter is run again: all seeds moved, or the training multiplied."""

    shift: int = 0
    budget: str = "1"

    @property
    def name(self) -> str:
        """As the record and messages name it: ``shift 1000``, ``budget 4``."""
        words = [f"shift {self.shift}"] if self.shift else []
        return ", ".join(words + [f"budget {self.budget}"] * (self.budget != "1")) or "as stored"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make the kernel run this way."""
        return {"DEEPGLOSS_SHIFT": str(self.shift), "DEEPGLOSS_BUDGET": self.budget}


def settings(shifts: int, budget: str) -> list[Setting]:
    """So many shifts by thousands, and the longer training on its own."""
    longer = [] if budget == "1" else [Setting(budget=budget)]
    return [Setting(1000 * k) for k in range(1, shifts + 1)] + longer


def excuses(notebook) -> dict[str, str]:
    """Why a chapter is not run with other seeds or more training: ``shift`` or ``budget``, and the reason.

    They stand in the notebook's metadata, ``deepgloss: {replicate: {budget: "why"}}``.
    """
    given = notebook.metadata.get("deepgloss", {}).get("replicate", {})
    # What else stands there is for ``bindery check`` to name.
    return dict(given) if isinstance(given, dict) else {}


def asked(notebook, wanted: list[Setting]) -> list[Setting]:
    """Those of the settings that a chapter does not excuse itself from."""
    excused = excuses(notebook)
    return [setting for setting in wanted
            if not (setting.shift and "shift" in excused)
            and not (setting.budget != "1" and "budget" in excused)]


def read(book: Path) -> dict[str, dict]:
    """The record of each chapter that has one: its digests, and under ``settings`` what each gave.

    Raises:
        ValueError: the file is no such record, a conflict of a merge in it for example.
    """
    path = book / FILE
    if not path.exists():
        return {}
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), LOADER) or {}
        for entry in found.values():
            entry["settings"].values()
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{FILE.as_posix()}: not a record of replication: {error}") from error
    return found


def changed(entry: Mapping, digests: Mapping[str, str]) -> tuple[str, ...]:
    """What is not as it was when a chapter's record was made: its ``code``, the ``package``, or nothing."""
    return tuple(key for key, value in digests.items() if entry.get(key) != value)


def current(entry: Mapping | None, digests: Mapping[str, str]) -> bool:
    """Whether a chapter's record is one of the chapter and the package as they are."""
    return entry is not None and not changed(entry, digests)


def add(book: Path, chapter: str, digests: Mapping[str, str], setting: Setting, result: dict) -> None:
    """Merge what one setting gave into the file; whenever the machine stops, it is whole.

    What the chapter's record says of other settings stays if it is of the same code. Processes that
    record at once wait for one another.
    """
    path, aside = book / FILE, book / "_build"
    aside.mkdir(exist_ok=True)
    with FileLock(aside / f"{FILE.name}.lock"):
        record = read(book)
        before = record.get(chapter)
        kept = before["settings"] if current(before, digests) else {}
        record[chapter] = {**digests, "settings": {**kept, setting.name: result}}
        text = yaml.safe_dump(record, allow_unicode=True, sort_keys=True, width=100)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        beside.write_text(HEAD + text, encoding="utf-8", newline="\n")
        os.replace(beside, path)
