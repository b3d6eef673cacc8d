"""Checks of the exercises in pretraining/gpt."""

import math

import torch
from torch.nn import functional as F

from ..._device import device, wide
from ...pretraining import GPT, gpt2_state_dict
from .. import register
from .._compare import draws, fill, same, several


def tokens(symbols: int, *shape: int, seed: int = 1) -> torch.Tensor:
    """Ids on the device."""
    return torch.randint(symbols, shape, generator=torch.Generator().manual_seed(seed)).to(device())


@register("gpt-causal-loss")
def _(causal_loss) -> None:
    for batch, time, symbols, hint in [
        (3, 7, 5, "row t of the logits is about token t + 1, and the last row about none"),
        (2, 2, 11, "with two tokens there is one target"),
    ]:
        logits, ids = 3 * draws(batch, time, symbols), tokens(symbols, batch, time)
        wanted = F.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten())
        same(causal_loss(logits, ids), wanted, f"causal_loss of ({batch}, {time}, {symbols})", hint)
    logits, ids = 3 * draws(3, 7, 5), tokens(5, 3, 7)
    ids[0, 3:], ids[1, 5:], ids[2, 0] = 0, 0, 0
    wanted = F.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten(), ignore_index=0)
    same(causal_loss(logits, ids, 0), wanted, "causal_loss with pad = 0",
         "the mean is over the targets that are not padding, and pad = 0 is not the same as no pad")
    same(causal_loss(logits, ids), F.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten()),
         "causal_loss without pad", "then all targets count")


@register("gpt-parameters")
def _(gpt_parameters) -> None:
    for d, layers, vocabulary, positions, hidden, tied, hint in [
        (4, 1, 0, 0, None, True, "a layer has four projections with biases, two linear layers and two norms, and one "
                                 "more norm stands behind the last layer"),
        (4, 3, 0, 0, None, True, "layers add up; the last norm comes once"),
        (4, 1, 7, 5, None, True, "a vector for each token and each place"),
        (4, 2, 7, 5, 6, True, "hidden units as given"),
        (4, 2, 7, 5, None, False, "an output of its own is one more vocabulary × d, without a bias"),
        (768, 12, 50_257, 1024, None, True, "the small GPT-2"),
    ]:
        with torch.device("meta"):
            model = GPT(max(vocabulary, 1), max(positions, 1), d, 1, layers, hidden)
        wanted = sum(p.numel() for p in model.parameters())
        wanted += (vocabulary - max(vocabulary, 1) + positions - max(positions, 1)) * d
        wanted += 0 if tied else vocabulary * d
        got = gpt_parameters(d, layers, vocabulary, positions, hidden, tied)
        assert got == wanted, (f"gpt_parameters({d}, {layers}, {vocabulary}, {positions}, {hidden}, {tied}) gave {got!r}, "
                               f"expected {wanted:,}: {hint}")
    assert gpt_parameters(768, 12, 50_257, 1024) == 124_439_808, "4d hidden units and a tied output are the defaults"


@register("gpt-attention-weights")
def _(attention_parts) -> None:
    model = fill(GPT(7, 11, 12, 3, 2).to(wide()))
    published = gpt2_state_dict(model)
    for k in range(2):
        attention = model.stack.layers[k].self_attn
        wanted = [*zip(attention.in_proj_weight.chunk(3), attention.in_proj_bias.chunk(3)),
                  (attention.out_proj.weight, attention.out_proj.bias)]
        got = attention_parts(published, k)
        assert got is not None, "attention_parts gave None: does the function end in a return statement?"
        assert len(got) == 4 and all(len(pair) == 2 for pair in got), "four pairs of a weight and a bias are wanted"
        for name, (weight, bias), (right, beside) in zip(("queries", "keys", "values", "output"), got, wanted):
            same(weight, right, f"the weight of the {name} in layer {k}",
                 "published weights are (in, out), F.linear wants (out, in), the square ones included; queries, keys "
                 "and values stand side by side in c_attn, and c_proj is the output")
            same(bias, beside, f"the bias of the {name} in layer {k}", "c_attn.bias holds three biases, one after the other")


class Silent(GPT):
    """A GPT that leaves the writing to the reader."""

    def generate(self, *_, **__):
        raise AssertionError("greedy must not call generate: write the loop that reads a token and appends the next")


@register("gpt-greedy")
def _(greedy) -> None:
    model = Silent(13, 17, 12, 3, 2, rotate=True).to(wide()).to(device()).eval().requires_grad_(False)
    for seed, parameter in enumerate(model.parameters()):
        if parameter.dim() > 1:                   # with drawn biases it would say the same all the time
            parameter.copy_(draws(*parameter.shape, seed=seed))
    read = []
    hook = model.tokens.register_forward_pre_hook(lambda _, inputs: read.append(inputs[0].shape[1]))
    try:
        for batch, time, length in [(1, 1, 4), (3, 5, 7), (2, 4, 1)]:
            prompt = tokens(13, batch, time)
            wanted = GPT.generate(model, prompt, length, 0, cached=False)
            read.clear()
            got = greedy(model, prompt.clone(), length)
            what = f"greedy of a prompt ({batch}, {time}) and length {length}"
            assert got is not None, f"{what} is None: does the function end in a return statement?"
            assert isinstance(got, torch.Tensor), f"{what} must be a tensor, not {type(got).__name__}"
            assert got.shape == wanted.shape, (f"{what} must have shape {tuple(wanted.shape)}, not {tuple(got.shape)}: "
                                               "the prompt comes first, then length new tokens")
            assert torch.equal(got, wanted), (f"{what} is wrong: the caches already hold what was read, so that only new "
                                              "tokens are read, and the last row of the logits says what comes next")
            assert sum(read) <= time + length, (f"{what} read {sum(read)} tokens, though {time + length - 1} are enough: "
                                                "use the caches and read each token once")
    finally:
        hook.remove()


@register("gpt-power-law")
def _(power_law) -> None:
    sizes = torch.tensor([7e2, 3e3, 1.2e4, 5e4, 4e5])
    noisy = 5 * sizes**-0.076 * torch.tensor([1.02, 0.97, 1.01, 1.03, 0.98])
    slope, height = _line(sizes, noisy)
    for losses, a, alpha, hint in [
        (5 * sizes**-0.076, 5.0, 0.076, "the exponent is positive where the loss falls, and a is the loss at N = 1, "
                                        "not its logarithm"),
        (2 * sizes**0.25, 2.0, -0.25, "a loss that rises has a negative exponent"),
        (noisy, math.exp(height), -slope, "least squares in the logarithms of both, over all points"),
    ]:
        got = power_law(sizes, losses)
        got = several(got, 2, "power_law must give two numbers")
        assert all(math.isclose(float(x), y, rel_tol=1e-3) for x, y in zip(got, (a, alpha))), (
            f"power_law gave {float(got[0]):.4g} and {float(got[1]):.4g}, expected {a:.4g} and {alpha:.4g}: {hint}")


def _line(sizes: torch.Tensor, losses: torch.Tensor) -> tuple[float, float]:
    """Slope and height of the line through the logarithms, by QR."""
    x = torch.stack([sizes.to(wide()).log(), torch.ones(len(sizes), dtype=wide())], 1)
    return tuple(torch.linalg.lstsq(x, losses.to(wide()).log()[:, None]).solution[:, 0].tolist())
