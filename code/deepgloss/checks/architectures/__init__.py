"""Checks of the exercises in the part on vision architectures, one module for each chapter."""
