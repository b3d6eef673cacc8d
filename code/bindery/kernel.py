"""A fresh kernel for a chapter: what it sees, how it runs, and how it stops."""

import asyncio
import copy
import os
import re
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import matplotlib
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ONE_THREAD = ("OMP", "MKL", "OPENBLAS", "NUMEXPR", "VECLIB_MAXIMUM")
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Failure(NamedTuple):
    """A chapter that did not run to its end: which cell, its source, and what went wrong."""

    path: Path
    cell: int
    source: str
    reason: str


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


async def execute(notebook, folder: Path, *, timeout: int, go_on: bool = False,
                  settings: Mapping[str, str] | None = None):
    """Run a notebook in a fresh kernel, in its own folder as JupyterLab does.

    Args:
        notebook: left as it is.
        folder: the kernel's working directory.
        timeout: seconds that one cell may take.
        go_on: run the cells after one that raises, too; its error is among its outputs.
        settings: environment variables that differ from those of a stored run.

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
        record_timing=False, store_widget_state=False, allow_errors=go_on,
        resources={"metadata": {"path": str(folder)}},
    )
    with (
        # The thread that writes IPython's history may still hold its file when the folder goes.
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
        # What the kernel's process itself says (warnings of its own, a crash) is no cell's output.
        tempfile.TemporaryFile("w+") as aside,
    ):
        try:
            seen = environment(scratch) | dict(settings or {})
            await _unless_cancelled(client.async_execute(env=seen, stderr=aside))
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


async def together(coroutines) -> None:
    """Await several coroutines; when one fails or all are cancelled, only after every one has cleaned up."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        await asyncio.gather(*tasks)
    except BaseException as error:
        # Cancelled, gather has cancelled all; a second time would cut their cleaning up short.
        if not isinstance(error, asyncio.CancelledError):
            for task in tasks:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def _unless_cancelled(coroutine):
    """Await a coroutine; cancelled meanwhile, let it clean up and be cancelled, whatever it says.

    nbclient takes its own cancellation for the death of its kernel, and that would be a result.
    """
    running = asyncio.ensure_future(coroutine)
    try:
        await asyncio.wait({running})
    except asyncio.CancelledError:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        raise
    return running.result()


def away(coroutine):
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
