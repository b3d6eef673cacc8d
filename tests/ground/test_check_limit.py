"""A check ends, whatever the answer does: loops, exits, floods of print."""

import sys
import threading
import time

import pytest

import deepgloss as dg
from deepgloss import checks
from deepgloss.checks._limit import TimeUp, at_most


def spin():
    while True:
        pass


def deaf():
    """Goes on after every Exception."""
    while True:
        try:
            time.sleep(0.001)
        except Exception:
            pass


def stone_deaf():
    """Goes on after whatever is raised inside its try statement, not before it.

    In Python 3.10 nothing strikes between a loop's turn and a try that follows at once.
    """
    while True:
        len("before")
        try:
            sum(range(9))
        except:  # noqa: E722
            pass


@pytest.mark.parametrize("work", [spin, deaf, stone_deaf])
def test_work_without_an_end_is_ended(work):
    with pytest.raises(TimeUp):
        at_most(0.05, work)


@pytest.mark.parametrize("seconds", [None, 10])
def test_work_that_ends_gives_its_result_and_leaves_no_thread(seconds):
    before = threading.active_count()
    assert at_most(seconds, lambda: 7) == 7
    assert threading.active_count() == before


def test_errors_pass_and_leave_no_thread():
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError):
        at_most(10, lambda: 1 / 0)
    assert threading.active_count() == before


def test_time_that_runs_out_at_the_end_strikes_nobody_later():
    for _ in range(100):
        try:
            at_most(0.002, lambda: time.sleep(0.0019))
        except TimeUp:
            pass
        sum(range(999))


def test_work_in_another_thread_is_ended_there():
    ended = []

    def run():
        try:
            at_most(0.05, spin)
        except TimeUp:
            ended.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert ended == [True]


def test_a_limit_within_a_limit():
    def nested():
        try:
            at_most(0.05, spin)
        except TimeUp:
            return "inner"
    assert at_most(30, nested) == "inner"


def test_a_debugger_is_not_disturbed():
    def stopped():
        sys._getframe().f_trace = lambda *_: None  # What pdb sets where it has stopped.
        for _ in range(40):
            time.sleep(0.01)
        return "looked around"
    # Long enough for a busy machine to have begun.
    assert at_most(0.2, stopped) == "looked around"


def endless(*arguments):
    """Prints without end."""
    while True:
        print("still here")


def test_an_endless_answer_is_stopped_and_its_flood_dammed(capsys):
    with pytest.raises(checks.WrongAnswer, match=r"endless\(0.9, 0.999\) has not come to an end after 0.1 seconds in "
                                                 r"line \d+ of endless.*for ever\?"):
        dg.check("adam-first-step", endless, seconds=0.1)
    out = capsys.readouterr().out
    assert out.count("still here\n") == 40 and "more characters that the answer printed are left out" in out


def test_a_few_words_of_an_answer_are_let_through(capsys):
    def first_step_ratio(beta1, beta2):
        print("beta1 is", beta1)
        return (1 - beta1) / (1 - beta2) ** 0.5
    assert dg.check("adam-first-step", first_step_ratio)
    assert capsys.readouterr().out.startswith("beta1 is 0.9\n") and sys.stdout.writable()


@pytest.mark.parametrize("leave", [sys.exit, lambda: sys.exit("done"), lambda: exit(3)])
def test_an_exit_of_the_answer_does_not_end_the_grader(leave):
    with pytest.raises(checks.WrongAnswer, match="ends the program.*: hand the result back by return"):
        dg.check("adam-first-step", lambda beta1, beta2: leave())


def test_the_users_interrupt_passes():
    def interrupted(*arguments):
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        dg.check("adam-first-step", interrupted)
