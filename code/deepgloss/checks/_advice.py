"""Turns whatever a check raised into advice for the one who wrote the answer."""

import inspect
import linecache
from types import FrameType

from ._call import Calls
from ._frames import steps
from ._limit import TimeUp
from ._show import came, shown


def advice(error: BaseException, calls: Calls, seconds: float | None) -> str:
    """What is wrong, on what input and in which line, and what is wanted.

    Args:
        error: what the check raised; of its own advice, all is kept.
        calls: the calls of the answer.
        seconds: the time that the check had.
    """
    if isinstance(error, AssertionError) and steps(error, calls)[-1][0] == "check":
        said = _cut(str(error)) or "a condition of the check does not hold"
        if calls.returned and calls.name not in said:
            said += f"\n({calls} returned {came(calls.result)})"
    else:
        said = _raw(error, calls, seconds)
    if calls.changed:
        said += (
            f"\n({calls.name} changes its argument {' and '.join(sorted(calls.changed))} in place, "
            "though others may still need it: work on a copy, such as x.clone() or list(x))"
        )
    return said


def _cut(text: str, most: int = 600) -> str:
    """A text without its middle if it is long: a check may have quoted a large tensor."""
    return text if len(text) <= most else f"{text[:most * 2 // 3]} … {text[-most // 3:]}"


def _raw(error: BaseException, calls: Calls, seconds: float | None) -> str:
    """Advice where the check itself had none."""
    place = _place(error, calls)
    if isinstance(error, TimeUp):
        return (
            f"{calls} has not come to an end after {seconds:g} seconds{place}: is there a loop "
            "or a recursion that goes on for ever?"
        )
    if isinstance(error, SystemExit):
        return f"{calls} ends the program{place}: hand the result back by return instead"
    if isinstance(error, RecursionError):
        return f"{calls} calls itself without end{place}: in which case should it stop?"
    kind = f"{type(error).__name__}: {_cut(str(error))}" if str(error) else type(error).__name__
    if place:
        return f"{calls} raises an error{place}: {kind}"
    if calls.returned:
        return f"{calls} returned {came(calls.result)}{_wanted(error, calls)}. The check could not go on: {kind}"
    refused = calls.refused() if isinstance(error, TypeError) else None
    return refused or f"with {calls} the check could not go on: {kind}{_wanted(error, calls)}"


def _place(error: BaseException, calls: Calls) -> str:
    """The line of the reader's code in which an error arose; empty if it arose elsewhere."""
    own = [(frame, line) for owner, frame, line in steps(error, calls) if owner == "reader"]
    if not own:
        return ""
    frame, line = own[-1]
    code = frame.f_code
    text = linecache.getline(code.co_filename, line, frame.f_globals).strip()
    given = "" if code is getattr(calls.answer, "__code__", None) else f"({_given(frame)})"
    return f" in line {line} of {code.co_name}{given}" + (f", `{text}`" if text else "")


def _given(frame: FrameType) -> str:
    """The arguments of a frame, as they are now."""
    names = [name for name in inspect.getargs(frame.f_code).args if name != "self"]
    return ", ".join(f"{name}={shown(frame.f_locals[name])}" for name in names if name in frame.f_locals)


def _wanted(error: BaseException, calls: Calls) -> str:
    """What a check holds the answer against: by convention it is called ``wanted`` there."""
    for owner, frame, _ in reversed(steps(error, calls)):
        if owner == "check" and frame.f_locals.get("wanted") is not None:
            return f"; wanted is {shown(frame.f_locals['wanted'])}"
    return ""
