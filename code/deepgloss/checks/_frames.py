"""Tells whose code an error went through: the reader's, a check's or a library's."""

import sysconfig
import traceback
from pathlib import Path
from types import CodeType, FrameType

from ._call import Calls

_CHECKS, _PACKAGE = Path(__file__).parents[:2]
_STDLIB = sysconfig.get_path("stdlib")


def steps(error: BaseException, calls: Calls) -> list[tuple[str, FrameType, int]]:
    """Owner ("reader", "check" or "library"), frame and line, the place of the error last."""
    found, within = [], False
    for frame, line in traceback.walk_tb(error.__traceback__):
        # The function that watches the answer holds the record of its calls.
        within = within or ("calls" in frame.f_code.co_freevars and frame.f_locals["calls"] is calls)
        found.append((_owner(frame.f_code, calls, within), frame, line))
    return found


def _owner(code: CodeType, calls: Calls, within: bool) -> str:
    """Whose code it is; ``within`` a call of the answer, what lies beside a check is the reader's."""
    path = Path(code.co_filename)
    if code is getattr(calls.answer, "__code__", None):
        return "reader"
    if _CHECKS in path.parents:
        return "check"
    if (
        code.co_filename.startswith(("<frozen", _STDLIB))
        or _PACKAGE in path.parents
        or {"site-packages", "dist-packages"} & set(path.parts)
    ):
        return "library"
    beside = code.co_filename == calls.check.__code__.co_filename
    return "check" if beside and not within else "reader"
