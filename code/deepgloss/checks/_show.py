"""Short words for values of any kind: what an answer was given, and what it gave back."""

import math
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
        if isinstance(x, (float, complex)):
            return _rounded(x)
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
    return " ".join(_short.repr(value).split())


def came(value) -> str:
    """What came back, together with its type, and a guess at how that happened."""
    if value is None:
        return "None: does it end in a return statement?"
    if isinstance(value, GeneratorType):
        return f"{shown(value)}: is there a yield where a return should be?"
    if isinstance(value, nn.Module):
        return shown(value)
    if isinstance(value, (torch.Tensor, np.ndarray)):
        return shown(value) if "[" in shown(value) else _with_article(shown(value))
    return f"{shown(value)}, {_with_article('class' if isinstance(value, type) else type(value).__name__)}"


def _with_article(name: str) -> str:
    return f"{'an' if name[0] in 'aeioAEIO' else 'a'} {name}"


def _array(x: torch.Tensor | np.ndarray) -> str:
    """As in tensor([1, 2], dtype=float64), or float32 tensor of shape (3, 5) on cuda:0."""
    name, where = "array", ""
    if isinstance(x, torch.Tensor):
        name, where = type(x).__name__.lower(), "" if x.device.type == "cpu" else f" on {x.device}"
    dtype = str(x.dtype).removeprefix("torch.")
    if 0 < math.prod(x.shape) <= 6:
        try:
            return f"{name}({_rounded(x.tolist())}, dtype={dtype}){where}"
        except RuntimeError:  # On the meta device, or within vmap, a tensor has no numbers.
            pass
    return f"{dtype} {name} of shape {tuple(x.shape)}{where}"


def _rounded(numbers) -> str:
    """Numbers, however nested, with a few digits."""
    if isinstance(numbers, list):
        return f"[{', '.join(map(_rounded, numbers))}]"
    return f"{numbers:.6g}" if isinstance(numbers, (float, complex)) else str(numbers)
