"""Checks of the exercises in stability/layer-normalization."""

import torch
from torch.nn import functional as F

from .. import register
from .._compare import draws, near, same, several, tensor


@register("layer-normalization-forward")
def _(layer_norm) -> None:
    for shape, eps in (((7,), 1e-5), ((3, 5), 0.5), ((2, 3, 11), 1e-5)):
        x, weight, bias = 2 + 3 * draws(*shape, seed=1), draws(shape[-1], seed=2), draws(shape[-1], seed=3)
        got = tensor(layer_norm(x.clone(), weight.clone(), bias.clone(), eps), "the result")
        case = f"for shape {shape} and eps = {eps}"
        assert got.shape == x.shape, f"{case} the result must have the shape of x, not {tuple(got.shape)}"
        if not near(got, F.layer_norm(x, shape[-1:], weight, bias, eps)):
            mean, spread = x.mean(-1, keepdim=True), x.std(-1, keepdim=True, correction=0)
            wrong = {
                "divide by the number of features, not by one less (correction=0)":
                    (x - mean) / (x.var(-1, keepdim=True) + eps).sqrt() * weight + bias,
                "ε belongs under the root, beside the variance": (x - mean) / (spread + eps) * weight + bias,
                "eps is an argument, and may be large: it is added to the variance":
                    F.layer_norm(x, shape[-1:], weight, bias, 1e-5),
                "scale and shift come after the normalization": F.layer_norm(x * weight + bias, shape[-1:], None, None, eps),
            }
            advice = next((words for words, other in wrong.items() if near(got, other)),
                          "mean and variance go over the last axis alone, each example by itself")
            raise AssertionError(f"{case} the result is wrong: {advice}")
    x = (1e6 + draws(5, 64, seed=4)).float()
    got = tensor(layer_norm(x.clone(), torch.ones_like(x[0]), torch.zeros_like(x[0]), 1e-5), "the result").cpu().double()
    wanted = F.layer_norm(x.cpu().double(), (64,))
    assert torch.allclose(got, wanted, atol=0.3), (
        "float32 numbers near a million, with a spread of 1, come out wrong: subtract the mean before you square, since "
        "mean(x²) − mean(x)² is lost in rounding")


@register("layer-normalization-rms-backward")
def _(rms_backward) -> None:
    for shape, eps in (((1, 2), 1e-5), ((7, 5), 0.5), ((3, 4, 6), 1e-5)):
        x, weight, grad = 2 + draws(*shape, seed=1), draws(shape[-1], seed=2), draws(*shape, seed=3)
        parts = several(rms_backward(x.clone(), weight.clone(), grad.clone(), eps), 2,
                        "return the gradients with respect to x and to weight")
        leaf, scale = x.clone().requires_grad_(), weight.clone().requires_grad_()
        for_x, for_weight = torch.autograd.grad(F.rms_norm(leaf, shape[-1:], scale, eps), (leaf, scale), grad)
        case = f"for shape {shape} and eps = {eps}"
        got = [tensor(part, "each gradient") for part in parts]
        for part, wanted, name in ((got[0], for_x, "x"), (got[1], for_weight, "weight")):
            assert part.shape == wanted.shape, (
                f"{case} the gradient with respect to {name} must have shape {tuple(wanted.shape)}, not {tuple(part.shape)}")
        if not near(got[0], for_x):
            root = (x.square().mean(-1, keepdim=True) + eps).sqrt()
            g, normal = grad * weight, x / root
            along = normal * (g * normal).mean(-1, keepdim=True)
            wrong = {
                "nothing is subtracted from x here, so the mean of g stays where it is":
                    (g - g.mean(-1, keepdim=True) - along) / root,
                "the root mean square depends on x, too: the term along x̂ is missing": g / root,
                "the gradient reaches x̂ through weight: g = weight · grad":
                    (grad - normal * (grad * normal).mean(-1, keepdim=True)) / root,
                "the mean of g x̂ is wanted, not its sum": (g - normal * (g * normal).sum(-1, keepdim=True)) / root,
            }
            advice = next((words for words, other in wrong.items() if near(got[0], other)),
                          "∂x̂_i/∂x_j = ([i = j] − x̂_i x̂_j / D) / r, with ε in r alone")
            raise AssertionError(f"{case} the gradient with respect to x is wrong: {advice}")
        assert near(got[1], for_weight), f"{case} the gradient with respect to weight is wrong: sum grad · x̂ over all examples"


def _eps_outside(x, groups, eps):
    parts = x.unflatten(1, (groups, -1))
    spread, mean = torch.std_mean(parts, (2, 3, 4), correction=0, keepdim=True)
    return ((parts - mean) / (spread + eps)).flatten(1, 2)


@register("layer-normalization-groups")
def _(group_norm) -> None:
    for shape, groups, eps in (((2, 6, 3, 5), 2, 1e-5), ((3, 6, 2, 2), 3, 0.5), ((1, 4, 5, 3), 1, 1e-5),
                               ((2, 4, 3, 3), 4, 0.5)):
        x = draws(*shape, seed=1) * (1 + torch.arange(shape[1]).to(draws(1)))[:, None, None] + 3
        got = tensor(group_norm(x.clone(), groups, eps), "the result")
        case = f"for shape {shape}, {groups} group{'s' * (groups > 1)} and eps = {eps}"
        assert got.shape == x.shape, f"{case} the result must have the shape of x, not {tuple(got.shape)}"
        if not near(got, F.group_norm(x, groups, eps=eps)):
            mixed = x.unflatten(1, (-1, groups)).transpose(1, 2).reshape(shape)
            apart = F.group_norm(mixed, groups, eps=eps).unflatten(1, (groups, -1)).transpose(1, 2).reshape(shape)
            wrong = {
                "a group is made of neighboring channels: 0 and 1, not 0 and 2": apart,
                "these are groups of one channel each": F.group_norm(x, shape[1], eps=eps),
                "this is one group of all channels": F.group_norm(x, 1, eps=eps),
                "eps is an argument, and may be large: it is added to the variance": F.group_norm(x, groups),
                "ε belongs under the root, beside the variance": _eps_outside(x, groups, eps),
            }
            advice = next((words for words, other in wrong.items() if near(got, other)),
                          "mean and variance go over the channels of a group and all their places, each example by itself")
            raise AssertionError(f"{case} the result is wrong: {advice}")


@register("layer-normalization-absorb")
def _(absorb) -> None:
    for before, after in ((5, 3), (4, 4), (2, 7)):
        weight, bias, gamma, beta = (draws(*shape, seed=k) for k, shape in enumerate(
            ((after, before), (after,), (before,), (before,))))
        parts = several(absorb(weight.clone(), bias.clone(), gamma.clone(), beta.clone()), 2,
                        "return the new weight and the new bias")
        same(parts[0], weight * gamma, f"for {before} inputs and {after} outputs the new weight",
             "y = W (γ ⊙ x̂ + β) + b: γ multiplies the columns of W, one for each input")
        same(parts[1], bias + weight @ beta, f"for {before} inputs and {after} outputs the new bias",
             "y = W (γ ⊙ x̂ + β) + b: β goes through the old W into the bias, b + W β")
