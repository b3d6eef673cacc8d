"""Neurons and networks."""

import torch
import torch.nn.functional as F
from torch import nn

from deepgloss import networks as N

from .entries import Entry, simple

ENTRIES = {
    "MLP": Entry(lambda: N.MLP((4, 7, 5, 3), nn.Tanh), lambda x, n, length: (x(n, length, 4),), zero=True,
                 theirs=lambda: nn.Sequential(nn.Linear(4, 7), nn.Tanh(), nn.Linear(7, 5), nn.Tanh(), nn.Linear(5, 3)),
                 scale=8, slope=32),
    "bump_mlp": Entry(lambda: N.bump_mlp(torch.tensor([0.5, -1.0, 2.0, 0.25])), lambda x, n, length: (x.share(n, length, 1),),
                      zero=True, scale=32, slope=64),
    "lif": Entry(simple(N.lif, dt=5.0), lambda x, n, length: (4 * x.share(n, length),), zero=True),
    "lif_rate": Entry(simple(N.lif_rate), lambda x, n, length: (x(n, length).abs() + 1.5,), zero=True),
    "Perceptron": Entry(lambda: N.Perceptron(4, 3), lambda x, n, length: (x(n, length, 4),), zero=True, fixed=(0,)),
    "perceptron_step": Entry(simple(N.perceptron_step), lambda x, n, length: (x(4), x.ids(2, 3).float(), x(3, 4), x(3)),
                             fixed=(1,), empty=None),
    "unbroadcast": Entry(simple(N.unbroadcast, shape=(1, 3)), lambda x, n, length: (x(n, length, 3),), zero=True),
    "matmul": Entry(simple(N.matmul, by="outer"), lambda x, n, length: (x(n, length, 4), x(n, 4, 3)), lambda: torch.matmul,
                    zero=True),
    "blocked_matmul": Entry(simple(N.blocked_matmul, tile=2), lambda x, n, length: (x(n, length, 4), x(n, 4, 3)),
                            lambda: torch.matmul, zero=True),
    "matmul_vjp": Entry(simple(N.matmul_vjp), lambda x, n, length: (x(n, length, 4), x(n, 4, 3), x(n, length, 3)), zero=True),
    "linear_vjp": Entry(simple(N.linear_vjp), lambda x, n, length: (x(n, length, 4), x(3, 4), x(n, length, 3)), zero=True),
    "tanh_vjp": Entry(simple(N.tanh_vjp), lambda x, n, length: (x.share(n, length), x(n, length)), zero=True),
    "relu_vjp": Entry(simple(N.relu_vjp), lambda x, n, length: (x(n, length), x(n, length)), zero=True, fixed=(0,)),
    "linear": Entry(simple(N.linear), lambda x, n, length: (x(n, length, 4), x(3, 4), x(3)), simple(F.linear), zero=True),
    "Linear": Entry(lambda: N.Linear(4, 3), lambda x, n, length: (x(n, length, 4),), lambda: nn.Linear(4, 3), zero=True),
    "LowRankLinear": Entry(lambda: N.LowRankLinear(4, 3, 2), lambda x, n, length: (x(n, length, 4),), zero=True),
    "cross_entropy_vjp": Entry(simple(N.cross_entropy_vjp), lambda x, n, length: (x(n, 7), x.ids(7, n))),
}
