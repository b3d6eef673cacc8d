"""Checks of the exercises in stability/batch-normalization."""

import copy
import inspect

import torch
from torch import nn

from .. import register
from ..._device import device, wide
from .._compare import draws, near, same, several, tensor


@register("batch-normalization-layer")
def _(BatchNorm) -> None:
    assert inspect.isclass(BatchNorm) and issubclass(BatchNorm, nn.Module), (
        "BatchNorm must be a class derived from torch.nn.Module")
    for features, eps, momentum in ((3, 1e-5, 0.1), (5, 0.25, 0.75)):
        layer, wanted = (kind(features, eps=eps, momentum=momentum, **options).to(device(), wide())
                         for kind, options in ((BatchNorm, {}), (nn.BatchNorm1d, {"affine": False})))
        for step, m in enumerate((7, 2, 11)):
            _train_once(layer, wanted, 2 + 3 * draws(m, features, seed=step), draws(m, features, seed=9), momentum)
        layer.eval(), wanted.eval()
        kept = {name: buffer.clone() for name, buffer in layer.named_buffers()}
        for x in (5 + draws(4, features, seed=3), draws(1, features, seed=4)):
            same(layer(x).detach(), wanted(x), "the output in evaluation mode",
                 "there the running averages take the place of the batch's statistics, for a single example too")
        assert all(torch.equal(buffer, kept[name]) for name, buffer in layer.named_buffers()), (
            "in evaluation mode the running averages must stay as they are")


def _train_once(layer, wanted, x, delta, momentum) -> None:
    """One batch in training mode: the output, its gradient, the running averages."""
    ours, theirs = x.clone().requires_grad_(), x.clone().requires_grad_()
    old = {name: getattr(layer, name) for name in ("running_mean", "running_var")}
    before = {name: buffer.clone() for name, buffer in old.items()}
    got, expected = tensor(layer(ours), "the output in training mode"), wanted(theirs)
    assert got.shape == expected.shape, f"for x of shape {tuple(x.shape)} the output has shape {tuple(got.shape)}"
    unbiased = (x - x.mean(0)) / (x.var(0) + layer.eps).sqrt()
    assert near(got.detach(), expected.detach(), rtol=1e-6, atol=1e-7), (
        f"the output in training mode is wrong for a batch of {len(x)}: " + (
            "this is the unbiased variance; the batch is divided by the root of the biased one, plus ε"
            if near(got.detach(), unbiased) else "(x − μ) / √(σ² + ε), each column with its own μ and σ² of this batch"))
    assert got.requires_grad, "gradients must flow back to x"
    gradient, = torch.autograd.grad(got, ours, delta)
    assert near(gradient, torch.autograd.grad(expected, theirs, delta)[0], rtol=1e-5, atol=1e-6), (
        "the gradient with respect to x is wrong: μ and σ² depend on x, and gradients must flow through them, too")
    for name, buffer in old.items():
        now = getattr(layer, name)
        assert now is buffer, f"{name} must be changed in place, not replaced by another tensor"
        assert not now.requires_grad, f"{name} must not carry gradients: change it under torch.no_grad()"
        if near(now, getattr(wanted, name), rtol=1e-6, atol=1e-7):
            continue
        new = x.mean(0) if name == "running_mean" else x.var(0)
        advice = (f"momentum = {momentum} is the share of the new batch, not of the old average"
                  if near(now, momentum * before[name] + (1 - momentum) * new) else
                  "the variance that is kept is the unbiased one, m/(m − 1) times that of the batch"
                  if name == "running_var" and near(now, before[name] + momentum * (x.var(0, correction=0) - before[name]))
                  else "(1 − α) times the old average plus α times the new statistic, once for each batch in training mode")
        raise AssertionError(f"{name} is wrong after a batch of {len(x)}: {advice}")


@register("batch-normalization-fold")
def _(fold_into_next) -> None:
    for outputs, with_bias, eps in ((5, True, 0.25), (3, True, 1e-5), (3, False, 1e-5)):
        norm, linear = nn.BatchNorm1d(5, eps=eps), nn.Linear(5, outputs, bias=with_bias)
        norm, linear = norm.to(device(), wide()).eval(), linear.to(device(), wide())
        with torch.no_grad():
            for seed, value in enumerate((norm.weight, norm.bias, norm.running_mean, *linear.parameters())):
                value.copy_(draws(*value.shape, seed=seed))
            norm.running_var.copy_(draws(5, seed=9).square() + 0.1)
        kept = [value.clone() for value in (*norm.state_dict().values(), *linear.state_dict().values())]
        weight, bias = (tensor(part, what).detach() for part, what in zip(
            several(fold_into_next(norm, linear), 2, "return the weight and the bias of one linear layer"),
            ("the weight", "the bias")))
        assert all(map(torch.equal, kept, (*norm.state_dict().values(), *linear.state_dict().values()))), (
            "the two layers must stay as they are")
        scale = norm.weight.detach() / (norm.running_var + eps).sqrt()
        shift = norm.bias.detach() - scale * norm.running_mean
        old = linear.weight.detach()
        if outputs == 5 and near(weight, scale[:, None] * old):
            raise AssertionError("each scale belongs to an input of the next layer, a column of its weight, not to a row")
        same(weight, old * scale, "the weight", "column c of W times γ_c / √(σ²_c + ε)")
        wanted = old @ shift + (linear.bias.detach() if with_bias else 0)
        if with_bias and near(bias, old @ shift):
            raise AssertionError("the bias is wrong: the linear layer's own bias is still to be added")
        same(bias, wanted, "the bias", "what W makes of the shifts β − γμ/√(σ² + ε), plus the layer's own bias if it has one")


@register("batch-normalization-recalibrate")
def _(recalibrate) -> None:
    for training, frozen in ((False, False), (True, False), (True, True)):
        model = nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5, momentum=0.3), _TwoModes(),
                              nn.Sequential(nn.Linear(5, 3, bias=False), nn.BatchNorm1d(3))).to(device(), wide())
        with torch.no_grad():
            for seed, value in enumerate(model.parameters()):
                value.copy_(draws(*value.shape, seed=seed))
        for seed in range(3):                                          # averages that lag behind
            model(5 + draws(6, 4, seed=seed))
        model.train(training)
        if frozen:
            model[1].eval()
        wanted, batches = copy.deepcopy(model), [2 * draws(m, 4, seed=m) for m in (7, 5, 2)]
        _recalibrated(wanted, batches)
        modes = [module.training for module in model.modules()]
        recalibrate(model, [batch.clone() for batch in batches])
        case = f"for a model in {'training' if training else 'evaluation'} mode" + (", one layer in evaluation mode" if frozen else "")
        for (name, got), (_, expected) in zip(model.named_parameters(), wanted.named_parameters()):
            assert torch.equal(got, expected), f"{case} the parameter {name} has changed"
        for layer, expected in ((model[1], wanted[1]), (model[3][1], wanted[3][1])):
            assert layer.momentum == expected.momentum, (
                f"{case} a layer's momentum is {layer.momentum} afterwards, not {expected.momentum} as before")
            for name in ("running_mean", "running_var"):
                got = getattr(layer, name)
                assert not got.requires_grad, f"{name} must not carry gradients"
                assert near(got, getattr(expected, name), rtol=1e-6, atol=1e-7), (
                    f"{case} {name} is wrong afterwards: start afresh, and let each batch count equally; every module must be "
                    "in training mode meanwhile, else a layer's statistics do not move")
        assert [module.training for module in model.modules()] == modes, (
            f"{case} each module must be in the mode it was in before")


class _TwoModes(nn.Module):
    """Like dropout, another function in each mode, but without chance."""

    def forward(self, x):
        return x.tanh() if self.training else x / 2


@torch.no_grad()
def _recalibrated(model: nn.Module, batches: list[torch.Tensor]) -> None:
    """The statistics by their definition, layer after layer."""
    model.train()
    values = [model[0](x) for x in batches]
    for norm, after in ((model[1], lambda x: model[3][0](model[2](x))), (model[3][1], None)):
        norm.running_mean.copy_(torch.stack([x.mean(0) for x in values]).mean(0))
        norm.running_var.copy_(torch.stack([x.var(0) for x in values]).mean(0))
        normal = [nn.functional.batch_norm(x, None, None, norm.weight, norm.bias, True, 0, norm.eps) for x in values]
        values = [after(x) for x in normal] if after else []
