"""Whatever is public is in the sweep, or it is said why not."""

import importlib

import pytest
from torch import nn

import deepgloss as dg

from .registry import ENTRIES, REASONS

PARTS = [name for name in dg.__all__ if hasattr(getattr(dg, name), "__path__")]


@pytest.mark.parametrize("part", PARTS)
def test_every_public_name_is_swept_or_excused(part):
    public = set(importlib.import_module(f"deepgloss.{part}").__all__)
    swept = {name.partition(".")[2].partition(",")[0] for name in ENTRIES if name.startswith(f"{part}.")}
    excused = set(REASONS.get(part, ()))
    assert swept | excused == public, f"in tests/sweep/{part}.py or registry.REASONS: {public ^ (swept | excused)}"
    assert not swept & excused


def test_the_rooms_are_all_of_the_package():
    assert {name for name in dg.__all__ if name not in PARTS} == {
        "budget", "check", "claims", "count", "device", "explore", "lookup", "plot", "seed", "term"}


def test_the_sweep_holds_modules_and_functions():
    modules = [name for name, entry in ENTRIES.items() if isinstance(entry.build(), nn.Module)]
    assert len(ENTRIES) > 150 and 60 < len(modules) < len(ENTRIES)
