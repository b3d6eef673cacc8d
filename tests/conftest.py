"""Every test starts from the same numbers, draws no window and uses one thread."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("DEEPGLOSS_STATIC", "1")
os.environ.setdefault("MPLBACKEND", "agg")

import matplotlib.pyplot as plt
import pytest
from hypothesis import settings

import deepgloss as dg

# How long an example takes says more of the machine than of the code.
settings.register_profile("book", deadline=None)
settings.load_profile("book")


def pytest_addoption(parser):
    parser.addoption("--chapters", default="", metavar="SLUG,SLUG",
                     help="go through these chapters where a test goes through all of the book's")


def pytest_collection_modifyitems(config, items):
    """Of the tests that come once a chapter, keep those of the chapters asked for."""
    chosen = config.getoption("chapters").split(",")
    if chosen == [""]:
        return
    chapters = [getattr(item, "callspec", None) and item.callspec.params.get("chapter") for item in items]
    kept = [not chapter or chapter.rpartition("/")[2] in chosen for chapter in chapters]
    config.hook.pytest_deselected(items=[item for item, keep in zip(items, kept) if not keep])
    items[:] = [item for item, keep in zip(items, kept) if keep]


@pytest.fixture(autouse=True)
def fresh_start():
    """Seed every test, close the figures it leaves open, and mend the stand-in device."""
    dg.seed(0)
    yield
    plt.close("all")
    if dg.device().type == "fake":
        import fakegpu

        fakegpu.install().mend()                # a failed assertion on the device ends it for all that follows
