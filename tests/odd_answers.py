"""Answers that no check expects, each to be met with a tick or with advice."""

import functools
import sys

import torch


def returning(value):
    """A function that takes anything and gives back one thing."""
    def answer(*arguments, **keywords):
        return value
    return answer


def generator(*arguments, **keywords):
    yield 1.0


class Object:
    """What a class as an answer makes: an object that can do nothing."""

    def __init__(self, *arguments, **keywords):
        self.arguments = arguments


def raises(*arguments, **keywords):
    raise ZeroDivisionError("division by zero")


def own_assertion(*arguments, **keywords):
    assert len(arguments) > 99


def takes_nothing():
    return 1.0


def recursive(*arguments, **keywords):
    return recursive(*arguments, **keywords)


def out_of_memory(*arguments, **keywords):
    raise MemoryError


def exits(*arguments, **keywords):
    sys.exit("enough")


def endless(*arguments, **keywords):
    while True:
        pass


def changing(solution):
    """The right answer, after its arguments were changed in place."""
    @functools.wraps(solution)
    def answer(*arguments, **keywords):
        for value in arguments:
            if isinstance(value, torch.Tensor) and value.is_floating_point() and not value.requires_grad:
                value.add_(1)
            elif isinstance(value, (list, dict, set)):
                value.clear()
        return solution(*arguments, **keywords)
    return answer


ODD = {
    "None": returning(None),
    "a string": returning("seven"),
    "a list": returning([1.0, 2.0]),
    "a dict": returning({}),
    "a pair of nothing": returning((None, None)),
    "an object": returning(object()),
    "NaN": returning(float("nan")),
    "an int": returning(3),
    "another shape": returning(torch.zeros(2, 13, 3, 17)),
    "integers": returning(torch.ones(3, dtype=torch.int8)),
    "a float64 scalar": returning(torch.ones((), dtype=torch.float64)),
    "complex numbers": returning(torch.ones(3, 5, dtype=torch.complex64)),
    "a generator": generator,
    "a class": Object,
    "an error": raises,
    "an assertion": own_assertion,
    "another signature": takes_nothing,
    "endless recursion": recursive,
    "no memory": out_of_memory,
    "sys.exit": exits,
}
