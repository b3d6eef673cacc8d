"""Short words for values of any kind: what an answer was given, and what it gave back."""

import reprlib
from types import FunctionType, GeneratorType

import numpy as np
import torch
from torch import nn


class _Short(reprlib.Repr):
    """Like ``repr``, cut short: of a large array only shape and type, of a function its name."""

    def __init__(self):
        super().__init__()
        self.maxlevel, self.maxstring, self.maxother = 3, 60, 80
        self.maxtuple = self.maxlist = self.maxdict = self.maxset = 6

    def repr1(self, x, level: int) -> str:
        if isinstance(x, (torch.Tensor, np.ndarray)):
            return _array(x)
        if isinstance(x, nn.Module):
            return f"{type(x).__name__}(…)"
        if isinstance(x, GeneratorType):
            return f"the generator {x.__name__}"
        if isinstance(x, (FunctionType, type)):
            return x.__name__
        return super().repr1(x, level)


_short = _Short()


def shown(value) -> str:
    """A value in a few words: shape and type of an array, and its numbers if they are few."""
    try:
        return " ".join(_short.repr(value).split())
    except Exception as error:  # Its own __repr__ may do anything.
        return f"<{type(value).__name__} whose repr raises {type(error).__name__}>"


def came(value) -> str:
    """What came back, together with its type, and a guess at how that happened."""
    if value is None:
        return "None: does it end in a return statement?"
    if isinstance(value, GeneratorType):
        return f"{shown(value)}: is there a yield where a return should be?"
    if isinstance(value, (torch.Tensor, np.ndarray, nn.Module)):
        return shown(value)
    return f"{shown(value)}, which is {_kind(value)}"


def _kind(value) -> str:
    """The type with its article: "a str", "an int", "a class"."""
    name = "class" if isinstance(value, type) else type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def _array(x: torch.Tensor | np.ndarray) -> str:
    """"tensor([1., 2.]) of float64" or "tensor of shape (3, 5), float32, on cuda:0"."""
    name = "array" if isinstance(x, np.ndarray) else type(x).__name__.lower()
    dtype = str(x.dtype).removeprefix("torch.")
    where = "" if isinstance(x, np.ndarray) or x.device.type == "cpu" else f" on {x.device}"
    numbers = 1
    for size in x.shape:
        numbers *= size
    if 0 < numbers <= 6 and "meta" not in where:
        values = x.detach().cpu() if isinstance(x, torch.Tensor) else x
        return f"{name}({_rounded(values.tolist())}, {dtype}{where})"
    return f"{name} of shape {tuple(x.shape)}, {dtype}{where}"


def _rounded(numbers) -> str:
    """Numbers, however nested, with four digits."""
    if isinstance(numbers, list):
        return f"[{', '.join(map(_rounded, numbers))}]"
    return f"{numbers:.4g}" if isinstance(numbers, (float, complex)) else str(numbers)
