"""Convolutions, pooling and what goes with them: one small window, moved over an input."""

__all__ = []
