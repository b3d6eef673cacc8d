"""ONNX's own cases, inputs and outputs, for every operator that the package has, too."""

import importlib
import warnings
from fnmatch import fnmatch

import numpy as np
import pytest
import torch

from .onnx_table import LACKING, OPERATORS

# Roundings of the type, relative and absolute; ONNX's own rooms are wider, and some cases are written down
# with four digits.
FOUR_DIGITS = ("test_averagepool_2d_ceil_last_window_starts_on_pad", "test_roialign_aligned_false", "test_roialign_aligned_true")
ROOM = {torch.float16: (2e-3, 1e-3), torch.bfloat16: (2e-2, 1e-2), torch.float32: (1e-4, 1e-5),
        torch.float64: (1e-12, 1e-12)}


def cases(operator: str) -> list:
    """The cases of one operator; those that are made of simpler operators have the same numbers again."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        node = importlib.import_module("onnx.backend.test.case.node")
        importlib.import_module(f"{node.__name__}.{OPERATORS[operator][0]}")
    return [case for case in node._NodeTestCases
            if not case.name.endswith("_expanded") and "_expanded_" not in case.name
            and [n.op_type for n in case.model.graph.node] == [operator]]


def tensor(values) -> torch.Tensor:
    """ONNX's numbers; NumPy knows bfloat16 by its bits alone."""
    values = np.array(values)
    if values.dtype.name == "bfloat16":
        return torch.from_numpy(values.view(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(values)


def check(case, call) -> None:
    """Hold every output that the case names against ours."""
    from onnx.helper import get_attribute_value

    (node,) = case.model.graph.node
    options = {attribute.name: get_attribute_value(attribute) for attribute in node.attribute}
    options = {name: value.decode() if isinstance(value, bytes) else value for name, value in options.items()}
    for inputs, outputs in case.data_sets:
        given = dict(zip((value.name for value in case.model.graph.input), map(tensor, inputs)))
        wanted = dict(zip((value.name for value in case.model.graph.output), map(tensor, outputs)))
        with torch.no_grad():
            ours = call(options, *(given[name] if name else None for name in node.input))
        for name, y in zip(node.output, ours if isinstance(ours, tuple) else (ours,)):
            if name and y is not None:
                rtol, atol = ROOM.get(wanted[name].dtype, (0, 0))
                rtol = case.rtol if case.name in FOUR_DIGITS else rtol
                torch.testing.assert_close(y, wanted[name], rtol=rtol, atol=atol, equal_nan=True)


@pytest.mark.parametrize("operator", OPERATORS)
def test_onnx_cases(operator):
    found, call, wrong, passed = cases(operator), OPERATORS[operator][1], [], 0
    lacking = LACKING.get(operator, {})
    for pattern in lacking:
        assert any(fnmatch(case.name, pattern) for case in found), f"no case is called {pattern}"
    for case in found:
        if any(fnmatch(case.name, pattern) for pattern in lacking):
            continue
        try:
            check(case, call)
            passed += 1
        except Exception as error:               # tell of all that are wrong, not of the first alone
            wrong.append(f"{case.name}: {type(error).__name__}: {error}")
    assert not wrong, "\n\n".join(wrong)
    assert passed
