"""A book of tiny notebooks, to run, to replicate and to interrupt."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook


def begin(folder: Path, monkeypatch) -> Path:
    """An empty book, with the working directory in it."""
    config = "repository: {url: https://github.com/someone/somewhere}\n"
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    (folder / "chapters" / "optimization").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def store(book: Path, name: str, *sources: str, **metadata) -> Path:
    """A notebook in the book as an editor may leave it: title, code cells, odds and ends."""
    cells = [new_markdown_cell(f"# {name.title()}"), *map(new_code_cell, (*sources, ""))]
    cells[1].metadata = nbformat.from_dict({"tags": ["hide-input"], "execution": {"a": "1"}})
    notebook = new_notebook(cells=cells, metadata={
        "kernelspec": {"name": "py311", "display_name": "Mine", "language": "python"},
        "language_info": {"name": "python", "version": "3.9.1"},
        "widgets": {"state": {}}, **metadata,
    })
    path = book / "chapters" / "optimization" / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


def waiting(started: Path) -> str:
    """The source of a cell that writes its process's number into a file, and waits."""
    tell = f"pathlib.Path({str(started)!r}).write_text(str(os.getpid()))"
    return f"import os, pathlib, time\n{tell}\ntime.sleep(60)"


def interrupted(words: list[str], started: list[Path]) -> tuple[int, str]:
    """Begin a command of bindery, interrupt it once all kernels wait, and see them all gone.

    Returns:
        The command's status, and what it said.
    """
    run = subprocess.Popen([sys.executable, "-m", "bindery", *words],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           # What a shell starts in the background inherits that SIGINT is ignored.
                           preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    deadline = time.monotonic() + 60
    while not all(path.exists() and path.read_text() for path in started):
        assert time.monotonic() < deadline and run.poll() is None
        time.sleep(0.1)
    run.send_signal(signal.SIGINT)
    told, _ = run.communicate(timeout=30)
    for path in started:
        with pytest.raises(ProcessLookupError):
            os.kill(int(path.read_text()), 0)
    return run.returncode, told
