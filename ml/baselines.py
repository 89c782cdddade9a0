"""What every model must beat: the share of the label, and a plain logistic regression."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ml.arrays import Floats
from ml.config import ModelRule
from ml.encoding import fit_encoding
from ml.inputs import as_inputs
from ml.names import LOGISTIC, PRIOR
from ml.split import Split


def baseline_probabilities(
    rule: ModelRule, rows: pd.DataFrame, y: Floats, split: Split
) -> dict[str, Floats]:
    """Test probabilities of both baselines, fitted on the model's own rows and inputs.

    The logistic regression sees all encoded features, standardised, with scikit-learn's default
    penalty (C = 1) and no constraint of direction.
    """
    inputs = as_inputs(rows, rule.features)
    encoding = fit_encoding(inputs.iloc[split.fit], rule.features, rule.learning.min_level_rows)
    matrix = encoding.transform(inputs)
    logistic = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    logistic.fit(matrix[split.fit], y[split.fit])
    return {
        PRIOR: np.full(len(split.test), y[split.fit].mean()),
        LOGISTIC: np.asarray(logistic.predict_proba(matrix[split.test])[:, 1]),
    }
