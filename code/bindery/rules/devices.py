"""What a chapter asks of the device that it runs on."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from .. import program
from ._wanted import Remarks, code_cells

NARROW = {"float", "half", "bfloat16", "long", "int", "bool", "argmax", "tolist", "item"}
AWAY = {"cpu", "tolist", "item"}
ADVICE = "not every device has float64 (Apple's GPUs have none): take float32 there, or float64 on the CPU"


class Names(NamedTuple):
    """What names stand for: the device, the type float64, tensors or modules of that type."""

    devices: set[str]
    types: set[str]
    wide: set[str]


def float64(notebook, wanted) -> Remarks:
    """Nothing makes float64 on the device, takes it there, or makes it of what is there.

    What is read is a cell's text; what this misses raises on the stand-in device.
    """
    cells = []
    for index, cell in code_cells(notebook)[1:]:
        try:
            cells.append((index, program.parse(cell.source)))
        except SyntaxError:
            continue        # has a remark of its own
    known = Names(set(), set(), set())
    known.devices.update(name for _, tree in cells for name, value in _bound(tree) if _is_device(value, known))
    for index, tree in cells:
        names = Names(known.devices, set(), set())
        names.types.update(name for name, value in _bound(tree) if _is_float64(value, names))
        names.wide.update(name for name, value in _bound(tree) if _contains(value, _makes_float64, names, NARROW))
        for node in ast.walk(tree):
            if _asks(node, names):
                yield index, f"{_short(node)}: {ADVICE}"


def _asks(node, names: Names) -> bool:
    """Whether float64 and the device meet in this very node."""
    given = _given(node)
    wide = any(_is_float64(value, names) for value in given.values())
    if wide and "device" in given and _is_device(given["device"], names):
        return True
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    passed = [*node.args, *given.values()]
    moves = node.func.attr == "to" and any(_is_device(value, names) for value in passed)
    widens = node.func.attr == "double" or (
        node.func.attr == "to" and any(_is_float64(value, names) for value in passed))
    return (moves and widens
            or moves and _contains(node.func.value, _makes_float64, names, NARROW)
            or widens and _contains(node.func.value, _goes_there, names, AWAY))


def _contains(node, found, names: Names, ends: set[str]) -> bool:
    """Whether an expression holds such a part; nothing is looked for below a method of ``ends``."""
    if isinstance(node, (ast.Compare, ast.Lambda)) or isinstance(node, ast.Call) and (
        isinstance(node.func, ast.Attribute) and node.func.attr in ends
    ):
        return False
    return found(node, names) or any(_contains(child, found, names, ends) for child in ast.iter_child_nodes(node))


def _makes_float64(node, names: Names) -> bool:
    return (isinstance(node, ast.Name) and node.id in names.wide
            or any(_is_float64(value, names) for value in _given(node).values())
            or isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "double")


def _goes_there(node, names: Names) -> bool:
    return isinstance(node, ast.Call) and any(
        _is_device(value, names) for value in (*node.args, *_given(node).values()))


def _given(node) -> dict[str, ast.expr]:
    """The keywords of a call, or what a dictionary of them holds."""
    if isinstance(node, ast.Call):
        return {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    if isinstance(node, ast.Dict):
        return {key.value: value for key, value in zip(node.keys, node.values)
                if isinstance(key, ast.Constant) and isinstance(key.value, str)}
    return {}


def _bound(tree) -> Iterator[tuple[str, ast.expr]]:
    """Names with what they are bound to, by assignments and by loops over things written out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _pairs(target, node.value)
        elif isinstance(node, (ast.For, ast.comprehension)):
            for value in getattr(node.iter, "elts", []):
                yield from _pairs(node.target, value)


def _pairs(target, value) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, (ast.Tuple, ast.List)):
        # One value for several names, z1, z2 = torch.randn(2, 3), is that of each.
        values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else [value] * len(target.elts)
        for one, other in zip(target.elts, values):
            yield from _pairs(one, other)


def _is_float64(node, names: Names) -> bool:
    return ast.unparse(node) in {"torch.float64", "torch.double", *names.types}


def _is_device(node, names: Names) -> bool:
    text = ast.unparse(node)
    return text in names.devices or (
        isinstance(node, (ast.Call, ast.Attribute)) and text.endswith((".device()", ".device")))


def _short(node) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else text[:59] + "…"
