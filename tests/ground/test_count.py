"""dg.count against sums done by hand."""

import pytest
import torch
from torch import nn

import deepgloss as dg


class Scaled(nn.Module):
    """A convolution, a ReLU in place, a view, a parameter of its own and a product of its own."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 10, 3, stride=2, padding=1, groups=1)
        self.relu = nn.ReLU(inplace=True)
        self.flatten = nn.Flatten()
        self.scale = nn.Parameter(torch.ones(5))

    def forward(self, x):                                     # (batch, 3, 7, 11)
        y = self.flatten(self.relu(self.conv(x)))             # (batch, 10 * 4 * 6)
        return y.unflatten(1, (48, 5)) @ self.scale[:, None]  # (batch, 48, 1)


def by_name(counted):
    return {row.name: row for row in counted.rows}


def test_layers_by_hand():
    model = Scaled().to(dg.device())
    counted = dg.count(model, (2, 3, 7, 11))
    rows = by_name(counted)
    assert rows["conv"].parameters == 10 * 3 * 9 + 10
    assert rows["conv"].output == (2, 10, 4, 6)
    assert rows["conv"].multiply_adds == 2 * 4 * 6 * 9 * 3 * 10
    assert rows["conv"].activations == 2 * 10 * 4 * 6
    assert rows["relu"].activations == rows["flatten"].activations == 0
    assert rows["Scaled"].parameters == 5 and rows["Scaled"].multiply_adds == 2 * 240
    assert counted.parameters == 285 and counted.activations == 480
    assert counted.multiply_adds == rows["conv"].multiply_adds + 480


@pytest.mark.parametrize("groups", [1, 2, 10])
def test_groups_divide_the_products(groups):
    layer = nn.Conv2d(10, 20, (3, 5), groups=groups, bias=False).to(dg.device())
    counted = dg.count(layer, (7, 10, 13, 11))
    assert counted.multiply_adds == 7 * 11 * 7 * 15 * 200 // groups
    assert counted.parameters == 15 * 200 // groups


def test_transposed_convolution_and_linear():
    layer = nn.ConvTranspose2d(3, 5, 4, stride=2).to(dg.device())
    assert dg.count(layer, (2, 3, 7, 11)).multiply_adds == 2 * 7 * 11 * 16 * 15
    counted = dg.count(nn.Linear(5, 7).to(dg.device()), (2, 3, 5))
    assert counted.multiply_adds == 6 * 35 and counted.activations == 6 * 7


@pytest.mark.parametrize("kind, gates", [(nn.RNN, 1), (nn.GRU, 3), (nn.LSTM, 4)])
def test_recurrent_layers(kind, gates):
    layer = kind(3, 5, num_layers=2, bidirectional=True).to(dg.device())
    counted = dg.count(layer, (7, 2, 3))
    assert counted.multiply_adds == 14 * 2 * gates * 5 * ((3 + 5) + (10 + 5))
    assert counted.rows[0].output == (7, 2, 10)


def test_attention_in_a_transformer_layer():
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).to(dg.device())
    counted = dg.count(layer, (2, 5, 8))
    attention = 10 * 8 * 24 + 2 * 2 * (2 * 5 * 5 * 4) + 10 * 64
    assert by_name(counted)["self_attn"].multiply_adds == attention
    assert counted.multiply_adds == attention + 2 * 10 * 8 * 16
    assert torch.backends.mha.get_fastpath_enabled()


def test_layers_used_twice_and_not_at_all():
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.shared, self.unused = nn.Linear(3, 3), nn.Linear(11, 13)

        def forward(self, x):
            return self.shared(self.shared(x))

    counted = dg.count(Twice().to(dg.device()), (5, 3))
    (row,) = counted.rows
    assert (row.parameters, row.multiply_adds, row.activations) == (12, 2 * 5 * 9, 2 * 15)
    assert counted.parameters == 12 + 12 * 13


def test_meta_device_counts_the_same_without_memory():
    with torch.device("meta"):
        ghost = Scaled()
    assert str(dg.count(ghost, (2, 3, 7, 11))) == str(dg.count(Scaled().to(dg.device()), (2, 3, 7, 11)))
    with torch.device("meta"):
        huge = nn.Linear(10**6, 10**6)
    assert dg.count(huge, (1, 10**6)).multiply_adds == 10**12


def test_grouped_sums_what_it_joins():
    model = nn.Sequential(nn.Sequential(nn.Linear(3, 5), nn.Tanh()), nn.Linear(5, 2)).to(dg.device())
    counted = dg.count(model, torch.zeros(7, 3, device=dg.device()))
    grouped = counted.grouped()
    assert [row.name for row in grouped.rows] == ["0", "1"]
    first = grouped.rows[0]
    assert (first.parameters, first.multiply_adds, first.activations) == (20, 105, 70)
    assert (grouped.parameters, grouped.multiply_adds) == (counted.parameters, counted.multiply_adds)
    assert str(grouped).splitlines()[-1].split() == ["total", "32", "175", "84"]


def test_the_model_is_left_as_it_was():
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(), nn.Linear(3, 2)).to(dg.device())
    model[1].eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    dg.count(model, (5, 3))
    assert [module.training for module in model.modules()] == [True, True, False, True]
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not any(module._forward_hooks for module in model.modules())


def test_a_failing_model_is_left_as_it_was_too():
    model = nn.Sequential(nn.Linear(3, 2)).to(dg.device())
    with pytest.raises(RuntimeError):
        dg.count(model, (5, 7))
    assert model.training and not model[0]._forward_hooks


def test_errors():
    with pytest.raises(TypeError, match="model must be a torch.nn.Module"):
        dg.count(lambda x: x, (1, 3))
    with pytest.raises(ValueError, match="inputs must hold"):
        dg.count(nn.Linear(3, 2))
    with pytest.raises(TypeError, match="inputs must be tensors or shapes"):
        dg.count(nn.Linear(3, 2), 3)


class Listed(nn.Module):
    """Layers in a list, which has no forward of its own."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(3, 5), nn.Linear(5, 7)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def test_products_of_layers_in_a_list_count_once():
    counted = dg.count(nn.Sequential(Listed(), nn.Linear(7, 2)), (1, 3))
    assert [(row.name, row.multiply_adds) for row in counted.rows] == [
        ("0.layers.0", 15), ("0.layers.1", 35), ("1", 14),
    ]
