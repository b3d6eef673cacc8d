"""Chapters on a device without float64, as Apple's GPUs are: no cell and no solution asks it for any.

Minutes, so only where FAKEGPU_SINGLE is set: `FAKEGPU_SINGLE=1 DEEPGLOSS_DEVICE=fake make test`.
"""

import asyncio
import os
from pathlib import Path

import nbformat
import pytest

from bindery import notebooks
from bindery.kernel import execute
from bindery.replicate_run import errors

if not os.environ.get("FAKEGPU_SINGLE"):
    pytest.skip("asked for by FAKEGPU_SINGLE=1", allow_module_level=True)
BOOK = notebooks.root(Path(__file__).parent)
CHAPTERS = {f"{path.parent.name}/{path.stem}": path for path in notebooks.every(BOOK)}
OWED: dict[str, str] = {}               # chapters that still ask for it, and what; the list can only shrink
# The package takes the stand-in for what it is here: one of the devices that have no float64.
FIRST = "from deepgloss import _device\n\n_device.WITHOUT_FLOAT64.add('fake')"


@pytest.mark.parametrize("chapter", [
    pytest.param(chapter, marks=pytest.mark.xfail(strict=True, reason=OWED[chapter]) if chapter in OWED else ())
    for chapter in CHAPTERS
])
def test_a_chapter_does_without_float64_on_the_device(chapter):
    path = CHAPTERS[chapter]
    notebook = notebooks.read(path)
    watched = nbformat.from_dict({**notebook, "cells": [nbformat.v4.new_code_cell(FIRST), *notebook.cells]})
    ran = asyncio.run(execute(watched, path.parent, timeout=900, go_on=True, settings={
        "DEEPGLOSS_DEVICE": "fake", "FAKEGPU_SINGLE": "1",
    }))
    assert errors(watched, ran) == []
