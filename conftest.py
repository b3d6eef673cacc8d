"""Chapters run under nbval as a reader runs them, sliders alive; only progress bars are left out."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("DEEPGLOSS_QUIET", "1")
