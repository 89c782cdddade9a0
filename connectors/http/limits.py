"""A request rate that all workers of one machine keep together."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from pyrate_limiter import Duration, InMemoryBucket, Limiter, Rate, SQLiteBucket

from talentloop.settings import Settings


class Limit(BaseModel):
    """So many requests in so many seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests: int = Field(ge=1, description="Requests allowed")
    seconds: float = Field(gt=0, description="within this many seconds")
    shared: bool = Field(True, description="Count all processes of this machine together")


def shared_limiter(settings: Settings, source: str, limit: Limit) -> Limiter:
    """The limiter of one source; its counts lie in a SQLite file where the limit is shared."""
    rates = [Rate(limit.requests, int(limit.seconds * Duration.SECOND))]
    if not limit.shared:
        return Limiter(InMemoryBucket(rates))
    folder: Path = settings.home / "limits"
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^A-Za-z0-9_-]", "_", source)
    bucket = SQLiteBucket.init_from_file(
        rates, table="requests", db_path=str(folder / f"{name}.sqlite"), use_file_lock=True
    )
    return Limiter(bucket)
