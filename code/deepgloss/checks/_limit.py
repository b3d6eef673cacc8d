"""Ends work that does not end by itself."""

import ctypes
import sys
import threading
from collections.abc import Callable


class TimeUp(BaseException):
    """The time is over; no Exception, so that ``except Exception`` in an answer lets it pass."""


def at_most(seconds: float | None, work: Callable):
    """What ``work()`` gives, or :class:`TimeUp` after some seconds.

    Another thread raises TimeUp in this one, on every system and in any thread. It strikes
    between two steps of Python, so a single long call of PyTorch ends first. A debugger that
    has stopped in ``work`` is not disturbed.

    Args:
        work: a function without arguments.
        seconds: the limit; None sets none.
    """
    if seconds is None:
        return work()
    ended = threading.Event()
    here, frame = threading.get_ident(), sys._getframe()
    timer = threading.Thread(target=_strike, args=(here, frame, ended, seconds), daemon=True)
    try:
        timer.start()
    except RuntimeError:  # Python in a browser has no threads.
        return work()
    try:
        return work()
    finally:
        # TimeUp may still strike in here; once the timer has ended, none can follow.
        while timer is not None:
            try:
                ended.set()
                timer.join()
                _raise(here, None)
                timer = None
            except TimeUp:
                pass
        del frame


def _strike(thread: int, frame, ended: threading.Event, seconds: float) -> None:
    """Raise TimeUp in a thread while it works below a frame, again until it is heard."""
    while not ended.wait(seconds):
        seconds = min(seconds, 0.1)
        stack, step = [], sys._current_frames().get(thread)
        while step is not None:
            stack.append(step)
            step = step.f_back
        if frame not in stack:
            return
        if not any(step.f_trace for step in stack):
            _raise(thread, TimeUp)


def _raise(thread: int, error: type[BaseException] | None) -> None:
    """Raise an error in another thread at its next step; None takes back one that waits."""
    wanted = None if error is None else ctypes.py_object(error)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), wanted)
