"""Under autocast in bfloat16: everything runs, back too, near float32, in the type that PyTorch's has."""

import pytest
import torch
from torch import nn

from .entries import floats
from .registry import ENTRIES
from .test_half import deep, distance, errors, every_entry, prepared, run

# Where PyTorch's own give float32 on the CPU: the gates of three cells are computed by an operation that
# autocast does not know there, and some kernels of pooling had no bfloat16 once. On CUDA they give the
# half type, as ours do everywhere.
ODD = {"sequences.GRU", "sequences.GRUCell", "sequences.LSTMCell", "convolution.AvgPool3d", "convolution.MaxPool3d",
       "convolution.MaxUnpool2d"}


def autocast():
    return torch.autocast("cpu", dtype=torch.bfloat16)


def exactly(entry):
    """The same in double precision."""
    function = prepared(entry)
    return run(entry, function.double() if isinstance(function, nn.Module) else function,
               deep(entry.arguments(), torch.float64))


@every_entry
def test_autocast(name):
    entry = ENTRIES[name]
    exact = exactly(entry)
    function, arguments = prepared(entry), entry.arguments()
    with autocast():
        values, gradients = run(entry, function, arguments)
    assert {y.dtype for y in floats(values)} <= {torch.bfloat16, torch.float32}
    assert all(g is None or g.dtype == torch.float32 for g in gradients)
    for a, b in zip(values, exact[0]):
        assert errors([a], [b], torch.bfloat16, max(4, entry.scale)) <= 1
    if gradients:
        assert distance([torch.zeros_like(b) if a is None else a for a, b in zip(gradients, exact[1]) if b is not None],
                        [b for b in exact[1] if b is not None], torch.bfloat16, max(16, 2 * entry.slope)) <= 1


@every_entry
def test_autocast_behind_a_layer_that_has_rounded(name):
    """Inputs of the half type beside parameters in float32."""
    entry = ENTRIES[name]
    function = prepared(entry)
    with autocast():
        values, gradients = run(entry, function, deep(entry.arguments(), torch.bfloat16))
    assert {y.dtype for y in floats(values)} <= {torch.bfloat16, torch.float32}


@pytest.mark.parametrize("name", sorted(name for name, entry in ENTRIES.items()
                                        if entry.theirs and isinstance(entry.build(), nn.Module) and name not in ODD))
def test_types_are_those_of_pytorch(name):
    entry = ENTRIES[name]
    ours = prepared(entry)
    theirs = entry.other(ours).eval()
    for half in (False, True):
        arguments = [deep(entry.arguments(), torch.bfloat16 if half else torch.float32) for _ in range(2)]
        with autocast():
            kinds = [[y.dtype for y in floats(entry.called(f, x))] for f, x in zip((ours, theirs), arguments)]
        assert kinds[0] == kinds[1]


def test_losses_of_half_predictions_stay_in_float32():
    """As PyTorch's: the numbers that are added up over an epoch."""
    import deepgloss as dg
    x, t = torch.randn(5, 3).bfloat16(), torch.randn(5, 3)
    with autocast():
        for name in ("mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss"):
            assert getattr(dg.losses, name)(x, t.bfloat16()).dtype == torch.float32
            assert getattr(dg.losses, name)(x, t).dtype == torch.float32
        assert dg.losses.cross_entropy(x, torch.arange(5) % 3).dtype == torch.float32
