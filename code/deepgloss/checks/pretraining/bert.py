"""Checks of the exercises in pretraining/bert."""

import torch
from torch.nn import functional as F

from ..._device import device
from ...pretraining import BERT, BERTPretraining
from .. import register
from .._compare import draws, same


@register("bert-parameters")
def _(bert_parameters) -> None:
    for d, layers, vocabulary, positions, segments, heads, hint in [
        (4, 1, 7, 5, 2, False, "vectors for tokens, positions and segments, a norm, the layers, and the pooler"),
        (4, 3, 7, 5, 2, False, "layers add up; the norm in front comes once, and there is none behind the last"),
        (4, 2, 7, 5, 3, False, "segments as given"),
        (4, 2, 7, 5, 2, True, "the heads are a layer with a norm, a bias for each token, and a layer with two outputs"),
        (12, 2, 17, 11, 2, True, "the output weights are the token vectors, and count once"),
    ]:
        with torch.device("meta"):
            model = BERT(vocabulary, d, 1, layers, longest=positions, segments=segments)
            model = BERTPretraining(model) if heads else model
        wanted = sum(p.numel() for p in model.parameters())
        got = bert_parameters(d, layers, vocabulary, positions, segments, heads)
        assert got == wanted, (f"bert_parameters({d}, {layers}, {vocabulary}, {positions}, {segments}, {heads}) gave "
                               f"{got!r}, expected {wanted:,}: {hint}")
    got = bert_parameters(768, 12, 30_522)
    assert got == 109_482_240, f"BERT-base has 109,482,240 parameters, not {got!r}: 512 positions are the default"


@register("bert-loss")
def _(masked_loss) -> None:
    for batch, time, symbols in [(3, 7, 5), (2, 2, 11)]:
        logits = 3 * draws(batch, time, symbols)
        draw = torch.Generator().manual_seed(1)
        ids = torch.randint(symbols, (batch, time), generator=draw).to(device())
        asked = (torch.rand(batch, time, generator=draw) < 0.5).to(device())
        asked[0, 0] = True
        same(masked_loss(logits, ids, asked), F.cross_entropy(logits[asked], ids[asked]),
             f"masked_loss of ({batch}, {time}, {symbols})", "the mean is over the places that are asked for")
    got = masked_loss(logits, ids, torch.zeros_like(asked))
    same(got, torch.zeros((), dtype=logits.dtype, device=logits.device), "masked_loss where nothing is asked",
         "then the loss is 0, not NaN")


@register("bert-pair")
def _(pair) -> None:
    for a, b, hint in [
        ([7, 8, 9], [10, 11], "[CLS] first, [SEP] behind each sentence"),
        ([7], [10, 11, 12, 13], "[CLS] first, [SEP] behind each sentence"),
        ([7, 8], [], "without a second sentence the row ends with the first [SEP]"),
    ]:
        got, wanted = pair(list(a), list(b), 2, 3), [2, *a, 3, *b, *([3] if b else [])]
        assert isinstance(got, tuple) and len(got) == 2, f"pair must return ids and segments, not {got!r}"
        ids, segments = (list(part) for part in got)
        assert ids == wanted, f"pair({a}, {b}, 2, 3) gave ids {ids}, expected {wanted}: {hint}"
        kinds = [0] * (len(a) + 2) + [1] * (len(wanted) - len(a) - 2)
        assert segments == kinds, (f"pair({a}, {b}, 2, 3) gave segments {segments}, expected {kinds}: [CLS] and the first "
                                   "[SEP] belong to the first segment, the last [SEP] to the second")


@register("bert-span")
def _(best_span) -> None:
    cases = [
        ([0.0, 1.0, 5.0, 0.0], [0.0, 4.0, 1.0, 2.0], 4, (2, 3), "the last token must not come before the first"),
        ([9.0, 0.0, 0.0, 5.0], [0.0, 0.0, 7.0, 3.0], 3, (0, 2), "starts[i] + ends[j] is to be largest"),
        ([9.0, 0.0, 0.0, 5.0], [0.0, 0.0, 0.0, 7.0], 3, (3, 3), "from i to j are j − i + 1 tokens, at most `longest`"),
        ([9.0, 0.0, 0.0, 5.0], [0.0, 0.0, 0.0, 7.0], 4, (0, 3), "`longest` tokens are allowed"),
        ([1.0, 2.0], [3.0, 1.0], 1, (0, 0), "one token is a span, too"),
        ([-5.0, -3.0, -4.0], [-2.0, -6.0, -1.0], 3, (1, 2), "scores may all be negative"),
    ]
    for starts, ends, longest, wanted, hint in cases:
        got = best_span(torch.tensor(starts).to(device()), torch.tensor(ends).to(device()), longest)
        assert isinstance(got, (tuple, list)) and tuple(got) == wanted, (
            f"best_span({starts}, {ends}, {longest}) gave {got!r}, expected {wanted}: {hint}")
