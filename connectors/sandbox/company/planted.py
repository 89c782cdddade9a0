"""What was planted: effects, biases, and the ids of the records that are out of the ordinary.

Lists of ids cover the whole timeline, its future included.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from connectors.sandbox.company.application_rows import application_ids
from connectors.sandbox.company.arrivals import Arrivals
from connectors.sandbox.company.assessment import AI_BIAS_POINTS, MEAN_SCORE, SCORE_PER_SD
from connectors.sandbox.company.candidates import candidate_ids
from connectors.sandbox.company.columns import codes
from connectors.sandbox.company.decisions import SCREEN_BY_CHANNEL
from connectors.sandbox.company.effects import (
    ATTRITION_RATE,
    LONG_PROCESS_DAYS,
    PERFORMANCE_ORDER,
    STRESS_FAMILIES,
    TEAM_FAMILIES,
    linear_strengths,
)
from connectors.sandbox.company.employee_rows import employee_ids
from connectors.sandbox.company.employment import Employment
from connectors.sandbox.company.identity import DUPLICATE_KINDS, Profiles
from connectors.sandbox.company.kinds import Bools
from connectors.sandbox.company.offers import Offers
from connectors.sandbox.company.people import People
from connectors.sandbox.company.requisition_rows import Life
from connectors.sandbox.company.requisitions import Requisitions
from connectors.sandbox.company.schedule import Schedule
from connectors.sandbox.company.scores import Scores, score_ids
from connectors.sandbox.company.sizes import CLOCK_START
from connectors.sandbox.company.timeline import happens, instant, local_dates
from connectors.sandbox.company.vocabulary import (
    CHANNELS,
    FAMILIES,
    INTERNAL,
    SEASON,
    SEASON_CAMPUS,
)


def planted_effects(
    arrivals: Arrivals, people: People, requisitions: Requisitions, schedule: Schedule
) -> dict[str, Any]:
    """What drives performance, early exits, scores, channels and seasons."""
    seen = np.flatnonzero(~np.isnat(schedule.ai_at) | ~np.isnat(schedule.interview_at))
    person = arrivals.person[seen]
    strengths = linear_strengths(
        people.ability[person],
        requisitions.family[arrivals.requisition[seen]],
        people.years_of_work(person, arrivals.applied_at[seen]),
        arrivals.channel[seen],
    )
    return {
        "performance": {
            "order": list(PERFORMANCE_ORDER),
            "no_effect": "culture",
            "strengths": strengths,
            "strengths_are": "standard deviations of the performance index per standard deviation "
            "of true ability, other dimensions held, among interviewed applicants",
            "teamwork_counts_in": [FAMILIES[f] for f in TEAM_FAMILIES],
            "stress_counts_in": [FAMILIES[f] for f in STRESS_FAMILIES],
            "other": "professionalism saturates; three to eight years of work are best, then "
            "less than one; referrals do better, job boards a little worse",
        },
        "probation_attrition": {
            "rate_of_starters": ATTRITION_RATE,
            "raised_by": {
                "culture": "below average, as a threshold",
                "years_experience": "between 1 and 3.5, and above 9",
                "stress": f"below average, in {', '.join(FAMILIES[f] for f in STRESS_FAMILIES)}",
                "days_to_decision": f"more than {LONG_PROCESS_DAYS:.0f}",
                "source_channel_code": "job_board, mini_program; referral lowers it",
            },
        },
        "bias": {
            "dimension": "communication",
            "scorer_type": "ai",
            "attribute": "gender",
            "group": "female",
            "points": AI_BIAS_POINTS,
            "performance_difference": 0,
        },
        "scores": {"mean_0_1": MEAN_SCORE, "per_sd_of_ability_0_1": SCORE_PER_SD},
        "channels": {
            "screen_log_odds": dict(zip(CHANNELS, SCREEN_BY_CHANNEL, strict=True)),
        },
        "seasons": {"general": list(SEASON), "campus": list(SEASON_CAMPUS)},
    }


def planted_people(profiles: Profiles, jobs: Employment, n_staff: int) -> dict[str, Any]:
    """Duplicate profiles, profiles of staff, rehires."""
    staff = np.flatnonzero(profiles.person < n_staff)
    created = happens(jobs.created_at)
    again = created & (jobs.application >= 0) & (jobs.person < n_staff) & ~jobs.is_no_show
    return {
        "duplicates": _duplicates(profiles),
        "staff_profiles": dict(
            zip(
                candidate_ids(staff).to_pylist(),
                codes("P", profiles.person[staff], 7).to_pylist(),
                strict=True,
            )
        ),
        "rehires": _employees(again),
        "no_shows": _employees(created & jobs.is_no_show),
    }


def _duplicates(profiles: Profiles) -> list[dict[str, list[str]]]:
    """Groups of profiles of one person, and how each after the first can be recognised."""
    several = np.flatnonzero(np.bincount(profiles.person)[profiles.person] > 1)
    order = several[np.argsort(profiles.person[several], kind="stable")]
    person = profiles.person[order]
    ends = np.flatnonzero(person[1:] != person[:-1]) + 1
    groups = np.split(order, ends) if len(order) else []
    return [
        {
            "candidate_ids": _ids(candidate_ids(members)),
            "recognised_by": [DUPLICATE_KINDS[k] for k in profiles.duplicate_kind[members[1:]]],
        }
        for members in groups
    ]


def planted_records(
    arrivals: Arrivals,
    offers: Offers,
    requisitions: Requisitions,
    life: Life,
    jobs: Employment,
    scores: Scores,
) -> dict[str, Any]:
    """Late and corrected records, broken promises, inside moves, requisitions on hold."""
    accepted = ~np.isnat(offers.accepted_at) & happens(offers.recorded_at)
    clock = instant(CLOCK_START)
    restated = happens(scores.restated_at)
    fell = restated & (scores.raw - scores.restated >= 40) & (scores.scored_at < clock)
    left = happens(jobs.left_recorded_at)
    return {
        "reneged": _applications(happens(offers.reneged_at)),
        "internal_transfers": _applications((arrivals.channel == INTERNAL) & accepted),
        "acceptances_recorded_late": _applications(
            accepted & (offers.recorded_at > offers.accepted_at)
        ),
        "scores_restated": score_ids(np.flatnonzero(restated)).to_pylist(),
        "high_potential_lost_after_clock_start": application_ids(
            np.unique(scores.application[fell])
        ).to_pylist(),
        "exits_recorded_late": _employees(
            left & (local_dates(jobs.left_recorded_at) > jobs.left_on)
        ),
        "first_days_corrected": _employees(happens(jobs.fixed_at)),
        "on_hold_at_clock_start": _requisitions(
            (requisitions.hold_from <= clock) & (requisitions.hold_to > clock)
        ),
        "held_for_a_while": _requisitions(happens(requisitions.hold_to)),
        "reopened": _requisitions(happens(life.reopened_at)),
        "test_requisitions": _requisitions(requisitions.is_test),
        "evergreen_requisitions": _requisitions(requisitions.is_evergreen),
    }


def _ids(ids: pa.Array) -> list[str]:
    found: list[str] = ids.to_pylist()
    return found


def _applications(mask: Bools) -> list[str]:
    return _ids(application_ids(np.flatnonzero(mask)))


def _employees(mask: Bools) -> list[str]:
    return _ids(employee_ids(np.flatnonzero(mask)))


def _requisitions(mask: Bools) -> list[str]:
    return _ids(codes("3", np.flatnonzero(mask), 6))
