"""Checks of the exercises in the part on convolution, one module for each chapter."""
