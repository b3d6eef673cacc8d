"""Checks of the exercises in generative/autoencoder."""

import torch
from torch.nn import functional as F

from ... import learning
from ..._device import device
from .. import register
from .._compare import draws, number, same, several


@register("autoencoder-tied")
def _(tied) -> None:
    for count, inputs, size in [(5, 7, 3), (1, 2, 5), (11, 3, 3)]:
        x, W, b, c = draws(count, inputs), draws(size, inputs, seed=1), draws(size, seed=2), draws(inputs, seed=3)
        code, out = several(tied(x, W, b, c), 2, "return two tensors: the codes, then the reconstructions")
        wanted = torch.sigmoid(x @ W.T + b)
        same(code, wanted, f"the codes of {count} examples", "the sigmoid of W x + b, with W of shape (d, D)")
        same(out, wanted @ W + c, f"the reconstructions of {count} examples",
             "Wᵀ z + c with the code z that you return; no sigmoid follows")


@register("autoencoder-threshold")
def _(threshold) -> None:
    plain = torch.tensor([3.0, 1.0, 4.0, 1.5, 9.0, 2.5, 6.0, 5.0, 3.5, 8.0])
    for errors, rate, wanted, hint in [
        (plain, 0.1, 8.0, "one of ten may lie above, and it is 9"),
        (plain, 0.0, 9.0, "none may lie above: the largest error"),
        (plain, 0.25, 6.0, "2.5 of ten is at most two of them: 8 and 9"),
        (plain, 0.3, 5.0, "three of ten, exactly"),
        (plain, 0.99, 1.0, "all but the smallest may lie above it"),
        (torch.tensor([2.0, 2.0, 2.0, 1.0]), 0.5, 2.0,
         "three equal errors: above 1 are three of four, too many, and none lies strictly above 2"),
        (torch.tensor([2.0, 2.0, 1.0, 1.0]), 0.5, 1.0, "two of four lie strictly above 1"),
        (torch.tensor([0.7]), 0.5, 0.7, "a single error"),
    ]:
        got = number(threshold(errors.to(device()), rate), "a threshold")
        assert abs(got - wanted) < 1e-5, f"threshold of {errors.tolist()} at {rate:g} is {got:.4g}, expected {wanted:g}: {hint}"


@register("autoencoder-exchange")
def _(unit_columns) -> None:
    for inputs, size in [(5, 3), (2, 7), (3, 3)]:
        W, b, V, x = draws(size, inputs), draws(size, seed=1), draws(inputs, size, seed=2), draws(11, inputs, seed=3)
        V[:, 1] = 0
        before = [tensor.clone() for tensor in (W, b, V)]
        W1, b1, V1 = several(unit_columns(W, b, V), 3, "return three tensors: W, b and V")
        assert all(map(torch.equal, (W, b, V), before)), "an argument was changed in place"
        length = V.norm(dim=0).where(V.norm(dim=0) > 0, torch.ones_like(b))
        assert isinstance(V1, torch.Tensor) and V1.isfinite().all(), "a column of zeros has no direction: leave it as it is"
        same(V1, V / length, "the new V", "each column over its own length, a sum over the rows; a column of 0 stays")
        for name, got, wanted in (("W", W1, W * length[:, None]), ("b", b1, b * length)):
            same(got, wanted, f"the new {name}", "what a column of V loses, row and bias of its unit gain: "
                 "ReLU(s u) = s ReLU(u) for s > 0; a unit whose column is 0 stays as it is")
        same(F.relu(x @ W1.T + b1) @ V1.T, F.relu(x @ W.T + b) @ V.T, "a reconstruction", "it must not change")


@register("autoencoder-jacobian")
def _(penalty) -> None:
    for count, inputs, hidden, size in [(5, 7, 3, 2), (1, 3, 5, 7), (11, 2, 3, 5)]:
        x, W, b, A = (draws(count, inputs), draws(hidden, inputs, seed=1), draws(hidden, seed=2),
                      draws(size, hidden, seed=3))
        total = x.new_zeros(())
        for one in x:
            slope = 1 - torch.tanh(W @ one + b) ** 2
            total = total + (A @ (slope[:, None] * W)).square().sum()
        same(penalty(x, W, b, A), total / count, f"the penalty of {count} examples",
             "the Jacobian is A diag(1 − tanh²) W; sum its squares, then take the mean over the examples. The squares of a "
             "product are no product of squares")


@register("autoencoder-directions")
def _(directions) -> None:
    for count, inputs, size in [(23, 7, 3), (29, 5, 5), (31, 3, 1)]:
        x = draws(count, inputs) * torch.arange(1, inputs + 1).to(device())
        x = x - x.mean(0)
        V = draws(inputs, size, seed=1)
        basis = torch.linalg.qr(V)[0]
        found = basis @ learning.pca(x @ basis, size).components.T
        largest = found.gather(0, found.abs().argmax(0, keepdim=True))
        wanted = found * largest.sign()
        got = directions(V, x)
        if isinstance(got, torch.Tensor) and got.shape == wanted.shape:
            flat = got.mT @ got - torch.eye(size).to(got)
            assert flat.abs().max() < 1e-4, "the columns must be orthonormal: length 1, at right angles to each other"
            outside = got - basis @ (basis.mT @ got.to(basis.dtype))
            assert outside.abs().max() < 1e-4, "the directions must lie in the space of V's columns, whatever x is"
            if (got * wanted).sum(0).abs().min() > 0.999:
                assert (got * wanted).sum(0).min() > 0, "the entry of largest absolute value in each column is positive"
        same(got, wanted, f"{size} directions of {inputs} inputs",
             "an orthonormal basis of V's columns, then the principal directions of the data's coordinates in it, largest "
             "variance first")
