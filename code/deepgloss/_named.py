"""Constructors of published sizes: a class with some of its options filled in, under a name of their own."""

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any


def named(kind: type, name: str, summary: str, filled: Mapping[str, Any], *, positional: tuple[str, ...] = (),
          refuse: Callable[[dict], None] | None = None) -> Callable:
    """A constructor of ``kind`` whose signature and docstring list every option.

    Args:
        kind: the class.
        name: of the constructor.
        summary: the first lines of its docstring.
        filled: options with other defaults than the class's.
        positional: options that may be given without their names, in order; the others may not.
        refuse: looks at the options that a caller gave, before anything else does; it may remove some,
            or raise.

    Returns:
        The constructor. It raises a TypeError that lists the options where one is unknown.
    """
    theirs = inspect.signature(kind).parameters
    options = [theirs[option].replace(kind=inspect.Parameter.POSITIONAL_OR_KEYWORD) for option in positional]
    options += [option.replace(kind=inspect.Parameter.KEYWORD_ONLY) for option in theirs.values()
                if option.name not in positional]
    options = [option.replace(default=filled.get(option.name, option.default)) for option in options]
    signature = inspect.Signature(options, return_annotation=kind)

    def make(*arguments, **more):
        if refuse is not None:
            refuse(more)
        for option in more:
            if option not in signature.parameters:
                raise TypeError(f"{name} has no option {option!r}; there are {', '.join(signature.parameters)}")
        try:
            bound = signature.bind(*arguments, **more)
        except TypeError as error:
            raise TypeError(f"{name}: {error}; the signature is {name}{signature}") from None
        return kind(**{**filled, **bound.arguments})

    make.__name__ = make.__qualname__ = name
    make.__module__, make.__signature__ = kind.__module__, signature
    make.__doc__ = f"{summary}\n\n{_arguments(kind)}"
    return make


def _arguments(kind: type) -> str:
    """The section on arguments of a class's docstring."""
    found = re.search(r"^Args:\n(?:(?: .*)?\n)+", f"{inspect.getdoc(kind)}\n", re.MULTILINE)
    return found.group().rstrip() + "\n" if found else ""         # python -OO leaves no docstrings
