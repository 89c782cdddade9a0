"""A trained model, whole: imputation, encoding, learner, calibration, interval, cohort."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import xgboost as xgb
from pydantic import BaseModel, ConfigDict

from ml.arrays import Floats, sigmoid
from ml.calibration import Calibration
from ml.cohort import Cohort
from ml.config import Feature
from ml.encoding import Encoding
from ml.inputs import as_inputs
from ml.learner import Learner
from ml.linear import LinearStart

#: Columns of a prediction and their types, as MLflow's signature names them.
OUTPUTS = {"probability": "double", "lower": "double", "upper": "double"}

_FACTS = "model.json"
_BOOSTER = "booster.ubj"
BASE = "base"


class Facts(BaseModel):
    """Everything about a model that is not trees; saved as JSON.

    Attributes:
        base_rate: share of the label among the rows it was fitted on.
        interval_level: of `lower` and `upper`, such as 0.9.
        interval_scale: half an interval is this many standard deviations of the members.
        test_from: first decision of the test rows (ISO 8601); nothing decided from then on was
            learnt from.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    features: tuple[Feature, ...]
    encoding: Encoding
    linear: LinearStart
    calibration: Calibration
    members: tuple[LinearStart, ...]
    base_rate: float
    interval_level: float
    interval_scale: float
    cohort: Cohort
    config_version: str
    data_version: str
    test_from: str


@dataclass(frozen=True)
class Model:
    """Predicts the probability of its label, with an interval and with reasons."""

    facts: Facts
    booster: xgb.Booster
    member_boosters: tuple[xgb.Booster, ...]

    @property
    def learner(self) -> Learner:
        """The learner behind the probability."""
        return Learner(self.facts.linear, self.booster)

    @property
    def inputs(self) -> dict[str, str]:
        """Columns that the model reads and their types, as MLflow's signature names them."""
        return {
            feature.name: "string" if feature.type == "category" else "double"
            for feature in self.facts.features
        }

    def inputs_of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows' features as the model reads them, before imputation."""
        return as_inputs(rows, self.facts.features)

    def matrix(self, rows: pd.DataFrame) -> Floats:
        """The encoded inputs of the rows."""
        return self.facts.encoding.transform(self.inputs_of(rows))

    def probability(self, rows: pd.DataFrame) -> Floats:
        """Calibrated probability of the label, per row."""
        margin = self.learner.margin(self.matrix(rows))
        return self.facts.calibration.probability(margin)

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Columns `probability`, `lower`, `upper`, per row.

        The interval is about the probability, not about the person: log-odds ± `interval_scale`
        standard deviations of the members, which were fitted on resampled people.
        """
        matrix = self.matrix(rows)
        centre = self.facts.calibration.log_odds(self.learner.margin(matrix))
        half = (
            self.facts.interval_scale * self.facts.calibration.slope * spread(self.members, matrix)
        )
        return pd.DataFrame(
            {
                "probability": sigmoid(centre),
                "lower": sigmoid(centre - half),
                "upper": sigmoid(centre + half),
            }
        )

    @property
    def members(self) -> list[Learner]:
        """The refits on resampled people."""
        pairs = zip(self.facts.members, self.member_boosters, strict=True)
        return [Learner(linear, booster) for linear, booster in pairs]

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Calibrated log-odds by feature, one column each, and `base`; rows add up to the whole."""
        calibration = self.facts.calibration
        columns = self.learner.contributions(self.matrix(rows))
        owners = self.facts.encoding.owners
        names = [feature.name for feature in self.facts.features]
        by_feature = np.zeros((len(columns), len(names)))
        for column, owner in enumerate(owners):
            by_feature[:, owner] += calibration.slope * columns[:, column]
        found = pd.DataFrame(by_feature, columns=names)
        found[BASE] = calibration.log_odds(columns[:, -1])
        return found

    def save(self, folder: Path) -> None:
        """Write JSON and xgboost's own binary format; no pickle anywhere."""
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.facts.model_dump(mode="json"), sort_keys=True, indent=1)
        (folder / _FACTS).write_text(text, encoding="utf-8")
        (folder / _BOOSTER).write_bytes(bytes(self.booster.save_raw("ubj")))
        for number, booster in enumerate(self.member_boosters):
            (folder / _member(number)).write_bytes(bytes(booster.save_raw("ubj")))


def spread(members: Sequence[Learner], matrix: Floats) -> Floats:
    """Standard deviation of the members' margins, per row."""
    return np.asarray(np.std([member.margin(matrix) for member in members], axis=0))


def _member(number: int) -> str:
    return f"member-{number:03d}.ubj"


def load(folder: Path) -> Model:
    """The model that was saved in a folder."""
    facts = Facts.model_validate_json((folder / _FACTS).read_text(encoding="utf-8"))
    members = tuple(_booster(folder / _member(n)) for n in range(len(facts.members)))
    return Model(facts, _booster(folder / _BOOSTER), members)


def _booster(path: Path) -> xgb.Booster:
    booster = xgb.Booster({"nthread": 1})
    booster.load_model(bytearray(path.read_bytes()))
    return booster
