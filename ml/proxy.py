"""Whether the features give a protected attribute away."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ml.arrays import Floats
from ml.metrics import auc

_FOLDS = 5
_MIN_EACH = 25


def proxy_auc(matrix: Floats, group: pd.Series, *, seed: int) -> float | None:
    """AUC with which a logistic regression tells the largest group from all others.

    Cross-validated in five folds, on people whose group is known; 0.5 means that the features say
    nothing. None where either side has fewer than 25 people.
    """
    known = group.notna().to_numpy()
    names = group[known]
    if names.empty:
        return None
    largest = names.value_counts().sort_index().idxmax()
    y = (names == largest).to_numpy().astype(np.float64)
    if min(y.sum(), len(y) - y.sum()) < _MIN_EACH:
        return None
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    guesser = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    guess = cross_val_predict(guesser, matrix[known], y, cv=folds, method="predict_proba")
    return auc(y, np.asarray(guess[:, 1]))
