"""``python -m bindery run``: the only thing that writes outputs into the book's notebooks."""

import argparse
import asyncio
import os
import sys
import time
from pathlib import Path

from tqdm import tqdm

from . import bibliography, equations, exercises, front_page, notebooks, published, setup_cell
from .kernel import ANSI, Failure, away, execute, together


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER",
                        help="adam, optimization/adam, or a path; all of the book unless given")
    parser.add_argument("--all", action="store_true",
                        help="run chapters again whose outputs are up to date, too")
    parser.add_argument("-j", "--jobs", type=int, default=min(2, os.cpu_count() or 1), metavar="N",
                        help="how many chapters run at once (default: %(default)s)")
    parser.add_argument("--timeout", type=int, default=180, metavar="S",
                        help="seconds that one cell may take (default: %(default)s)")


def main(options: argparse.Namespace) -> int:
    """Run the chapters that need it; the number to exit with."""
    book = notebooks.root()
    paths = notebooks.select(book, options.chapters)
    if not options.chapters:
        paths = [*notebooks.front_page(book), *paths]
    for path, text in published.pages(book):
        path.write_text(text, encoding="utf-8", newline="\n")
    waiting = []
    for path in paths:
        notebook, reason = prepared(book, path)
        if options.all or reason:
            waiting.append((path, notebook))
        else:
            notebooks.write(path, notebook)
    try:
        failures = away(_run_all(waiting, options.jobs, options.timeout))
    except KeyboardInterrupt:
        print("stopped; chapters that had not finished are as they were")
        return 130
    for failure in failures:
        print(_story(book, failure, color=sys.stdout.isatty()), flush=True)
    done = len(waiting) - len(failures)
    print(f"{done} run, {len(paths) - len(waiting)} up to date, {len(failures)} failed")
    return 1 if failures else 0


def prepared(book: Path, path: Path):
    """A notebook with what ``bindery`` writes into it, and why it must run (or None)."""
    notebook, slug = notebooks.read(path), notebooks.slug_of(path)
    if slug:
        setup_cell.ensure(notebook, setup_cell.source(book, slug))
        exercises.ensure(notebook)
        equations.ensure(notebook)
        bibliography.ensure(notebook, bibliography.sources(book / "references.bib"))
    elif path.resolve() in notebooks.front_page(book):
        front_page.ensure(notebook, book)
    published.ensure(notebook, path, book)
    notebooks.normalize(notebook)
    return notebook, notebooks.stale(notebook, slug)


async def _run_all(waiting, jobs: int, timeout: int) -> list[Failure]:
    gate, failures = asyncio.Semaphore(max(1, jobs)), []
    # Without a terminal a bar is noise: one line a chapter instead.
    bar = tqdm(total=len(waiting), unit="chapter", disable=not (waiting and sys.stderr.isatty()))

    async def one(path, notebook):
        async with gate:
            start = time.monotonic()
            bar.set_postfix_str(path.stem)
            result = await execute(notebook, path.parent, timeout=timeout)
        bar.update()
        if isinstance(result, Failure):
            failures.append(result._replace(path=path))
            return
        notebooks.stamp(result, notebooks.slug_of(path))
        notebooks.write(path, result)
        if bar.disable:
            print(f"{path.stem}: {time.monotonic() - start:.1f} s", flush=True)

    with bar:
        await together(one(path, notebook) for path, notebook in waiting)
    return sorted(failures)


def _story(book: Path, failure: Failure, *, color: bool) -> str:
    source = "\n".join(f"    {line}" for line in failure.source.splitlines())
    reason = failure.reason if color else ANSI.sub("", failure.reason)
    return (
        f"{notebooks.shown(book, failure.path)}: cell {failure.cell} failed; "
        f"the stored notebook is as it was\n{source}\n{reason}\n"
    )
