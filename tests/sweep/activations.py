"""Activation functions."""

import torch
import torch.nn.functional as F
from torch import nn

from deepgloss import activations as A

from .entries import FORWARD_MODE, Entry, simple

# Their derivatives are taken from the output as it was rounded, by up to two units of what is largest.
FROM_OUTPUT = {"sigmoid": 2, "tanh": 2}


def rows(x, n, length):
    return (2 * x(n, length, 6),)


ENTRIES = {
    name: Entry(simple(ours), rows, simple(theirs), zero=True, slope=FROM_OUTPUT.get(name, 0))
    for name, ours, theirs in (
        ("elu", A.elu, F.elu), ("selu", A.selu, F.selu), ("gelu", A.gelu, F.gelu), ("identity", A.identity, nn.Identity()),
        ("leaky_relu", A.leaky_relu, F.leaky_relu), ("relu", A.relu, F.relu), ("sigmoid", A.sigmoid, torch.sigmoid),
        ("silu", A.silu, F.silu), ("softplus", A.softplus, F.softplus), ("tanh", A.tanh, torch.tanh),
        ("step", A.step, lambda x: (x >= 0).to(x.dtype) + 0 * x.detach()),
    )
}
ENTRIES |= {
    name: Entry(make, rows, theirs, zero=True, slope={"Sigmoid": 2, "Tanh": 2}.get(name, 0), **more)
    for name, make, theirs, more in (
        ("ELU", A.ELU, nn.ELU, {}), ("SELU", A.SELU, nn.SELU, {}), ("GELU", A.GELU, nn.GELU, {}),
        ("Identity", A.Identity, nn.Identity, {}), ("LeakyReLU", A.LeakyReLU, nn.LeakyReLU, {}),
        ("PReLU", A.PReLU, nn.PReLU, {"compiled": FORWARD_MODE}), ("ReLU", A.ReLU, nn.ReLU, {}), ("Sigmoid", A.Sigmoid, nn.Sigmoid, {}),
        ("SiLU", A.SiLU, nn.SiLU, {}), ("Softplus", A.Softplus, nn.Softplus, {}), ("Tanh", A.Tanh, nn.Tanh, {}),
        ("Step", A.Step, None, {}), ("StraightThroughStep", A.StraightThroughStep, None, {}),
    )
}
ENTRIES |= {
    "logsumexp": Entry(simple(A.logsumexp, dim=-1), rows, simple(torch.logsumexp, dim=-1), zero=True),
    "softmax": Entry(simple(A.softmax, dim=-1), rows, simple(torch.softmax, dim=-1), zero=True),
    "log_softmax": Entry(simple(A.log_softmax, dim=-1), rows, simple(torch.log_softmax, dim=-1), zero=True),
    "Softmax": Entry(lambda: A.Softmax(1), rows, lambda: nn.Softmax(1), zero=True),
    "LogSoftmax": Entry(lambda: A.LogSoftmax(1), rows, lambda: nn.LogSoftmax(1), zero=True),
    "logit": Entry(simple(A.logit), lambda x, n, length: (x.share(n, length, 6),), simple(torch.logit), zero=True),
    "prelu": Entry(simple(A.prelu), lambda x, n, length: (x(n, 3, length), x.share(3)), simple(F.prelu), zero=True),
    "step_ste": Entry(simple(A.step_ste), rows, zero=True),
    "swiglu": Entry(simple(A.swiglu), rows, zero=True),
}
