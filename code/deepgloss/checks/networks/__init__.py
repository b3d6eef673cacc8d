"""Checks of the exercises in the part on networks, one module for each chapter."""
