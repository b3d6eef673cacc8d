"""From documents to rows of numbers: the bag of words, and its counts weighted by rarity."""

from collections import Counter
from collections.abc import Iterable, Sequence

import torch

from .._arguments import floats, whole
from .._device import device
from .._precision import in_float32
from ._sentences import checked_words


def vocabulary(documents: Iterable[Sequence[str]], min_documents: int = 1) -> tuple[str, ...]:
    """The words that occur in at least ``min_documents`` documents, in alphabetical order.

    Args:
        documents: each a sequence of words, such as ``text.lower().split()`` gives.
        min_documents: at least 1.

    Returns:
        The words, each once.

    Raises:
        TypeError: a document is a ``str``.
    """
    min_documents = whole("min_documents", min_documents)
    found = Counter(word for document in documents for word in set(checked_words("document", document)))
    return tuple(sorted(word for word, number in found.items() if number >= min_documents))


def bag_of_words(documents: Sequence[Sequence[str]], words: Sequence[str]) -> torch.Tensor:
    """How often each word occurs in each document; words outside the vocabulary are passed over.

    Args:
        documents: N documents, each a sequence of words.
        words: the vocabulary, V words without repetition.

    Returns:
        Counts ``(N, V)``, ``float32``, on :func:`deepgloss.device`. Empty documents are rows of 0.

    Raises:
        TypeError: a document is a ``str``.
        ValueError: a word stands twice in the vocabulary.
    """
    column = {word: k for k, word in enumerate(words)}
    if len(column) < len(words):
        raise ValueError("words must be different from one another: one stands twice")
    counts = torch.zeros(len(documents), len(words))
    for row, document in zip(counts, documents):
        known = [column[word] for word in checked_words("document", document) if word in column]
        row += torch.bincount(torch.tensor(known, dtype=torch.int64), minlength=len(words))
    return counts.to(device())


@in_float32
def inverse_document_frequency(counts: torch.Tensor) -> torch.Tensor:
    r"""How much an occurrence of each word says, judged by how few documents have it.

    .. math:: \mathrm{idf}_w = 1 + \ln \frac{1 + N}{1 + N_w}

    with :math:`N_w` of the N documents holding word w. The ones inside the fraction stand for one
    more document that holds every word, so that nothing is divided by 0; the one in front keeps
    words that are everywhere at weight 1 instead of 0.

    Args:
        counts: ``(N, V)``, as :func:`bag_of_words` gives them.

    Returns:
        Weights ≥ 1, ``(V,)``.

    Raises:
        TypeError: ``counts`` is no tensor of floating-point numbers.
        ValueError: ``counts`` is not ``(N, V)``.

    Source: Spärck Jones (1972); in this form, scikit-learn's ``TfidfTransformer``.
    """
    check_counts(counts)
    holding = (counts > 0).sum(0).to(counts)             # (V,)
    return 1 + ((1 + len(counts)) / (1 + holding)).log()


@in_float32
def tf_idf(counts: torch.Tensor, idf: torch.Tensor | None = None) -> torch.Tensor:
    r"""Counts weighted by rarity, each document scaled to length 1.

    .. math:: x_{dw} = \frac{c_{dw}\, \mathrm{idf}_w}{\sqrt{\sum_v (c_{dv}\, \mathrm{idf}_v)^2}}

    A dot product of two rows is the cosine of the angle between them.

    Args:
        counts: ``(N, V)``, as :func:`bag_of_words` gives them.
        idf: weights ``(V,)``, those of the training documents when new ones are to be compared
            with them; by default the :func:`inverse_document_frequency` of ``counts``.

    Returns:
        Rows of length 1, or of 0 where a document has no known word, ``(N, V)``.

    Raises:
        TypeError: ``counts`` is no tensor of floating-point numbers.
        ValueError: the shapes do not fit.

    Source: Salton and Buckley (1988); in this form, scikit-learn's ``TfidfTransformer``.
    """
    check_counts(counts)
    idf = inverse_document_frequency(counts) if idf is None else idf
    floats("idf", idf)
    if idf.shape != counts.shape[1:]:
        raise ValueError(f"idf must be {tuple(counts.shape[1:])}, one weight a word, not {tuple(idf.shape)}")
    return torch.nn.functional.normalize(counts * idf, dim=1)


def check_counts(counts: torch.Tensor) -> None:
    """Refuse what is no matrix of floating-point numbers.

    Raises:
        TypeError, ValueError: it is none.
    """
    if not isinstance(counts, torch.Tensor) or not counts.is_floating_point():
        raise TypeError(f"counts must be a tensor of floating-point numbers, not {counts!r}")
    if counts.ndim != 2:
        raise ValueError(f"counts must be (N, V), documents by words, not {tuple(counts.shape)}")
