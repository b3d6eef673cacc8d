"""Neurons and networks: the parts that networks are made of, and how gradients find their way through them."""

from .._arguments import check_options
from ._value import Value
from ._vjp import cross_entropy_vjp, linear_vjp, matmul_vjp, relu_vjp, tanh_vjp, unbroadcast

__all__ = ["Value", "cross_entropy_vjp", "linear_vjp", "matmul_vjp", "relu_vjp", "tanh_vjp", "unbroadcast"]

check_options(globals())
