"""Neurons and networks."""

import torch

from deepgloss import networks as N

from .entries import Entry, simple

ENTRIES = {
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
    "cross_entropy_vjp": Entry(simple(N.cross_entropy_vjp), lambda x, n, length: (x(n, 7), x.ids(7, n))),
}
