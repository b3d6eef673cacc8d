"""Checks of the exercises in the part on generative models, one module for each chapter."""
