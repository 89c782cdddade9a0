"""What a tenant's names of stages meant when: `config/stage_maps/<source>.yml`."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import duckdb
from pydantic import Field, model_validator

from talentloop.config import load_model
from talentloop.contracts.hiring import StageCode
from talentloop.settings import Settings
from talentloop.strict import Strict

#: Source, name of the stage there, canonical stage, first and last day.
MapRow = tuple[str, str, str, date | None, date | None]


class StageName(Strict):
    """A name and the canonical stage that it stood for, from one day to another, both included."""

    name: str = Field(min_length=1)
    stage: StageCode
    valid_from: date | None = None
    valid_to: date | None = None


class StageMap(Strict):
    """A tenant's names of stages. A name that is not listed keeps what the mapping made of it."""

    stages: list[StageName]

    @model_validator(mode="after")
    def _one_meaning_a_day(self) -> StageMap:
        ordered = sorted(self.stages, key=lambda row: (row.name, row.valid_from or date.min))
        for row in ordered:
            if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
                raise ValueError(f"{row.name} ends before it begins")
        for row, following in pairwise(ordered):
            ends, begins = row.valid_to or date.max, following.valid_from or date.min
            if row.name == following.name and begins <= ends:
                raise ValueError(f"{row.name} stands for two stages on {begins}")
        return self


def stage_map_rows(settings: Settings) -> list[MapRow]:
    """The maps of all sources that have one.

    Raises:
        ConfigError: a map does not fit, or gives a name two meanings on one day.
    """
    return [
        (file.stem, row.name, row.stage, row.valid_from, row.valid_to)
        for file in sorted((settings.config / "stage_maps").glob("*.yml"))
        for row in load_model(file, StageMap).stages
    ]


def write_stage_map(db: duckdb.DuckDBPyConnection, rows: list[MapRow]) -> None:
    """Tell a build the maps."""
    db.execute(
        "create or replace table ops.stage_map(source varchar, stage_name varchar, "
        "stage_code varchar, valid_from date, valid_to date)"
    )
    if rows:
        db.executemany("insert into ops.stage_map values (?, ?, ?, ?, ?)", rows)
