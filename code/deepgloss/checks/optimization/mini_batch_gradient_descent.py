"""Checks of the exercises in optimization/mini-batch-gradient-descent."""

import math

import torch

from .. import register
from ..._device import device, wide
from .._compare import draws, near, number, tensor


@register("mini-batch-gradient-descent-batches")
def _(batches) -> None:
    for count, size, drop in ((14, 4, False), (14, 4, True), (12, 4, True), (12, 4, False), (3, 5, False), (3, 5, True),
                              (0, 2, False), (5, 1, True)):
        order = torch.randperm(count, generator=torch.Generator().manual_seed(count)).to(device())
        got = batches(order.clone(), size, drop) if drop else batches(order.clone(), size)
        case = f"for {count} numbers, batch_size={size}, drop_last={drop}"
        assert isinstance(got, (list, tuple)), f"{case}: return a list of tensors, not {type(got).__name__}"
        found = [tensor(one, "each batch").tolist() for one in got]
        whole = [list(part) for part in torch.split(order.cpu(), size)] if count else []
        wanted = [[int(n) for n in part] for part in whole if not drop or len(part) == size]
        if found == wanted:
            continue
        advice = ("the last, shorter batch must be left out" if drop and found[:-1] == wanted else
                  "the numbers left over form a last, shorter batch" if wanted[:-1] == found else
                  "an empty batch is none" if [] in found else
                  "keep the order that is given" if sorted(map(sorted, found)) != sorted(map(sorted, wanted)) else
                  "the batches come in the given order")
        raise AssertionError(f"{case}: the batches are {found}, expected {wanted}: {advice}")


@register("mini-batch-gradient-descent-noise")
def _(noise) -> None:
    for count, size, batch in ((7, 3, 1), (7, 3, 4), (7, 3, 7), (2, 5, 2), (11, 2, 3), (3, 2, 5)):
        g = draws(count, size, seed=count) + 1
        trace = (g - g.mean(0)).square().sum(1).mean().item()
        for replace in (True, False) if batch <= count else (True,):
            got = number(noise(g.clone(), batch, replace), "the noise")
            wanted = trace / batch * (1 if replace else (count - batch) / (count - 1))
            case = f"for N = {count}, B = {batch}, {'with' if replace else 'without'} replacement the noise is {got:.6g}, " \
                   f"expected {wanted:.6g}"
            if math.isclose(got, wanted, rel_tol=1e-4, abs_tol=1e-6):
                continue
            advice = (
                "the squared distance from the mean, not the squared length" if math.isclose(
                    got * g.sub(g.mean(0)).square().sum().item(), wanted * g.square().sum().item(), rel_tol=1e-4) else
                "tr Σ divides by N, not by N − 1: these N gradients are all there are" if math.isclose(
                    got, wanted * count / (count - 1), rel_tol=1e-4) else
                "it is the length squared: no root" if math.isclose(got**2, wanted, rel_tol=1e-4) else
                "without replacement comes the factor (N − B)/(N − 1)" if not replace and math.isclose(
                    got, trace / batch, rel_tol=1e-4) else
                "tr Σ sums the variances of all weights and is divided by B")
            raise AssertionError(f"{case}: {advice}")


@register("mini-batch-gradient-descent-accumulation")
def _(accumulate) -> None:
    for count, size in ((12, 4), (11, 4), (3, 5), (5, 1)):
        model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 3)).to(device(), wide())
        with torch.no_grad():
            for seed, p in enumerate(model.parameters()):
                p.copy_(draws(*p.shape, seed=seed))
        x, y = draws(count, 3, seed=count), torch.arange(count, device=device()) % 3
        start = [p.detach().clone() for p in model.parameters()]

        def gradients(reduction):
            loss = torch.nn.functional.cross_entropy(model(x), y, reduction=reduction)
            return torch.cat([g.flatten() for g in torch.autograd.grad(loss, list(model.parameters()))])

        wanted, total = gradients("mean"), gradients("sum")
        for p in model.parameters():
            p.grad = torch.ones_like(p)
        seen = []
        hook = model.register_forward_pre_hook(lambda module, inputs: seen.append(len(inputs[0])))
        accumulate(model, x.clone(), y.clone(), size)
        hook.remove()
        case = f"for {count} rows, {size} at once,"
        assert all(torch.equal(p.detach(), old) for p, old in zip(model.parameters(), start)), (
            f"{case} the weights moved: only .grad is to be filled")
        assert seen, f"{case} the model was never called: compute the logits by model(rows)"
        assert max(seen) <= size, f"{case} the model was given {max(seen)} rows in one call"
        assert all(p.grad is not None for p in model.parameters()), f"{case} a parameter has no .grad: call backward()"
        got = torch.cat([p.grad.flatten() for p in model.parameters()])
        if near(got, wanted):
            continue
        parts = math.ceil(count / size)
        advice = ("gradients from before were kept: set them to zero first" if near(got, wanted + 1) else
                  "this is the gradient of the sum: divide by N" if near(got, total) else
                  "each batch's mean is added: weight it by its share of the rows" if parts > 1 and (
                      count % size or near(got, wanted * parts)) else
                  "only the last rows count: call backward() for each part")
        raise AssertionError(f"{case} the gradient is off: {advice}")


@register("mini-batch-gradient-descent-scale")
def _(noise_scale) -> None:
    for square, trace, b, c in ((1.0, 8.0, 4, 64), (0.25, 3.0, 1, 2), (2.0, 0.0, 8, 16), (0.01, 50.0, 32, 1024)):
        small, large = square + trace / b, square + trace / c
        got = number(noise_scale(small, large, b, c), "the noise scale")
        wanted = trace / square
        if math.isclose(got, wanted, rel_tol=1e-5, abs_tol=1e-7):
            continue
        advice = ("E‖g‖² of the large batch still holds tr Σ / c: take it off" if math.isclose(
                      got, trace / large, rel_tol=1e-5, abs_tol=1e-7) else
                  "this is ‖G‖² / tr Σ, the other way round" if trace and math.isclose(got, square / trace, rel_tol=1e-5) else
                  "E‖g‖² = ‖G‖² + tr Σ / B holds for both sizes: solve for the two unknowns")
        raise AssertionError(f"for ‖G‖² = {square}, tr Σ = {trace}, b = {b}, c = {c} the scale is {got:.6g}, "
                             f"expected {wanted:g}: {advice}")
    for small, large in ((2.0, 1.0), (3.0, 1.0)):
        got = number(noise_scale(small, large, 1, 2), "the noise scale")
        assert got == math.inf, (f"for small = {small}, large = {large}, b = 1, c = 2 the estimate of ‖G‖² is not above 0, "
                                 f"so the scale must be math.inf, not {got:g}")
