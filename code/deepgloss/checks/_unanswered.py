"""Tells an answer that was not written yet from one that is wrong."""

import dis
from collections.abc import Callable
from types import FunctionType

from ._call import Calls
from ._frames import steps

# What an empty body does: give back None.
_IDLE = {"RESUME", "COPY_FREE_VARS", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}


def unanswered(error: BaseException, calls: Calls) -> bool:
    """Whether a check failed because there is no answer yet.

    That is so when a ``raise NotImplementedError`` of the answer was met, even if another error
    was raised on its way, and when the body of the answer is ``...`` or ``pass``.

    Args:
        error: what the check raised.
        calls: the calls of the answer.
    """
    seen = []
    while error is not None and error not in seen:
        if isinstance(error, NotImplementedError) and _raised(error, calls):
            return True
        seen.append(error)
        error = error.__cause__ or error.__context__
    return _blank(calls.answer)


def _raised(error: BaseException, calls: Calls) -> bool:
    """Whether a ``raise`` of the reader raised an error; PyTorch raises this kind, too."""
    owner, frame, _ = steps(error, calls)[-1]
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    return owner == "reader" and dis.opname[frame.f_code.co_code[trace.tb_lasti]] == "RAISE_VARARGS"


def _blank(answer: Callable) -> bool:
    """Whether a function, or each function of a class, has an empty body."""
    if isinstance(answer, type):
        functions = [part for part in vars(answer).values() if isinstance(part, FunctionType)]
        return bool(functions) and all(map(_blank, functions))
    if not isinstance(answer, FunctionType) or answer.__name__ == "<lambda>":
        return False
    steps = list(dis.get_instructions(answer))
    return {step.opname for step in steps} <= _IDLE and all(
        step.argval is None for step in steps if step.opname.endswith("_CONST")
    )
