"""A function of one tensor with a derivative written by hand, as autograd takes it."""

from collections.abc import Callable

import torch
from torch.autograd import Function

Through = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def elementwise(
    value: Callable[[torch.Tensor], torch.Tensor], through: Through, *, keeps: str
) -> Callable[[torch.Tensor], torch.Tensor]:
    """An elementwise function whose backward and forward mode are given as one formula.

    Args:
        value: the function; it never writes into its argument.
        through: maps a gradient (or a tangent) and what is kept to the gradient times the
            derivative, in operations that can be differentiated again.
        keeps: what ``through`` needs, the ``"input"``, or the ``"output"``, which the next layer
            keeps in memory anyway.
    """

    class Elementwise(Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(x):
            return value(x)

        @staticmethod
        def setup_context(ctx, inputs, output):
            kept = output if keeps == "output" else inputs[0]
            ctx.save_for_backward(kept)
            ctx.save_for_forward(kept)

        @staticmethod
        def backward(ctx, gradient):
            return through(gradient, *ctx.saved_tensors)

        @staticmethod
        def jvp(ctx, tangent):
            return through(tangent, *ctx.saved_tensors)

    return Elementwise.apply
