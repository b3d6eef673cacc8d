"""Checks of the exercises in the part on training deep networks, one module for each chapter."""
