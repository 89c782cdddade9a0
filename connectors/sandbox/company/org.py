"""The organisation: the company, one top unit per job family, and their departments."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from connectors.sandbox.company.columns import build_table
from connectors.sandbox.company.sizes import WINDOW_START
from connectors.sandbox.company.timeline import instant
from connectors.sandbox.company.vocabulary import COMPANY, UNITS

#: Before the window opens the HR system is filled with what is known by then.
GO_LIVE = instant(WINDOW_START) - np.timedelta64(1, "D")

TOP_IDS = tuple(f"{COMPANY[0]}-{code}" for code, _, _, _ in UNITS)
#: Departments in one list; `FIRST_DEPARTMENT[family]` and `DEPARTMENTS[family]` say where.
DEPARTMENT_IDS = tuple(
    f"{top}-{number:02d}"
    for top, (_, _, _, departments) in zip(TOP_IDS, UNITS, strict=True)
    for number in range(1, len(departments) + 1)
)
DEPARTMENTS = np.array([len(unit[3]) for unit in UNITS], dtype=np.int64)
FIRST_DEPARTMENT = np.cumsum(DEPARTMENTS) - DEPARTMENTS
FAMILY_OF_DEPARTMENT = np.repeat(np.arange(len(UNITS), dtype=np.int64), DEPARTMENTS)


def org_unit_table() -> pa.Table:
    """One row per org unit: the root, whose name says that it is simulated, its top units
    (children of the root, one per job family) and their departments."""
    rows: list[tuple[str, str, str, str | None]] = [(*COMPANY, None)]
    rows += [(top, u[1], u[2], COMPANY[0]) for top, u in zip(TOP_IDS, UNITS, strict=True)]
    named = [pair for unit in UNITS for pair in unit[3]]
    rows += [
        (unit_id, name, name_en, unit_id.rsplit("-", 1)[0])
        for unit_id, (name, name_en) in zip(DEPARTMENT_IDS, named, strict=True)
    ]
    ids, names, english, parents = zip(*rows, strict=True)
    return build_table(
        "org_unit",
        {
            "source_id": pa.array(ids),
            "name": pa.array(names),
            "name_en": pa.array(english),
            "parent_id": pa.array(parents),
            "is_active": np.ones(len(rows), dtype=bool),
        },
        np.full(len(rows), GO_LIVE),
    )
