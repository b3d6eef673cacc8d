"""Checks of the exercises in the part on sequences, one module for each chapter."""
