"""Checks of the exercises in the part on activation functions, one module for each chapter."""
