"""Learning from data."""

from deepgloss import learning as L

from .entries import Entry, simple

ENTRIES = {
    "least_squares": Entry(simple(L.least_squares, weight_decay=0.1), lambda x, n, length: (x(n, length), x(n)),
                           empty=ValueError),
}
