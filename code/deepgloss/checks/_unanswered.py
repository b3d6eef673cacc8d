"""Tells an answer that was not written yet from one that is wrong."""

import dis
from collections.abc import Callable
from types import FunctionType

# What an empty body does: give back None.
_IDLE = {"RESUME", "COPY_FREE_VARS", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}


def unanswered(answer: Callable, error: BaseException) -> bool:
    """Whether a check failed because there is no answer yet.

    That is so when a ``raise NotImplementedError`` was met, be it that another error was
    raised from it, and when the body of the answer is ``...`` or ``pass``.

    Args:
        answer: what was checked.
        error: what the check raised.
    """
    seen = []
    while error is not None and error not in seen:
        if isinstance(error, NotImplementedError) and _raised(error):
            return True
        seen.append(error)
        error = error.__cause__ or error.__context__
    return _blank(answer)


def _raised(error: BaseException) -> bool:
    """Whether a Python statement of the answer raised an error: PyTorch raises such ones, too."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_globals.get("__name__", "").partition(".")[0] == "torch":
        return False
    return dis.opname[trace.tb_frame.f_code.co_code[trace.tb_lasti]] == "RAISE_VARARGS"


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
