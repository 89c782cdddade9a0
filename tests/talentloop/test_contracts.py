"""Contracts: scales, schemas, classes, and their published form."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from talentloop.contracts import ENTITIES, OrgUnit, arrow_schema, normalise_score


@pytest.mark.parametrize(
    ("raw", "low", "high", "share"),
    [(85, 0, 100, 0.85), (4, 0, 5, 0.8), (4, 1, 5, 0.75), (90, 0, 100, 0.9), (1, 1, 5, 0.0)],
)
def test_mixed_scales_become_a_share_of_their_scale(
    raw: float, low: float, high: float, share: float
) -> None:
    assert normalise_score(raw, low, high) == share


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_the_ends_of_any_scale_are_nought_and_one(low: float, width: float) -> None:
    high = low + width
    assert normalise_score(low, low, high) == 0
    assert normalise_score(high, low, high) == 1


def test_a_score_outside_its_scale_is_refused() -> None:
    with pytest.raises(ValueError, match=r"101.* lies outside its scale"):
        normalise_score(101, 0, 100)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="no zone"):
        OrgUnit(source="hr", source_id="1", name="R&D",
                source_updated_at=datetime(2026, 1, 1))  # noqa: DTZ001  # fmt: skip
    kept = OrgUnit(
        source="hr", source_id="1", name="R&D", source_updated_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert kept.source_updated_at.tzinfo is UTC


def test_every_field_of_every_contract_has_a_class_and_a_meaning() -> None:
    for model in ENTITIES.values():
        for name, info in model.model_fields.items():
            assert info.description, f"{model.entity}.{name} has no description"
            assert arrow_schema(model).field(name).metadata[b"class"], f"{model.entity}.{name}"
