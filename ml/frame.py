"""Reading a feature table from the published copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb
import pandas as pd

from ml.config import ModelRule
from ml.inputs import as_inputs, frame_hash
from talentloop.errors import ModelError
from talentloop.settings import Settings
from talentloop.warehouse import open_published

KEYS = ("application_key", "person_key", "requisition_key", "source", "application_id")
TIMES = ("decision_at", "label_available_at")
FLAGS = ("is_mature", "is_trainable", "is_scorable")


@dataclass(frozen=True)
class FeatureTable:
    """All rows of a feature table, ordered by `application_key`.

    Attributes:
        as_of: instant up to which the sources were observed (UTC).
    """

    rows: pd.DataFrame
    published_version: str
    as_of: datetime
    is_simulated: bool


def read_features(settings: Settings, rule: ModelRule) -> FeatureTable:
    """The model's feature table as now published.

    Raises:
        PublishError: nothing has been published.
        ModelError: the table is missing, lacks a column that training needs, or repeats a key.
    """
    with open_published(settings) as published:
        try:
            arrow = published.sql(f'select * from "{rule.table}" order by application_key')
        except duckdb.Error as error:
            raise ModelError(
                f"The feature table cannot be read: {str(error).splitlines()[0]}",
                where=f"published version {published.version}, table {rule.table}",
                remedy="Build and publish the warehouse again.",
            ) from None
        _require_columns(rule, arrow.column_names, published.version)
        rows = arrow.to_pandas()
        version, as_of, simulated = published.version, published.as_of, published.is_simulated
    if rows["application_key"].duplicated().any():
        raise ModelError(
            "The feature table has an application twice",
            where=f"published version {version}, table {rule.table}",
            remedy="Its grain is one row per application; correct the model in dbt/.",
        )
    for name in TIMES:
        rows[name] = pd.to_datetime(rows[name], utc=True)
    for name in FLAGS:
        rows[name] = rows[name].fillna(False).astype(bool)
    return FeatureTable(rows, version, as_of, simulated)


def _require_columns(rule: ModelRule, present: list[str], version: str) -> None:
    needed = {*KEYS, *TIMES, *FLAGS, rule.label.column, *(f.name for f in rule.features)}
    missing = sorted(needed - set(present))
    if missing:
        raise ModelError(
            f"The feature table lacks {', '.join(missing)}",
            where=f"published version {version}, table {rule.table}",
            remedy="Build and publish the warehouse again, or correct config/models.",
        )


def trainable_rows(table: FeatureTable, rule: ModelRule) -> pd.DataFrame:
    """Rows that may be learnt from: trainable, with a label that is known by now."""
    rows = table.rows
    label = rows[rule.label.column]
    usable = (
        rows["is_trainable"] & rows["is_mature"] & label.notna()
        & rows["decision_at"].notna() & rows["label_available_at"].notna()
        & (rows["label_available_at"] <= pd.Timestamp(table.as_of))
    )  # fmt: skip
    return rows[usable].reset_index(drop=True)


def labels(rows: pd.DataFrame, rule: ModelRule) -> pd.Series:
    """The outcomes as 0.0 and 1.0."""
    return rows[rule.label.column].astype(bool).astype("float64")


def data_version(rows: pd.DataFrame, rule: ModelRule) -> str:
    """SHA-256 of everything that a training reads of these rows."""
    facts = as_inputs(rows, rule.features)
    for name in ("application_key", "person_key", "requisition_key"):
        facts[name] = rows[name].astype(object)
    for name in TIMES:
        facts[name] = [moment.isoformat() for moment in rows[name]]
    facts["label"] = labels(rows, rule)
    return frame_hash(facts)
