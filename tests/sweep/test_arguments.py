"""One argument of a call that works is replaced by what nobody should give: the error names it.

Every public function and module of the sweep, every argument of the function, of the constructor and
of ``forward``: None, text, a number of 400 digits, NaN, and whatever else looks like the argument. Of
the published networks, which are built of PyTorch's own layers, only numbers, words and truth values.
"""

import inspect
import math
import re

import pytest
import torch
from torch import nn

from .registry import ENTRIES

HUGE = 10**400
BUILT = {f"vision.{name}" for name in ("BoxHead", "FCN", "FeaturePyramid", "MaskHead", "RegionProposalHead", "UNet", "YOLOv1")}
PYTORCHS = {"device", "dtype"}                           # PyTorch says what is wrong with them
# What an argument is called in the formula, and so in the error.
CALLED = {"hx": "h|c|h_0|c_0", "memory_mask": "mask", "mode": "padding_mode"}


def bound(function, arguments, options=()) -> dict | None:
    """The arguments of a call by name; None where they have none."""
    signature = inspect.signature(function)
    call = signature.bind(*arguments, **dict(options))
    call.apply_defaults()
    kinds = {parameter.kind for parameter in signature.parameters.values()}
    return None if kinds & {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD} else dict(call.arguments)


def made(entry) -> tuple[type, dict | None]:
    """The class of an entry's module, and the arguments that it is made with."""
    kind, calls = type(entry.build()), []
    own = kind.__dict__.get("__init__")
    init = kind.__init__

    def recorded(self, *arguments, **options):
        calls.append((arguments, options))
        init(self, *arguments, **options)

    signature = inspect.signature(kind)
    kind.__init__ = recorded
    try:
        entry.build()
    finally:
        if own is None:
            del kind.__init__
        else:
            kind.__init__ = own
    arguments, options = calls[0]
    call = signature.bind(*arguments, **options)
    call.apply_defaults()
    kinds = {parameter.kind for parameter in signature.parameters.values()}
    return kind, None if inspect.Parameter.VAR_POSITIONAL in kinds else dict(call.arguments)


def calls(name) -> dict:
    """The calls of an entry that can be changed: what is called, and its arguments by name."""
    entry = ENTRIES[name]
    built = entry.build()
    if isinstance(built, nn.Module):
        kind, options = made(entry)
        found = {"made": (lambda: kind, options)}
        if name.startswith("architectures.") or name in BUILT:
            plain = {option for option, value in (options or {}).items() if isinstance(value, (bool, int, float, str))}
            return {"made": (lambda: lambda **given: kind(**{**options, **given}), {o: options[o] for o in plain})}
        arguments = bound(built.forward, entry.arguments())
        return found | {"called": (entry.build, arguments)}
    function = getattr(built, "function", None)
    if function is None or function.__name__ == "<lambda>":
        return {}
    return {"called": (lambda: function, bound(function, entry.arguments(), built.options))}


def replacements(value):
    """What to put in an argument's place, and whether that must be refused."""
    yield "None", None, False
    if isinstance(value, bool):
        yield from (("text", "False", True), ("NaN", math.nan, True), ("two", 2, True))
    elif isinstance(value, (int, float)):
        yield from (("text", "a", True), ("NaN", math.nan, True), ("huge", HUGE, False), ("-huge", -HUGE, False),
                    ("list", [value], False))
    elif isinstance(value, str):
        yield from (("text", "?", True), ("number", 3, True), ("list", [value], True))
    elif isinstance(value, torch.Tensor):
        yield from (("text", "a", True), ("huge", HUGE, False), ("list", value.tolist(), False), ("NumPy's", value.numpy(), False))
        if value.is_floating_point():
            yield from (("double", value.double(), False), ("integers", value.long(), False), ("complex", value.cfloat(), False))
        else:
            yield from (("floats", value.float(), False), ("booleans", value.bool(), False))
    else:
        yield from (("text", "a", False), ("huge", HUGE, False), ("NaN", math.nan, False))


def wrongs(name) -> list[str]:
    """What goes wrong with an entry."""
    found = []
    for what, (make, arguments) in calls(name).items():
        for argument, value in (arguments or {}).items():
            if argument in PYTORCHS:
                continue
            for kind, other, refused in replacements(value):
                if other is value:
                    continue
                torch.manual_seed(0)
                where = f"{name} {what}: {argument}={kind}"
                try:
                    make()(**{**arguments, argument: other})
                except (TypeError, ValueError, IndexError) as error:
                    # Of two types that do not fit, the error may name either's argument.
                    named = r"\w+ must" if kind == "double" else rf"\b({argument}|{CALLED.get(argument, argument)})\b"
                    if not re.search(named, str(error)):
                        found.append(f"{where}: {type(error).__name__} {str(error)[:90]!r}")
                except Exception as error:
                    found.append(f"{where}: {type(error).__name__} {str(error)[:90]!r}")
                else:
                    if refused:
                        found.append(f"{where}: accepted")
    return found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_a_wrong_argument_is_named(name):
    found = wrongs(name)
    assert not found, "\n".join(found)
