"""Watches what a check calls an answer with, and what comes back."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FunctionType

import torch

from ._show import shown

_NOTHING = object()


@dataclass
class Calls:
    """The last call of an answer, and which of its arguments any call has changed in place."""

    answer: Callable
    check: FunctionType
    arguments: tuple = ()
    keywords: dict = field(default_factory=dict)
    result: object = _NOTHING
    any: bool = False
    changed: set[str] = field(default_factory=set)

    @property
    def returned(self) -> bool:
        """Whether the last call came back."""
        return self.result is not _NOTHING

    @property
    def name(self) -> str:
        """What to call the answer."""
        name = getattr(self.answer, "__name__", type(self.answer).__name__)
        return "the answer" if name == "<lambda>" else name

    def refused(self) -> str | None:
        """How the signature and the last call's arguments differ, if they do."""
        try:
            signature = inspect.signature(self.answer)
        except (TypeError, ValueError):  # Some built-in functions have none.
            return None
        try:
            signature.bind(*self.arguments, **self.keywords)
        except TypeError as error:
            return f"the check calls {self}, and {self.name}{signature} does not take that: {error}"
        return None

    def __str__(self) -> str:
        """The last call as one would write it."""
        if not self.any:
            return self.name
        named = [f"{name}={shown(value)}" for name, value in self.keywords.items()]
        return f"{self.name}({', '.join([*map(shown, self.arguments), *named])})"


def watched(answer: Callable, check: FunctionType, *, copies: bool = False) -> tuple[Callable, Calls]:
    """A function that does what the answer does, and the record of its calls.

    A class is handed on as it is: a check may look for its bases.

    Args:
        answer: the function to call.
        check: the check that calls it.
        copies: whether it gets copies of tensors, lists, dicts and sets.
    """
    calls = Calls(answer, check)
    if isinstance(answer, type):
        return answer, calls

    @functools.wraps(answer)
    def call(*arguments, **keywords):
        if copies:
            arguments, keywords = _copy(arguments), _copy(keywords)
        calls.any, calls.result = True, _NOTHING
        calls.arguments, calls.keywords = arguments, keywords
        before = [_state(value) for value in (*arguments, *keywords.values())]
        try:
            calls.result = answer(*arguments, **keywords)
        finally:
            after = [_state(value) for value in (*arguments, *keywords.values())]
            names = [*_names(answer, len(arguments)), *keywords]
            calls.changed |= {name for name, a, b in zip(names, before, after) if a != b}
        return calls.result

    return call, calls


def _names(answer: Callable, count: int) -> list[str]:
    """The names of positional parameters, as far as they have one."""
    try:
        parameters = inspect.signature(answer).parameters.values()
    except (TypeError, ValueError):
        parameters = ()
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return (names + [f"number {k + 1}" for k in range(len(names), count)])[:count]


def _state(value):
    """Something that differs once a tensor, or a list or dict or set of them, was changed in place."""
    if isinstance(value, torch.Tensor):
        return None if value.is_inference() else value._version
    if isinstance(value, dict):
        return [(key, _Same(part), _state(part)) for key, part in value.items()]
    if isinstance(value, (list, tuple)):
        return [(_Same(part), _state(part)) for part in value]
    if isinstance(value, set):
        return set(value)
    return None


def _copy(value):
    """A copy of tensors and of what holds them; what requires a gradient stays itself."""
    if isinstance(value, torch.Tensor):
        return value if value.requires_grad else value.clone()
    if type(value) is dict:
        return {key: _copy(part) for key, part in value.items()}
    return type(value)(map(_copy, value)) if type(value) in (list, tuple, set) else value


class _Same:
    """Equal to another that holds the very same object, whatever that object's ``==`` says."""

    def __init__(self, value):
        self.value = value

    def __eq__(self, other) -> bool:
        return self.value is other.value
