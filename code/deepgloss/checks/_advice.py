"""Turns whatever a check raised into advice for the one who wrote the answer."""

import inspect
import linecache
import sysconfig
import traceback
from pathlib import Path
from types import CodeType

from ._call import Calls
from ._limit import TimeUp
from ._show import came, shown

_CHECKS, _PACKAGE = Path(__file__).parents[:2]
_STDLIB = sysconfig.get_path("stdlib")


def advice(error: BaseException, calls: Calls, seconds: float | None) -> str:
    """One to three sentences: what was called, what went wrong and where, what is wanted.

    Args:
        error: what the check raised.
        calls: the calls of the answer.
        seconds: the time that the check had.
    """
    if isinstance(error, AssertionError) and _is_ours(error):
        said = str(error) or f"{calls} is wrong"
    else:
        said = _raw(error, calls, seconds)
    if calls.changed:
        said += (
            f"\n(Did you mean to? {calls.name} changes its argument {' and '.join(sorted(calls.changed))} "
            "in place; work on a copy, such as x.clone() or list(x).)"
        )
    return said


def _raw(error: BaseException, calls: Calls, seconds: float | None) -> str:
    """Advice where the check itself had none."""
    place = _place(error, calls)
    if isinstance(error, TimeUp):
        return (
            f"{calls} had not come to an end after {seconds:g} seconds{place}: is there a loop "
            "or a recursion that goes on for ever?"
        )
    if isinstance(error, SystemExit):
        return f"{calls} ends the program by sys.exit(){place}: hand the result back by return"
    if isinstance(error, RecursionError):
        return f"{calls} calls itself without end{place}: in which case should it stop?"
    kind = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    refused = calls.refused() if isinstance(error, TypeError) and not calls.returned else None
    if refused and not place:
        return refused
    if place:
        return f"{calls} raises an error{place}: {kind}"
    if calls.returned:
        wanted = _wanted(error)
        return f"{calls} returned {came(calls.result)}{wanted}. The check could not go on: {kind}"
    return f"{calls} raises an error: {kind}"


def _place(error: BaseException, calls: Calls) -> str:
    """The line of the reader's code in which an error arose; empty if it arose elsewhere."""
    frames = [
        (frame, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if _is_readers(frame.f_code, calls)
    ]
    if not frames:
        return ""
    frame, line = frames[-1]
    code = frame.f_code
    text = linecache.getline(code.co_filename, line, frame.f_globals).strip()
    given = "" if code is getattr(calls.answer, "__code__", None) else f"({_given(frame)})"
    return f" in line {line} of {code.co_name}{given}" + (f", `{text}`" if text else "")


def _given(frame) -> str:
    """The arguments of a frame, as they are now."""
    names = inspect.getargs(frame.f_code).args
    return ", ".join(f"{n}={shown(frame.f_locals[n])}" for n in names if n in frame.f_locals and n != "self")


def _is_readers(code: CodeType, calls: Calls) -> bool:
    """Whether code belongs to the answer or stands beside it, and not in a library."""
    path = Path(code.co_filename)
    return code is getattr(calls.answer, "__code__", None) or not (
        code.co_filename.startswith(("<frozen", _STDLIB))
        or _PACKAGE in path.parents
        or {"site-packages", "dist-packages"} & set(path.parts)
    )


def _is_ours(error: BaseException) -> bool:
    """Whether an error was raised by a statement of a check."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return _CHECKS in Path(frame.f_code.co_filename).parents


def _wanted(error: BaseException) -> str:
    """What a check holds the answer against: by convention it is called ``wanted`` there."""
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        wanted = frame.f_locals.get("wanted")
        if _CHECKS in Path(frame.f_code.co_filename).parents and wanted is not None:
            return f"; wanted is {shown(wanted)}"
    return ""
