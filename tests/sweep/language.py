"""What language models compute with tensors."""

from deepgloss import language as W

from .entries import FORWARD_MODE, Entry, simple


def counts(x, n, length):
    return (x.ids(9, n, 6).float() + 0.0 + 1,)


def scores_and_counts(x, n, length):
    return x(n, 6), x.ids(9, n, 6).float()


def fitted(kind):
    return lambda: kind(11, 4)


ENTRIES = {
    "glove_weight": Entry(simple(W.glove_weight, maximum=7.0), counts),
    "glove_loss": Entry(simple(W.glove_loss, maximum=7.0), scores_and_counts, fixed=(1,)),
    "negative_sampling_loss": Entry(simple(W.negative_sampling_loss),
                                    lambda x, n, length: (x(n, 4), x(n, 4), x(5, 4))),
    "expected_negative_sampling_loss": Entry(simple(W.expected_negative_sampling_loss), scores_and_counts, fixed=(1,),
                                             empty=ValueError),
    "keep_probability": Entry(simple(W.keep_probability, threshold=0.05), lambda x, n, length: counts(x, 1, 5)[0].unbind(),
                              empty=None),
    "noise_distribution": Entry(simple(W.noise_distribution), lambda x, n, length: counts(x, 1, 5)[0].unbind(), empty=None),
    "inverse_document_frequency": Entry(simple(W.inverse_document_frequency), counts, fixed=(0,)),
    "tf_idf": Entry(simple(W.tf_idf), counts),
    "pmi": Entry(simple(W.pmi, positive=True), counts, empty=ValueError),
    "svd_vectors": Entry(simple(lambda m: W.svd_vectors(m, 3)[0] @ W.svd_vectors(m, 3)[1].mT),
                         lambda x, n, length: (x(5, 6),), empty=None, scale=4, slope=64),
    "naive_bayes": Entry(simple(W.naive_bayes, classes=3), lambda x, n, length: (*counts(x, n, length), x.ids(3, n)),
                         empty=ValueError),
    "viterbi": Entry(simple(lambda *a: W.viterbi(*a)[0]), lambda x, n, length: (x(3), x(3, 3), x(length, 3)), empty=None,
                     zero=ValueError, fixed=(0, 1, 2), meta=ValueError),
    "GloVe": Entry(fitted(W.GloVe), lambda x, n, length: (), empty=None, scale=2, slope=2),
    "SkipGram": Entry(fitted(W.SkipGram), lambda x, n, length: (x.ids(11, n), x.ids(11, n), x.ids(11, 5)), compiled=FORWARD_MODE, scale=4, slope=16),
    "SubwordSkipGram": Entry(lambda: W.SubwordSkipGram(["sum", "sums", "summand"], 4, 17),
                             lambda x, n, length: (x.ids(3, n), x.ids(3, n), x.ids(3, 5)), compiled=FORWARD_MODE, scale=4, slope=16),
    "CBOW": Entry(fitted(W.CBOW), lambda x, n, length: (x.ids(11, n, 4), x.ids(11, n), x.ids(11, 5)), compiled=FORWARD_MODE, scale=4, slope=16),
}
