"""Whether what is drawn is for a running notebook or for the book."""

import os


def is_static() -> bool:
    """True while outputs are made for the book (``DEEPGLOSS_STATIC=1``)."""
    return os.environ.get("DEEPGLOSS_STATIC", "0") not in ("", "0")
