"""What every canonical record has in common, and the vocabulary that describes its fields."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

DataClass = Literal[
    "key",  # identifiers without meaning outside the systems
    "identity",  # names and contacts
    "protected",  # attributes that the law protects; restricted area only
    "compensation",
    "hr_performance",  # what happened at work after hiring
    "result",  # interview scores, tags, decisions
    "process",  # times, stages, sources: how hiring ran
    "aggregate",
    "technical",  # load ids, hashes
]


def field(data_class: DataClass, description: str, default: Any = ..., **constraints: Any) -> Any:
    """A contract field: its class for access control, its meaning, and its constraints."""
    return Field(
        default, description=description, json_schema_extra={"class": data_class}, **constraints
    )


def _to_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("time has no zone; the mapping must name one")
    return value.astimezone(UTC)


UtcDatetime = Annotated[datetime, AfterValidator(_to_utc)]
Score01 = Annotated[float, Field(ge=0, le=1)]


class Record(BaseModel):
    """A canonical record. `source` and `source_id` name it; references carry the source's own ids.

    The landing zone adds `load_id`, `ingested_at` and `payload_hash` (see LANDING_COLUMNS).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    entity: ClassVar[str]

    source: str = field("key", "Configured name of the source system", min_length=1, max_length=64)
    source_id: str = field("key", "Key of the record in its source", min_length=1, max_length=200)
    source_updated_at: UtcDatetime = field(
        "technical", "When the source last changed the record; for files, the file's time"
    )
    source_created_at: UtcDatetime | None = field(
        "technical",
        "When the source first recorded it; unknown where the source does not say",
        None,
    )
    is_deleted: bool = field(
        "technical", "True when a full reconcile no longer found the record at its source", False
    )
    ext: str | None = field(
        "technical", "Tenant-specific fields passed through, as a JSON object", None
    )


class OfApplication(Record):
    """A record of our own about an application, which another source brought."""

    application_source: str = field("key", "Source of the application", min_length=1)
    application_id: str = field("key", "Application", min_length=1)


class OfInterview(OfApplication):
    """A record of our own about an interview; application and interview have one source."""

    interview_id: str = field("key", "Interview, of the application's source", min_length=1)


class OfAnswer(OfInterview):
    """A record of our own about an answer in an interview."""

    answer_id: str = field("key", "Answer, as our landed answers name it", min_length=1)
    question_code: str = field("process", "Question", min_length=1)


#: Added by the landing zone to every table, after the contract's own columns.
LANDING_COLUMNS = ("load_id", "ingested_at", "payload_hash")


def normalise_score(raw: float, scale_min: float, scale_max: float) -> float:
    """A score on its declared scale as a share of that scale, 0..1: (raw − min) ÷ (max − min).

    85 on 0..100 is 0.85; four stars on 0..5 are 0.8; a rating of 4 on 1..5 is 0.75; 90 % is 0.9.

    Raises:
        ValueError: the scale is empty, or the score lies outside it.
    """
    if not scale_max > scale_min:
        raise ValueError(f"scale {scale_min}..{scale_max} is empty")
    if not scale_min <= raw <= scale_max:
        raise ValueError(f"score {raw} lies outside its scale {scale_min}..{scale_max}")
    return round((raw - scale_min) / (scale_max - scale_min), 9)
