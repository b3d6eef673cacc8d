"""Update rules and surfaces. A step of two places, (examples, length), as any weight may be."""

import torch

from deepgloss import optimization as O

from .entries import Entry, simple


def weights(count, *positive):
    """Tensors of one shape; those at the places named are of positive numbers."""
    return lambda x, n, length: tuple(x.share(n, length) if k in positive else x(n, length) for k in range(count))


def signs(x, n, length):
    """Weights, gradients, signs of −1, 0 and 1, and sizes."""
    return x(n, length), x(n, length), x.ids(3, n, length).float() - 1, x.share(n, length)


def points(x, n, length):
    return (x(n, length, 2),)


ENTRIES = {
    "sgd_step": Entry(simple(O.sgd_step, lr=0.1, momentum=0.9, dampening=0.25), weights(3), zero=True),
    "sgd_step, first, Nesterov": Entry(simple(O.sgd_step, v=None, lr=0.1, momentum=0.9, dampening=0.0, nesterov=True),
                                       weights(2), zero=True),
    "nesterov_step": Entry(simple(O.nesterov_step, gradient=torch.sin, lr=0.1, momentum=0.9), weights(2), zero=True),
    "lookahead_point": Entry(simple(O.lookahead_point, momentum=0.9), weights(2), zero=True),
    "rprop_step": Entry(simple(O.rprop_step, etas=(0.5, 1.25), step_sizes=(1e-6, 50.0)), signs, zero=True, fixed=(1, 2)),
    "adagrad_step": Entry(simple(O.adagrad_step, t=3, lr=0.1, lr_decay=0.5, eps=1e-6), weights(3, 2), zero=True),
    "rmsprop_step": Entry(simple(O.rmsprop_step, mean=None, v=None, lr=0.1, alpha=0.9, eps=1e-6, momentum=0.0),
                          weights(3, 2), zero=True),
    "rmsprop_step, centered": Entry(
        simple(O.rmsprop_step, lr=0.1, alpha=0.9, eps=1e-2, momentum=0.9),
        lambda x, n, length: (x(n, length), x(n, length), 2 + x.share(n, length), x.share(n, length), x(n, length)),
        zero=True),
    "adadelta_step": Entry(simple(O.adadelta_step, lr=1.0, rho=0.9, eps=1e-3), weights(4, 2, 3), zero=True),
    "adam_step": Entry(simple(O.adam_step, t=3, lr=0.1, betas=(0.9, 0.99), eps=1e-6), weights(4, 3), zero=True),
    "amsgrad_step": Entry(simple(O.amsgrad_step, t=3, lr=0.1, betas=(0.9, 0.99), eps=1e-6), weights(5, 3, 4), zero=True),
    "adamw_step": Entry(simple(O.adamw_step, t=3, lr=0.1, betas=(0.9, 0.99), eps=1e-6, weight_decay=0.1), weights(4, 3),
                        zero=True),
    "ravine": Entry(simple(O.ravine, condition=7.0), points, zero=True),
    "saddle": Entry(simple(O.saddle), points, zero=True),
    "rosenbrock": Entry(simple(O.rosenbrock), points, zero=True),
    "beale": Entry(simple(O.beale), points, zero=True),
    "noisy_bowl": Entry(simple(O.noisy_bowl, noise=0.5, generator=None), points, zero=True, random=True),
}
