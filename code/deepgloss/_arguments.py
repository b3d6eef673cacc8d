"""Checks of arguments that the ground floor shares, and its random streams."""

import inspect
import math
import operator
import os
import reprlib
from collections.abc import Callable, Iterable
from functools import wraps

import numpy as np
import torch

LARGEST = 2**63 - 1
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 100
SEEDS = 2**32   # how many there are: what NumPy takes


def shown(value) -> str:
    """A value in an error's message, cut off where it is long."""
    if isinstance(value, int) and abs(value) >= 10**30:
        return f"an integer of {value.bit_length()} bits"           # Python refuses to write very long ones down
    text = _SHORT.repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"


def whole(name: str, value, minimum: int = 1, maximum: int | None = None) -> int:
    """``value`` as an ``int`` in [minimum, maximum]; what is no whole number is a TypeError.

    Without a maximum it is that of ``int64``, beyond which PyTorch counts nothing.
    """
    wanted = f"an integer of at least {minimum}"
    wanted += f" and at most {maximum}" if maximum is not None else ""
    maximum = LARGEST if maximum is None else maximum
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise TypeError(f"{name} must be {wanted}, not {shown(value)}")
    if not minimum <= number <= maximum:
        raise ValueError(f"{name} must be {wanted}, not {shown(number)}")
    return number


def flag(name: str, value) -> bool:
    """``value``, if it is True or False: every text is true, "False" as well."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, not {shown(value)}")
    return bool(value)


def indices(name: str, values, below: int) -> list[int]:
    """``values`` as a list of ``int`` in 0..below−1: a tensor, an array, or a sequence of whole numbers of any kind.

    Raises:
        TypeError: one of them is no whole number.
        ValueError: one of them is out of range.
    """
    numbers = values.tolist() if hasattr(values, "tolist") else values
    found = []
    for number in numbers if isinstance(numbers, Iterable) and not isinstance(numbers, (str, bytes)) else [numbers]:
        try:
            index = operator.index(number)
        except TypeError:
            index = None
        if index is None or isinstance(number, bool) or getattr(number, "dtype", None) == torch.bool:
            raise TypeError(f"{name} must be integers, not {shown(number)}")
        if not 0 <= index < below:
            raise ValueError(f"{name} must be in 0..{below - 1}, not {shown(index)}")
        found.append(index)
    return found


def real(name: str, value, minimum: float = -math.inf, maximum: float = math.inf) -> float:
    """``value`` as a finite ``float`` in [minimum, maximum]."""
    wanted = f"a number in [{minimum:g}, {maximum:g}]"
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    except (TypeError, ValueError, RuntimeError):           # PyTorch's, for a tensor of several numbers
        number = None
    if number is None or isinstance(value, (bool, str)):
        raise TypeError(f"{name} must be {wanted}, not {shown(value)}")
    if not math.isfinite(number) or not minimum <= number <= maximum:
        raise ValueError(f"{name} must be {wanted}, not {number:g}")
    return number


def number(name: str, value, *, nan: bool = False) -> float:
    """``value``, if it is a number of Python, NumPy or PyTorch that a ``float`` can hold.

    Infinity is one; NaN is for the caller to refuse with ``nan``.
    """
    try:
        found = None if isinstance(value, (bool, str, bytes)) else float(value)
    except (TypeError, ValueError, RuntimeError):
        found = None
    except OverflowError:
        raise ValueError(f"{name} must be a number that a float can hold, not {shown(value)}") from None
    if found is None:
        raise TypeError(f"{name} must be a number, not {shown(value)}")
    if math.isnan(found) and not nan:
        raise ValueError(f"{name} must be a number, not {shown(value)}")
    return value


def integer(name: str, value) -> int:
    """``value``, if it is a whole number that PyTorch can count to, of either sign."""
    if isinstance(value, (bool, np.bool_)) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be an integer, not {shown(value)}")
    if abs(operator.index(value)) > LARGEST:
        raise ValueError(f"{name} must be an integer of 64 bits, not {shown(value)}")
    return value


def check_options(namespace: dict, *, whole_numbers: bool = False) -> None:
    """Let the constructors of all public modules of a part refuse what is no option at all.

    Options that are annotated ``bool`` take True and False alone: any text is true, "False" as well.
    Those annotated ``float`` take numbers alone, and no NaN, which every comparison lets pass. What a
    constructor asks of its options besides stays with it.

    Args:
        namespace: of a part, with ``__all__``.
        whole_numbers: look at options that are annotated ``int``, too: where constructors do not do so
            themselves.
    """
    checks = {bool: flag, float: number} | ({int: integer} if whole_numbers else {})
    for name in namespace["__all__"]:
        kind = namespace[name]
        if not (isinstance(kind, type) and issubclass(kind, torch.nn.Module)):
            continue
        for base in kind.__mro__:
            init = vars(base).get("__init__")
            if base.__module__.startswith(__package__) and init and not hasattr(init, "__wrapped__"):
                base.__init__ = _checked(init, checks)


def _checked(init: Callable, checks: dict[type, Callable]) -> Callable:
    signature = inspect.signature(init)
    checks = {name: checks[option.annotation] for name, option in signature.parameters.items() if option.annotation in checks}

    @wraps(init)
    def checked(*arguments, **options):
        try:
            given = signature.bind(*arguments, **options).arguments
        except TypeError:                                   # the constructor itself says what is missing
            given = {}
        for name, check in checks.items():
            if name in given:
                check(name, given[name], **({"nan": True} if check is number else {}))
        init(*arguments, **options)
        for name, check in checks.items():                  # after what the constructor says of NaN itself
            if name in given and check is number:
                number(name, given[name])

    return checked if checks else init


def share(name: str, value, *, zero: bool = False) -> float:
    """``value`` as a share in (0, 1), or in [0, 1) where ``zero`` is allowed."""
    number = real(name, value)
    if not (0 < number < 1 or (zero and number == 0)):
        raise ValueError(f"{name} must be in {'[' if zero else '('}0, 1), not {number:g}")
    return number


def floats(name: str, value) -> torch.Tensor:
    """``value``, if it is a tensor of floating-point numbers."""
    return _tensor(name, value, "floating-point numbers", isinstance(value, torch.Tensor) and value.is_floating_point())


def integers(name: str, value) -> torch.Tensor:
    """``value``, if it is a tensor of ``int64`` or ``int32``, as an embedding takes them."""
    return _tensor(name, value, "integers, int64 or int32", getattr(value, "dtype", None) in (torch.int64, torch.int32))


def numbers(name: str, value) -> torch.Tensor:
    """``value``, if it is a tensor of real numbers, floating-point or integer."""
    fits = isinstance(value, torch.Tensor) and not value.is_complex() and value.dtype != torch.bool
    return _tensor(name, value, "real numbers", fits)


def _tensor(name: str, value, wanted: str, fits: bool) -> torch.Tensor:
    if not isinstance(value, torch.Tensor) or not fits:
        got = value.dtype if isinstance(value, torch.Tensor) else type(value).__name__
        raise TypeError(f"{name} must be a tensor of {wanted}, not {got}")
    return value


def same_type(**tensors: torch.Tensor) -> None:
    """Refuse tensors of different types, by name."""
    (first, like), *rest = tensors.items()
    for name, tensor in rest:
        if tensor.dtype != like.dtype:
            raise TypeError(f"{name} must be {like.dtype} as {first} is, not {tensor.dtype}")


def whole_range(name: str, value, minimum: int = 1, maximum: int | None = None) -> tuple[int, int]:
    """``value`` as a pair of integers (low, high), both included, with low ≤ high."""
    low, high = pair(name, value)
    low = whole(f"{name}[0]", low, minimum, maximum)
    return low, whole(f"{name}[1]", high, low, maximum)


def pair(name: str, value) -> tuple:
    """``value`` as a tuple of two."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise TypeError(f"{name} must be a pair, such as (1, 2), not {shown(value)}")
    return tuple(value)


def choice(name: str, value, options) -> str:
    """``value``, if it is one of ``options``."""
    if not isinstance(value, (str, int)) or value not in options:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, options))}, not {shown(value)}")
    return value


def whole_seed(value) -> int:
    """``value`` as the seed of this run, which PyTorch, NumPy and scikit-learn all take.

    Every argument ``seed`` of the package passes through here once, on its way to a generator.
    """
    return shifted(whole("seed", value, 0, SEEDS - 1))


def shifted(seed: int) -> int:
    """A seed in [0, 2³²), moved by ``DEEPGLOSS_SHIFT``; beyond the end it begins again at 0.

    Seeds that differ still differ when all are moved.
    """
    text = os.environ.get("DEEPGLOSS_SHIFT", "").strip() or "0"
    try:
        shift = int(text)
    except ValueError:
        raise ValueError(f"DEEPGLOSS_SHIFT must be an integer, such as 1000, not {text!r}") from None
    return (seed + shift) % SEEDS


def generator(seed: int, *stream: int) -> torch.Generator:
    """A CPU generator for ``seed``; each ``stream`` has one of its own."""
    if stream:
        seed = int(np.random.SeedSequence([seed, *stream]).generate_state(1)[0])
    return torch.Generator().manual_seed(seed)


def readable(*tensors: torch.Tensor) -> bool:
    """Whether the numbers of tensors can be looked at.

    On the meta device there are none, and while torch.compile or torch.export trace a graph nothing
    may depend on them: there only types and shapes are checked.
    """
    return not torch.compiler.is_compiling() and not any(x.is_meta for x in tensors)
