"""Checks of the exercises in the part on vision tasks, one module for each chapter."""
