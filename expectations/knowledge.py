"""What we know of each entity beyond its contract: order of events, plausible times, references."""

from __future__ import annotations

from datetime import timedelta

from expectations.rules import AtLeast, Filled, Json, Order, Rare, Rule, ScoreScale, Varies

RULES: dict[str, tuple[Rule, ...]] = {
    "org_unit": (),
    "requisition": (
        Order("closed_at", "opened_at"),
        Filled("opened_at", "status_code", ("open", "on_hold", "filled")),
    ),
    "requisition_event": (),
    "opening": (
        Order("filled_at", "opened_at"),
        Order("closed_at", "opened_at"),
        Filled("filled_at", "status_code", ("filled",)),
    ),
    "candidate": (),
    "consent": (Order("withdrawn_at", "given_at"),),
    "application": (
        Order("applied_at", "first_contact_at"),
        Order("status_at", "applied_at"),
        Filled("status_at", "status_code", ("hired", "rejected", "withdrawn")),
        Rare("status_code", ("hired",), 0.9),
    ),
    "stage_event": (Varies("occurred_at"),),
    "interview": (
        Order("ended_at", "started_at"),
        Order("scheduled_start_at", "invited_at"),
        Filled("started_at", "status_code", ("completed",)),
    ),
    "answer": (),
    "dimension_score": (
        ScoreScale("score_raw", "scale_min", "scale_max", "score_0_1"),
        Varies("score_0_1"),
    ),
    "answer_evidence": (
        AtLeast("char_end", "char_start"),
        AtLeast("audio_end_seconds", "audio_start_seconds"),
    ),
    "code_verdict": (AtLeast("n_cases", "n_passed"),),
    "interview_report": (
        AtLeast("n_answers", "n_withheld"),
        AtLeast("n_answers", "n_supplements"),
    ),
    "offer": (
        Order("extended_at", "created_at"),
        Order("accepted_at", "extended_at"),
        Order("decided_at", "extended_at"),
        Filled("accepted_at", "status_code", ("accepted", "reneged")),
    ),
    "employee": (
        Order("terminated_on", "hired_on"),
        Order("probation_end_on", "hired_on"),
        Filled("terminated_on", "status_code", ("terminated",)),
        Rare("status_code", ("terminated",), 0.9),
    ),
    "employment_event": (),
    "performance_review": (
        ScoreScale("rating_raw", "scale_min", "scale_max", "rating_0_1"),
        Varies("rating_0_1"),
    ),
    "recruiting_cost": (Varies("amount"),),
    "prediction": (
        AtLeast("probability", "lower"),
        AtLeast("upper", "probability"),
        Json("reasons"),
        Varies("probability"),
    ),
    "person_link": (
        Json("reasons"),
        Filled("match_weight", "decision", ("auto", "proposed", "approved", "rejected")),
    ),
    "screening_result": (),
}

_DAY = timedelta(days=1)
PAST = timedelta(0)
PLANNED = 3 * 366 * _DAY

#: How far after the source's clock a date or time may lie; instants are past by default, dates
#: may be planned.
AHEAD: dict[tuple[str, str], timedelta] = {
    ("interview", "scheduled_start_at"): PLANNED,
    ("candidate", "birth_on"): -14 * 365 * _DAY,
    ("employee", "birth_on"): -14 * 365 * _DAY,
}

#: Earliest year of any date of an entity; the oldest employment began with the oldest employee.
EARLIEST_YEAR: dict[tuple[str, str], int] = {
    ("candidate", "birth_on"): 1900,
    ("employee", "birth_on"): 1900,
    ("employee", "hired_on"): 1950,
    ("employee", "probation_end_on"): 1950,
    ("employee", "terminated_on"): 1950,
    ("employment_event", "effective_on"): 1950,
}
#: An empty date that became 1970-01-01 is caught.
EARLIEST_YEAR_DEFAULT = 1980

#: Columns that name a record of another entity.
REFERENCES: dict[str, dict[str, str]] = {
    "org_unit": {"parent_id": "org_unit"},
    "requisition": {
        "org_unit_id": "org_unit", "hiring_manager_id": "employee", "recruiter_id": "employee",
    },
    "requisition_event": {"requisition_id": "requisition"},
    "opening": {"requisition_id": "requisition", "filled_application_id": "application"},
    "candidate": {},
    "consent": {"candidate_id": "candidate"},
    "application": {"candidate_id": "candidate", "requisition_id": "requisition"},
    "stage_event": {"application_id": "application"},
    "interview": {"application_id": "application", "rescheduled_from_id": "interview"},
    "answer": {"interview_id": "interview", "follows_id": "answer"},
    "dimension_score": {"application_id": "application", "interview_id": "interview"},
    "answer_evidence": {
        "application_id": "application", "interview_id": "interview", "answer_id": "answer",
    },
    "code_verdict": {
        "application_id": "application", "interview_id": "interview", "answer_id": "answer",
    },
    "interview_report": {"application_id": "application", "interview_id": "interview"},
    "offer": {"application_id": "application"},
    "employee": {
        "application_id": "application", "candidate_id": "candidate", "org_unit_id": "org_unit",
    },
    "employment_event": {"employee_id": "employee"},
    "performance_review": {"employee_id": "employee"},
    "recruiting_cost": {
        "requisition_id": "requisition", "org_unit_id": "org_unit", "application_id": "application",
    },
    "prediction": {"application_id": "application"},
    "person_link": {},
    "screening_result": {"application_id": "application"},
}  # fmt: skip
