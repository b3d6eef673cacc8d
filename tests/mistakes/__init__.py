"""Plausible wrong answers to the book's exercises, one module for each chapter."""
