"""Every optimizer beside PyTorch's own, and the small networks that both train."""

import copy
from dataclasses import dataclass, field

import torch
from torch import nn

import deepgloss as dg
from deepgloss import optimization as O


@dataclass(frozen=True)
class Pair:
    """An optimizer of ours and PyTorch's with the same options; ``decays`` if PyTorch's knows weight decay."""

    ours: type
    theirs: type
    options: dict = field(default_factory=dict)
    decays: bool = True

    def __str__(self) -> str:
        return "-".join([self.ours.__name__, *(f"{name}={value}" for name, value in self.options.items())])

    def mine(self, held, **more):
        """Ours, for a model or for parameters."""
        return self.ours(listed(held), **self.options | more)

    def other(self, held, **more):
        """PyTorch's; it has no choice of ``foreach`` here."""
        return self.theirs(listed(held), **{k: v for k, v in (self.options | more).items() if k != "foreach"})

    def both(self, first, second, **more):
        """Ours for the first, PyTorch's for the second."""
        return self.mine(first, **more), self.other(second, **more)


def listed(held) -> list:
    return list(held.parameters() if isinstance(held, nn.Module) else held)


T = torch.optim
PAIRS = [
    Pair(O.SGD, T.SGD, {"lr": 0.1}),
    Pair(O.SGD, T.SGD, {"lr": 0.05, "momentum": 0.9}),
    Pair(O.SGD, T.SGD, {"lr": 0.05, "momentum": 0.9, "dampening": 0.3}),
    Pair(O.SGD, T.SGD, {"lr": 0.05, "momentum": 0.8, "nesterov": True}),
    Pair(O.Rprop, T.Rprop, {"lr": 0.01}, decays=False),
    Pair(O.Rprop, T.Rprop, {"lr": 0.002, "etas": (0.7, 1.1), "step_sizes": (1e-3, 0.02)}, decays=False),
    Pair(O.Adagrad, T.Adagrad, {"lr": 0.05}),
    Pair(O.Adagrad, T.Adagrad, {"lr": 0.1, "lr_decay": 0.01, "initial_accumulator_value": 0.1, "eps": 1e-3}),
    Pair(O.RMSprop, T.RMSprop, {"lr": 0.01}),
    Pair(O.RMSprop, T.RMSprop, {"lr": 0.005, "alpha": 0.9, "eps": 1e-3, "momentum": 0.5}),
    Pair(O.RMSprop, T.RMSprop, {"lr": 0.003, "centered": True, "eps": 1e-3}),
    Pair(O.RMSprop, T.RMSprop, {"lr": 0.003, "centered": True, "momentum": 0.7, "eps": 1e-2}),
    Pair(O.Adadelta, T.Adadelta, {}),
    Pair(O.Adadelta, T.Adadelta, {"lr": 0.5, "rho": 0.95, "eps": 1e-4}),
    Pair(O.Adam, T.Adam, {"lr": 0.01}),
    Pair(O.Adam, T.Adam, {"lr": 0.01, "betas": (0.0, 0.5)}),
    Pair(O.Adam, T.Adam, {"lr": 0.01, "betas": (0.99, 0.0), "eps": 0.1}),
    Pair(O.Adam, T.Adam, {"lr": 0.01, "betas": (0.8, 0.9), "amsgrad": True}),
    Pair(O.AdamW, T.AdamW, {"lr": 0.01}),
    Pair(O.AdamW, T.AdamW, {"lr": 0.01, "weight_decay": 0.3, "amsgrad": True}),
]
ONE_EACH = [next(pair for pair in PAIRS if pair.ours is kind and len(pair.options) == most)
            for kind, most in ((O.SGD, 3), (O.Rprop, 1), (O.Adagrad, 4), (O.RMSprop, 4), (O.Adadelta, 3), (O.Adam, 3),
                               (O.AdamW, 1))]


def network(dtype=torch.float64, device=None):
    """Two layers, the same numbers each time."""
    dg.seed(0)
    return nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 3)).to(device or dg.device(), dtype)


def train(model, optimizer, steps, dtype=torch.float64, start=0):
    """Updates on mini-batches, with the very batches that another network of that many steps sees."""
    device = next(model.parameters()).device
    for step in range(start, start + steps):
        draws = torch.Generator().manual_seed(step)
        x = torch.randn(11, 5, generator=draws, dtype=torch.float64).to(device, dtype)
        y = torch.randint(3, (11,), generator=draws).to(device)
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    return parameters(model)


def gradients(model, step):
    """The same gradients for every model, of very different sizes; some parameter has none."""
    draws = torch.Generator().manual_seed(step)
    for k, w in enumerate(model.parameters()):
        g = torch.randn(w.shape, generator=draws, dtype=torch.float64) * 10.0 ** (3 * k - 4)
        w.grad = None if (step + k) % 5 == 0 else g.to(w)


def parameters(model):
    return nn.utils.parameters_to_vector(model.parameters()).detach()


def saved(model, optimizer):
    """What a checkpoint holds, apart from what goes on."""
    return copy.deepcopy((model.state_dict(), optimizer.state_dict()))
