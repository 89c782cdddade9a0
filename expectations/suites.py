"""The suites by name: one per canonical entity for its landed rows, one for each load's facts."""

from __future__ import annotations

from typing import Any

from expectations.builders import build
from expectations.derived import derive
from expectations.engine import gx
from expectations.facts import LoadFacts, fact_expectations
from expectations.knowledge import RULES
from expectations.rules import Batch
from talentloop.contracts import ENTITIES


def entity_suite(entity: str, batch: Batch) -> Any:
    """The suite `landing.<entity>`: what each row and column of a landed batch must satisfy."""
    expectations = list(derive(ENTITIES[entity], batch))
    for rule in RULES[entity]:
        expectations += build(rule, batch)
    return gx.ExpectationSuite(name=f"landing.{entity}", expectations=expectations)


def facts_suite(entity: str, facts: LoadFacts, batch: Batch) -> Any:
    """The suite `load.<entity>`: volume against history, freshness, references."""
    return gx.ExpectationSuite(
        name=f"load.{entity}", expectations=list(fact_expectations(entity, facts, batch))
    )
