"""Batches and lengths of zero, memory in any order, shared examples, inference mode, and the meta device."""

import pytest
import torch
from torch import nn

from .entries import Entry, floats
from .registry import ENTRIES
from .test_half import asked, deep, every_entry, prepared, run


def mapped(function, values):
    """Arguments with a function applied to every tensor among them."""
    return type(values)(mapped(function, x) if isinstance(x, (tuple, list)) else
                        function(x) if isinstance(x, torch.Tensor) else x for x in values)


def named(condition) -> list[str]:
    return sorted(name for name, entry in ENTRIES.items() if condition(entry))


def shapes(entry: Entry, n: int, length: int) -> list[list[int]]:
    return [list(y.shape) for y in entry.called(prepared(entry), entry.arguments(n, length))]


def takes_none(entry: Entry, answer, small, larger, none) -> None:
    """With no example, or no step, results have the shapes that fewer and fewer lead to; or a named error."""
    function, arguments = prepared(entry), entry.arguments(*none)
    if answer is not True:
        with pytest.raises(answer, match=r"must|need|give|fit"):
            entry.called(function, arguments)
        return
    two, three = shapes(entry, *small), shapes(entry, *larger)
    step = max(larger[0] - small[0], larger[1] - small[1])
    count = max(small[0] - none[0], small[1] - none[1])
    wanted = [[a - (b - a) // step * count for a, b in zip(*pair)] for pair in zip(two, three)]
    leaves = [leaf.requires_grad_() for leaf in asked(arguments, function, entry.fixed)]
    values = entry.called(function, arguments)
    assert [list(y.shape) for y in values] == wanted
    outs = [y for y in floats(values) if y.requires_grad]
    if outs:
        gradients = torch.autograd.grad(outs, leaves, [torch.ones_like(y) for y in outs], allow_unused=True)
        assert all(g is None or g.shape == leaf.shape for g, leaf in zip(gradients, leaves))


@pytest.mark.parametrize("name", named(lambda entry: entry.empty is not None))
def test_no_examples(name):
    takes_none(ENTRIES[name], ENTRIES[name].empty, (2, 5), (3, 5), (0, 5))


@pytest.mark.parametrize("name", named(lambda entry: entry.zero is not None))
def test_no_length(name):
    takes_none(ENTRIES[name], ENTRIES[name].zero, (2, 5), (2, 6), (2, 0))


def every_other(x: torch.Tensor) -> torch.Tensor:
    """The same numbers, each with a stranger behind it in memory."""
    return torch.stack([x, torch.ones_like(x)], -1)[..., 0]


def turned(x: torch.Tensor) -> torch.Tensor:
    """The same numbers with the last axis outermost in memory."""
    return x.movedim(-1, 0).contiguous().movedim(0, -1) if x.ndim else x


@pytest.mark.parametrize("place", [every_other, turned])
@every_entry
def test_memory_in_any_order(name, place):
    entry = ENTRIES[name]
    plain = run(entry, prepared(entry), entry.arguments())
    moved = mapped(lambda x: place(x).detach(), entry.arguments())
    before = mapped(torch.clone, moved)
    strided = run(entry, prepared(entry), moved)
    for a, b in zip((*plain[0], *plain[1]), (*strided[0], *strided[1])):
        torch.testing.assert_close(a, b) if a is not None else None
    for a, b in zip(flat(moved), flat(before)):
        assert torch.equal(a, b), "an argument was written into"


def flat(values) -> list[torch.Tensor]:
    found = []
    mapped(found.append, values)
    return found


@pytest.mark.parametrize("name", named(lambda entry: entry.empty is not None))
def test_examples_that_share_their_memory(name):
    """A batch of one example, expanded: strides of 0."""
    entry = ENTRIES[name]
    one, two = flat(entry.arguments(1)), flat(entry.arguments(2))
    expanded = iter([a.expand(b.shape) if a.shape != b.shape else a for a, b in zip(one, two)])
    shared = mapped(lambda x: next(expanded), entry.arguments(2))
    plain = entry.called(prepared(entry), mapped(torch.clone, shared))
    for a, b in zip(plain, entry.called(prepared(entry), shared)):
        torch.testing.assert_close(a, b)


@every_entry
def test_inference_mode_and_gradients(name):
    entry = ENTRIES[name]
    values, _ = run(entry, prepared(entry), entry.arguments())
    with torch.inference_mode():
        again = entry.called(prepared(entry), entry.arguments())
    for a, b in zip(values, again):
        torch.testing.assert_close(a.detach(), b)
        assert not b.requires_grad
    arguments = entry.arguments()
    if asked(arguments, prepared(entry), entry.fixed) and floats(values):
        assert any(y.requires_grad for y in values)


@every_entry
def test_meta_device(name):
    """Shapes and types without numbers."""
    entry = ENTRIES[name]
    wanted = entry.called(prepared(entry), entry.arguments())
    function, arguments = prepared(entry), mapped(lambda x: x.to("meta"), entry.arguments())
    function = function.to("meta") if isinstance(function, nn.Module) else function
    if entry.meta is not True:
        with pytest.raises(entry.meta, match="meta"):
            entry.called(function, arguments)
        return
    for a, b in zip(wanted, entry.called(function, arguments), strict=True):
        assert (a.shape, a.dtype, b.device.type) == (b.shape, b.dtype, "meta")


@every_entry
def test_double_precision_stays(name):
    entry = ENTRIES[name]
    function, arguments = prepared(entry), deep(entry.arguments(), torch.float64)
    values = entry.called(function.double() if isinstance(function, nn.Module) else function, arguments)
    assert {y.dtype for y in floats(values)} <= {torch.float64}
