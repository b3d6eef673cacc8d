"""Learning from data."""

from deepgloss import learning as L

from .entries import Entry, simple

ENTRIES = {
    "cart_pole_step": Entry(simple(L.cart_pole_step), lambda x, n, length: (x(n, length, 4), x(n, length)), zero=True),
    "discounted_returns": Entry(simple(L.discounted_returns, discount=0.9), lambda x, n, length: (x(length, n),), zero=True),
    "kmeans_step": Entry(simple(L.kmeans_step), lambda x, n, length: (x(n, length), x(3, length)), zero=True),
    "least_squares": Entry(simple(L.least_squares, weight_decay=0.1), lambda x, n, length: (x(n, length), x(n)),
                           empty=ValueError),
    "mean_of_others": Entry(simple(L.mean_of_others), lambda x, n, length: (x(n, length),), zero=ValueError),
    "pca": Entry(simple(lambda x: L.pca(x, 2)), lambda x, n, length: (x(n + 3, length),), empty=None),
    "reinforce_loss": Entry(simple(L.reinforce_loss), lambda x, n, length: (x(n, length, 3), x.ids(3, n, length), x(n, length)),
                            fixed=(2,), zero=True),
}
