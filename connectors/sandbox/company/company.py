"""The simulated company: everything made from one seed, and what its HR system shows when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from connectors.sandbox.company.sizes import CLOCK_START, HORIZON, SOURCE
from connectors.sandbox.company.store import read_folder, write_folder
from connectors.sandbox.company.versions import visible_rows
from talentloop.contracts import ENTITIES
from talentloop.errors import ConfigError


@dataclass(frozen=True)
class Company:
    """A fictional company over three years and sixty days.

    Attributes:
        tables: per entity, every version of every record: the contract's columns with
            `recorded_at` (UTC, when this version became known to the HR system) and `row_version`
            (from 1) in place of the source's times of record. Versions of a record stand together, in order.
        planted: what was planted, as JSON-able data (see `truth`).
        clock_start: where the tenant's clock stands at first.
        horizon: the last instant about which anything is known.
    """

    size: str
    seed: int
    tables: Mapping[str, pa.Table]
    planted: Mapping[str, Any]
    source: str = SOURCE
    clock_start: datetime = CLOCK_START
    horizon: datetime = HORIZON
    is_simulated: bool = True

    def visible(self, entity: str, at: datetime) -> pa.Table:
        """What the HR system shows of `entity` at `at`: the newest version of each record known
        by then, without deleted ones, in the contract's columns (`arrow_schema`).

        Raises:
            ConfigError: the entity is unknown, or `at` has no time zone.
        """
        if entity not in self.tables:
            raise ConfigError(
                f"The simulated company has no entity {entity!r}.",
                where="entity",
                remedy=f"Use one of {', '.join(ENTITIES)}.",
            )
        return visible_rows(entity, self.tables[entity], at)

    def save(self, folder: Path) -> None:
        """Write the company into `folder` as Parquet, as a whole; an older one there is replaced."""
        about = {"size": self.size, "seed": self.seed, "planted": dict(self.planted)}
        write_folder(self.tables, about, folder)


def load_company(folder: Path) -> Company:
    """The company saved in `folder`.

    Raises:
        ConfigError: there is none, or parts of it are missing.
    """
    tables, about = read_folder(folder)
    return Company(about["size"], about["seed"], tables, about["planted"])
