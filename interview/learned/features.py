"""What a model of ratings sees of an answer: the rubric's sub-scores, and an embedding of its text.

The embedding is TF-IDF of hashed character n-grams, reduced by a truncated SVD (latent semantic
analysis). Hashing keeps no text in the model, and personal data is masked before. Protected
attributes are nowhere in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interview.evidence import AnswerScore, DimensionEvidence
from interview.learned.config import LearnedConfig
from interview.llm.mask import mask

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Embedding:
    """A fitted embedding.

    Attributes:
        idf: per hashed feature, as scikit-learn's smoothed inverse document frequency.
        components: embedding dimensions × hashed features.
    """

    ngrams: tuple[int, int]
    idf: Floats
    components: Floats

    def of(self, texts: Sequence[str]) -> Floats:
        """Texts × embedding dimensions."""
        from sklearn.preprocessing import normalize

        counts = _counts(texts, len(self.idf), self.ngrams)
        weighted = normalize(counts.multiply(self.idf).tocsr())
        return np.asarray(weighted @ self.components.T, dtype=np.float64)


def fit_embedding(config: LearnedConfig, texts: Sequence[str]) -> Embedding:
    """The embedding of a set of answers; the same answers give the same numbers."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfTransformer

    counts = _counts(texts, config.hashed_features, config.ngrams)
    weigher = TfidfTransformer()
    weighted = weigher.fit_transform(counts)
    n = min(config.components, len(texts) - 1)
    reducer = TruncatedSVD(n, algorithm="arpack", random_state=config.seed).fit(weighted)
    return Embedding(config.ngrams, np.asarray(weigher.idf_), np.asarray(reducer.components_))


def _counts(texts: Sequence[str], n_features: int, ngrams: tuple[int, int]):  # type: ignore[no-untyped-def]
    from sklearn.feature_extraction.text import HashingVectorizer

    maker = HashingVectorizer(
        analyzer="char_wb", ngram_range=ngrams, n_features=n_features, alternate_sign=False,
        norm=None,
    )  # fmt: skip
    return maker.transform([mask(text) for text in texts])


def ruled(score: AnswerScore, dimension_code: str) -> DimensionEvidence | None:
    """The rubric's view of one dimension; None where it gave none."""
    return next((d for d in score.dimensions if d.dimension_code == dimension_code), None)


def sub_scores(dimension: DimensionEvidence, signals: Sequence[str]) -> list[float]:
    """Sub-scores in the order of `signals`, then the rubric's score; a signal that does not apply
    counts as the rubric's score, so that it says nothing of its own."""
    known = {sub.signal_code: sub.score_0_1 for sub in dimension.sub_scores}
    return [known.get(code, dimension.score_0_1) for code in signals] + [dimension.score_0_1]
