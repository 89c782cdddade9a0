"""Employees and employment events as the HR system holds them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from connectors.sandbox.company.application_rows import application_ids
from connectors.sandbox.company.candidates import candidate_ids, identity_hashes, phones
from connectors.sandbox.company.columns import build_table, codes, join_text, pick
from connectors.sandbox.company.employment import Employment, started_at
from connectors.sandbox.company.identity import Profiles
from connectors.sandbox.company.kinds import Dates, Ints, Times
from connectors.sandbox.company.names import full_names, latin_names
from connectors.sandbox.company.org import DEPARTMENT_IDS, FAMILY_OF_DEPARTMENT
from connectors.sandbox.company.people import People
from connectors.sandbox.company.staff import NO_DATE
from connectors.sandbox.company.streams import stream
from connectors.sandbox.company.timeline import at_local_hour, happens
from connectors.sandbox.company.versions import snapshots
from connectors.sandbox.company.vocabulary import (
    EDUCATION,
    ETHNICITIES,
    EXIT_REASONS,
    FAMILIES,
    GENDERS,
    MARITAL,
)

_STATUS = ("not_started", "active", "terminated")
_KINDS = ("voluntary", "employer", "failed_probation")
_EVENTS = ("hired", "rehired", "probation_passed", "transferred", "promoted", "terminated")


def employee_ids(number: Ints) -> pa.Array:
    """Ids of employments; null for negative numbers."""
    return codes("E", number, 6)


def employee_table(
    seed: int, jobs: Employment, profiles: Profiles, people: People, n_staff: int
) -> pa.Table:
    """All employments through their states."""
    start, moved_at = started_at(jobs), at_local_hour(jobs.moved_on, 9)
    left_at = np.maximum(jobs.left_recorded_at, jobs.created_at)
    row, recorded, version = snapshots([jobs.created_at, start, jobs.fixed_at, moved_at, left_at])
    fixed = ~(recorded < jobs.fixed_at[row])
    shown_on = np.where(fixed, jobs.hired_on[row], jobs.shown_on[row])
    ends_on = np.where(
        fixed, jobs.probation_end(jobs.hired_on)[row], jobs.probation_end(jobs.shown_on)[row]
    )
    left = recorded >= left_at[row]
    status = np.where(left, 2, np.where(recorded >= start[row], 1, 0))
    moved = recorded >= moved_at[row]
    department = np.where(moved, jobs.to_department[row], jobs.department[row])
    app, person = jobs.application[row], jobs.person[row]
    who = (people.surname[person], people.first[person], people.second[person])
    profile = np.where(app >= 0, profiles.of_application[np.maximum(app, 0)], -1)
    values: dict[str, object] = {
        "source_id": employee_ids(row),
        "person_no": codes("P", person, 7),
        "application_id": application_ids(app),
        "candidate_id": candidate_ids(profile),
        "full_name": full_names(*who),
        "email": join_text(latin_names(*who), codes("", person, 7), "@yuanshan.example"),
        "phone": phones(person),
        "national_id_hash": identity_hashes(seed, len(people), person),
        "org_unit_id": pick(DEPARTMENT_IDS, department),
        "position_code": join_text("P-", codes("", FAMILY_OF_DEPARTMENT[department] + 1, 2)),
        "job_family_code": pick(FAMILIES, FAMILY_OF_DEPARTMENT[department]),
        "manager_id": employee_ids(np.where(row == department, -1, department)),
        "hired_on": shown_on,
        "probation_end_on": ends_on,
        "terminated_on": np.where(left, jobs.left_on[row], NO_DATE),
        "status_code": pick(_STATUS, status),
        "termination_type": pick(_KINDS, np.where(left, jobs.leave_kind[row], -1)),
        "is_rehire": (app >= 0) & (person < n_staff),
        "years_experience": people.years_of_work(person, at_local_hour(jobs.hired_on[row], 9)),
        "education_level_code": pick(EDUCATION, people.education[person]),
        "monthly_salary": jobs.pay[row],
        "gender": pick(GENDERS, people.gender[person]),
        "birth_on": people.birth_on[person],
        "ethnicity": pick(ETHNICITIES, people.ethnicity[person]),
        "marital_status": pick(MARITAL, people.marital[person]),
    }
    return build_table("employee", values, recorded, version)


def employment_event_table(seed: int, jobs: Employment, n_staff: int) -> pa.Table:
    """Hirings, probations passed, transfers, promotions and exits."""
    rng = stream(seed, "employment_events")
    n = len(jobs)
    came = np.where(jobs.is_no_show, NO_DATE, jobs.hired_on)
    again = (jobs.application >= 0) & (jobs.person < n_staff)
    passed = jobs.probation_end(jobs.hired_on) + 1
    passed = np.where(jobs.is_no_show | (passed > jobs.left_on), NO_DATE, passed)
    dates: list[tuple[int, Dates, Times]] = [
        (0, np.where(again, NO_DATE, came), at_local_hour(came, 9)),
        (1, np.where(again, came, NO_DATE), at_local_hour(came, 9)),
        (2, passed, at_local_hour(passed, 9)),
        (3, jobs.moved_on, at_local_hour(jobs.moved_on, 9)),
        (4, jobs.promoted_on, at_local_hour(jobs.promoted_on, 9)),
        (5, jobs.left_on, jobs.left_recorded_at),
    ]
    job = np.tile(np.arange(n, dtype=np.int64), len(dates))
    kind = np.repeat(np.array([k for k, _, _ in dates]), n)
    effective = np.concatenate([on for _, on, _ in dates])
    recorded = np.maximum(np.concatenate([at for _, _, at in dates]), jobs.created_at[job])
    kept = ~np.isnat(effective) & happens(recorded)
    order = np.flatnonzero(kept)
    order = order[np.lexsort((kind[order], effective[order], job[order]))]
    job, kind, effective, recorded = job[order], kind[order], effective[order], recorded[order]
    moved = kind == 3
    reason = np.where(kind == 5, rng.integers(0, len(EXIT_REASONS), len(job)), -1)
    values: dict[str, object] = {
        "source_id": join_text(codes("E", job, 6), "-", codes("", kind + 1, 1)),
        "employee_id": employee_ids(job),
        "event_type": pick(_EVENTS, kind),
        "effective_on": effective,
        "reason_code": pick(EXIT_REASONS, reason),
        "from_org_unit_id": pick(DEPARTMENT_IDS, np.where(moved, jobs.department[job], -1)),
        "to_org_unit_id": pick(DEPARTMENT_IDS, np.where(moved, jobs.to_department[job], -1)),
    }
    return build_table("employment_event", values, recorded)
