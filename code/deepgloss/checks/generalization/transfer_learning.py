"""Checks of the exercises in generalization/transfer-learning."""

import math

import torch
from torch import nn

from .. import register
from ..._device import device, wide
from .._compare import draws, fill, near, number, several, tensor


@register("transfer-learning-rates")
def _(layer_rates) -> None:
    for lr, factor, layers in ((0.1, 0.5, 3), (1e-3, 1 / 2.6, 5), (0.2, 1.0, 4), (0.3, 0.1, 1)):
        got = [number(rate, "a rate") for rate in several(
            layer_rates(lr, factor, layers), layers, "return one rate for each layer")]
        wanted = [lr * factor ** (layers - 1 - k) for k in range(layers)]
        for k, (rate, right) in enumerate(zip(got, wanted)):
            hint = ("the list begins with the layer next to the input" if math.isclose(rate, wanted[-1 - k], rel_tol=1e-6)
                    else "the head gets lr itself" if math.isclose(rate, right * factor, rel_tol=1e-6)
                    else "each layer has factor times the rate of the layer after it")
            assert math.isclose(rate, right, rel_tol=1e-6), (
                f"for lr = {lr:g}, factor = {factor:g} and {layers} layers the rate of layer {k + 1} is {rate:g}, "
                f"expected {right:g}: {hint}")


@register("transfer-learning-copy", in_place=True)
def _(copy_matching) -> None:
    model = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Linear(5, 2)).to(device())
    source = fill(nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Linear(5, 7), nn.Linear(7, 2)))
    with torch.no_grad():
        source[1].running_mean.copy_(draws(5, seed=9))
    before, own = {name: value.clone() for name, value in model.state_dict().items()}, model[0].weight
    weights = source.state_dict()
    del weights["1.running_var"]
    got = copy_matching(model, weights)
    after, wanted = model.state_dict(), ["1.running_var", "2.bias", "2.weight"]
    assert near(after["0.weight"], weights["0.weight"]), "0.weight has the same name and shape in both, and must be copied"
    assert near(after["1.running_mean"], weights["1.running_mean"]), (
        "1.running_mean was not copied: a state dict also holds buffers, such as the statistics of batch normalization")
    for name in wanted:
        assert torch.equal(after[name], before[name]), f"{name} of the model must stay as it was: it is not in the weights with this shape"
    assert model[0].weight is own and own.data_ptr() != weights["0.weight"].data_ptr(), (
        "copy the numbers into the model's own tensors, in place: an optimizer that holds them must see the new values")
    assert isinstance(got, list) and all(isinstance(name, str) for name in got), "return a list of names"
    assert got == wanted, (
        f"the names are {got}, expected {wanted}: those of the model's state dict that were not copied, in alphabetical order")
    assert copy_matching(model, model.state_dict()) == [], "where everything matches, the list is empty"


@register("transfer-learning-frozen")
def _(FrozenBody) -> None:
    body = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Sequential(nn.Dropout(0.5)))
    model = FrozenBody(body, nn.Sequential(nn.Linear(4, 2), nn.Dropout(0.5))).to(device(), wide())
    for mode in (True, False, True):
        got = model.train(mode)
        assert got is model, "train() must return the model itself, as PyTorch's own does"
        assert model.training is mode and all(part.training is mode for part in model.head.modules()), (
            f"after train({mode}) the model itself and all of its head must be in the mode that was asked for")
        assert not any(part.training for part in model.body.modules()), (
            f"after train({mode}) a layer of the body is in training mode: all of it must stay in evaluation mode")
    assert model.train() is model and model.training and not model.body[1].training, "train() without an argument means train(True)"
    model(draws(7, 3))
    assert model.body[1].num_batches_tracked == 0, "the statistics of the body must not move in training"
    model.eval()
    assert not any(part.training for part in model.modules()), "after eval() no layer is in training mode"


@register("transfer-learning-pull")
def _(pull_back) -> None:
    model = nn.ModuleDict({"body": nn.Linear(3, 5), "head": nn.Linear(5, 2)}).to(device(), wide())
    with torch.no_grad():
        for k, p in enumerate(model.parameters()):
            p.copy_(draws(*p.shape, seed=k))
    start = {f"body.{name}": draws(*p.shape, seed=20 + k) for k, (name, p) in enumerate(model["body"].named_parameters())}
    for strength in (1.0, 0.3):
        for p in model.parameters():
            p.grad = None
        got = tensor(pull_back(model, start, strength), "the penalty")
        moved = {name: p.detach() - start[name] for name, p in model.named_parameters() if name in start}
        wanted = strength / 2 * sum(by.square().sum() for by in moved.values())
        assert got.numel() == 1, f"the penalty must be a single number, not of shape {tuple(got.shape)}"
        head = strength / 2 * sum(p.detach().square().sum() for p in model["head"].parameters())
        hint = ("the factor ½ is missing" if near(got, 2 * wanted) else
                "parameters that are not in start, here the head, do not count" if near(got, wanted + head) else
                "strength / 2 times the sum of all squared differences")
        assert near(got.reshape(()), wanted), f"for strength = {strength:g} the penalty is {got.item():g}, expected {wanted.item():g}: {hint}"
        assert got.requires_grad, "the penalty must have a gradient: compute it from the parameters themselves"
        got.backward()
        for name, p in model.named_parameters():
            if name in start:
                assert p.grad is not None and near(p.grad, strength * moved[name]), (
                    f"the gradient with respect to {name} must be strength times its difference from the start")
