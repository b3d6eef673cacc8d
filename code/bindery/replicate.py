"""``python -m bindery replicate``: do a chapter's conclusions hold with other seeds and more training?"""

import argparse
import asyncio
import datetime
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from . import notebooks, replicate_record
from .kernel import away, together
from .replicate_digest import digests
from .replicate_record import Setting
from .replicate_run import replicated
from .replicate_state import kind_of


CHANGED = {"code": "the chapter's code", "package": "the package's code"}


class Run(NamedTuple):
    """One chapter under one setting."""

    path: Path
    notebook: object
    digests: dict
    setting: Setting


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER",
                        help="adam, optimization/adam, or a path; unless given, those of the book whose "
                             "record is missing or older than they are")
    parser.add_argument("--all", action="store_true",
                        help="without chapters: those whose record is up to date, too")
    parser.add_argument("--stale", action="store_true",
                        help="of the chapters named, those alone whose record is not up to date")
    parser.add_argument("--dry", action="store_true", help="say what would run and why, and run nothing")
    parser.add_argument("--shifts", type=int, default=3, metavar="N",
                        help="how many times to move all seeds, by 1000, 2000 … (default: %(default)s)")
    parser.add_argument("--budget", default="4", metavar="F",
                        help="how many times the training, seeds as they are; 1 for not (default: %(default)s)")
    parser.add_argument("-j", "--jobs", type=int, default=min(2, os.cpu_count() or 1), metavar="N",
                        help="how many runs at once (default: %(default)s)")
    parser.add_argument("--timeout", type=int, default=900, metavar="S",
                        help="seconds that one cell may take (default: %(default)s)")


def main(options: argparse.Namespace) -> int:
    """Replicate chapters, record what held, and tell what fell; the number to exit with."""
    wanted = replicate_record.settings(options.shifts, _factor(options.budget))
    if options.shifts < 0 or not wanted:
        raise ValueError("nothing to run: --shifts must be at least 0, and without shifts --budget not 1")
    book = notebooks.root()
    paths = [path for path in notebooks.select(book, options.chapters) if notebooks.slug_of(path)]
    everything = options.all or bool(options.chapters) and not options.stale
    record = replicate_record.read(book)
    runs = [run for path in paths for run in _waiting(path, record, wanted, everything)]
    if options.dry:
        _tell(runs, record, len(paths))
        return 0
    try:
        fallen = away(_run_all(book, runs, options.jobs, options.timeout))
    except KeyboardInterrupt:
        print("stopped; every run that had finished is in the record")
        return 130
    for line in fallen:
        print(line, flush=True)
    chapters = len({run.path for run in runs})
    print(f"{len(runs)} runs of {chapters} chapters, {len(paths) - chapters} up to date, "
          f"{len(fallen)} conclusions fell or cells failed")
    return 1 if fallen else 0


def _factor(text: str) -> str:
    """The budget as the kernel gets it; whatever :func:`deepgloss.budget` takes."""
    from deepgloss import _budget

    try:
        return str(_budget.number(text))
    except ValueError:
        raise ValueError(f"--budget must be a number greater than 0, such as 4, not {text!r}") from None


def _tell(runs: list[Run], record: Mapping[str, Mapping], chapters: int) -> None:
    """What would run: a line for each chapter, with what is not as it was when its record was made."""
    by_chapter: dict[str, list[Run]] = {}
    for run in runs:
        by_chapter.setdefault(run.path.stem, []).append(run)
    for chapter, own in by_chapter.items():
        entry = record.get(chapter)
        changed = replicate_record.changed(entry, own[0].digests) if entry else ()
        why = f" ({' and '.join(CHANGED[what] for what in changed)} changed)" if changed else ""
        print(f"{chapter}: {', '.join(run.setting.name for run in own)}{why}")
    print(f"{len(runs)} runs of {len(by_chapter)} chapters, {chapters - len(by_chapter)} up to date")


def _waiting(path: Path, record: Mapping[str, Mapping], wanted: list[Setting], everything: bool) -> list[Run]:
    """The runs that a chapter needs."""
    notebook, chapter = notebooks.read(path), path.stem
    notebooks.normalize(notebook)
    now = digests(notebook, chapter)
    entry = record.get(chapter)
    done = entry["settings"] if not everything and replicate_record.current(entry, now) else ()
    return [Run(path, notebook, now, setting) for setting in replicate_record.asked(notebook, wanted)
            if setting.name not in done]


async def _run_all(book: Path, runs: list[Run], jobs: int, timeout: int) -> list[str]:
    """Run everything, record each as it finishes; a line for each thing that fell."""
    gate, told = asyncio.Semaphore(max(1, jobs)), []
    # Without a terminal a bar is noise: one line a run instead.
    bar = tqdm(total=len(runs), unit="run", disable=not (runs and sys.stderr.isatty()))

    async def one(place, run):
        async with gate:
            start = time.monotonic()
            bar.set_postfix_str(f"{run.path.stem}, {run.setting.name}")
            result = await replicated(run.notebook, run.path.parent, run.setting, timeout=timeout)
        result = {"date": datetime.date.today().isoformat(), "seconds": round(time.monotonic() - start), **result}
        replicate_record.add(book, run.path.stem, run.digests, run.setting, result)
        fell = result.get("fell", [])
        told.append((place, [line(run.path.stem, run.setting.name, what) for what in fell]))
        bar.update()
        if bar.disable:
            print(f"{run.path.stem}, {run.setting.name}: {result['seconds']} s, {result['assertions']} "
                  f"assertions, {result['claims']} claims, {len(fell)} fell", flush=True)

    with bar:
        await together(one(place, run) for place, run in enumerate(runs))
    return [text for _, lines in sorted(told) for text in lines]


def line(chapter: str, setting: str, fell: dict) -> str:
    """What fell, in one line: chapter, cell, setting, and which conclusion."""
    kind = kind_of(fell)
    verb = "" if kind == "error" else " fell"
    return f"{chapter}, cell [{fell['cell']}], {setting}: {kind}{verb}: {fell[kind]}"
