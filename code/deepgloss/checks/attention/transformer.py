"""Checks of the exercises in attention/transformer."""

import math

import torch
from torch.nn import functional as F

from ..._device import device
from ...attention import DecoderLayer, EncoderLayer
from .. import register
from .._compare import draws, same


@register("transformer-parameters")
def _(transformer_parameters) -> None:
    for d, h, encoders, decoders, vocabulary, hint in [
        (4, 6, 1, 0, 0, "an encoder layer has four projections with biases, two layers and two norms"),
        (4, 6, 0, 1, 0, "a decoder layer has two attentions and three norms"),
        (4, 6, 2, 3, 0, "layers add up"),
        (4, 6, 1, 1, 11, "one table serves source, target and output"),
        (512, 2048, 6, 6, 37_000, "the base model"),
    ]:
        with torch.device("meta"):
            layers = [EncoderLayer(d, 1, h) for _ in range(encoders)]
            layers += [DecoderLayer(d, 1, h) for _ in range(decoders)]
        wanted = sum(p.numel() for layer in layers for p in layer.parameters()) + vocabulary * d
        arguments = d, h, encoders, decoders, vocabulary
        got = transformer_parameters(*arguments)
        assert got == wanted, f"transformer_parameters{arguments} gave {got!r}, expected {wanted:,}: {hint}"


@register("transformer-crossing")
def _(crossing) -> None:
    for d, h, window, hint in [
        (512, 2048, None, "2n²d = 4nd² + 2ndh"),
        (3, 5, None, "both terms of the weights count"),
        (64, 256, 384, "with so narrow a window the weights always cost as much"),
        (64, 256, 385, "n beyond 2d + h costs more as soon as the window lets it"),
        (64, 256, 10, "a narrow window never lets the tokens' part grow"),
        (64, 256, 10_000, "a window wider than n is none"),
    ]:
        limit = 2 * d + h
        wanted = math.inf if window is not None and window <= limit else limit
        got = crossing(d, h, window)
        assert got == wanted, f"crossing({d}, {h}, {window}) gave {got!r}, expected {wanted}: {hint}"
    assert crossing(512, 2048) == 3072, "without a window is the default"


@register("transformer-smoothing")
def _(smoothed_loss) -> None:
    for batch, time, symbols, epsilon, pad, hint in [
        (3, 5, 7, 0.0, 0, "without smoothing it is the cross-entropy of the targets that are not padding"),
        (3, 5, 7, 0.1, 0, "epsilon is spread over all symbols, the right one included"),
        (2, 3, 5, 1.0, 4, "with epsilon = 1 every symbol counts alike"),
        (1, 1, 3, 0.3, 2, "padding may be any symbol"),
    ]:
        logits = 3 * draws(batch, time, symbols)
        draw = torch.Generator().manual_seed(1)
        targets = torch.randint(symbols, (batch, time), generator=draw).to(device())
        targets[0, 0] = (pad + 1) % symbols
        if time > 1:
            targets[-1, -1] = pad
        wanted = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=pad, label_smoothing=epsilon)
        got = smoothed_loss(logits, targets, epsilon, pad)
        same(got, wanted, f"smoothed_loss with epsilon = {epsilon}", hint)
    # softmax gives exactly 0 here, and its logarithm −∞
    logits = 200 * torch.eye(5, device=device())[None, [0, 1, 2]] - 200 * torch.eye(5, device=device())[None, [3, 4, 3]]
    targets = torch.tensor([[0, 4, 3]], device=device())
    wanted = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=1, label_smoothing=0.1)
    same(smoothed_loss(logits, targets, 0.1, 1), wanted, "smoothed_loss of logits as large as 200",
         "take log_softmax: a softmax rounds to 0, and its logarithm is −∞")
