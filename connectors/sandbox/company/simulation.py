"""From a size and a seed to a company: what happens first, then how the HR system records it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from connectors.sandbox.company import planted
from connectors.sandbox.company.application_rows import (
    application_ids,
    application_table,
    deleted_times,
    stage_event_table,
)
from connectors.sandbox.company.arrivals import Arrivals, draw_arrivals
from connectors.sandbox.company.assessment import Assessment, assess
from connectors.sandbox.company.candidates import candidate_table, consent_table, created_times
from connectors.sandbox.company.columns import build_table
from connectors.sandbox.company.company import Company
from connectors.sandbox.company.costs import (
    Costs,
    make_costs,
    planted_costs,
    recruiting_cost_table,
)
from connectors.sandbox.company.decisions import Decisions, decide
from connectors.sandbox.company.employee_rows import employee_table, employment_event_table
from connectors.sandbox.company.employment import Employment, make_employment
from connectors.sandbox.company.identity import Profiles, assign_persons, make_profiles
from connectors.sandbox.company.interviews import Interviews, interview_table, make_interviews
from connectors.sandbox.company.kinds import Times
from connectors.sandbox.company.offers import Offers, make_offers, offer_table
from connectors.sandbox.company.org import org_unit_table
from connectors.sandbox.company.people import People, make_people
from connectors.sandbox.company.requisition_rows import (
    Life,
    make_life,
    requisition_event_table,
    requisition_table,
)
from connectors.sandbox.company.requisitions import Requisitions, make_requisitions
from connectors.sandbox.company.reviews import performance_review_table
from connectors.sandbox.company.schedule import Schedule, make_schedule
from connectors.sandbox.company.scores import (
    Scores,
    dimension_score_table,
    make_scores,
    with_second_scores,
)
from connectors.sandbox.company.seats import Seats, closing_times, make_seats, opening_table
from connectors.sandbox.company.second_scores import (
    planted_leniency,
    planted_reliability,
    second_scores,
)
from connectors.sandbox.company.sizes import DEFAULT_SEED, Size, size_named
from connectors.sandbox.company.staff import Staff, make_staff
from connectors.sandbox.company.stage_log import StageLog, make_stage_log
from connectors.sandbox.company.timeline import NAT, happens
from talentloop.contracts import ENTITIES


@dataclass(frozen=True)
class _World:
    """Everything that happens."""

    seed: int
    staff: Staff
    requisitions: Requisitions
    arrivals: Arrivals
    profiles: Profiles
    people: People
    assessment: Assessment
    decisions: Decisions
    schedule: Schedule
    offers: Offers
    seats: Seats
    life: Life
    log: StageLog
    interviews: Interviews
    scores: Scores
    jobs: Employment
    deleted_at: Times
    costs: Costs


def simulate(size: str, seed: int = DEFAULT_SEED) -> Company:
    """The company of this size (one of `SIZES`) and seed; always the same one.

    Raises:
        ConfigError: the size is unknown.
    """
    world = _make_world(size_named(size), seed)
    tables, notes = _tables(world)
    told = {
        **planted.planted_effects(world.arrivals, world.people, world.requisitions, world.schedule),
        "reliability": planted_reliability(
            world.interviews, world.arrivals, world.people, world.requisitions, world.staff
        ),
        "leniency_0_1": planted_leniency(world.staff),
        **planted.planted_people(world.profiles, world.jobs, len(world.staff)),
        **planted.planted_records(
            world.arrivals, world.offers, world.requisitions, world.life, world.jobs, world.scores
        ),
        **planted_costs(world.costs),
        **notes,
    }
    return Company(size=size, seed=seed, tables=tables, planted=told)


def _make_world(size: Size, seed: int) -> _World:
    staff = make_staff(size, seed)
    requisitions = make_requisitions(size, seed, staff)
    arrivals = draw_arrivals(size, seed, requisitions)
    n_people = assign_persons(size, seed, arrivals, staff)
    people = make_people(seed, n_people, arrivals, requisitions, staff)
    assessment = assess(seed, arrivals, people, requisitions, staff)
    decisions = decide(size, seed, arrivals, people, assessment, len(staff))
    schedule = make_schedule(seed, arrivals, decisions, requisitions)
    offers = make_offers(seed, arrivals, decisions, schedule, people, requisitions)
    closed_at = closing_times(arrivals, offers, requisitions)
    seats = make_seats(seed, arrivals, offers, requisitions, closed_at)
    interviews = make_interviews(seed, decisions, schedule)
    scores = make_scores(
        seed, interviews, assessment, staff, decisions.skips_ai, schedule.approval_at
    )
    seconds = second_scores(seed, interviews, assessment, arrivals, people, requisitions, staff)
    jobs = make_employment(seed, arrivals, schedule, offers, people, requisitions, staff)
    return _World(
        seed=seed,
        staff=staff,
        requisitions=requisitions,
        arrivals=arrivals,
        profiles=make_profiles(seed, arrivals),
        people=people,
        assessment=assessment,
        decisions=decisions,
        schedule=schedule,
        offers=offers,
        seats=seats,
        life=make_life(seed, requisitions, seats, closed_at, staff),
        log=make_stage_log(seed, arrivals, schedule, offers, requisitions),
        interviews=interviews,
        scores=with_second_scores(scores, *seconds),
        jobs=jobs,
        deleted_at=deleted_times(seed, arrivals),
        costs=make_costs(seed, arrivals, requisitions, jobs),
    )


def _tables(world: _World) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    """All tables by entity, and the ids of records that were entered late or corrected."""
    w, seed, n_staff = world, world.seed, len(world.staff)
    candidates, of_profiles = candidate_table(seed, w.arrivals, w.profiles, w.people, n_staff)
    applications, contacts = application_table(seed, w.arrivals, w.profiles, w.log, w.deleted_at)
    reviews, of_reviews = performance_review_table(seed, w.jobs)
    tables: dict[str, pa.Table] = {
        "org_unit": org_unit_table(),
        "requisition": requisition_table(seed, w.requisitions, w.seats, w.life),
        "requisition_event": requisition_event_table(w.requisitions, w.life),
        "opening": opening_table(w.offers, w.requisitions, w.seats),
        "candidate": candidates,
        "consent": consent_table(seed, w.profiles, created_times(w.arrivals, w.profiles)),
        "application": applications,
        "stage_event": stage_event_table(w.log, w.deleted_at),
        "interview": interview_table(w.interviews, w.assessment, w.decisions.rounds),
        "dimension_score": dimension_score_table(w.scores),
        "offer": offer_table(seed, w.schedule, w.offers),
        "employee": employee_table(seed, w.jobs, w.profiles, w.people, n_staff),
        "employment_event": employment_event_table(seed, w.jobs, n_staff),
        "performance_review": reviews,
        "recruiting_cost": recruiting_cost_table(seed, w.costs),
    }
    # What the company's systems do not hold: we make it.
    for entity in ENTITIES.keys() - tables.keys():
        tables[entity] = build_table(entity, {}, np.full(0, NAT))
    deleted = application_ids(np.flatnonzero(happens(w.deleted_at))).to_pylist()
    notes = {
        "deleted_applications": deleted,
        "first_contacts_added_late": contacts,
        "candidate_phones_corrected": of_profiles["phone"],
        "candidate_channels_overwritten": of_profiles["channel"],
        "reviews_recorded_late": of_reviews["late"],
        "reviews_corrected": of_reviews["corrected"],
    }
    return tables, notes
