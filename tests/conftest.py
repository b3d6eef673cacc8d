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


@pytest.fixture(autouse=True)
def fresh_start():
    """Seed every test, and close the figures it leaves open."""
    dg.seed(0)
    yield
    plt.close("all")
