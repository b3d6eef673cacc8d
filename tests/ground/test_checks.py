"""Registering and calling checks; each part's exercises have tests of their own."""

import pytest

import deepgloss as dg
from deepgloss import checks


def test_an_unknown_exercise_is_answered_with_near_ones():
    with pytest.raises(KeyError, match="nearest are adam-state"):
        dg.check("adam-stat", lambda: None)


def test_an_answer_that_cannot_be_called_is_named():
    with pytest.raises(TypeError, match="'adam-state' must be a function or a class, not 124"):
        dg.check("adam-state", 124)


def test_an_exercise_has_one_check():
    with pytest.raises(ValueError, match="has a check already"):
        checks.register("adam-state")
