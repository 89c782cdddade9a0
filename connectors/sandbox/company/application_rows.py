"""Applications and their stage events as the HR system holds them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from connectors.sandbox.company.arrivals import Arrivals
from connectors.sandbox.company.candidates import candidate_ids
from connectors.sandbox.company.columns import build_table, codes, pick
from connectors.sandbox.company.identity import Profiles
from connectors.sandbox.company.kinds import Ints, Times
from connectors.sandbox.company.sizes import CLOCK_START
from connectors.sandbox.company.stage_log import ACTORS, StageLog
from connectors.sandbox.company.streams import some, stream
from connectors.sandbox.company.timeline import NAT, days, happens, instant, office_hours, only
from connectors.sandbox.company.versions import carry, number_versions, snapshots
from connectors.sandbox.company.vocabulary import (
    CHANNELS,
    HIRED,
    REASONS,
    REJECTED,
    STAGE_CODES,
    STAGE_NAMES,
    WITHDRAWN,
)

_STATUS = ("open", "hired", "rejected", "withdrawn")


def application_ids(number: Ints) -> pa.Array:
    """Ids of applications; null for negative numbers."""
    return codes("1", number, 7)


def deleted_times(seed: int, arrivals: Arrivals) -> Times:
    """When recruiters delete an application: a few prospects who never answered."""
    rng = stream(seed, "deleted_applications")
    n = len(arrivals)
    removed = some(rng, 0.12, arrivals.is_prospect & (arrivals.applied_at < instant(CLOCK_START)))
    return only(removed, office_hours(arrivals.applied_at + days(rng.uniform(8, 60, n))))


def stage_event_table(log: StageLog, deleted_at: Times) -> pa.Table:
    """The event log; events of deleted applications are deleted with them."""
    gone = np.where(
        log.recorded_at <= deleted_at[log.application], deleted_at[log.application], NAT
    )
    row, recorded, version = snapshots([log.recorded_at, gone])
    values: dict[str, object] = {
        "source_id": codes("5", row, 8),
        "application_id": application_ids(log.application[row]),
        "stage_code": pick(STAGE_CODES, log.stage[row]),
        "stage_name": pick(list(STAGE_NAMES.values()), log.stage[row]),
        "occurred_at": log.occurred_at[row],
        "sequence": log.sequence[row],
        "actor_type": pick(ACTORS, log.actor[row]),
        "actor_id": codes("E", log.actor_id[row], 6),
        "reason_code": pick(REASONS, log.reason[row]),
        "is_deleted": recorded >= deleted_at[log.application[row]],
    }
    return build_table("stage_event", values, recorded, version)


def application_table(
    seed: int, arrivals: Arrivals, profiles: Profiles, log: StageLog, deleted_at: Times
) -> tuple[pa.Table, list[str]]:
    """All versions of all applications, and the ids of those whose first contact is added late."""
    rng = stream(seed, "application_rows")
    n = len(arrivals)
    added = some(rng, 0.04, ~np.isnat(arrivals.first_contact_at))
    contact_known = only(added, office_hours(arrivals.applied_at + days(rng.uniform(2, 20, n))))
    everyone = np.arange(n, dtype=np.int64)
    app, recorded, version, order = number_versions(
        np.concatenate([log.application, everyone, everyone]),
        np.concatenate([log.recorded_at, contact_known, deleted_at]),
    )
    event = carry(order, order < len(log))
    status, status_at = _status(log)
    shown = ~(recorded < contact_known[app])
    stage = log.stage[event]
    rejected = stage == REJECTED
    values: dict[str, object] = {
        "source_id": application_ids(app),
        "candidate_id": candidate_ids(profiles.of_application[app]),
        "requisition_id": codes("3", arrivals.requisition[app], 6),
        "applied_at": arrivals.applied_at[app],
        "first_contact_at": only(shown, arrivals.first_contact_at[app]),
        "source_channel_code": pick(CHANNELS, arrivals.channel[app]),
        "stage_code": pick(STAGE_CODES, stage),
        "status_code": pick(_STATUS, status[event]),
        "status_at": status_at[event],
        "rejection_reason_code": pick(REASONS, np.where(rejected, log.reason[event], -1)),
        "is_prospect": arrivals.is_prospect[app],
        "is_deleted": recorded >= deleted_at[app],
    }
    notes: list[str] = application_ids(np.flatnonzero(happens(contact_known))).to_pylist()
    return build_table("application", values, recorded, version), notes


def _status(log: StageLog) -> tuple[Ints, Times]:
    """The application's state after each event, and when that state began."""
    status = np.select(
        [log.stage == HIRED, log.stage == REJECTED, log.stage == WITHDRAWN], [1, 2, 3], 0
    ).astype(np.int64)
    changed = np.ones(len(log), dtype=bool)
    changed[1:] = (log.application[1:] != log.application[:-1]) | (status[1:] != status[:-1])
    began = log.occurred_at[carry(np.arange(len(log), dtype=np.int64), changed)]
    return status, began
