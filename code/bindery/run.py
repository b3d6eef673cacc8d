"""``python -m bindery run``: the only thing that writes outputs into the book's notebooks."""

import argparse
import asyncio
import copy
import os
import re
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

import matplotlib
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from tqdm import tqdm

from . import notebooks, setup_cell

ONE_THREAD = ("OMP", "MKL", "OPENBLAS", "NUMEXPR", "VECLIB_MAXIMUM")
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Failure(NamedTuple):
    """A chapter that did not run to its end: which cell, its source, and what went wrong."""

    path: Path
    cell: int
    source: str
    reason: str


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
    waiting = []
    for path in paths:
        notebook, reason = prepared(book, path)
        if options.all or reason:
            waiting.append((path, notebook))
        else:
            notebooks.write(path, notebook)
    try:
        failures = _away(_run_all(waiting, options.jobs, options.timeout))
    except KeyboardInterrupt:
        print("stopped; chapters that had not finished are as they were")
        return 130
    for failure in failures:
        print(_story(book, failure, color=sys.stdout.isatty()), flush=True)
    done = len(waiting) - len(failures)
    print(f"{done} run, {len(paths) - len(waiting)} up to date, {len(failures)} failed")
    return 1 if failures else 0


def prepared(book: Path, path: Path):
    """A notebook with the setup cell it ought to have, and why it must run (None: it need not)."""
    notebook, slug = notebooks.read(path), notebooks.slug_of(path)
    if slug:
        setup_cell.ensure(notebook, setup_cell.source(book, slug))
    notebooks.normalize(notebook)
    return notebook, notebooks.stale(notebook, slug)


def environment(scratch: str) -> dict[str, str]:
    """What the kernel of a stored run sees: one thread, the CPU, its own seeds, no habits of this account."""
    # An inherited backend would swallow the figures.
    kept = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    return kept | {f"{name}_NUM_THREADS": "1" for name in ONE_THREAD} | {
        "DEEPGLOSS_STATIC": "1",
        "DEEPGLOSS_DEVICE": "cpu",
        "DEEPGLOSS_SHIFT": "0",
        "DEEPGLOSS_BUDGET": "1",
        "PYTHONHASHSEED": "0",
        "IPYTHONDIR": scratch,
        "MATPLOTLIBRC": str(Path(matplotlib.get_data_path()) / "matplotlibrc"),
    }


async def execute(notebook, folder: Path, *, timeout: int):
    """Run a notebook in a fresh kernel, in its own folder as JupyterLab does.

    Args:
        notebook: left as it is.
        folder: the kernel's working directory.
        timeout: seconds that one cell may take.

    Returns:
        The notebook with its new outputs, or a :class:`Failure` without a path.
    """
    fresh, at = copy.deepcopy(notebook), 0

    def note(cell, cell_index):
        nonlocal at
        at = cell_index

    for cell in fresh.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        fresh, timeout=timeout, kernel_name="python3", on_cell_start=note,
        record_timing=False, store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
    )
    with (
        # The thread that writes IPython's history may still hold its file when the folder goes.
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
        # What the kernel's process itself says (warnings of its own, a crash) is no cell's output.
        tempfile.TemporaryFile("w+") as aside,
    ):
        try:
            await client.async_execute(env=environment(scratch), stderr=aside)
            return fresh
        except CellExecutionError:
            reason = "\n".join(
                line for output in fresh.cells[at].outputs if output.output_type == "error"
                for line in output.traceback
            )
        except CellTimeoutError:
            reason = f"took longer than {timeout} seconds (--timeout)"
        except DeadKernelError:
            aside.seek(0)
            reason = f"the kernel died (out of memory?)\n{aside.read()[-2000:]}"
    return Failure(Path(), at + 1, fresh.cells[at].source, reason)


def _away(coroutine):
    """Run a coroutine in another thread, and cancel it properly when the user presses Ctrl-C.

    In the main thread nbclient takes the signal for itself, for one of its kernels only, and the
    others run on.
    """
    ended = threading.Event()

    async def announced():
        try:
            return await coroutine
        finally:
            ended.set()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        future = asyncio.run_coroutine_threadsafe(announced(), loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            # Cancelled, nbclient leaves the task that watches its kernel behind, and asyncio tells.
            loop.set_exception_handler(lambda loop, context: None)
            future.cancel()
            ended.wait()
            raise
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


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
        await asyncio.gather(*(one(path, notebook) for path, notebook in waiting))
    return sorted(failures)


def _story(book: Path, failure: Failure, *, color: bool) -> str:
    source = "\n".join(f"    {line}" for line in failure.source.splitlines())
    reason = failure.reason if color else ANSI.sub("", failure.reason)
    return (
        f"{notebooks.shown(book, failure.path)}: cell {failure.cell} failed; "
        f"the stored notebook is as it was\n{source}\n{reason}\n"
    )
