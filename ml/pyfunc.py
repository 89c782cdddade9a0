"""How MLflow loads a model: its `loader_module`. Data files only, nothing to unpickle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from ml.model import Model, load


class AdviceModel:
    """What `mlflow.pyfunc.load_model` wraps: inputs in, probability and interval out."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def predict(
        self, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Columns `probability`, `lower`, `upper`; MLflow has checked the inputs' schema.

        Args:
            params: part of MLflow's interface; this model takes none.
        """
        del params
        return self._model.predict(model_input)

    def get_raw_model(self) -> Model:
        """The model itself, for contributions and for comparison."""
        return self._model


def _load_pyfunc(path: str) -> AdviceModel:
    return AdviceModel(load(Path(path)))
