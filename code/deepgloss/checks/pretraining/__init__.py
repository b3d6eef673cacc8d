"""Checks of the exercises in the part on self-supervision and pre-trained models, one module for each chapter."""
