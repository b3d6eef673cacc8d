"""Checks of the exercises in the part on language, one module for each chapter."""
