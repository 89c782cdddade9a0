"""Names under which figures of the model and its rivals are kept."""

from __future__ import annotations

MODEL = "model"
CHAMPION = "champion"
PRIOR = "prior"
LOGISTIC = "logistic"
