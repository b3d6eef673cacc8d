"""Loss functions: a pure function for each, and a module around it."""

from ._binary_cross_entropy import BCEWithLogitsLoss, binary_cross_entropy_with_logits

__all__ = [
    "BCEWithLogitsLoss",
    "binary_cross_entropy_with_logits",
]
