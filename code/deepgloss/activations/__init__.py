"""Activation functions: a pure function for each, and a module around it."""

from ._relu import ReLU, relu

__all__ = ["ReLU", "relu"]
