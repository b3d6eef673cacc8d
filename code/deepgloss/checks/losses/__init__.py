"""Checks of the exercises in the part on losses, one module for each chapter."""
