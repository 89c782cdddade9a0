"""From a size and a seed to a company."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from connectors.sandbox.company.application_rows import (
    application_ids,
    application_table,
    deleted_times,
    stage_event_table,
)
from connectors.sandbox.company.arrivals import draw_arrivals
from connectors.sandbox.company.assessment import assess
from connectors.sandbox.company.candidates import candidate_table, consent_table, created_times
from connectors.sandbox.company.columns import build_table
from connectors.sandbox.company.company import Company
from connectors.sandbox.company.decisions import decide
from connectors.sandbox.company.employee_rows import employee_table, employment_event_table
from connectors.sandbox.company.employment import make_employment
from connectors.sandbox.company.identity import assign_persons, make_profiles
from connectors.sandbox.company.interviews import interview_table, make_interviews
from connectors.sandbox.company.kinds import Bools
from connectors.sandbox.company.offers import make_offers, offer_table
from connectors.sandbox.company.org import org_unit_table
from connectors.sandbox.company.people import make_people
from connectors.sandbox.company.planted import (
    planted_effects,
    planted_people,
    planted_records,
)
from connectors.sandbox.company.requisition_rows import (
    make_life,
    requisition_event_table,
    requisition_table,
)
from connectors.sandbox.company.requisitions import make_requisitions
from connectors.sandbox.company.reviews import performance_review_table
from connectors.sandbox.company.schedule import make_schedule
from connectors.sandbox.company.scores import dimension_score_table, make_scores
from connectors.sandbox.company.seats import closing_times, make_seats, opening_table
from connectors.sandbox.company.sizes import DEFAULT_SEED, size_named
from connectors.sandbox.company.staff import make_staff
from connectors.sandbox.company.stage_log import make_stage_log
from connectors.sandbox.company.timeline import NAT, happens


def simulate(size: str, seed: int = DEFAULT_SEED) -> Company:
    """The company of this size ("test", "demo" or "bench") and seed; always the same one.

    Raises:
        ConfigError: the size is unknown.
    """
    chosen = size_named(size)
    staff = make_staff(chosen, seed)
    requisitions = make_requisitions(chosen, seed, staff)
    arrivals = draw_arrivals(chosen, seed, requisitions)
    n_people = assign_persons(chosen, seed, arrivals, staff)
    profiles = make_profiles(seed, arrivals)
    people = make_people(seed, n_people, arrivals, requisitions, staff)
    assessment = assess(seed, arrivals, people, requisitions, staff)
    decisions = decide(chosen, seed, arrivals, people, assessment, len(staff))
    schedule = make_schedule(seed, arrivals, decisions, requisitions)
    offers = make_offers(seed, arrivals, decisions, schedule, people, requisitions)
    closed_at = closing_times(arrivals, offers, requisitions)
    seats = make_seats(seed, arrivals, offers, requisitions, closed_at)
    life = make_life(seed, requisitions, seats, closed_at, staff)
    log = make_stage_log(seed, arrivals, schedule, offers, requisitions)
    interviews = make_interviews(seed, decisions, schedule)
    scores = make_scores(
        seed, interviews, assessment, staff, decisions.skips_ai, schedule.approval_at
    )
    jobs = make_employment(seed, arrivals, schedule, offers, people, requisitions, staff)
    deleted_at = deleted_times(seed, arrivals)
    candidates, profile_notes = candidate_table(seed, arrivals, profiles, people, len(staff))
    applications, contact_notes = application_table(seed, arrivals, profiles, log, deleted_at)
    reviews, review_notes = performance_review_table(seed, jobs)
    tables: dict[str, pa.Table] = {
        "org_unit": org_unit_table(),
        "requisition": requisition_table(seed, requisitions, seats, life),
        "requisition_event": requisition_event_table(requisitions, life),
        "opening": opening_table(offers, requisitions, seats),
        "candidate": candidates,
        "consent": consent_table(seed, profiles, created_times(arrivals, profiles)),
        "application": applications,
        "stage_event": stage_event_table(log, deleted_at),
        "interview": interview_table(interviews, assessment, decisions.rounds),
        "answer": _empty("answer"),
        "dimension_score": dimension_score_table(scores),
        "offer": offer_table(seed, schedule, offers),
        "employee": employee_table(seed, jobs, profiles, people, len(staff)),
        "employment_event": employment_event_table(seed, jobs, len(staff)),
        "performance_review": reviews,
        "prediction": _empty("prediction"),
    }
    planted = {
        **planted_effects(arrivals, people, requisitions, schedule),
        **planted_people(profiles, jobs, len(staff)),
        **planted_records(arrivals, offers, requisitions, life, jobs, scores),
        "deleted_applications": _numbered(happens(deleted_at)),
        "first_contacts_added_late": contact_notes,
        "candidate_phones_corrected": profile_notes["phone"],
        "candidate_channels_overwritten": profile_notes["channel"],
        "reviews_recorded_late": review_notes["late"],
        "reviews_corrected": review_notes["corrected"],
    }
    return Company(size=size, seed=seed, tables=tables, planted=planted)


def _empty(entity: str) -> pa.Table:
    return build_table(entity, {}, np.full(0, NAT))


def _numbered(mask: Bools) -> list[str]:
    found: list[str] = application_ids(np.flatnonzero(mask)).to_pylist()
    return found
