"""The 1,797 handwritten digits that come with scikit-learn."""

from functools import lru_cache

import torch

from .._arguments import generator, share, whole_seed
from ._split import Split, on_device

PARTS = ("train", "validation", "test")
VALIDATION_SHARE, TEST_SHARE = 0.1, 0.25


@lru_cache(maxsize=1)
def all_digits() -> tuple[torch.Tensor, torch.Tensor]:
    """Every digit in file order, on the CPU: pictures ``(1797, 8, 8)`` in [0, 1], labels."""
    # Imported only here: scikit-learn takes a second that a chapter without its data can save.
    from sklearn.datasets import load_digits

    raw = load_digits()
    x = torch.tensor(raw.images, dtype=torch.float32) / 16
    return x, torch.tensor(raw.target, dtype=torch.int64)


def divide(
    total: int, validation_share: float, test_share: float, seed: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Shuffled indices of the three parts; the test part ignores ``validation_share``."""
    order = torch.randperm(total, generator=generator(seed))
    tested = round(total * (1 - test_share))
    validated = tested - round(total * validation_share)
    if validated < 1 or tested == total:
        raise ValueError(
            f"validation_share={validation_share:g} and test_share={test_share:g} leave "
            f"{max(validated, 0)} of {total} examples to train on and {total - tested} to test "
            "on; both need at least one"
        )
    return order[:validated], order[validated:tested], order[tested:]


def sources() -> tuple[torch.Tensor, ...]:
    """The indices of the three parts of :func:`digits` with its default arguments."""
    return _sources(whole_seed(0))


@lru_cache(maxsize=1)
def _sources(seed: int) -> tuple[torch.Tensor, ...]:
    return divide(len(all_digits()[0]), VALIDATION_SHARE, TEST_SHARE, seed)


def digits(
    *,
    images: bool = False,
    validation_share: float = VALIDATION_SHARE,
    test_share: float = TEST_SHARE,
    seed: int = 0,
) -> Split:
    """The 1,797 handwritten digits of the UCI collection, shuffled once and split in three.

    Both shares are shares of the whole set. The test set depends on ``test_share`` and ``seed``
    alone: changing ``validation_share`` moves examples between training and validation only.

    Args:
        images: give inputs as pictures ``(N, 1, 8, 8)`` instead of rows ``(N, 64)``.
        validation_share: the share of examples for validation, in [0, 1).
        test_share: the share of examples for the test, in (0, 1).
        seed: the shuffle's seed.

    Returns:
        A :class:`Split`: ``float32`` inputs in [0, 1] (the 17 gray levels 0..16 over 16) and
        ``int64`` labels in 0..9.

    Raises:
        ValueError: if a share is out of range, or the two leave nothing to train on.

    Source: Alpaydin and Kaynak (1998), "Optical Recognition of Handwritten Digits", UCI Machine
    Learning Repository; scikit-learn ships its test part.
    """
    validation_share = share("validation_share", validation_share, zero=True)
    test_share = share("test_share", test_share)
    seed = whole_seed(seed)
    x, y = all_digits()
    parts = divide(len(x), validation_share, test_share, seed)
    x = x.unsqueeze(1) if images else x.flatten(1)
    return Split(*on_device(*(kind[part] for part in parts for kind in (x, y))))
