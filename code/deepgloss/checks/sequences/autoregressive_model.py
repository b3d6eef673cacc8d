"""Checks of the exercises in sequences/autoregressive-model."""

import math

import torch

from ..._device import device, wide
from .. import register
from .._compare import draws, near, same


@register("autoregressive-model-nucleus")
def _(nucleus) -> None:
    for values, top_p, wanted, hint in [
        ([0.1, 0.5, 0.4], 0.8, [0, 5 / 9, 4 / 9], "0.5 is not enough, 0.5 and 0.4 are"),
        ([0.1, 0.5, 0.4], 0.3, [0, 1, 0], "the most probable symbol always stays"),
        ([0.125, 0.5, 0.375], 0.5, [0, 1, 0], "exactly top_p is enough"),
        ([0.25, 0.25, 0.25, 0.25], 0.5, [0.5, 0.5, 0, 0], "of equal ones, the first comes first"),
        ([0.2, 0.3, 0.5], 1.0, [0.2, 0.3, 0.5], "top_p = 1 keeps everything"),
        ([1.0, 0.0], 0.9, [1, 0], "one symbol may hold everything"),
    ]:
        p = torch.tensor(values, dtype=wide(), device=device())
        before = p.clone()
        got = nucleus(p, top_p)
        assert torch.equal(p, before), "the probabilities were changed in place"
        same(got, torch.tensor(wanted).to(p), f"nucleus({values}, {top_p})", hint)


@register("autoregressive-model-score")
def _(log_probability) -> None:
    for steps, size in [(2, 5), (11, 7), (1, 3)]:
        logits = draws(steps, size)
        ids = torch.randint(size, (steps,), generator=torch.Generator().manual_seed(steps)).to(device())
        wanted = logits.new_zeros(())
        for t in range(steps - 1):
            wanted = wanted + logits[t].log_softmax(0)[ids[t + 1]]
        got = log_probability(logits, ids)
        assert got is not None, "log_probability returned None: does it end in a return statement?"
        advice = "row t is about the symbol t + 1, in nats, summed; the first symbol is given"
        if steps == 1:
            advice = "with one symbol there is nothing to predict: 0"
        same(torch.as_tensor(got, dtype=wide(), device=device()), wanted, "the log-probability", advice)


@register("autoregressive-model-fit")
def _(fit_ar) -> None:
    t = torch.arange(40, dtype=wide(), device=device())
    for x, wanted, hint in [
        ((0.7 * t + 2).sin(), [2 * math.cos(0.7), -1], "a wave follows its two last values, the latest first"),
        (3 * 0.5 ** (t / 4), [0.5**0.25], "a decay follows its last value"),
    ]:
        wanted = torch.tensor(wanted, dtype=wide(), device=device())
        same(fit_ar(x, len(wanted)), wanted, f"the coefficients of order {len(wanted)}", hint)
    x = draws(23)
    rows = torch.stack([x[k - 3:k].flip(0) for k in range(3, 23)])
    wanted = torch.linalg.lstsq(rows, x[3:, None]).solution[:, 0]
    same(fit_ar(x, 3), wanted, "the coefficients of order 3",
         "20 equations for 23 values, no constant term, the latest value first")


@register("autoregressive-model-gumbel")
def _(gumbel_draw) -> None:
    draw = torch.Generator().manual_seed(0)
    u = torch.rand(20_000, 4, generator=draw, dtype=wide()).clamp(min=1e-12).to(device())
    logits = torch.tensor([0.0, 1.0, 2.0, -torch.inf], dtype=wide(), device=device())
    for temperature in (1.0, 0.5, 3.0):
        got = gumbel_draw(logits.expand(20_000, 4), u, temperature)
        assert isinstance(got, torch.Tensor) and got.shape == (20_000,), "a symbol for each row: shape (...)"
        assert not got.is_floating_point(), "symbols are whole numbers"
        shares = torch.bincount(got.cpu(), minlength=4)[:4] / 20_000
        wanted = (logits / temperature).softmax(0).cpu().float()
        assert shares[3] == 0, "a symbol with a logit of −∞ must never come"
        assert near(shares, wanted, atol=0.015), (
            f"at temperature {temperature} the symbols come with shares {shares[:3].tolist()}, "
            f"expected {[round(p, 3) for p in wanted[:3].tolist()]}: the noise is added after dividing by "
            "the temperature, and its sign matters"
        )
        # The largest of l/T - log(-log u) is the smallest of -log(u) / exp(l/T).
        right = (-u.log() / (logits / temperature).exp()).argmin(-1)
        alike = (got == right).float().mean().item()
        assert alike > 0.999, (
            f"the shares are right, but only {alike:.0%} of the draws are those that u decides: "
            "take u for the noise, and draw no other numbers"
        )
    several = torch.randn(2, 3, 5, generator=draw, dtype=wide()).to(device())
    u = torch.rand(2, 3, 5, generator=draw, dtype=wide()).clamp(min=1e-12).to(device())
    for case in (several, several[0, 0]):
        noise = u.expand_as(several) if case.ndim == 3 else u[0, 0]
        right = (-noise.log() / case.exp()).argmin(-1)
        got = gumbel_draw(case, noise)
        assert isinstance(got, torch.Tensor) and got.shape == right.shape, (
            f"logits of shape {tuple(case.shape)} hold {right.numel()} rows: a symbol for each, of shape "
            f"{tuple(right.shape)}"
        )
        assert torch.equal(got, right), f"the draws are wrong for logits of shape {tuple(case.shape)}"
