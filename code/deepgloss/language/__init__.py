"""Text as data: bags of words, n-grams, hidden Markov models and grammars."""

from ._bag import bag_of_words, inverse_document_frequency, tf_idf, vocabulary
from ._cky import parse
from ._naive_bayes import naive_bayes
from ._ngrams import NGramModel
from ._viterbi import viterbi

__all__ = [
    "NGramModel", "bag_of_words", "inverse_document_frequency", "naive_bayes", "parse", "tf_idf", "viterbi",
    "vocabulary",
]
