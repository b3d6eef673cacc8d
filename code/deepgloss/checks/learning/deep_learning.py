"""Checks of the exercises in learning/deep-learning."""

import torch

from .. import register
from .._compare import draws, number, same, several, tensor


@register("deep-learning-units")
def _(units) -> None:
    for layers in (3, 1, 2, 5, 11):
        teeth = 2 ** (layers - 1)
        got = units(teeth)
        assert got is not None, "units returned None: does it end in a return statement?"
        deep, wide = (number(part, "each number") for part in several(got, 2, "return two numbers: deep, shallow"))
        near_misses = {layers: "each layer has two units", 2 * (layers - 1): "one layer already makes a tooth",
                       6 * layers + 1: "that is the number of parameters"}
        assert deep == 2 * layers, (
            f"{teeth} teeth: the deep network has {2 * layers} units, not {deep:g}: "
            + near_misses.get(deep, "L layers make 2^(L − 1) teeth with two units each: solve for L"))
        near_misses = {teeth: "a tooth has two straight pieces", 2 * teeth - 1: "2^L − 1 are the least that one may hope for; "
                       "the text names the number that is enough"}
        assert wide == 2 * teeth, (
            f"{teeth} teeth: {2 * teeth} units are enough in one hidden layer, not {wide:g}: "
            + near_misses.get(wide, "one unit for each straight piece, and two pieces for each tooth"))


@register("deep-learning-forward")
def _(forward) -> None:
    for n, sizes in ((3, [2, 5]), (7, [3, 5, 2]), (1, [2, 3, 5, 7, 1]), (11, [1, 2, 2, 2, 1])):
        x = draws(n, sizes[0], seed=n)
        weights = [draws(b, a, seed=10 * k + n) for k, (a, b) in enumerate(zip(sizes, sizes[1:]))]
        biases = [draws(b, seed=10 * k + n + 5) for k, b in enumerate(sizes[1:])]

        def run(relu_last=False, relu=True, bias=True):
            h = x
            for k, (W, b) in enumerate(zip(weights, biases)):
                h = h @ W.T + (b if bias else 0)
                h = h.relu() if (k < len(weights) - 1 and relu) or (k == len(weights) - 1 and relu_last) else h
            return h

        wanted, pristine = run(), x.clone()
        got = forward(x, list(weights), list(biases))
        assert got is not None, "forward returned None: does it end in a return statement?"
        assert torch.equal(x, pristine), "forward changed x: compute new tensors instead"
        advice = "h = ReLU(W h + b) for all pairs but the last, then W h + b; for rows of examples, W h is x @ W.T"
        if isinstance(got, torch.Tensor) and got.shape == wanted.shape:
            for text, rival in (("no ReLU after the last layer: outputs may be negative", run(relu_last=True)),
                                ("ReLU after each hidden layer: without it all layers are one", run(relu=False)),
                                ("each layer adds its bias", run(bias=False))):
                if torch.allclose(got.to(rival.dtype), rival) and not torch.allclose(rival, wanted):
                    advice = text
        same(got, wanted, "the output", advice)


@register("deep-learning-occlude")
def _(occlude) -> None:
    for size in (7, 1, 2, 31):
        x, w, v = draws(size, seed=size), draws(size, seed=size + 1), draws(size, seed=size + 2)
        calls = []

        def score(batch):
            tensor(batch, "what score is called with")
            assert batch.ndim == 2 and batch.shape[1] == size, (
                f"score takes a batch of shape (N, {size}), not {tuple(batch.shape)}: x[None] is a batch of one")
            calls.append(len(batch))
            return (batch @ w).tanh() + (batch @ v).square()

        def fall(covered):
            return (x @ w).tanh() + (x @ v).square() - (covered @ w).tanh() - (covered @ v).square()

        places, pristine = range(size), x.clone()
        wanted = torch.stack([fall(torch.where(torch.arange(size, device=x.device) == k, 0 * x, x)) for k in places])
        alone = torch.stack([fall(torch.where(torch.arange(size, device=x.device) == k, x, 0 * x)) for k in places])
        got = occlude(score, x)
        assert got is not None, "occlude returned None: does it end in a return statement?"
        assert torch.equal(x, pristine), "occlude changed x: work on copies"
        advice = "row k of the batch is x with x[k] = 0; the fall is score(x) − score(row)"
        if isinstance(got, torch.Tensor) and got.shape == wanted.shape and size > 1:
            for text, rival in (("a fall is the score before minus the score after", -wanted),
                                ("set one input to 0 and keep the others, not the other way round", alone)):
                if torch.allclose(got.to(rival.dtype), rival):
                    advice = text
        same(got, wanted, "the tensor of falls", advice)
        assert len(calls) <= 2, f"score was called {len(calls)} times for {size} inputs, at most 2 are allowed: one batch holds all rows"


@register("deep-learning-blind")
def _(blind) -> None:
    def value(a, b):
        got = blind(torch.tensor([[a, b], [b, a]]))
        assert got is not None, "blind returned None: does it end in a return statement?"
        assert tensor(got, "the output").shape == (2,), f"for two examples the output must have shape (2,), not {tuple(got.shape)}"
        return got[0].item()

    for point, wanted in (((0.0, 0.0), 0), ((1.0, 1.0), 1)):
        got = value(*point)
        assert abs(got - wanted) < 1e-6, f"at {point} the output must be {wanted}, not {got:g}"
    for point in ((0.0, 1.0), (1.0, 0.0)):
        got = value(*point)
        assert abs(got - 1) < 1e-6, (
            f"with one input set to 0 the output falls from 1 to {got:g}: occlusion sees that. Let one input be enough")
    x = torch.ones(1, 2, requires_grad=True)
    output = blind(x)
    gradient = torch.zeros(1, 2)
    if output.requires_grad:
        found, = torch.autograd.grad(output.sum(), x, allow_unused=True)
        gradient = gradient if found is None else found
    assert gradient.abs().max() < 1e-6, (
        f"at (1, 1) the gradient is {gradient[0].tolist()}: let the output rise to 1 and stay there, by a ReLU that is off")
    jump = value(1e-6, 1e-6)
    assert abs(jump) < 0.5, (
        f"at (0.000001, 0.000001) the output is {jump:g} already: it jumps, and sums, products with numbers and relu cannot jump")
    # from (0, 0) to (1, 1) the slopes must add up to the rise: what autograd cannot see is hidden from every question
    places = (torch.arange(200_000) + 0.5) / 200_000
    x = torch.stack([places, places], 1).requires_grad_()
    output, rise = blind(x), 0.0
    if output.requires_grad:
        found, = torch.autograd.grad(output.sum(), x, allow_unused=True)
        rise = 0.0 if found is None else found.sum().item() / len(places)
    assert rise > 0.5, (
        f"on the way from (0, 0) to (1, 1) the slopes add up to {rise:.3g}, and the output rises by 1: do not take it out "
        "of the graph (detach, no_grad), let a ReLU make it flat at (1, 1) alone")
