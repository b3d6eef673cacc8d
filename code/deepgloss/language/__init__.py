"""Text as data: tokens, bags of words, n-grams, hidden Markov models, grammars and word vectors."""

from ._bag import bag_of_words, inverse_document_frequency, tf_idf, vocabulary
from ._bpe import ByteBPE
from ._cky import parse
from ._cooccurrence import cooccurrence, noise_distribution, pmi, svd_vectors
from ._fit_vectors import fit_vectors
from ._glove import GloVe, glove_loss, glove_weight
from ._naive_bayes import naive_bayes
from ._negative_sampling import (
    CBOW, SkipGram, expected_negative_sampling_loss, keep_probability, negative_sampling_loss,
)
from ._ngrams import NGramModel
from ._subwords import SubwordSkipGram, character_ngrams, fnv1a
from ._unigram import Unigram
from ._viterbi import viterbi
from ._word_corpus import WordCorpus, context_pairs, context_windows
from ._word_vectors import WordVectors
from ._wordpiece import WordPiece
from ._words import CharacterLevel, WordLevel

__all__ = [
    "CBOW", "ByteBPE", "CharacterLevel", "GloVe", "NGramModel", "SkipGram", "SubwordSkipGram", "Unigram",
    "WordCorpus", "WordLevel", "WordPiece", "WordVectors",
    "bag_of_words", "character_ngrams", "context_pairs", "context_windows", "cooccurrence",
    "expected_negative_sampling_loss", "fit_vectors", "fnv1a", "glove_loss", "glove_weight",
    "inverse_document_frequency", "keep_probability", "naive_bayes", "negative_sampling_loss",
    "noise_distribution", "parse", "pmi", "svd_vectors", "tf_idf", "viterbi", "vocabulary",
]
