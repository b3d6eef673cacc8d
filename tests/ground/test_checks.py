"""Registering and calling checks; each part's exercises have tests of their own."""

import pytest
import torch

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


def test_a_slug_that_is_no_string_is_named():
    with pytest.raises(TypeError, match=r"exercise must be a slug such as 'adam-state', not \['adam-state'\]"):
        dg.check(["adam-state"], lambda: None)


class Convex(torch.nn.Module):
    """A class whose parts are still to be written."""

    def __init__(self, hidden):
        super().__init__()
        self.linear = torch.nn.Linear(1, hidden)

    def forward(self, x):
        raise NotImplementedError


def stub(*arguments):
    """A function that is still to be written."""
    raise NotImplementedError  # your answer


def ellipsis(*arguments):
    """With a docstring."""
    ...


def idle(*arguments): pass


def rewrapped(*arguments):
    try:
        stub()
    except NotImplementedError as error:
        raise ValueError("a helper failed") from error


class Idle:
    def __call__(self, x): pass


@pytest.mark.parametrize("answer", [stub, ellipsis, idle, rewrapped, Idle])
def test_a_stub_was_not_answered_yet(answer, capsys):
    outcome = dg.check("adam-first-step", answer)
    assert not outcome and not outcome.right
    assert capsys.readouterr().out == "… adam-first-step: not answered yet\n"


def test_a_class_with_a_stub_was_not_answered_yet(capsys):
    assert not dg.check("softplus-convex", Convex)
    assert capsys.readouterr().out == "… softplus-convex: not answered yet\n"


def not_in_pytorch(*arguments):
    return torch.nn.Module()(torch.ones(3))


def five(*arguments):
    """Not an empty body."""
    return 5


@pytest.mark.parametrize("answer", [not_in_pytorch, five, lambda *arguments: None])
def test_a_wrong_answer_is_no_stub(answer):
    with pytest.raises(checks.WrongAnswer):
        dg.check("adam-first-step", answer)
