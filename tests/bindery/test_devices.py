"""The rule that no cell asks a device for float64, on the forms in which chapters did."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from bindery.rules.devices import float64


def told(*sources):
    cells = [new_code_cell("import deepgloss as dg"), *map(new_code_cell, sources)]
    return [index for index, _ in float64(new_notebook(cells=cells), None)]


@pytest.mark.parametrize("source", [
    "torch.ones(2, dtype=torch.float64, device=dg.device())",
    "torch.arange(n, device=x.device, dtype=torch.double)",
    "options = {'dtype': torch.float64, 'device': dg.device()}",
    "for dtype in (torch.float32, torch.float64):\n    x = torch.ones(2, dtype=dtype, device=dg.device())",
    "torch.randn(2, generator=draws, dtype=torch.float64).to(dg.device())",
    "(torch.randn(2).double() / 3).to(dg.device()).requires_grad_()",
    "x = torch.randn(2, dtype=torch.float64)\nx = x.to(dg.device())",
    "y, t = 2 * torch.randn(2, 3, dtype=torch.float64)\nt = t.to(device=dg.device())",
    "z = [torch.ones(2).double().to(dg.device()) for _ in range(2)]",
    "nn.Linear(2, 3).to(dg.device()).double()",
    "torch.ones(2, device=dg.device()).to(torch.float64)",
    "x.to(dg.device(), torch.float64)",
    "wide = torch.float64\ntorch.ones(2, device=dg.device(), dtype=wide)",
])
def test_float64_on_the_device_is_told(source):
    assert set(told(source)) == {1}


def test_the_device_may_have_a_name_from_another_cell():
    assert told("P, device = dg.pretraining, dg.device()", "torch.ones(2).double().to(device)") == [2]


@pytest.mark.parametrize("source", [
    "torch.ones(2, dtype=torch.float64)",
    "torch.ones(2, dtype=torch.float64, device='cpu')",
    "torch.ones(2, device=dg.device())",
    "model(x.to(dg.device())).cpu().double()",
    "torch.ones(2, device=dg.device()).cpu().to(torch.float64)",
    "torch.randn(2, dtype=torch.float64).float().to(dg.device())",
    "labels = (torch.randn(2, dtype=torch.float64) > 0).to(dg.device())",
    "for dtype in (torch.float16, torch.float32):\n    torch.ones(2, dtype=dtype, device=dg.device())",
    "for dtype in (torch.float32, torch.float64):\n"
    "    device = 'cpu' if dtype == torch.float64 else dg.device()\n"
    "    torch.ones(2, dtype=dtype, device=device)",
    "x = torch.randn(2).double().tolist()\ny = torch.tensor(x).to(dg.device())",
    "not Python (",
])
def test_float64_elsewhere_passes(source):
    assert told(source) == []
