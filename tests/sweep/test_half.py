"""float16 and bfloat16 against float64 on the same rounded inputs, and against what PyTorch makes of them.

What is computed in float32 and rounded once is off by half a unit in the last place of the result and
nothing more: by 2⁻¹¹ of it in float16, by 2⁻⁸ in bfloat16. A network rounds at every layer; its entry
says by how many units, of the largest number, it may be off.
"""

import copy

import pytest
import torch
from torch import nn

from .entries import Entry, cast, floats
from .registry import ENTRIES

HALVES = (torch.float16, torch.bfloat16)
FLOAT32 = 2.0**-18                     # what float32 itself may lose in sums as long as those here
every_half = pytest.mark.parametrize("dtype", HALVES, ids=["float16", "bfloat16"])
every_entry = pytest.mark.parametrize("name", sorted(ENTRIES))


def module_in(function, dtype):
    """A module in another type, a copy; a function as it is."""
    return copy.deepcopy(function).to(dtype) if isinstance(function, nn.Module) else function


def asked(arguments, function, fixed) -> list[torch.Tensor]:
    """What gradients are asked of: inputs, and parameters."""
    leaves = []

    def collect(values, top=True):
        for k, x in enumerate(values):
            if isinstance(x, (tuple, list)):
                collect(x, False)
            elif isinstance(x, torch.Tensor) and x.is_floating_point() and not (top and k in fixed):
                leaves.append(x)

    collect(arguments)
    return leaves + (list(function.parameters()) if isinstance(function, nn.Module) else [])


def run(entry: Entry, function, arguments, direction=None):
    """Values, and the gradients along a direction, which has the type of the values."""
    leaves = asked(arguments, function, entry.fixed)
    for leaf in leaves:
        leaf.requires_grad_()
    values = entry.called(function, arguments)
    outs = [y for y in floats(values) if y.requires_grad]
    if not outs or not leaves:
        return values, []
    if direction is None:
        generator = torch.Generator().manual_seed(99)
        direction = [torch.randn(y.shape, generator=generator).to(y.dtype) for y in outs]
    gradients = torch.autograd.grad(outs, leaves, [d.to(y.dtype) for d, y in zip(direction, outs)], allow_unused=True)
    return values, gradients


def deep(values, dtype):
    """Arguments of another type that share nothing with the given ones."""
    return type(values)(deep(x, dtype) if isinstance(x, (tuple, list)) else
                 (x.detach().to(dtype, copy=True) if isinstance(x, torch.Tensor) and x.is_floating_point() else x)
                 for x in values)


def errors(ours, wanted, dtype, units) -> float:
    """The largest error, as a share of what is allowed."""
    unit, worst = torch.finfo(dtype).eps / 2, 0.0
    for a, b in zip(ours, wanted):
        if b is None or not b.numel() or not b.is_floating_point():
            continue
        a = torch.zeros_like(b) if a is None else a.double()
        same = (a == b) | (a.isnan() & b.isnan())
        finite = b.where(b.isfinite(), 0)
        scale = finite.abs().max()
        allowed = 1.01 * unit * finite.abs() + (units * unit + FLOAT32) * scale + torch.finfo(dtype).smallest_normal * unit
        worst = max(worst, ((a - b).abs().where(~same, 0) / allowed).nan_to_num(nan=torch.inf).max().item())
    return worst


def distance(ours, wanted, dtype, units) -> float:
    """How far all gradients of a network are off together, as a share of what is allowed.

    A unit whose input rounds across the kink of a ReLU has another slope, so that single numbers
    may differ by all that they are.
    """
    pairs = [(a.double(), b) for a, b in zip(ours, wanted) if b is not None]
    off = sum((a - b).square().sum() for a, b in pairs).sqrt()
    return 0.0 if off == 0 else (off / sum(b.square().sum() for _, b in pairs).sqrt() / (units * torch.finfo(dtype).eps / 2)).item()


def slopes(entry: Entry):
    """What gradients are judged by."""
    return distance if entry.scale > 4 else errors


@every_half
@every_entry
def test_values_and_gradients_of_half_numbers(name, dtype):
    entry = ENTRIES[name]
    function = module_in(prepared(entry), dtype)
    arguments = deep(entry.arguments(), dtype)
    generator = torch.Generator().manual_seed(99)
    shapes = [y.shape for y in floats(entry.called(function, arguments))]
    direction = [torch.randn(shape, generator=generator).to(dtype) for shape in shapes]
    values, gradients = run(entry, function, arguments, direction)
    for y in floats(values):
        assert y.dtype == (entry.half or dtype)
    for g, leaf in zip(gradients, asked(arguments, function, entry.fixed)):
        assert g is None or g.dtype == leaf.dtype == dtype
    wide = module_in(function, torch.float64), deep(arguments, torch.float64)
    wanted = run(entry, *wide, direction)
    share = (errors(values, wanted[0], dtype, entry.scale),
             slopes(entry)(gradients, wanted[1], dtype, entry.slope))
    assert max(share) <= 1, f"errors are {share[0]:.2f} and {share[1]:.2f} times what is allowed"


@every_half
@pytest.mark.parametrize("name", sorted(name for name, entry in ENTRIES.items() if entry.theirs))
def test_no_worse_than_pytorch(name, dtype):
    """The same in float64, and in half precision at most about as far from it as PyTorch is."""
    entry = ENTRIES[name]
    ours = prepared(entry)
    theirs = entry.other(ours)
    theirs = theirs.eval() if isinstance(theirs, nn.Module) else theirs
    arguments = deep(entry.arguments(), dtype)
    exact = [run(entry, module_in(module_in(f, dtype), torch.float64), deep(arguments, torch.float64))
             for f in (ours, theirs)]
    for mine, other in zip(*exact[:2]):
        for a, b in zip(mine, other):
            torch.testing.assert_close(a, b) if b is not None else None
    try:
        half = run(entry, module_in(theirs, dtype), deep(arguments, dtype))
    except (RuntimeError, NotImplementedError) as error:
        pytest.skip(f"PyTorch: {error}")
    mine = run(entry, module_in(ours, dtype), deep(arguments, dtype))
    for kind, judge in ((0, errors), (1, slopes(entry))):
        a, b = (judge(x[kind], exact[1][kind], dtype, 2) for x in (mine, half))
        assert a <= max(1, 1.25 * b), f"{a:.2f} times what is allowed, PyTorch {b:.2f}"


def prepared(entry: Entry):
    """Ours; a network whose layers behave otherwise in training is in evaluation mode."""
    function = entry.build()
    return function.train(entry.random) if isinstance(function, nn.Module) else function
