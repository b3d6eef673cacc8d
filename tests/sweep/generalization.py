"""Dropout, soft thresholds, random features, and what early stopping leaves."""

import torch.nn.functional as F

from deepgloss import generalization as G

from .entries import Entry, simple


def maps(x, n, length):
    return (x(n, 4, 5, 3),)


ENTRIES = {
    "dropout": Entry(simple(G.dropout, p=0.4), maps, simple(F.dropout, p=0.4), random=True),
    "original_dropout": Entry(simple(G.original_dropout, p=0.4), maps, random=True),
    "spatial_dropout": Entry(simple(G.spatial_dropout, p=0.4), maps, random=True),
    "Dropout": Entry(lambda: G.Dropout(0.4), maps, random=True),
    "Dropout1d": Entry(lambda: G.Dropout1d(0.4), lambda x, n, length: (x(n, 4, 5),), random=True),
    "Dropout2d": Entry(lambda: G.Dropout2d(0.4), maps, random=True),
    "soft_threshold": Entry(simple(G.soft_threshold, threshold=0.5), lambda x, n, length: (x(n, length),),
                            simple(F.softshrink, lambd=0.5), zero=True),
    "early_stopping_factors": Entry(simple(G.early_stopping_factors, lr=0.5, steps=3),
                                    lambda x, n, length: (x.share(n, length),), zero=True, scale=2, slope=4),
    "random_features": Entry(simple(G.random_features, count=7), lambda x, n, length: (x(n, 5),), scale=2, slope=4),
}
