"""Whether progress bars show."""

import os

from ._static import is_static


def is_quiet() -> bool:
    """True where nobody watches: while outputs are made for the book, or with ``DEEPGLOSS_QUIET=1``.

    A kernel cannot tell whether a reader or a test runs its cells. A bar among the outputs of a
    cell would differ from the stored ones, so whoever compares them sets the variable; sliders
    stay alive under it.
    """
    return is_static() or os.environ.get("DEEPGLOSS_QUIET", "0") not in ("", "0")
