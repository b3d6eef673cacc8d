"""Checks of the exercises in the part on optimization, one module for each chapter."""
