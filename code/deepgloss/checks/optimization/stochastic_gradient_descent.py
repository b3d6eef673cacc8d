"""Checks of the exercises in optimization/stochastic-gradient-descent."""

import math

import torch

from .. import register
from ..._device import device
from .._compare import draws, near, number, same, tensor
from ._optimizer import check_optimizer_class


@register("stochastic-gradient-descent-walk")
def _(sgd_walk) -> None:
    for size, lr, order in ((1, 0.5, [0]), (3, 0.25, [4, 1, 1, 0, 3]), (2, 0.1, [])):
        centers, w = draws(5, size, seed=size), draws(size, seed=7)
        start = w.clone()
        got = tensor(sgd_walk(lambda w, n: w - centers[n], w, lr, list(order)), "the path").detach().to(w)
        assert torch.equal(w, start), "the tensor w must be left as it is: make new tensors, no in-place updates"
        path, uphill = [start], [start]
        for n in order:
            path.append(path[-1] - lr * (path[-1] - centers[n]))
            uphill.append(uphill[-1] + lr * (uphill[-1] - centers[n]))
        wanted = torch.stack(path)
        assert got.shape == wanted.shape, (
            f"for {len(order)} updates of {size} weights the path must have shape {tuple(wanted.shape)}, not "
            f"{tuple(got.shape)}: the start belongs to it, and each update adds a row")
        if not near(got, wanted):
            raise AssertionError(f"for the order {order} with lr = {lr} the path is off: " + (
                "this one climbs, the step goes against the gradient" if near(got, torch.stack(uphill)) else
                "each update starts where the last one ended, with the gradient of its own example there"))


@register("stochastic-gradient-descent-examples")
def _(example_gradients) -> None:
    for count, size, classes in ((5, 3, 2), (7, 2, 5), (1, 4, 3)):
        W, x = draws(size, classes, seed=count), draws(count, size, seed=size)
        y = torch.arange(count, device=device()) % classes
        pull = torch.softmax(x @ W, 1)
        pull[torch.arange(count, device=device()), y] -= 1
        wanted = x[:, :, None] * pull[:, None, :]
        got = tensor(example_gradients(W.clone(), x.clone(), y.clone()), "the gradients")
        assert got.shape == wanted.shape, (
            f"for {count} examples the gradients must have shape {tuple(wanted.shape)}, not {tuple(got.shape)}: "
            "one of the shape of W for each example, and no mean over them")
        assert count == 1 or not near(got.to(wanted), wanted / count), (
            "these are divided by the number of examples: each example's own loss is not a mean over the others")
        same(got.detach(), wanted, "the tensor of gradients", "x_n times (softmax − one-hot), or vmap(grad(loss)) over rows")


@register("stochastic-gradient-descent-rate")
def _(rate_for) -> None:
    for lr, curvature, variance in ((0.1, 1.0, 4.5), (0.5, 2.0, 0.25), (1.9, 1.0, 3.0), (1e-4, 10.0, 2.0)):
        floor = lr * variance / (curvature * (2 - lr * curvature))
        got = number(rate_for(floor, curvature, variance), "the learning rate")
        case = f"for floor = {floor:.6g}, λ = {curvature}, σ² = {variance}"
        assert not (abs(got / (2 * floor * curvature / variance) - 1) < 1e-6 and abs(got / lr - 1) > 1e-5), (
            f"{case} the rate is {got:.6g}: this holds for small rates alone; keep the ηλ in equation (3)")
        assert math.isclose(got, lr, rel_tol=1e-5), (
            f"{case} the rate is {got:.6g}, expected {lr:g}: solve equation (3) for η")


@register("stochastic-gradient-descent-average")
def _(AveragedSGD) -> None:
    check_optimizer_class(AveragedSGD, "AveragedSGD")
    for start in (0, 3):
        p, other, frozen = (torch.nn.Parameter(draws(size, seed=size)) for size in (3, 2, 5))
        weights, untouched = {p: p.detach().clone(), other: other.detach().clone()}, frozen.detach().clone()
        groups = [{"params": [p, frozen]}, {"params": [other], "lr": 2.0}]
        optimizer = AveragedSGD(groups, lr=0.5, start=start) if start else AveragedSGD(groups, lr=0.5)
        kept, before, sizes = {p: [], other: []}, {p: [], other: []}, []
        for step in range(1, 8):
            optimizer.param_groups[0]["lr"] = 0.5 if step < 5 else 0.125
            gradients = {w: draws(w.numel(), seed=10 + step) for w in weights}
            for w, g in gradients.items():
                w.grad = g.clone()
            optimizer.step()
            for group, w in zip(optimizer.param_groups, weights):
                before[w].append(weights[w])
                weights[w] = weights[w] - group["lr"] * gradients[w]
                assert near(w.detach(), weights[w]), (
                    f"after step {step} with lr = {group['lr']} the weights are off: p ← p − lr · g, with lr from the "
                    "parameter's own group in self.param_groups at this step, and no averaging of the weights themselves")
                if step > start:
                    kept[w].append(weights[w])
                    _mean_is_right(optimizer.state[w].get("mean"), kept[w], before[w][start:], start, step)
            sizes.append(_held(vars(optimizer)))
        assert torch.equal(frozen.detach(), untouched), "a parameter without a gradient must stay where it is"
        assert sizes[-1] == sizes[start + 1], "the state must not grow with the updates: keep a mean, not all weights"


def _mean_is_right(mean, kept, before, start, step) -> None:
    assert isinstance(mean, torch.Tensor), (
        f"with start = {start}, after step {step} self.state[p][\"mean\"] must hold the mean of the weights")
    if mean.shape != kept[0].shape or not near(mean.to(kept[0]), torch.stack(kept).mean(0)):
        early = mean.shape == kept[0].shape and near(mean.to(kept[0]), torch.stack(before).mean(0))
        raise AssertionError(f"with start = {start}, after step {step} the mean is off: " + (
            "these are the weights before the updates" if early else
            f"it is that of the weights after the updates {start + 1} to {step}, all with the same share"))


def _held(value) -> int:
    """Numbers in all tensors that an object holds, in lists and dictionaries, too."""
    if isinstance(value, torch.Tensor):
        return value.numel()
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return sum(map(_held, parts))
