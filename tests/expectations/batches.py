"""Small valid batches of every entity, to be broken one promise at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from expectations import SuiteRun
from talentloop.contracts import ENTITIES, arrow_schema
from talentloop.landing import LandedFile

SOURCE = "successfactors"
OBSERVED = datetime(2026, 11, 1, tzinfo=UTC)
T0 = datetime(2026, 10, 1, 9, tzinfo=UTC)

#: A valid value for each required field, and for each field that a rule looks at.
SAMPLE: dict[str, dict[str, Any]] = {
    "org_unit": {"name": "研发中心"},
    "requisition": {"title": "Engineer", "status_code": "open", "opened_at": T0},
    "requisition_event": {"requisition_id": "requisition-0", "event_type": "held", "occurred_at": T0},
    "opening": {"requisition_id": "requisition-0", "opened_at": T0, "status_code": "open"},
    "candidate": {
        "full_name": "张三丰", "email": "zhang.sanfeng@example.com", "phone": "+8613800000000",
        "skills": ["sql", "python"], "gender": "female", "ethnicity": "Han",
        "birth_on": date(1990, 5, 4), "ext": '{"note": "秘密"}', "created_at": T0,
    },
    "consent": {"candidate_id": "candidate-0", "purpose_code": "hiring", "version": "1", "given_at": T0},
    "application": {
        "candidate_id": "candidate-0", "requisition_id": "requisition-0", "applied_at": T0,
        "stage_code": "offer", "status_code": "open",
    },
    "stage_event": {"application_id": "application-0", "stage_code": "applied", "occurred_at": T0},
    "interview": {
        "application_id": "application-0", "interview_type": "ai", "status_code": "completed",
        "started_at": T0, "ended_at": T0 + timedelta(minutes=40), "interviewer_ids": ["employee-0"],
    },
    "answer": {"interview_id": "interview-0", "question_code": "q1", "answered_at": T0},
    "dimension_score": {
        "application_id": "application-0", "dimension_code": "logic", "score_raw": 85.0,
        "scale_max": 100.0, "score_0_1": 0.85, "scorer_type": "ai", "scored_at": T0,
    },
    "answer_evidence": {
        "application_source": SOURCE, "application_id": "application-0", "interview_id": "interview-0",
        "answer_id": "answer-0", "question_code": "q1", "dimension_code": "logic",
        "signal_code": "structure", "answer_score_0_1": 0.75, "anchor_level": 4,
        "signal_score_0_1": 0.8, "signal_weight": 0.5, "quote": "我是张三丰，这是秘密",
        "char_start": 0, "char_end": 10, "audio_start_seconds": 0.5, "audio_end_seconds": 2.5,
        "scorer_code": "rubric", "scorer_version": "1", "is_counted": True, "evaluated_at": T0,
    },
    "code_verdict": {
        "application_source": SOURCE, "application_id": "application-0", "interview_id": "interview-0",
        "answer_id": "answer-0", "question_code": "q2", "problem_code": "sum",
        "programming_language_code": "python", "verdict_code": "WA", "n_cases": 5, "n_passed": 4,
        "tests_passed_0_1": 0.8, "max_cpu_seconds": 0.1, "max_memory_bytes": 9_000_000,
        "evaluated_at": T0,
    },
    "interview_report": {
        "application_source": SOURCE, "application_id": "application-0", "interview_id": "interview-0",
        "overall_stars_0_5": 3.5, "remark": "3.5 of 5 stars", "report_uri": "https://reports.example/r1",
        "n_answers": 5, "n_withheld": 1, "n_supplements": 1, "counting_code": "last",
        "is_simulated": False, "evaluated_at": T0,
    },
    "offer": {
        "application_id": "application-0", "status_code": "accepted", "base_salary": 654321.0,
        "created_at": T0, "extended_at": T0, "accepted_at": T0 + timedelta(days=1),
        "start_on": date(2026, 12, 1),
    },
    "employee": {"status_code": "active", "hired_on": date(2026, 1, 5), "application_id": "application-0"},
    "employment_event": {
        "employee_id": "employee-0", "event_type": "hired", "effective_on": date(2026, 1, 5),
    },
    "performance_review": {
        "employee_id": "employee-0", "cycle_code": "2026H1", "review_type": "month_6",
        "finalised_at": T0, "rating_raw": 4.0, "scale_min": 1.0, "scale_max": 5.0, "rating_0_1": 0.75,
    },
    "recruiting_cost": {
        "cost_type_code": "agency_fee", "nature_code": "external", "amount": 5000.0,
        "amount_currency_code": "CNY", "incurred_on": date(2026, 10, 1),
        "requisition_id": "requisition-0",
    },
    "prediction": {
        "application_source": SOURCE, "application_id": "application-0", "model_name": "performance_6m",
        "model_version": "3", "data_version": "abc", "probability": 0.6, "lower": 0.5, "upper": 0.7,
        "base_rate": 0.4, "reasons": "[]", "scored_at": T0,
    },
    "person_link": {
        "record_a": "candidate:a:1", "record_b": "candidate:b:1", "match_weight": 9.0,
        "probability": 0.998, "reasons": "[]", "model_version": "1", "decision": "auto",
        "decided_by": "model", "decided_at": T0,
    },
    "screening_result": {
        "application_source": SOURCE, "application_id": "application-0", "rule_set_code": "engineer",
        "rule_set_version": "1", "rule_code": "degree", "is_required": True, "screening_verdict_code": "met",
        "screening_reason_code": "degree_reached", "screening_outcome_code": "advance_to_person",
        "resume_sha256": "0" * 64, "screened_at": T0,
    },
}  # fmt: skip

Change = Mapping[str, Any]
Land = Callable[..., LandedFile]
Judge = Callable[..., SuiteRun]


def batch(entity: str, n: int = 3, changes: Mapping[int, Change] | None = None) -> pa.Table:
    """`n` records of an entity; `changes` replaces fields of the row of that number.

    Changes go around the contract, as a defect in a connector would.
    """
    model = ENTITIES[entity]
    rows = []
    for i in range(n):
        fields = {"source": SOURCE, "source_id": f"{entity}-{i}", "source_updated_at": OBSERVED}
        row = model(**{**fields, **SAMPLE[entity]}).model_dump()
        rows.append(row | dict((changes or {}).get(i, {})))
    schema = arrow_schema(model)
    loose = pa.schema([pa.field(f.name, f.type) for f in schema])  # nulls may be planted
    return pa.Table.from_pylist(rows, schema=loose)
