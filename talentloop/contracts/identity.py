"""The canonical record of who is whom: two records that are, or are not, one person."""

from __future__ import annotations

from typing import ClassVar, Literal

from talentloop.contracts.base import Record, UtcDatetime, field


class PersonLink(Record):
    """Two candidate or employee records, compared. In force while `auto` or `approved`.

    What a person rejected or withdrew is never joined or proposed again.
    """

    entity: ClassVar[str] = "person_link"

    record_a: str = field("key", "The record whose id sorts first", min_length=1)
    record_b: str = field("key", "The other record", min_length=1)
    match_weight: float | None = field("result", "Evidence for one person, in bits", None)
    probability: float | None = field("result", "The same as a probability", None, ge=0, le=1)
    reasons: str = field("result", "JSON list of {comparison, level, weight}")
    model_version: str | None = field("technical", "Rule that compared them", None)
    decision: Literal["auto", "proposed", "approved", "rejected", "withdrawn"] = field(
        "result", "What became of it"
    )
    decided_by: Literal["model", "person"] = field("process", "Who decided")
    decided_at: UtcDatetime = field("process", "When it was decided")
