"""Checks of the exercises in the part on attention, one module for each chapter."""
