"""The contractive penalty: how strongly a code answers to small changes of its example."""

from collections.abc import Callable

import torch
from torch.func import jacrev, vmap

from .._arguments import floats, same_type, shown
from .._precision import in_float32
from ._arguments import examples, function, table


def contractive_penalty(encoder: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    r"""The squared length of an encoder's Jacobian, in the mean over examples, by automatic differentiation.

    .. math:: \frac1N \sum_n \Big\lVert \frac{\partial f(x_n)}{\partial x_n} \Big\rVert_F^2

    Gradients flow on into the encoder's parameters. It takes one pass backward for each number of a code.

    Args:
        encoder: f, from (N, …) to (N, …), each example on its own: no batch normalization in training mode. Dropout draws
            a mask for each example.
        x: examples, (N, …).

    Returns:
        A single number of at least 0.

    Raises:
        TypeError: ``encoder`` cannot be called, or ``x`` is no tensor of floating-point numbers.
        ValueError: ``x`` holds no example, or ``encoder`` gives no code for it.

    Source: Rifai and others (2011), equation 1.
    """
    function("encoder", encoder)

    def code(one: torch.Tensor) -> torch.Tensor:
        found = encoder(one[None])
        if not isinstance(found, torch.Tensor) or not found.ndim or len(found) != 1:
            raise ValueError(f"encoder must give a code for each example, (N, …), not {shown(found)} for one example")
        return found[0]

    return _squared(vmap(jacrev(code), randomness="different")(examples("x", x)))   # (N, *code, *example)


def sigmoid_contractive_penalty(code: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    r"""The same for an encoder of one sigmoid layer, in closed form: no Jacobian is made.

    .. math::
        h = \sigma(W x + b), \qquad
        \Big\lVert \frac{\partial h}{\partial x} \Big\rVert_F^2 = \sum_j \big(h_j (1 - h_j)\big)^2 \sum_i W_{ji}^2

    Args:
        code: activations h, (N, d).
        weight: W, (d, D), as :class:`torch.nn.Linear` holds it.

    Returns:
        A single number, the mean over examples.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes do not fit, or there is no example.

    Source: Rifai and others (2011), the case of a sigmoid of their equation 1.
    """
    table("code", code)
    if floats("weight", weight).ndim != 2 or len(weight) != code.shape[1]:
        raise ValueError(f"weight must have shape ({code.shape[1]}, D), not {tuple(weight.shape)}")
    same_type(code=code, weight=weight)
    return _closed(code, weight)


@in_float32(autocast="loss")
def _squared(jacobians: torch.Tensor) -> torch.Tensor:
    return jacobians.square().sum() / len(jacobians)


@in_float32(autocast="loss")
def _closed(code: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    return ((code * (1 - code)).square() * weight.square().sum(1)).sum() / len(code)
