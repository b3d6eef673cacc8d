"""Activation functions: a pure function for each, and a module around it."""

from .._arguments import check_options
from ._elu import ELU, SELU, elu, selu
from ._gelu import GELU, gelu
from ._identity import Identity, identity
from ._leaky_relu import LeakyReLU, leaky_relu
from ._logsumexp import logsumexp
from ._prelu import PReLU, prelu
from ._relu import ReLU, relu
from ._sigmoid import Sigmoid, logit, sigmoid
from ._silu import SiLU, silu, swiglu
from ._softmax import LogSoftmax, Softmax, log_softmax, softmax
from ._softplus import Softplus, softplus
from ._step import Step, StraightThroughStep, step, step_ste
from ._tanh import Tanh, tanh

__all__ = [
    "ELU", "SELU", "elu", "selu",
    "GELU", "gelu",
    "Identity", "identity",
    "LeakyReLU", "leaky_relu",
    "logsumexp",
    "PReLU", "prelu",
    "ReLU", "relu",
    "Sigmoid", "logit", "sigmoid",
    "SiLU", "silu", "swiglu",
    "LogSoftmax", "Softmax", "log_softmax", "softmax",
    "Softplus", "softplus",
    "Step", "StraightThroughStep", "step", "step_ste",
    "Tanh", "tanh",
]

check_options(globals())
