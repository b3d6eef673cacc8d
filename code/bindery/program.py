"""What the rules want to know of a cell's code, from its syntax tree."""

import ast
from collections.abc import Iterator

from IPython.core.inputtransformer2 import TransformerManager


def parse(source: str) -> ast.Module:
    """The syntax tree of a cell; IPython's magics count as calls.

    Raises:
        SyntaxError: the cell is not Python.
    """
    return ast.parse(TransformerManager().transform_cell(source))


def calls(source: str, name: str) -> list[ast.Call]:
    """The calls of a function of this name, bare or as an attribute; none in a broken cell."""
    try:
        tree = parse(source)
    except SyntaxError:
        return []
    return [node for node in ast.walk(tree)
            if isinstance(node, ast.Call) and _dotted(node.func).rpartition(".")[2] == name]


def assertions(tree: ast.Module) -> int:
    """How many things a cell asserts."""
    checks = ("assert_close", "assert_allclose")
    return sum(
        isinstance(node, ast.Assert)
        or isinstance(node, ast.Call) and _dotted(node.func).rpartition(".")[2] in checks
        for node in ast.walk(tree)
    )


def unwanted(tree: ast.Module) -> Iterator[str]:
    """What the guide bans from a chapter's code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield "a bare except: name the error that is expected"
        if isinstance(node, ast.Attribute):
            name = _dotted(node)
            if name == "sys.path":
                yield "sys.path: setup belongs to the package"
            if name in ("warnings.filterwarnings", "warnings.simplefilter"):
                yield f"{name}: warnings are not suppressed, their cause is removed"


def claims(source: str) -> list[tuple[str | None, dict[str, ast.expr]]]:
    """The calls of ``claims``: the chapter named, and for each claim its evidence as written."""
    found = []
    for call in calls(source, "claims"):
        first = call.args[0] if call.args else None
        chapter = first.value if isinstance(first, ast.Constant) else None
        evidence = {}
        if len(call.args) > 1 and isinstance(call.args[1], ast.Dict):
            for key, value in zip(call.args[1].keys, call.args[1].values):
                if isinstance(key, ast.Constant):
                    evidence[str(key.value)] = value
        found.append((chapter, evidence))
    return found


def parts(node: ast.expr) -> list[ast.expr]:
    """The values of a pair that is written out; a lone value by itself."""
    return node.elts if isinstance(node, ast.Tuple) else [node]


def mirrored(node: ast.expr) -> bool:
    """Whether one value of a pair is nothing but the negation of the other."""
    if len(parts(node)) != 2:
        return False
    one, other = (ast.unparse(part) for part in parts(node))
    negated = [ast.unparse(ast.UnaryOp(ast.Not(), part)) for part in parts(node)]
    return one == negated[1] or other == negated[0]


def explores(source: str) -> list[bool]:
    """For each call of ``explore``, whether it says in words what its picture shows."""
    return [
        any(k.arg == "alt" and not (isinstance(k.value, ast.Constant) and not k.value.value)
            for k in call.keywords)
        for call in calls(source, "explore")
    ]


def checked(source: str) -> list[str]:
    """The slugs of the exercises that a cell checks."""
    return [call.args[0].value for call in calls(source, "check")
            if call.args and isinstance(call.args[0], ast.Constant)]


def only_calls(source: str, name: str) -> bool:
    """Whether a cell calls a function of this name and does nothing else."""
    return all(
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        and _dotted(node.value.func).rpartition(".")[2] == name
        for node in parse(source).body
    )


def literal(node: ast.expr) -> bool:
    """Whether an expression is a constant, or the negation of one."""
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


def _dotted(node: ast.expr) -> str:
    """``a.b.c`` for nested attributes, "" for anything that is not a plain name inside."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return ""
