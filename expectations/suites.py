"""The suites by name: one per canonical entity for its landed rows, one for each load's facts."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from expectations.builders import build
from expectations.derived import derive
from expectations.engine import gx, gxe
from expectations.facts import LoadFacts, fact_expectations
from expectations.knowledge import RULES
from expectations.rules import Batch
from talentloop.contracts import ENTITIES

_FAR = 0.3


def entity_suite(entity: str, batch: Batch) -> Any:
    """The suite `landing.<entity>`: what each row and column of a landed batch must satisfy."""
    expectations = list(derive(ENTITIES[entity], batch))
    for rule in RULES[entity]:
        expectations += build(rule, batch)
    return gx.ExpectationSuite(name=f"landing.{entity}", expectations=expectations)


def prediction_suite(rows: pa.Table, batch: Batch) -> Any:
    """The suite `out.prediction`: predictions before they land.

    Beside the contract: one prediction per application and model, and a mean that is not far from
    the share of the label in the training cohort (a warning, because applicants differ).
    """
    expectations = list(derive(ENTITIES["prediction"], batch, landed=False))
    for rule in RULES["prediction"]:
        expectations += build(rule, batch)
    expectations.append(
        gxe.ExpectCompoundColumnsToBeUnique(
            column_list=["application_source", "application_id", "model_name"],
            description="an application is scored once by a model",
        )
    )
    if batch.rows >= batch.policy.distribution_min_rows:
        base = pc.mean(rows["base_rate"]).as_py()
        expectations.append(
            gxe.ExpectColumnMeanToBeBetween(
                column="probability",
                min_value=max(0.0, base - _FAR),
                max_value=min(1.0, base + _FAR),
                severity="warning",
                description=f"the mean probability is within {_FAR} of the base rate {base:.2f}",
            )
        )
    return gx.ExpectationSuite(name="out.prediction", expectations=expectations)


def facts_suite(entity: str, facts: LoadFacts, batch: Batch) -> Any:
    """The suite `load.<entity>`: volume against history, freshness, references."""
    return gx.ExpectationSuite(
        name=f"load.{entity}", expectations=list(fact_expectations(entity, facts, batch))
    )
