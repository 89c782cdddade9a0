"""Whose interview it was, as the HR system has told us: from the newest record that has landed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from talentloop.landing import LandingZone
from talentloop.settings import Settings


@dataclass(frozen=True)
class Contact:
    """How a candidate is reached. Personal: never log it.

    Attributes:
        name, address: as the HR system has them; None where it has none.
    """

    name: str | None
    address: str | None


def candidate_id_of(settings: Settings, source: str, application_id: str) -> str | None:
    """The source's own id of an application's candidate; None where it has not landed yet."""
    found = _newest(settings, "application", source, application_id, ["candidate_id"])
    return None if found is None else str(found["candidate_id"])


def contact_of(settings: Settings, source: str, application_id: str) -> Contact | None:
    """An application's candidate; None where nobody is known, or the source has deleted them."""
    candidate_id = candidate_id_of(settings, source, application_id)
    if candidate_id is None:
        return None
    found = _newest(settings, "candidate", source, candidate_id, ["full_name", "email"])
    if found is None or found["is_deleted"]:
        return None
    return Contact(found["full_name"], found["email"])


def _newest(
    settings: Settings, entity: str, source: str, source_id: str, columns: Sequence[str]
) -> dict[str, Any] | None:
    """The newest landed version of a record, as the warehouse tells it; None where there is none."""
    wanted = ["source_id", "load_id", "source_updated_at", "is_deleted", *columns]
    ids = pa.chunked_array([[source_id]])
    rows = LandingZone(settings).read(entity, source=source, columns=wanted, ids=ids).to_pylist()
    order = [(row["source_updated_at"], row["load_id"], n) for n, row in enumerate(rows)]
    return rows[max(order)[2]] if rows else None
