"""Checks of the exercises in the part on generalization, one module for each chapter."""
