"""Checks of the exercises in the part on learning from data, one module for each chapter."""
