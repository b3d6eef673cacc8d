"""BERT, GPT, and what learns without labels."""

import torch

from deepgloss import pretraining as P

from .entries import Entry, simple

WIDE = {"half": torch.float32}
NETWORK = {"scale": 16, "slope": 64}


def views(x, n, length):
    return x(n, 6), x(n, 6)


def several(x, n, length):
    return x(n, length, 6), x(n, length, 6)


def ids(x, n, length):
    return (x.ids(11, n, length),)


def bert():
    return P.BERT(11, 8, 2, 1, dropout=0.0, std=0.3)


ENTRIES = {
    "nt_xent": Entry(simple(P.nt_xent), several, zero=ValueError, **WIDE),
    "alignment": Entry(simple(P.alignment), several, zero=ValueError, **WIDE),
    "uniformity": Entry(simple(P.uniformity), lambda x, n, length: (x(length, 6),), empty=None, zero=ValueError, **WIDE),
    "vicreg": Entry(simple(P.vicreg), views, empty=ValueError, **WIDE),
    "effective_rank": Entry(simple(P.effective_rank), lambda x, n, length: (x(n, length, 4),), zero=ValueError, **WIDE),
    "linear_probe": Entry(simple(P.linear_probe, num_classes=3),
                          lambda x, n, length: (x(n, length, 4), x.ids(3, n, length)), zero=ValueError),
    "rotations": Entry(simple(P.rotations), lambda x, n, length: (x(n, 3, 5, 5),)),
    "random_affine": Entry(simple(P.random_affine), lambda x, n, length: (x(n, 3, 8, 9),), random=True),
    "GPT": Entry(lambda: P.GPT(11, 7, 8, 2, 2, std=0.3), ids, zero=ValueError, **NETWORK),
    "BERT": Entry(bert, ids, zero=ValueError, **NETWORK),
    "BERTClassifier": Entry(lambda: P.BERTClassifier(bert(), 3, 0.0), ids, **NETWORK),
    "BERTPretraining": Entry(lambda: P.BERTPretraining(bert()), ids, **NETWORK),
    "BERTSpans": Entry(lambda: P.BERTSpans(bert()), ids, **NETWORK),
}
