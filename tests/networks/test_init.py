"""Initializations draw PyTorch's numbers, with the standard deviations of their papers, on any device."""

import math

import pytest
import torch
from torch import nn

import deepgloss as dg
from deepgloss import networks

KINDS = ("xavier_uniform_", "xavier_normal_", "kaiming_uniform_", "kaiming_normal_")
OPTIONS = {
    "xavier": [{}, {"gain": 5 / 3}, {"gain": 0.0}],
    "kaiming": [{}, {"nonlinearity": "relu"}, {"mode": "fan_out"}, {"a": math.sqrt(5)}, {"a": 0.3, "nonlinearity": "tanh"},
                *({"nonlinearity": name} for name in ("linear", "sigmoid", "tanh", "selu", "conv2d"))],
}
CASES = [(kind, options) for kind in KINDS for options in OPTIONS[kind.split("_")[0]]]


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("kind, options", CASES)
@pytest.mark.parametrize("shape", [(31, 17), (5, 3, 7), (5, 3, 3, 2)])
def test_the_numbers_are_pytorchs(kind, options, shape):
    ours, theirs = torch.empty(shape), torch.empty(shape)
    assert getattr(networks, kind)(ours, **options, generator=seeded()) is ours
    getattr(nn.init, kind)(theirs, **options, generator=seeded())
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("kind, wanted", [
    ("xavier_uniform_", math.sqrt(2 / (503 + 211))), ("xavier_normal_", math.sqrt(2 / (503 + 211))),
    ("kaiming_uniform_", math.sqrt(2 / 211)), ("kaiming_normal_", math.sqrt(2 / 211)),
])
def test_the_standard_deviation_is_the_papers(kind, wanted):
    weight = getattr(networks, kind)(torch.empty(503, 211), generator=seeded())
    assert weight.std().item() == pytest.approx(wanted, rel=0.02) and abs(weight.mean().item()) < 0.02 * wanted
    if "uniform" in kind:
        assert weight.abs().max() <= math.sqrt(3) * wanted * (1 + 1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_every_type_device_and_stride_has_the_same_numbers(kind):
    fill, wanted = getattr(networks, kind), torch.empty(7, 5)
    fill(wanted, generator=seeded())
    for weight in (torch.empty(7, 5, dtype=torch.float16), torch.empty(5, 7).T, torch.empty(7, 5, device=dg.device()),
                   torch.empty(7, 5, requires_grad=True)):
        fill(weight, generator=seeded())
        assert torch.equal(weight.detach().cpu(), wanted.to(weight.dtype))
    assert fill(torch.empty(7, 5, device="meta")).is_meta and fill(torch.empty(0, 5)).shape == (0, 5)


@pytest.mark.parametrize("call, error, words", [
    (lambda w: networks.xavier_uniform_(w[0]), ValueError, r"tensor must have shape \(out, in, …\), not \(3,\)"),
    (lambda w: networks.xavier_normal_(w.long()), TypeError, "tensor must be a tensor of floating"),
    (lambda w: networks.xavier_normal_(w, gain=-1), ValueError, "gain"),
    (lambda w: networks.kaiming_uniform_(w, a="big"), TypeError, "a must be a number"),
    (lambda w: networks.kaiming_uniform_(w, mode="fan"), ValueError, "mode must be one of 'fan_in', 'fan_out'"),
    (lambda w: networks.kaiming_normal_(w, nonlinearity="swish"), ValueError, "nonlinearity must be one of"),
])
def test_bad_input_is_named_and_nothing_is_changed(call, error, words):
    weight = torch.full((2, 3), 7.0)
    with pytest.raises(error, match=words):
        call(weight)
    assert (weight == 7).all()
