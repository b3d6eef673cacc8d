"""Neurons and networks: the parts that networks are made of, and how gradients find their way through them."""

from .._arguments import check_options
from ._init import kaiming_normal_, kaiming_uniform_, xavier_normal_, xavier_uniform_
from ._linear import Linear, LowRankLinear, linear
from ._matmul import blocked_matmul, matmul, matmul_traffic, roofline
from ._mlp import MLP, bump_mlp
from ._perceptron import Perceptron, perceptron_step
from ._spiking import lif, lif_rate
from ._value import Value
from ._vjp import cross_entropy_vjp, linear_vjp, matmul_vjp, relu_vjp, tanh_vjp, unbroadcast

__all__ = [
    "Linear", "LowRankLinear", "MLP", "Perceptron", "Value", "blocked_matmul", "bump_mlp", "cross_entropy_vjp",
    "kaiming_normal_", "kaiming_uniform_", "lif", "lif_rate", "linear", "linear_vjp", "matmul", "matmul_traffic",
    "matmul_vjp", "perceptron_step", "relu_vjp", "roofline", "tanh_vjp", "unbroadcast", "xavier_normal_",
    "xavier_uniform_",
]

check_options(globals())
