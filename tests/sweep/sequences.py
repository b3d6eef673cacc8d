"""Recurrent networks."""

import torch
from torch import nn

from deepgloss import sequences as S

from .entries import PACKING, Entry, simple


def steps(x, n, length):
    return (x(length, n, 4),)


def one(blocks, states):
    """Input, states, weights and biases of one step."""
    return lambda x, n, length: (x(n, 4), *(x(n, 3) for _ in range(states)), x(3 * blocks, 4) / 2, x(3 * blocks, 3) / 2,
                                 x(3 * blocks), x(3 * blocks))


def symbols(x, n, length):
    return x.ids(7, n, 6), torch.arange(n) % 5 + 1, x.ids(9, n, length)


KINDS = {"RNN": (1, 1), "GRU": (3, 1), "LSTM": (4, 2)}
ENTRIES = {
    **{name: Entry(lambda name=name: getattr(S, name)(4, 3, 2, bidirectional=True), steps,
                   lambda name=name: getattr(nn, name)(4, 3, 2, bidirectional=True), zero=ValueError) for name in KINDS},
    **{f"{name}Cell": Entry(lambda name=name: getattr(S, f"{name}Cell")(4, 3), lambda x, n, length: (x(n, 4),),
                            lambda name=name: getattr(nn, f"{name}Cell")(4, 3)) for name in KINDS},
    **{f"{name.lower()}_step": Entry(simple(getattr(S, f"{name.lower()}_step")), one(*sizes)) for name, sizes in KINDS.items()},
    "next_probabilities": Entry(simple(S.next_probabilities, temperature=0.7, top_k=4, top_p=0.9),
                                lambda x, n, length: (x(n, length, 6),), zero=True),
    "Encoder": Entry(lambda: S.Encoder(7, 4, 5), lambda x, n, length: symbols(x, n, length)[:2], scale=2, slope=8,
                     meta=ValueError, compiled=PACKING, exported=False),
    "Decoder": Entry(lambda: S.Decoder(9, 4, 5), lambda x, n, length: (x.ids(9, n, length), (x(n, 5), x(n, 5))), scale=4,
                     slope=16),
    "Seq2Seq": Entry(lambda: S.Seq2Seq(7, 9, 4, 5), symbols, scale=4, slope=16, meta=ValueError, compiled=PACKING,
                     exported=False),
}
