"""Checks of the exercises in generalization/dropout."""

import inspect

import torch
from torch import nn

from .. import register
from ..._device import device, wide
from .._compare import draws, near, same, several, tensor


@register("dropout-noise")
def _(noise) -> None:
    for rows, size, p in ((7, 3, 0.5), (1, 5, 0.2), (5, 2, 0.0), (3, 4, 0.75)):
        x, w, b = draws(rows, size, seed=size), draws(size, seed=1), draws(1, seed=2)[0]
        mean, variance = several(noise(x.clone(), w.clone(), b.clone(), p), 2, "return the mean and the variance")
        same(mean, x @ w + b, "the mean", "the mean of a kept and scaled input is the input")
        tensor(variance, "the variance")
        wanted, case = p / (1 - p) * x.square() @ w.square(), f"for p = {p}"
        assert variance.shape == wanted.shape, (
            f"the variance must have shape {tuple(wanted.shape)}, not {tuple(variance.shape)}: one for each row of x")
        if not near(variance, wanted):
            advice = ("this is the variance of the original form: here what is kept is divided by 1 − p"
                      if near(variance, p * (1 - p) * x.square() @ w.square()) else
                      "each input drops out by itself, so the variances of the terms add: both x and w are squared"
                      if near(variance, p / (1 - p) * (x @ w).square()) else "p / (1 − p) Σ w² x², without the bias")
            raise AssertionError(f"{case} the variance is off: {advice}")


@register("dropout-regression")
def _(regression) -> None:
    for rows, size, p in ((31, 5, 0.5), (17, 3, 0.2), (11, 2, 0.0), (5, 7, 0.4)):
        x, y = draws(rows, size, seed=rows) * torch.arange(1, size + 1).to(device()), draws(rows, seed=1)
        got = tensor(regression(x.clone(), y.clone(), p), "the weights")
        gram, moments = x.mT @ x, x.mT @ y
        wanted = torch.linalg.solve(gram + p / (1 - p) * gram.diag().diag(), moments)
        assert got.shape == wanted.shape, f"the weights must have shape {tuple(wanted.shape)}, not {tuple(got.shape)}"
        if not near(got, wanted, rtol=1e-4):
            eye = torch.eye(size).to(gram)
            others = {
                "p / (1 − p) Σ x² is added to the diagonal, not p / (1 − p) alone: that is ridge regression":
                    gram + p / (1 - p) * eye,
                "the factor is that of the inverted form, p / (1 − p)": gram + p * gram.diag().diag(),
                "the factor is that of the inverted form, p / (1 − p), not p (1 − p)": gram + p * (1 - p) * gram.diag().diag(),
                "the sums go over all rows: do not divide one of them by N": gram + p / (1 - p) * gram.diag().diag() / rows,
            }
            advice = next((text for text, matrix in others.items()
                           if p and near(got, torch.linalg.lstsq(matrix, moments[:, None]).solution[:, 0], rtol=1e-4)),
                          "set the gradient of the loss with its penalty to zero and solve for w")
            raise AssertionError(f"for p = {p} and x of shape {tuple(x.shape)} the weights are off: {advice}")


class _Recorder(nn.Module):
    """Hands its input on, and keeps it, beside the modes of the other layers."""

    def __init__(self, others) -> None:
        super().__init__()
        self.others, self.seen, self.modes = tuple(others), [], []

    def forward(self, x):
        self.seen.append(x.detach().clone())
        self.modes.append([layer.training for layer in self.others])
        return x


@register("dropout-monte-carlo")
def _(mc_predict) -> None:
    layers = [nn.Linear(5, 19), nn.BatchNorm1d(19), nn.ReLU(), nn.Dropout(0.5), nn.Linear(19, 3), nn.Dropout(0.2)]
    recorder = _Recorder(layers)
    model = nn.Sequential(nn.Sequential(*layers[:4]), *layers[4:], recorder).to(device(), wide())
    layers[1].running_mean += 0.3
    x = draws(13, 5)
    for training, samples in ((True, 4), (False, 7)):
        model.train(training)
        layers[4].eval()
        modes = [module.training for module in model.modules()]
        recorder.seen.clear()
        recorder.modes.clear()
        before = layers[1].running_mean.clone()
        mean, entropy = several(mc_predict(model, x.clone(), samples), 2, "return the mean probabilities and their entropies")
        assert len(recorder.seen) == samples, f"the model must be called {samples} times, once a sample, not {len(recorder.seen)}"
        assert all(mode[3] and mode[5] for mode in recorder.modes), (
            "every nn.Dropout must be in training mode while the model is called, however deep it sits: see model.modules()")
        assert not any(mode[1] for mode in recorder.modes) and torch.equal(before, layers[1].running_mean), (
            "batch normalization must be in evaluation mode: model.train() turns it on, too, and changes its running mean")
        assert modes == [module.training for module in model.modules()], (
            "leave each module in the mode in which you found it: remember all module.training first")
        logits = torch.stack(recorder.seen)
        wanted = logits.softmax(-1).mean(0)
        assert tensor(mean, "the mean probabilities").shape == wanted.shape, (
            f"the mean probabilities must have shape {tuple(wanted.shape)}, (N, classes), not {tuple(mean.shape)}")
        if not near(mean.detach(), wanted, rtol=1e-4):
            advice = ("softmax first, then the mean over the samples" if near(mean.detach(), logits.mean(0).softmax(-1), rtol=1e-4)
                      else "mean over the samples of the softmax of the model's outputs")
            raise AssertionError(f"the mean probabilities are off: {advice}")
        entropies = -(wanted * wanted.log()).sum(-1)
        assert tensor(entropy, "the entropies").shape == entropies.shape, (
            f"the entropies must have shape {tuple(entropies.shape)}, one for each row of x, not {tuple(entropy.shape)}")
        single = -(logits.softmax(-1) * logits.log_softmax(-1)).sum(-1).mean(0)
        assert near(entropy.detach(), entropies, rtol=1e-4), (
            "the entropies are off: " + ("this is the mean of the samples' entropies; take the entropy of their mean"
                                         if near(entropy.detach(), single, rtol=1e-4) else "−Σ p log p, the natural logarithm"))
    sure = nn.Sequential(nn.Dropout(0.5), nn.Linear(5, 3)).to(device(), wide())
    nn.init.zeros_(sure[1].weight)
    sure[1].bias.data = sure[1].bias.new_tensor([0.0, 0.0, -1e4])
    entropy = several(mc_predict(sure, x.clone(), 3), 2, "return the mean probabilities and their entropies")[1]
    assert near(entropy.detach(), torch.full_like(entropy, 2).log(), rtol=1e-4), (
        "where a probability is 0, p log p counts as 0, not as nan: see torch.special.entr")


@register("dropout-locked")
def _(LockedDropout) -> None:
    assert inspect.isclass(LockedDropout) and issubclass(LockedDropout, nn.Module), (
        "LockedDropout must be a class derived from torch.nn.Module")
    x = 1 + draws(41, 5, 67).abs()
    for p in (0.5, 0.25):
        layer = LockedDropout(p)
        y = tensor(layer(x.clone()), "the output")
        assert y.shape == x.shape, f"the output must have the input's shape, {tuple(x.shape)}, not {tuple(y.shape)}"
        assert y.device == x.device, f"the output must be on {x.device} as the input is, not on {y.device}"
        kept = y != 0
        assert (kept == kept[:, :1]).all(), "a number is dropped at every step of its sequence or at none: one mask for all steps"
        assert not (kept == kept[:1]).all(), "each sequence of the batch needs a mask of its own"
        assert not (kept == kept[:, :, :1]).all(), "each of the D numbers drops out by itself, not all of a sequence together"
        assert near(y[kept], x[kept] / (1 - p), rtol=1e-4), "what is kept is divided by 1 − p"
        share, room = 1 - kept[:, 0].float().mean().item(), 6 * (p * (1 - p) / (41 * 67)) ** 0.5
        assert abs(share - p) < room, f"for p = {p} a share of {share:.2f} is dropped: p is the probability of being dropped"
        assert not torch.equal(kept, layer(x.clone()) != 0), "each call needs a new mask"
        assert torch.equal(layer.eval()(x.clone()), x), "in evaluation mode the layer must return its input"
    assert near(LockedDropout(0.0)(x.clone()), x), "with p = 0 nothing is dropped"
    default = LockedDropout()(x.clone())
    assert abs((default == 0).float().mean().item() - 0.5) < 0.07, "p is 0.5 unless given"
